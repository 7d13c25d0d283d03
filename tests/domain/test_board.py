"""The board: what is up, who liked it, whether everybody sees the same words, and by which week and nook it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.board import Highlight, highlights, shown_body
from nookterm.domain.board_weeks import Week, by_nook, by_week
from nookterm.domain.charter import Charter
from nookterm.domain.events import Edit, Event, Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import HIGHLIGHT
from nookterm.domain.way_in import Listed, way_in
from tests.domain.builders import (
    ANA,
    BO,
    BOARD,
    CY,
    DEE,
    FOXES,
    NOON,
    RIVER,
    a_message,
    a_reaction,
    a_redaction,
    a_room,
    an_edit,
    an_event,
    json_values,
    minutes,
    state,
)

OPEN: dict[str, Any] = {"encrypted": False, "room": BOARD}


def the_board(*more: Event) -> Room:
    return a_room(state("m.room.create", {"room_version": "11"}, by=DEE), *more, room_id=BOARD)


def put_up(event_id: str = "$one", text: str = "Cone 6.", credit: str = "Bo", **more: Any) -> Event:
    """A highlight as the board's room has it; `block` and `body` change what is in it."""
    block = {"v": 1, "id": f"id {event_id}", "nook_name": "Foxes", "text": text, "credit": credit, "commit": "c"}
    block |= more.pop("block", {})
    body = more.pop("body", shown_body("Foxes", text, credit))
    content = {"msgtype": "m.text", "body": body, HIGHLIGHT: block, **more.pop("content", {})}
    return a_message(content, event_id, **{"by": DEE, **OPEN, **more})


def test_the_board_shows_the_newest_first_and_nothing_that_was_taken_back() -> None:
    events = [put_up("$one"), put_up("$two", at=minutes(5)), put_up("$three"), a_redaction("$three", **OPEN)]
    assert [h.event_id for h in highlights(the_board(), events)] == ["$two", "$one"]


def test_each_person_counts_once_for_each_reaction() -> None:
    events = [
        put_up(),
        a_reaction("$one", "🔥", "$r1", by=BO, **OPEN),
        a_reaction("$one", "👏", "$r2", by=ANA, **OPEN),
        a_reaction("$one", "🔥", "$r3", by=BO, **OPEN),
        a_reaction("$one", "🔥", "$r4", by=CY, **OPEN),
        a_reaction("$one", "🙈", "$r5", by=CY, **OPEN),
        a_redaction("$r5", **OPEN),
        a_reaction("$other", "🔥", "$r6", by=DEE, **OPEN),
    ]
    (one,) = highlights(the_board(), events)
    assert (one.reactions, one.mine) == ((("🔥", 2), ("👏", 1)), frozenset({"👏"}))


SAME = shown_body("Foxes", "Cone 6.", "Bo")


@pytest.mark.parametrize(
    ("more", "altered"),
    [
        ({}, False),
        ({"credit": ""}, False),
        ({"body": SAME.replace("6", "7")}, True),
        ({"body": f"{SAME}\nRead more at example.org"}, True),
        ({"content": {"format": "org.matrix.custom.html", "formatted_body": "<b>Something else</b>"}}, True),
    ],
)
def test_words_that_others_do_not_see_are_said_to_be_altered(more: Mapping[str, Any], *, altered: bool) -> None:
    (one,) = highlights(the_board(), [put_up(**more)])
    assert one.altered == altered


def test_an_edit_by_whoever_posted_it_alters_it_for_others_and_not_here() -> None:
    (one,) = highlights(the_board(), [put_up(), an_edit("$one", "Anything", by=DEE, **OPEN)])
    assert (one.body, one.altered) == ("Cone 6.", True)
    stranger = an_edit("$one", "Anything", by=CY, **OPEN)
    taken_back = [an_edit("$one", "Anything", "$edit", by=DEE, **OPEN), a_redaction("$edit", **OPEN)]
    for events in ([stranger], taken_back):
        (one,) = highlights(the_board(), [put_up(), *events])
        assert not one.altered
    elsewhere = an_event(Edit(EventId("$one"), Message("text", "x")), "$e", by=DEE, encrypted=False, room=FOXES)
    assert not highlights(the_board(), [put_up(), elsewhere])[0].altered


@given(st.dictionaries(st.sampled_from(["v", "id", "nook_name", "text", "credit", "commit", "picture"]), json_values))
def test_no_block_breaks_the_board(block: dict[str, Any]) -> None:
    for highlight in highlights(the_board(), [a_message({"body": "", HIGHLIGHT: block}, **OPEN)]):
        assert isinstance(highlight.body, str)


MONDAY = datetime(2026, 11, 16, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "week"),
    [
        (MONDAY, "UTC", "2026-W47"),
        (MONDAY, "America/New_York", "2026-W46"),
        (MONDAY - timedelta(hours=1), "UTC", "2026-W46"),
        (MONDAY - timedelta(hours=1), "Europe/Berlin", "2026-W47"),
        (datetime(2027, 1, 3, 12, tzinfo=UTC), "UTC", "2026-W53"),
        (datetime(2024, 12, 30, 12, tzinfo=UTC), "UTC", "2025-W01"),
    ],
)
def test_a_week_is_the_readers_own_from_monday_to_sunday(moment: datetime, zone: str, week: str) -> None:
    found = Week.at(moment, ZoneInfo(zone))
    assert str(found) == week
    assert Week.read(week) == found
    assert found.monday <= moment.astimezone(ZoneInfo(zone)).date() <= found.sunday


@pytest.mark.parametrize("word", ["2026-W54", "2026-47", "W47", "", "2025-W53", "0000-W01", "２０２６-W47"])
def test_what_is_no_week_is_none(word: str) -> None:
    assert Week.read(word) is None


def a_highlight(id_: str, nook: str = "Foxes", at: datetime = NOON, **more: Any) -> Highlight:
    return Highlight(id_, nook, "Bo", "Cone 6.", EventId(f"${id_}"), BOARD, at, DEE, "", **more)


def test_the_board_stands_by_week_and_nook() -> None:
    older = NOON - timedelta(days=7)
    board = [
        a_highlight("a"),
        a_highlight("b", "owls"),
        a_highlight("c", at=minutes(1)),
        a_highlight("d", "Badgers", older),
        a_highlight("e", "Owls"),
    ]
    weeks = by_week(board, UTC)
    assert [str(one.week) for one in weeks] == ["2026-W44", "2026-W43"]
    assert [(shelf.nook_name, [h.id for h in shelf.highlights]) for shelf in weeks[0].nooks] == [
        ("Foxes", ["c", "a"]),
        ("Owls", ["e"]),
        ("owls", ["b"]),
    ]
    assert [h.id for h in weeks[1].highlights] == ["d"]
    assert by_nook([]) == ()


LISTED = Listed(FOXES, "Foxes", True, Charter(board_way_in=True))


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ([LISTED], FOXES),
        ([LISTED, replace(LISTED, room_id=RIVER, name="Owls")], FOXES),
        ([], None),
        ([replace(LISTED, name="foxes")], None),
        ([LISTED, replace(LISTED, room_id=RIVER, can_ask=False, card=None)], None),
        ([replace(LISTED, can_ask=False)], None),
        ([replace(LISTED, card=None)], None),
        ([replace(LISTED, card=Charter(board_way_in=False))], None),
    ],
    ids=["it", "among others", "unlisted", "another name", "two of one name", "inside", "no card", "not shown"],
)
def test_the_way_in_leads_to_the_one_nook_of_that_name(listed: list[Listed], found: RoomId | None) -> None:
    assert way_in("Foxes", listed) == found
