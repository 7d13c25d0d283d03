"""The privacy sheet: derived from the room and what is known of devices alone, and nothing is left out or made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nookterm.domain.charter import Charter
from nookterm.domain.exceptions import Allowed
from nookterm.domain.ids import EventId
from nookterm.domain.privacy import Fix, HereFacts, Point, TrustFacts, is_open_to_lookers, privacy_sheet
from nookterm.domain.room import Room
from tests.domain.builders import ANA, BO, CY, DEE, EVE, a_nook, a_room, member, state

ALL_SIGNED = TrustFacts(known=True)
END = datetime(2026, 11, 29, tzinfo=UTC)


def points(
    room: Room, trust: TrustFacts = ALL_SIGNED, here: HereFacts | None = None, *spaces: Room
) -> dict[str, list[Point]]:
    sheet = privacy_sheet(room, spaces, trust, here or HereFacts())
    return {section.heading: list(section.points) for section in sheet}


def said(room: Room, heading: str, trust: TrustFacts = ALL_SIGNED) -> str:
    return " ".join(point.text for point in points(room, trust).get(heading, []))


@pytest.mark.parametrize(
    ("history", "reads", "past"),
    [
        ("invited", True, "from their invite on"),
        ("joined", False, "from the moment they join"),
        ("shared", True, "everything that was ever said"),
        ("world_readable", True, "open to whoever asks"),
    ],
)
def test_who_is_invited_reads_along_where_the_history_says_so(history: str, reads: bool, past: str) -> None:  # noqa: FBT001 - a table
    room = replace(a_nook(member(EVE, "invite", "Eve", by=ANA)), history=history)
    assert ("Also Eve" in said(room, "Who can read what is said")) is reads
    assert past in said(room, "From when on")


def test_a_charter_that_promises_another_past_is_pointed_out_with_the_way_to_set_it_right() -> None:
    room = replace(a_nook(), history="shared", charter=Charter(history="joined"))
    found = points(room)["From when on"]
    assert [(p.mark, p.fix) for p in found] == [("warn", Fix.SETTINGS)] * 2


def test_servers_are_counted_and_what_they_can_do_is_said() -> None:
    room = a_nook(member(EVE, name="Eve"))
    assert [p.text for p in points(room)["On which servers"]] == [
        "river.example: 4 people, your own; carries sealed messages.",
        "elsewhere.example: 1 person; carries sealed messages.",
    ]
    clear = replace(room, encrypted=False)
    assert all(p.mark == "leaves" and "reads and keeps everything" in p.text for p in points(clear)["On which servers"])
    assert "With which devices" not in points(clear)


def test_every_device_that_is_not_signed_and_every_identity_that_changed_is_named_with_its_owner() -> None:
    trust = TrustFacts(
        known=True, verified=frozenset({CY}), unsigned={BO: 2}, changed=frozenset({DEE}), ready=False,
    )  # fmt: skip
    found = points(a_nook(), trust)["With which devices"]
    texts = [p.text for p in found]
    assert texts[0].startswith("This device is not signed by you")
    assert "Dee has another identity" in texts[1]
    assert texts[2] == "2 devices of Bo are not signed by them and get nothing."
    assert texts[3] == "You compared keys with 1 of 3 people."
    assert [p.fix for p in found] == [Fix.TRUST, Fix.MEMBERS, Fix.MEMBERS, Fix.MEMBERS]


def test_what_nobody_looked_at_is_not_called_safe() -> None:
    assert said(a_nook(), "With which devices", TrustFacts()) == "Nothing is known of their devices yet."
    half = TrustFacts(known=True, unseen=frozenset({BO}))
    assert "Every device of everybody" not in said(a_nook(), "With which devices", half)
    assert "Every device of everybody" in said(a_nook(), "With which devices")


def test_an_exception_says_for_whom_until_when_and_who_said_so() -> None:
    rule = Allowed(EventId("$x"), ANA, END, END, frozenset({BO}))
    text = said(a_nook(), "Exceptions", TrustFacts(known=True, exception=rule, excepted={BO: 1}))
    assert "devices of Bo may take part until 2026-11-29, says Ana" in text
    assert "1 device takes part by it now" in text
    assert "Exceptions" not in points(a_nook())


@pytest.mark.parametrize(
    ("rule", "open_", "words"),
    [
        ("invite", False, "Nothing: whoever is not invited"),
        ("knock", True, "Whoever knows its address sees the name"),
        ("restricted", True, "Whoever is in its space sees the name"),
        ("knock_restricted", True, "Whoever knows its address"),
        ("public", True, "Anybody walks in"),
    ],
)
def test_what_outsiders_see_follows_from_how_people_get_in(rule: str, open_: bool, words: str) -> None:  # noqa: FBT001 - a table
    room = replace(a_nook(state("m.room.topic", {"topic": "Foxes at night"})), join_rule=rule)
    assert is_open_to_lookers(room) is open_
    text = said(room, "What outsiders see")
    assert words in text
    assert ("Foxes at night" in text) is open_
    assert ("Words with a request" in text) is ("knock" in rule)


def test_the_copy_of_the_charter_in_a_space_is_read_by_everybody_there() -> None:
    nook = a_nook()
    space = replace(a_room(state("m.room.name", {"name": "River"})), entries={nook.room_id: Charter()})
    assert "River shows the charter's copy" in " ".join(
        p.text for p in points(nook, ALL_SIGNED, None, space)["What outsiders see"]
    )
    assert "charter's copy" not in said(nook, "What outsiders see")


def test_what_servers_see_is_never_called_encrypted() -> None:
    assert {p.mark for p in points(a_nook())["What each of these servers sees"]} == {"leaves"}
    assert "emoji" in said(a_nook(), "What each of these servers sees")


def test_what_stays_here_is_said_as_it_was_last_carried_out() -> None:
    here = HereFacts(30, None, "The keys are kept.", backed_up=True)
    found = points(a_nook(), ALL_SIGNED, here)["Here, on this machine"]
    assert [p.text for p in found] == [
        "Messages stay in an encrypted database: of the last 30 days.", "The keys are kept.",
    ]  # fmt: skip
    assert "All messages stay" in said(a_nook(), "Here, on this machine")
