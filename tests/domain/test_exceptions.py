"""Exceptions for unsigned devices: who makes one, for whom, how long it lasts, and what never brings it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.events import Event, Membership, Message, Reaction, Trust
from nookterm.domain.exceptions import (
    LONGEST,
    Allowed,
    Forbidden,
    allow_content,
    forbid_content,
    may_allow,
    read_act,
    ruling,
)
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.power import Power
from nookterm.domain.room import Member, Room
from nookterm.domain.vocabulary import UNSIGNED
from tests.domain.builders import ANA, BO, CY, FOXES, NOON, a_message, an_event, json_values, minutes

WEEK = allow_content(7, NOON)
FOR_BO = allow_content(7, NOON, {BO: "Bo"})
NO = forbid_content()


def a_room(**more: Any) -> Room:
    """Ana and Cy may change its settings, Bo may not."""
    power = Power(users={ANA: 100, CY: 50}, state_default=50)
    here = {user: Member(user, Membership.JOIN, None, NOON, EventId("$m"), user) for user in (ANA, BO, CY)}
    return Room(FOXES, ANA, encrypted=True, power=power, members=here, **more)


def said(content: dict[str, Any], event_id: str = "$1", **more: Any) -> Event:
    return a_message(content, event_id, **more)


def holds(*events: Event, room: Room | None = None, now: datetime = NOON) -> Allowed | None:
    return ruling(room or a_room(), events, now).rule


def block(**fields: object) -> dict[str, Any]:
    return {"msgtype": "m.notice", "body": "x", UNSIGNED: {"v": 1, **fields}}


SOON = (NOON + timedelta(hours=1)).isoformat()


def test_a_facilitator_lets_unsigned_devices_of_everybody_take_part_for_a_week() -> None:
    rule = holds(said(WEEK))
    assert rule == Allowed(EventId("$1"), ANA, NOON, NOON + timedelta(days=7))
    assert rule.covers(BO)
    assert rule.covers(UserId("@anybody:else.example"))


def test_an_exception_for_somebody_covers_nobody_else() -> None:
    rule = holds(said(FOR_BO, by=CY))
    assert rule is not None
    assert rule.covers(BO)
    assert not rule.covers(ANA)


def test_it_is_over_to_the_second() -> None:
    end = NOON + timedelta(days=7)
    assert holds(said(WEEK), now=end - timedelta(seconds=1))
    assert holds(said(WEEK), now=end) is None


def test_a_facilitator_ends_it_for_everybody() -> None:
    assert holds(said(WEEK), said(NO, "$2", by=CY)) is None
    assert holds(said(WEEK), said(NO, "$2", by=CY), said(FOR_BO, "$3")) == read_act(said(FOR_BO, "$3"))


def test_the_latest_act_counts_and_not_the_widest() -> None:
    assert holds(said(WEEK), said(FOR_BO, "$2", by=CY)) == read_act(said(FOR_BO, "$2", by=CY))


def test_a_member_neither_makes_nor_ends_an_exception() -> None:
    assert holds(said(WEEK, by=BO)) is None
    assert holds(said(WEEK), said(NO, "$2", by=BO)) is not None


def test_it_ends_when_its_author_loses_the_power_or_leaves() -> None:
    room = a_room()
    assert holds(said(WEEK, by=CY), room=replace(room, power=replace(room.power, users={ANA: 100}))) is None
    gone = {ANA: room.members[ANA], BO: room.members[BO]}
    assert holds(said(WEEK, by=CY), room=replace(room, members=gone)) is None


def test_a_power_that_comes_back_brings_back_the_end_as_well() -> None:
    room = a_room()
    powerless = replace(room, power=replace(room.power, users={}))
    acts = (said(WEEK), said(NO, "$2"))
    assert ruling(powerless, acts, NOON).rule is None
    assert ruling(room, acts, NOON).rule is None


def test_creators_of_a_new_room_stand_above_all_levels() -> None:
    power = Power(creators=frozenset({BO}), state_default=50)
    assert may_allow(replace(a_room(), power=power), BO)
    assert not may_allow(replace(a_room(), power=power), CY)


def test_the_power_that_settings_need_is_the_rooms_own() -> None:
    room = a_room()
    strict = replace(room, power=replace(room.power, state_default=100))
    assert holds(said(WEEK, by=CY), room=strict) is None
    assert holds(said(WEEK, by=ANA), room=strict) is not None


def test_a_room_that_is_not_encrypted_has_no_exception() -> None:
    assert holds(said(WEEK), room=replace(a_room(), encrypted=False)) is None


@pytest.mark.parametrize("trust", list(Trust))
def test_only_what_a_signed_device_says_counts(trust: Trust) -> None:
    counts = trust in {Trust.OWN, Trust.VERIFIED, Trust.SIGNED}
    assert (holds(said(WEEK, trust=trust)) is not None) == counts
    assert (holds(said(WEEK), said(NO, "$2", trust=trust)) is None) == counts


def test_a_message_in_clear_text_is_a_servers_to_forge_and_counts_for_nothing() -> None:
    assert read_act(said(WEEK, encrypted=False, trust=Trust.SIGNED)) is None
    assert read_act(an_event(Reaction(EventId("$1"), "x"))) is None


@pytest.mark.parametrize(
    "content",
    [
        block(allow=True),
        block(allow=True, until="soon"),
        block(allow=True, until=7),
        block(allow=True, until=(NOON + timedelta(hours=1)).replace(tzinfo=None).isoformat()),
        block(allow=True, until=(NOON + LONGEST + timedelta(hours=2)).isoformat()),
        block(allow=1, until=SOON),
        block(allow="true", until=SOON),
        block(until=SOON),
        block(allow=True, until=SOON, people=[]),
        block(allow=True, until=SOON, people=None),
        block(allow=True, until=SOON, people="@bo:river.example"),
        block(allow=True, until=SOON, people=["@bo:river.example", 1]),
        block(allow=True, until=SOON, people=[f"@p{n}:x" for n in range(151)]),
        {"msgtype": "m.text", "body": "x", UNSIGNED: {"v": 2, "allow": True, "until": SOON}},
        {"msgtype": "m.text", "body": "x", UNSIGNED: True},
        {"msgtype": "m.text", "body": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_lets_nobody_in(content: dict[str, Any]) -> None:
    assert read_act(said(content)) is None


def test_thirty_days_are_the_most() -> None:
    assert holds(said(block(allow=True, until=(NOON + LONGEST).isoformat()))) is not None


@given(st.dictionaries(st.sampled_from(["v", "allow", "until", "people"]), json_values))
def test_no_block_of_a_stranger_breaks_anything(fields: dict[str, Any]) -> None:
    act = read_act(said({"msgtype": "m.text", "body": "x", UNSIGNED: fields}))
    assert act is None or isinstance(act, Allowed | Forbidden)


def test_what_was_ended_does_not_come_back_when_its_end_is_taken_away() -> None:
    room = a_room()
    seen = ruling(room, (said(WEEK), said(NO, "$2", by=CY)), NOON)
    assert seen.over == {EventId("$1")}
    emptied = an_event(Message("redacted", ""), "$2", by=CY)
    assert ruling(room, (said(WEEK), emptied), NOON, seen.over).rule is None
    powerless = replace(room, power=replace(room.power, users={ANA: 100}))
    assert ruling(powerless, (said(WEEK), said(NO, "$2", by=CY)), NOON, seen.over).rule is None
    anew = said(WEEK, "$3", at=minutes(5))
    assert ruling(room, (said(WEEK), anew), NOON, seen.over).rule == read_act(anew)


def test_a_wider_exception_does_not_come_back_when_the_narrower_one_is_taken_away() -> None:
    room = a_room()
    seen = ruling(room, (said(WEEK), said(FOR_BO, "$2", by=CY)), NOON)
    assert ruling(room, (said(WEEK),), NOON, seen.over).rule is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            WEEK,
            "For 7 days devices that their owner has not signed may take part here. Their servers could read along.",
        ),
        (allow_content(1, NOON), "For 1 day devices that their owner has not signed may take part here."),
        (FOR_BO, "For 7 days devices of Bo may take part here although they are not signed."),
        (allow_content(2, NOON, {BO: "Bo", CY: "Cy"}), "For 2 days devices of Bo and Cy may take part here"),
        (NO, "From now on only devices that their owner has signed take part here."),
    ],
)
def test_neighbours_with_another_client_read_it_in_plain_words(content: dict[str, Any], words: str) -> None:
    assert content["body"].startswith(words)
    assert content["msgtype"] == "m.notice"
