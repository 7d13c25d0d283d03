"""The hand-over sheet: what it tells a newcomer, and that it never says more than its writer could."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.acts import CLAIM_LASTS, Act, act_content, counting, holder, knock_case, read_act
from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.desk import Kind
from nookterm.domain.events import Event, Trust
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.sheet import (
    MOST_ENTRIES,
    Entry,
    believed,
    came_when,
    open_entries,
    read_sheet,
    sheet_contents,
    sheet_items,
)
from nookterm.domain.vetting import Request, waiting
from nookterm.domain.vocabulary import ACT, CHARTER
from tests.domain.builders import (
    ANA,
    BO,
    CY,
    DEE,
    DESK,
    EVE,
    FOXES,
    NOON,
    a_message,
    a_nook,
    a_room,
    json_values,
    member,
    minutes,
    state,
)

FAY, GUS = UserId("@fay:elsewhere.example"), UserId("@gus:elsewhere.example")
CASE, OTHER, DECLINED = (knock_case(FOXES, who) for who in (EVE, FAY, GUS))
VETTING = RoomId("!vetting")
NOOK = a_nook(
    state(CHARTER, charter_content(Charter(cap=4, cooldown_days=30)), by=DEE),
    member(EVE, "knock", at=minutes(-60), event_id="$eve"),
    member(FAY, "knock", at=minutes(-50), event_id="$fay"),
    member(GUS, "knock", at=minutes(-5), event_id="$gus2"),
)


def act(word: str, by: UserId = ANA, at: float = 0, user: UserId = EVE, **more: Any) -> Act:
    kept = Act(knock_case(FOXES, user), FOXES, user, word, by, minutes(at), EventId(f"${word}{at}{user}"))
    return replace(kept, **more)


KNOWN = (
    act("claim", CY, -40),
    act("asked", CY, -39, room=VETTING, knock=EventId("$eve")),
    act("dossier", CY, -30, answers={"q1": "secret"}),
    act("vote", CY, -29, vote=1),
    act("snooze", ANA, -28, until=minutes(600)),
    act("waitlisted", ANA, -20, FAY),
    act("waitlisted", CY, -19, FAY),
    act("claim", ANA, -500, FAY),
    act("declined", ANA, -90, GUS, knock=EventId("$gus1")),
)
"""What Ana and Cy did before Dee came; Ana's claim has run out."""


def sheet_event(contents: Any, by: UserId = ANA, at: float = 0, event_id: str = "$sheet", **more: Any) -> Event:
    return a_message(json.loads(json.dumps(contents)), event_id, by=by, at=minutes(at), room=DESK, **more)


def written(acts: Iterable[Act], by: UserId = ANA, at: float = 0, event_id: str = "$sheet") -> tuple[Act, ...]:
    """A sheet of these acts, read by somebody else."""
    contents = sheet_contents(NOOK, DEE, open_entries(NOOK, acts, minutes(at)), "Open cases")
    return tuple(a for content in contents for a in read_sheet(sheet_event(content, by, at, event_id)))


def requests(acts: Iterable[Act], now: float = 5) -> dict[UserId, Request]:
    found = waiting(NOOK, NOOK.who(*{m.membership for m in NOOK.members.values()}), believed(NOOK, acts), minutes(now))
    return {request.user: request for request in found}


def test_a_sheet_holds_what_still_counts_and_no_answers() -> None:
    entries = open_entries(NOOK, KNOWN, NOON)
    assert {(entry.case, entry.act, entry.by) for entry in entries} == {
        (CASE, "claim", CY),
        (CASE, "asked", CY),
        (CASE, "dossier", CY),
        (CASE, "snooze", ANA),
        (OTHER, "waitlisted", ANA),
        (DECLINED, "declined", ANA),
    }
    (content,) = sheet_contents(NOOK, DEE, entries, "Open cases")
    assert "secret" not in json.dumps(content)
    assert content["body"] == "Open cases"
    until = {entry.act: entry.until for entry in entries}
    assert until["claim"] == minutes(-40) + CLAIM_LASTS
    assert until["declined"] == minutes(-90) + timedelta(days=30)


def test_who_reads_only_the_sheet_sees_what_the_others_see() -> None:
    theirs, ours = requests(written(KNOWN)), requests(KNOWN)
    for user in (EVE, FAY, GUS):
        for field in ("holder", "held_until", "place", "asked_in", "asked_at", "answered_at", "waitlisted_at"):
            assert getattr(theirs[user], field) == getattr(ours[user], field), (user, field)
    assert theirs[GUS].cooling_until == ours[GUS].cooling_until
    assert (theirs[EVE].holder, theirs[FAY].place) == (CY, 1)
    assert theirs[EVE].answers == {}


def test_what_is_over_is_not_handed_on() -> None:
    over = [
        act("claim", CY, -5),
        act("release", CY, -4),
        act("snooze", ANA, -3, until=minutes(-1)),
        act("snooze", ANA, -2),
    ]
    assert open_entries(NOOK, over, NOON) == ()
    asked = act("asked", CY, -10, room=VETTING)
    assert open_entries(NOOK, [asked, act("settled", CY, -9)], NOON) == ()
    gone = replace(NOOK, members={who: m for who, m in NOOK.members.items() if who != EVE})
    assert open_entries(gone, [asked], NOON) == ()
    letter = replace(asked, knock=EventId("~letter~!room"))
    assert [entry.act for entry in open_entries(gone, [letter], NOON)] == ["asked"], "who wrote has not knocked"
    assert open_entries(NOOK, [act("declined", ANA, -90, GUS), act("approved", ANA, -80, GUS)], NOON) == ()
    long_ago = act("declined", ANA, -60 * 24 * 31, GUS, knock=EventId("$gus1"))
    assert open_entries(NOOK, [long_ago], NOON) == ()
    assert open_entries(a_nook(), [act("declined", ANA, -1, GUS, knock=EventId("$g"))], NOON) == ()


def test_a_claim_that_was_handed_over_is_handed_on() -> None:
    passed = [act("claim", CY, -40), act("handover", CY, -30, to=DEE)]
    (entry,) = open_entries(NOOK, passed, NOON)
    assert (entry.by, entry.until) == (DEE, minutes(-30) + CLAIM_LASTS)
    assert requests(written(passed))[EVE].holder == DEE


def test_the_writers_own_claim_is_a_claim() -> None:
    (told,) = written([act("claim", ANA, -40)])
    assert (told.act, told.sender, told.at, told.lasts) == ("claim", ANA, minutes(-40), CLAIM_LASTS)


def test_many_cases_take_several_messages() -> None:
    entries = [Entry(f"k-{n}", "snooze", NOON, ANA, UserId(""), until=minutes(9)) for n in range(MOST_ENTRIES + 1)]
    contents = sheet_contents(NOOK, DEE, entries, "Open cases")
    assert [len(content[ACT]["entries"]) for content in contents] == [MOST_ENTRIES, 1]
    assert sheet_contents(NOOK, DEE, [], "") == ()


# -- what a reader believes


def test_a_reader_knows_better_what_they_read_themselves() -> None:
    sheet = written(KNOWN)
    own = act("claim", DEE, -2)
    assert requests([*sheet, own])[EVE].holder == DEE, "the sheet's claim is dropped where one's own are known"
    assert requests([*sheet, act("waitlisted", DEE, -1, FAY)])[FAY].waitlisted_at == minutes(-1)
    assert requests([*sheet, act("release", CY, 2)])[EVE].holder is None, "later acts go on from the sheet"


def test_whoever_lacks_the_power_hides_nothing_of_a_sheet() -> None:
    assert requests([*written(KNOWN), act("waitlisted", BO, -1, FAY)])[FAY].waitlisted_at == minutes(-20)


def test_a_sheet_counts_as_far_as_its_writer_has_the_power() -> None:
    assert counting(NOOK, written(KNOWN, by=BO), minutes(5)) == ()
    (declined,) = (a for a in written(KNOWN) if a.act == "declined")
    may_not_remove = a_nook(levels={"users": {DEE: 100, ANA: 50}, "invite": 50, "kick": 60, "state_default": 50})
    assert counting(may_not_remove, [declined], minutes(5)) == ()


def test_of_two_sheets_the_newest_counts_once() -> None:
    first = written(KNOWN, event_id="$one")
    second = written(KNOWN, by=CY, at=3, event_id="$two")
    believed_ = believed(NOOK, [*first, *second])
    assert {a.sheet for a in believed_} == {"$two"}
    released = [*believed_, act("release", CY, 4)]
    assert requests(released)[EVE].holder is None


def test_without_a_sheet_everything_is_as_it_was() -> None:
    assert believed(NOOK, KNOWN) == KNOWN


# -- what comes from elsewhere


def told(entry: object, **more: Any) -> tuple[Act, ...]:
    content = act_content("sheet", "k-sheet", FOXES, "Open cases", user=DEE, entries=[entry])
    return read_sheet(sheet_event(content, **more))


GOOD = {"case": CASE, "act": "waitlisted", "at": minutes(-20).isoformat(), "user": EVE, "by": CY}


def test_a_plain_entry_is_read() -> None:
    (found,) = told(GOOD)
    assert (found.act, found.sender, found.at, found.user, found.sheet) == (
        "waitlisted",
        ANA,
        minutes(-20),
        EVE,
        "$sheet",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {**GOOD, "case": 7},
        {**GOOD, "act": "approved"},
        {**GOOD, "act": "banned"},
        {**GOOD, "act": "vote"},
        {**GOOD, "act": ["claim"]},
        {**GOOD, "at": "yesterday"},
        {**GOOD, "at": 7},
        {**GOOD, "at": "2026-11-01T12:00:00"},
        {**GOOD, "at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_an_odd_entry_is_passed_over(wrong: object) -> None:
    assert told(wrong) == ()


def test_a_sheet_is_signed_encrypted_and_a_list() -> None:
    assert told(GOOD, trust=Trust.UNSIGNED) == ()
    assert told(GOOD, encrypted=False) == ()
    content = act_content("sheet", "k-sheet", FOXES, "", user=DEE, entries="all")
    assert read_sheet(sheet_event(content)) == ()
    assert read_sheet(sheet_event(act_content("claim", CASE, FOXES, "", entries=[GOOD]))) == ()
    assert read_sheet(a_message("hello")) == ()


def test_nothing_in_a_sheet_is_later_than_the_sheet_or_lasts_for_ever() -> None:
    (late,) = told({**GOOD, "at": minutes(900).isoformat()})
    assert late.at == NOON
    far = {**GOOD, "act": "claim", "by": ANA, "until": minutes(10**6).isoformat()}
    (claim,) = told(far)
    assert claim.lasts == CLAIM_LASTS * 12
    (past,) = told({**far, "until": minutes(-900).isoformat()})
    assert holder([past], NOON) is None
    (plain,) = told({**GOOD, "act": "claim", "by": 7})
    assert (plain.act, plain.lasts) == ("claim", CLAIM_LASTS)


@given(st.lists(json_values | st.dictionaries(st.sampled_from(sorted({*GOOD, "until"})), json_values), max_size=5))
def test_whatever_a_sheet_holds_only_its_writer_speaks_in_it(entries: list[Any]) -> None:
    event = sheet_event({}, by=CY)
    content = act_content("sheet", "k-sheet", FOXES, "", user=DEE, entries=entries)
    event = a_message(content, "$sheet", by=CY, room=DESK)
    assert read_act(event) is not None
    for found in read_sheet(event):
        assert (found.sender, found.nook, found.sheet) == (CY, FOXES, "$sheet")
        assert found.at <= event.sent_at


# -- who needs one


def desk(*more: Event) -> Room:
    return a_room(*(member(who) for who in (ANA, CY, DEE)), *more, room_id=DESK)


def needs(
    room: Room = NOOK, came: dict[UserId, Any] | None = None, *acts: Act, helpers: Room | None = None
) -> list[Any]:
    when = {DEE: NOON} if came is None else came
    return [item.user for item in sheet_items(room, helpers or desk(), when, acts or KNOWN, minutes(5))]


def test_a_facilitator_who_came_after_open_cases_began_needs_a_sheet() -> None:
    (item,) = sheet_items(NOOK, desk(), {DEE: NOON}, KNOWN, minutes(5))
    assert (item.kind, item.user, item.since, item.details) == (Kind.SHEET, DEE, NOON, {"entries": "6"})
    assert needs(NOOK, {DEE: minutes(-35)}) == [DEE]


@pytest.mark.parametrize(
    "nobody",
    [
        lambda: needs(NOOK, {}),
        lambda: needs(NOOK, {ANA: NOON}),
        lambda: needs(NOOK, {BO: NOON}),
        lambda: needs(NOOK, {DEE: minutes(-600)}),
        lambda: needs(NOOK, None, act("claim", CY, 2)),
        lambda: needs(helpers=desk(member(DEE, "leave", event_id="$gone"))),
        lambda: needs(helpers=a_room(member(ANA), member(CY), room_id=DESK)),
        lambda: needs(NOOK, None, *KNOWN, act("sheet", CY, 1, DEE)),
    ],
)
def test_nobody_else_does(nobody: Any) -> None:
    assert nobody() == []


def test_a_sheet_from_before_they_came_back_does_not_do() -> None:
    assert needs(NOOK, None, *KNOWN, act("sheet", CY, -1, DEE)) == [DEE]
    assert needs(NOOK, None, *KNOWN, act("sheet", BO, 1, DEE)) == [DEE], "nor one by who lacks the power"
    assert needs(NOOK, None, *written(KNOWN)) == [], "what was only read in a sheet is not handed on"


def test_a_change_of_name_is_no_coming() -> None:
    came = member(DEE, before={"membership": "invite"}, at=minutes(1))
    renamed = member(DEE, before={"membership": "join"}, at=minutes(2))
    assert came_when([came, renamed, member(CY, "leave"), a_message("hello")]) == {DEE: minutes(1)}
