"""The space as a tree, whatever spaces list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.events import Event
from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room
from nookterm.domain.space import Branch, Kind, joined_spaces, kind_of, parents, title, tree
from nookterm.domain.vocabulary import FACILITATES, VETTING
from tests.domain.builders import ANA, BO, CY, DEE, EVE, FOXES, RIVER, a_nook, a_room, a_space, member, state

ENCRYPTED = state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})


def world(*rooms: Room) -> dict[RoomId, Room]:
    return {room.room_id: room for room in rooms}


def outline(branches: tuple[Branch, ...]) -> list[str]:
    """The tree as lines: dots for depth, then the room."""
    lines = []
    for branch in branches:
        lines += [f"{'.' * branch.depth}{branch.room_id}", *outline(branch.children)]
    return lines


def test_a_nook_is_an_encrypted_room_that_a_joined_space_lists() -> None:
    assert kind_of(a_nook(), world(a_nook(), a_space(RIVER, FOXES))) == Kind.NOOK


@pytest.mark.parametrize(
    "space", [a_space(RIVER), a_space(RIVER, FOXES, joined=False), None], ids=["other", "invited", "none"]
)
def test_what_no_joined_space_lists_is_no_nook(space: Room | None) -> None:
    assert kind_of(a_nook(), world(a_nook(), *([space] if space else []))) == Kind.ROOM


def test_a_listed_room_in_the_clear_is_a_room() -> None:
    assert kind_of(replace(a_nook(), encrypted=False), world(a_space(RIVER, FOXES))) == Kind.ROOM


def test_a_space_is_a_space_even_if_it_is_listed_and_encrypted() -> None:
    space = replace(a_space(RoomId("!sub"), FOXES), encrypted=True)

    assert kind_of(space, world(space, a_space(RIVER, space.room_id))) == Kind.SPACE


@pytest.mark.parametrize(
    "mark",
    [state(FACILITATES, {"v": 1}, RIVER), state(VETTING, {"v": 1, "nook": FOXES, "user": EVE}, by=DEE)],
    ids=["facilitators", "vetting"],
)
def test_facilitators_and_vetting_rooms_are_neither_nooks_nor_direct(mark: Event) -> None:
    named = a_nook(mark)
    unnamed = replace(named, name=None, members={ANA: named.members[ANA], BO: named.members[BO]})

    assert kind_of(named, world(named, a_space(RIVER, FOXES))) == Kind.ROOM
    assert kind_of(unnamed, world(unnamed)) == Kind.ROOM


def test_an_unnamed_room_of_two_is_direct() -> None:
    direct = a_room(ENCRYPTED, member(ANA), member(BO, "invite", by=ANA))

    assert kind_of(direct, world(direct)) == Kind.DIRECT
    assert kind_of(direct, world(direct, a_space(RIVER, FOXES))) == Kind.NOOK
    assert kind_of(replace(direct, encrypted=False), world(a_space(RIVER, FOXES))) == Kind.ROOM


def test_a_third_person_a_name_or_nobody_at_all_makes_a_room_of_it() -> None:
    three = a_room(member(ANA), member(BO), member(CY))
    named = a_room(member(ANA), member(BO), state("m.room.name", {"name": "Us"}))

    assert [kind_of(room, {}) for room in (three, named, a_room())] == [Kind.ROOM] * 3


def test_the_tree_has_nested_spaces_in_the_order_that_they_were_given() -> None:
    sub, moss, owls = RoomId("!sub"), RoomId("!moss"), RoomId("!owls")
    rooms = world(
        a_space(RIVER, owls, sub, FOXES),
        a_space(sub, moss, name="Bank"),
        a_nook(),
        replace(a_nook(), room_id=moss),
        replace(a_nook(), room_id=owls),
    )

    assert outline(tree(rooms)) == [RIVER, ".!owls", ".!sub", "..!moss", f".{FOXES}"]
    assert tree(rooms)[0].children[1].kind == Kind.SPACE
    assert tree(rooms)[0].children[2] == Branch(FOXES, Kind.NOOK, 1)


def test_the_tree_shows_only_what_one_is_in() -> None:
    asked = a_nook(member(ANA, "knock"))

    assert outline(tree(world(asked, a_space(RIVER, FOXES, RoomId("!unknown"))))) == [RIVER]


def test_top_spaces_stand_by_name() -> None:
    rooms = world(
        a_space(RoomId("!1"), name="Wood"), a_space(RoomId("!2"), name="Bank"), a_space(RoomId("!3"), name="Bank")
    )

    assert outline(tree(rooms)) == ["!2", "!3", "!1"]


def test_a_space_that_lists_itself_is_one_space() -> None:
    assert outline(tree(world(a_space(RIVER, RIVER, FOXES), a_nook()))) == [RIVER, f".{FOXES}"]


def test_spaces_that_list_each_other_end_where_the_circle_closes() -> None:
    one, two = RoomId("!1"), RoomId("!2")

    assert outline(tree(world(a_space(one, two), a_space(two, one, FOXES), a_nook()))) == ["!1", ".!2", f"..{FOXES}"]


def test_a_circle_of_spaces_is_not_lost_beside_another_space() -> None:
    one, two, three, four = (RoomId(f"!{number}") for number in range(1, 5))
    rooms = world(a_space(one, two, name="A"), a_space(two, one), a_space(three, four, name="B"), a_space(four, three),
                  a_space(RIVER, name="C"))  # fmt: skip

    assert outline(tree(rooms)) == ["!1", ".!2", "!3", ".!4", RIVER]


def test_a_nook_of_two_spaces_stands_in_both() -> None:
    rooms = world(a_space(RIVER, FOXES, name="A"), a_space(RoomId("!2"), FOXES, name="B"), a_nook())

    assert outline(tree(rooms)) == [RIVER, f".{FOXES}", "!2", f".{FOXES}"]
    assert [space.room_id for space in parents(FOXES, rooms)] == ["!2", RIVER]
    assert parents(RIVER, rooms) == ()


def test_a_sub_space_of_two_spaces_opens_in_both() -> None:
    sub = RoomId("!sub")
    rooms = world(a_space(RIVER, sub, name="A"), a_space(RoomId("!2"), sub, name="B"), a_space(sub, FOXES), a_nook())

    assert outline(tree(rooms)) == [RIVER, ".!sub", f"..{FOXES}", "!2", ".!sub", f"..{FOXES}"]


def test_what_lies_deeper_than_eight_spaces_begins_anew_at_the_top() -> None:
    chain = [RoomId(f"!{number:02}") for number in range(9)]
    rooms = world(
        *(a_space(room, *[*chain, FOXES][number + 1 : number + 2]) for number, room in enumerate(chain)), a_nook()
    )

    assert outline(tree(rooms)) == [*(f"{'.' * depth}!{depth:02}" for depth in range(9)), "!08", f".{FOXES}"]


def test_thirty_spaces_that_all_list_each_other_are_still_a_small_tree() -> None:
    ids = [RoomId(f"!{number:02}") for number in range(30)]
    rooms = world(*(a_space(room, *ids) for room in ids))

    assert len(outline(tree(rooms))) <= 30 * 30


@given(st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 9), unique=True, max_size=6), max_size=8))
def test_every_joined_space_stands_somewhere_whatever_lists_what(links: Mapping[int, list[int]]) -> None:
    rooms = world(*(a_space(RoomId(f"!{n}"), *(RoomId(f"!{c}") for c in listed)) for n, listed in links.items()))
    branches = tree(rooms)

    lines = outline(branches)
    assert {line.lstrip(".") for line in lines} == set(rooms) == {space.room_id for space in joined_spaces(rooms)}
    assert tree(rooms) == branches


def test_a_room_goes_by_its_name_or_its_people_or_itself() -> None:
    people = [member(ANA), member(BO, name="Bo"), member(CY), member(DEE, "invite", name="Dee"), member(EVE)]

    assert title(a_nook()) == "Foxes"
    assert title(a_room(*people)) == "Bo, cy, Dee"
    assert title(a_room(member(ANA))) == "ana"
    assert title(a_room(member(ANA), member(BO, "leave"))) == "ana"
    assert title(a_room()) == FOXES
