"""A closed room leads to the next one where both say so: chains, circles, strangers, and rooms that we never saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room
from nookterm.domain.space import Kind, kind_of, tree
from nookterm.domain.tombstone import Closing, read_closing, read_predecessor
from nookterm.domain.upgrade import LONGEST, Standing, names_before, newest, older, replaced, servers, standing
from tests.domain.builders import ANA, DEE, EVE, a_room, json_values, member, state


def link(name: str, *, to: str = "", of: str = "", mine: str = "join", **more: Any) -> Room:
    """A room of a chain: closed for the room `to`, going on from the room `of`."""
    create = {"room_version": "11", **({"predecessor": {"room_id": of}} if of else {}), **more}
    events = [state("m.room.create", create, by=DEE), member(ANA, mine)]
    if to:
        events.append(state("m.room.tombstone", {"replacement_room": to, "body": "moved"}, by=DEE))
    return a_room(*events, room_id=RoomId(name))


def world(*rooms: Room) -> Mapping[RoomId, Room]:
    return {room.room_id: room for room in rooms}


A, B, C = RoomId("!a"), RoomId("!b"), RoomId("!c")

CHAINS: list[tuple[str, Mapping[RoomId, Room], dict[str, str], Standing]] = [
    ("alone", world(link("!a")), {}, Standing.OPEN),
    ("ended", world(a_room(state("m.room.tombstone", {"body": "over"}), member(ANA), room_id=A)), {}, Standing.ENDED),
    ("one step", world(link("!a", to="!b"), link("!b", of="!a")), {"!a": "!b"}, Standing.AGREED),
    (
        "a chain",
        world(link("!a", to="!b"), link("!b", of="!a", to="!c"), link("!c", of="!b")),
        {"!a": "!c", "!b": "!c"},
        Standing.AGREED,
    ),
    ("not inside yet", world(link("!a", to="!b")), {}, Standing.AHEAD),
    ("only invited", world(link("!a", to="!b"), link("!b", of="!a", mine="invite")), {}, Standing.AHEAD),
    ("asked there", world(link("!a", to="!b"), link("!b", of="!a", mine="knock")), {}, Standing.AHEAD),
    ("the other says nothing", world(link("!a", to="!b"), link("!b")), {}, Standing.DENIED),
    ("the other names a third", world(link("!a", to="!b"), link("!b", of="!c")), {}, Standing.DENIED),
    ("itself", world(link("!a", to="!a", of="!a")), {}, Standing.CIRCLE),
    ("there and back", world(link("!a", to="!b", of="!b"), link("!b", to="!a", of="!a")), {}, Standing.CIRCLE),
    (
        "into a circle",
        world(link("!a", to="!b"), link("!b", of="!a", to="!c"), link("!c", of="!b", to="!b")),
        {"!a": "!c", "!b": "!c"},
        Standing.AGREED,
    ),
    (
        "left on the way",
        world(link("!a", to="!b"), link("!b", of="!a", to="!c", mine="leave"), link("!c", of="!b")),
        {"!a": "!c"},
        Standing.AHEAD,
    ),
    ("left at the end", world(link("!a", to="!b"), link("!b", of="!a", mine="leave")), {}, Standing.AHEAD),
]


@pytest.mark.parametrize(("rooms", "gone", "first"), [row[1:] for row in CHAINS], ids=[row[0] for row in CHAINS])
def test_a_room_is_replaced_only_where_both_say_so_and_no_circle_closes(
    rooms: Mapping[RoomId, Room], gone: dict[str, str], first: Standing
) -> None:
    assert replaced(rooms) == gone
    assert standing(rooms[A], rooms) is first


@pytest.mark.parametrize("length", [2, LONGEST, LONGEST + 1, LONGEST * 3])
def test_a_long_chain_is_followed_so_far_and_no_room_of_it_is_lost(length: int) -> None:
    names = [RoomId(f"!{n}") for n in range(length)]
    following = [*names[1:], ""]
    before = ["", *names[:-1]]
    rooms = world(*(link(n, to=to, of=of) for n, to, of in zip(names, following, before, strict=True)))

    gone = replaced(rooms)

    assert set(names[-LONGEST - 1 : -1]) <= set(gone), "those that are near enough"
    assert set(gone.values()) == {names[-1]}, "nothing is hidden behind a room that is hidden itself"
    assert older(names[-1], rooms) == tuple(reversed(names[:-1]))[:LONGEST]


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.sampled_from(" abcdef"), st.sampled_from(" abcdef"))))
def test_whatever_rooms_claim_each_hidden_one_leads_to_one_that_is_shown(claims: dict[str, tuple[str, str]]) -> None:
    named = {"": "", " ": ""} | {letter: f"!{letter}" for letter in "abcdef"}
    rooms = world(*(link(named[n], to=named[to], of=named[of]) for n, (to, of) in claims.items()))

    gone = replaced(rooms)

    assert not set(gone) & set(gone.values())
    assert all(room_id in older(end, rooms) for room_id, end in gone.items())
    assert all(newest(room_id, rooms) == gone.get(room_id, room_id) for room_id in rooms)


def test_what_it_goes_on_from_is_believed_only_where_the_older_one_says_so() -> None:
    assert older(B, world(link("!a", to="!b"), link("!b", of="!a"))) == (A,)
    assert older(B, world(link("!a"), link("!b", of="!a"))) == ()
    assert older(B, world(link("!a", to="!c"), link("!b", of="!a"))) == ()
    assert older(B, world(link("!b", of="!a"))) == ()


def test_before_one_is_inside_only_an_invite_says_what_a_room_goes_on_from() -> None:
    assert names_before(link("!b", of="!a"), A) is True
    assert names_before(link("!b", of="!c"), A) is False
    assert names_before(link("!b", of="!a", mine="invite"), A) is True
    assert names_before(link("!b", of="!a", mine="knock"), A) is None
    assert names_before(a_room(member(ANA, "invite"), room_id=B), A) is None


def test_one_comes_in_through_the_server_of_who_closed_it_then_through_those_that_a_space_names() -> None:
    child = {"via": ["near.example", "river.example"]}
    space = a_room(state("m.space.child", child, "!new"), member(ANA), room_id=C)
    old = a_room(state("m.room.tombstone", {"replacement_room": "!new"}, by=EVE), member(ANA), room_id=A)

    assert servers(old, [space], "home.example") == (
        "elsewhere.example",
        "near.example",
        "river.example",
        "home.example",
    )
    assert servers(link("!a"), [space], "home.example") == ()


def test_in_its_space_the_new_room_stands_where_the_old_one_stood_and_is_a_nook_as_well() -> None:
    locked = state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    space = a_room(
        state("m.room.create", {"type": "m.space"}),
        state("m.space.child", {"via": ["h"], "order": "1"}, "!a"),
        state("m.space.child", {"via": ["h"], "order": "2"}, "!c"),
        member(ANA),
        room_id=RoomId("!space"),
    )
    tomb = state("m.room.tombstone", {"replacement_room": "!b"})
    old = a_room(locked, tomb, member(ANA), room_id=A)
    new = a_room(state("m.room.create", {"predecessor": {"room_id": "!a"}}), locked, member(ANA), room_id=B)
    rooms = world(space, old, new, a_room(locked, member(ANA), room_id=C))

    assert [branch.room_id for branch in tree(rooms)[0].children] == [B, C]
    assert kind_of(rooms[B], rooms) is Kind.NOOK


def test_a_space_that_goes_on_in_another_one_is_shown_once() -> None:
    old = a_room(
        state("m.room.create", {"type": "m.space"}),
        state("m.room.tombstone", {"replacement_room": "!b"}),
        member(ANA),
        room_id=A,
    )
    new = a_room(state("m.room.create", {"type": "m.space", "predecessor": {"room_id": "!a"}}), member(ANA), room_id=B)

    assert [branch.room_id for branch in tree(world(old, new))] == [B]


@given(json_values, json_values)
def test_whatever_stands_in_a_tombstone_it_is_read_or_left(body: Any, room: Any) -> None:
    found = read_closing({"body": body, "replacement_room": room}, DEE)
    assert found is not None
    assert found.words == (body if isinstance(body, str) else "")
    assert found.successor is None or (isinstance(room, str) and room.startswith("!"))
    assert read_predecessor({"predecessor": room}) is None
    assert read_predecessor({"predecessor": {"room_id": room}}) == found.successor


def test_a_tombstone_that_was_emptied_closes_nothing() -> None:
    assert read_closing({}, DEE) is None
    assert read_closing({"body": "x"}, DEE) == Closing(DEE, None, "x")
