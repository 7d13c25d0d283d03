"""Rooms built from their clear state, in any order, whatever it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.events import Event, Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.room import CLOSED, Room, StateKey, room_from_state, state_key
from nookterm.domain.space import ordered
from nookterm.domain.vocabulary import CHARTER, ENTRY, FACILITATES, FACILITATION, HIGHLIGHTS, VETTING
from tests.domain.builders import (
    ANA,
    BO,
    BOARD,
    CY,
    DEE,
    DESK,
    EVE,
    FOXES,
    RIVER,
    a_message,
    a_nook,
    a_room,
    json_values,
    member,
    minutes,
    state,
)

EVERYTHING = [
    state("m.room.create", {"room_version": "11", "type": "m.space"}, by=DEE),
    state("m.room.power_levels", {"users": {DEE: 100, ANA: 50}, "invite": 50}, by=DEE),
    state("m.room.join_rules", {"join_rule": "knock"}),
    state("m.room.history_visibility", {"history_visibility": "joined"}),
    state("m.room.guest_access", {"guest_access": "can_join"}),
    state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
    state("m.room.name", {"name": "River"}),
    state("m.room.topic", {"topic": "By the water"}),
    state("m.room.tombstone", {"replacement_room": "!next"}),
    state(CHARTER, charter_content(Charter(purpose="Foxes", cap=12))),
    state(ENTRY, charter_content(Charter(purpose="Foxes", facilitators=(ANA,))), FOXES),
    state(HIGHLIGHTS, {"v": 1, "room_id": BOARD}),
    state(FACILITATION, {"v": 1, "room_id": DESK}),
    state(FACILITATES, {"v": 1}, FOXES),
    state(VETTING, {"v": 1, "nook": FOXES, "user": EVE}, by=DEE),
    member(ANA, name="Ana"),
    member(BO, "invite", name="Bo", by=ANA),
    member(EVE, "knock", name="Eve", reason="hello"),
    member(DEE, "leave"),
    state("m.space.child", {"via": ["h"]}, "!b", at=minutes(1)),
    state("m.space.child", {"via": ["h"], "order": "z"}, "!c", at=minutes(3)),
    state("m.space.child", {"via": ["h"]}, "!a", at=minutes(2)),
]
WHOLE = a_room(*EVERYTHING, room_id=RIVER)


@given(st.permutations(EVERYTHING))
def test_a_room_is_the_same_in_whatever_order_its_state_comes(events: list[Event]) -> None:
    assert room_from_state(RIVER, ANA, events) == WHOLE


def test_a_room_is_what_its_state_says() -> None:
    room = WHOLE

    assert (room.is_space, room.version, room.encrypted, room.guests) == (True, "11", True, True)
    assert (room.name, room.topic, room.join_rule, room.history) == ("River", "By the water", "knock", "joined")
    assert (room.highlights, room.facilitation, room.successor) == (BOARD, DESK, "!next")
    assert (room.facilitates, room.vets) == (frozenset({FOXES}), (FOXES, EVE))
    assert (room.membership, room.size, room.cap) == (Membership.JOIN, 2, 12)
    assert (room.facilitators, room.name_of(EVE), room.name_of(CY)) == ((ANA,), "Eve", None)
    assert room.entries[FOXES].facilitators == (ANA,)
    assert room.members[EVE].reason == "hello"
    assert room.members[BO].sender == ANA


def test_a_room_of_which_nothing_is_known_is_closed_and_plain() -> None:
    room = a_room()

    assert room == Room(FOXES, ANA, power=room.power)
    assert (room.membership, room.join_rule, room.cap) == (Membership.LEAVE, CLOSED, None)
    assert room.power.state_default == 0


@pytest.mark.parametrize("event", EVERYTHING, ids=lambda event: event.event_id)
def test_encrypted_events_never_count_as_state(event: Event) -> None:
    """The server orders and checks only clear state; anybody could encrypt a "power level"."""
    forged = replace(event, encrypted=True)

    assert a_room(forged) == a_room()


def test_an_encrypted_event_does_not_replace_the_state_that_stands() -> None:
    forged = replace(state("m.room.power_levels", {"users": {EVE: 100}}, by=EVE), encrypted=True)

    assert a_room(*EVERYTHING, forged, room_id=RIVER) == WHOLE


@pytest.mark.parametrize("rule", ["public", "invite", "knock", "restricted", "knock_restricted", "private"])
def test_known_join_rules_are_read(rule: str) -> None:
    assert a_room(state("m.room.join_rules", {"join_rule": rule})).join_rule == rule


@pytest.mark.parametrize("rule", ["open", "", None, 7, ["public"], {"public": 1}])
def test_an_unknown_join_rule_is_a_closed_door(rule: object) -> None:
    assert a_room(state("m.room.join_rules", {"join_rule": rule})).join_rule == CLOSED


def test_an_upgraded_space_stays_a_space_without_its_predecessors_event() -> None:
    """Version 12 names the predecessor by room id alone."""
    create = {"room_version": "12", "type": "m.space", "predecessor": {"room_id": "!old:river.example"}}

    room = a_room(state("m.room.create", create, by=DEE))

    assert (room.is_space, room.version) == (True, "12")
    assert room.power.may_set(DEE, "m.room.power_levels")


def test_levels_that_were_set_to_nothing_are_not_levels_that_never_were() -> None:
    create = state("m.room.create", {"room_version": "11"}, by=DEE)

    assert a_room(create).power.of(DEE) == 100
    assert a_room(create, state("m.room.power_levels", {})).power.of(DEE) == 0


def test_a_room_without_a_name_goes_by_its_alias() -> None:
    alias = state("m.room.canonical_alias", {"alias": "#foxes:h"})

    assert a_room(alias).name == "#foxes:h"
    assert a_room(alias, state("m.room.name", {"name": ""})).name == "#foxes:h"
    assert a_room(alias, state("m.room.name", {"name": "Foxes"})).name == "Foxes"


@pytest.mark.parametrize("content", [{}, {"via": []}, {"via": "h"}, {"via": [7, None]}, {"order": "a"}])
def test_a_child_that_no_server_vouches_for_was_taken_out(content: dict[str, Any]) -> None:
    assert a_room(state("m.space.child", content, "!gone")).children == ()


@pytest.mark.parametrize(
    ("order", "read"),
    [
        ("a", "a"),
        (" ~", " ~"),
        ("x" * 50, "x" * 50),
        ("x" * 51, None),
        ("é", None),
        ("a\n", None),
        ("", None),
        (1, None),
    ],
)
def test_an_order_that_the_spec_forbids_is_none(order: object, read: str | None) -> None:
    room = a_room(state("m.space.child", {"via": ["h", 7], "order": order}, "!c"))

    assert [(child.order, child.via) for child in room.children] == [(read, ("h",))]


def test_children_stand_by_order_then_by_age_then_by_id() -> None:
    listed = [
        ("!z", "a", 9),
        ("!y", "b", 1),
        ("!new", None, 5),
        ("!old", None, 1),
        ("!tie-b", None, 3),
        ("!tie-a", None, 3),
    ]
    room = a_room(*(state("m.space.child", {"via": ["h"], "order": o}, c, at=minutes(at)) for c, o, at in listed))

    assert [child.room_id for child in ordered(room.children)] == ["!z", "!y", "!old", "!tie-a", "!tie-b", "!new"]


@pytest.mark.parametrize("type_", [HIGHLIGHTS, FACILITATION])
@pytest.mark.parametrize("content", [{}, {"v": 2, "room_id": BOARD}, {"v": 1}, {"v": 1, "room_id": 5}])
def test_pointers_of_another_version_point_nowhere(type_: str, content: dict[str, Any]) -> None:
    room = a_room(state(type_, content))

    assert (room.highlights, room.facilitation) == (None, None)


@pytest.mark.parametrize("content", [{}, {"v": 2}])
def test_a_facilitators_room_cares_only_for_what_it_still_names(content: dict[str, Any]) -> None:
    assert a_room(state(FACILITATES, content, FOXES)).facilitates == frozenset()


@pytest.mark.parametrize(
    "content", [{"v": 2, "nook": FOXES, "user": EVE}, {"v": 1, "nook": FOXES}, {"v": 1, "user": EVE}, {"nook": FOXES}]
)
def test_half_a_vetting_room_vets_nobody(content: dict[str, Any]) -> None:
    assert a_room(state(VETTING, content)).vets is None


def test_a_nook_does_not_become_a_vetting_room_by_the_word_of_who_did_not_make_it() -> None:
    mark = {"v": 1, "nook": FOXES, "user": EVE}

    assert a_nook(state(VETTING, mark, by=CY)).vets is None
    assert a_nook(state(VETTING, mark, by=DEE)).vets == (FOXES, EVE)


def test_an_entry_of_another_version_is_no_entry() -> None:
    assert a_room(state(ENTRY, {"v": 9}, FOXES)).entries == {}


def test_our_blocks_sent_as_member_events_or_messages_set_nothing() -> None:
    assert state_key(a_message("hi")) is None
    assert state_key(member(BO)) == StateKey("m.room.member", BO)
    assert state_key(state("x.y", {}, "k")) == StateKey("x.y", "k")


def test_facilitators_are_those_inside_who_may_decide() -> None:
    assert a_nook().facilitators == (ANA, CY, DEE)
    assert a_nook(member(CY, "leave"), member(DEE, "ban", by=ANA)).facilitators == (ANA,)


def test_the_invited_count_against_the_cap_and_those_who_ask_do_not() -> None:
    assert a_nook(member(EVE, "invite", by=ANA)).size == 5
    assert a_nook(member(EVE, "knock")).size == 4


@given(
    st.sampled_from([event.payload for event in EVERYTHING]),
    st.dictionaries(
        st.sampled_from(["v", "room_id", "type", "name", "via", "order", "users", "algorithm"]), json_values
    ),
)
def test_no_state_content_breaks_a_room(payload: Any, content: dict[str, Any]) -> None:
    type_ = getattr(payload, "type", "m.room.member")
    room = a_room(state(type_, content, getattr(payload, "state_key", "")))

    assert room.room_id == FOXES
    assert isinstance(room.children, tuple)


def test_a_room_id_of_version_12_is_a_room_like_any_other() -> None:
    room_id = RoomId("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM")

    assert a_room(member(ANA), room_id=room_id).membership == Membership.JOIN


def test_a_facilitator_is_called_so_where_not_everybody_is_one() -> None:
    nook = a_nook()
    assert {who for who in (ANA, BO, CY, DEE, EVE) if nook.has_office(who)} == {ANA, CY, DEE}
    everybody = a_nook(levels={"users": dict.fromkeys((ANA, BO, CY, DEE), 50), "invite": 50, "kick": 50})
    assert not any(everybody.has_office(who) for who in (ANA, BO, CY, DEE, EVE))
    assert everybody.facilitators == (ANA, BO, CY, DEE), "what they may do is another matter"
