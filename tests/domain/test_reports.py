"""Reports: read by two facilitators, never by whom they are about, and nobody else decides what became of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from nookterm.domain.acts import act_content
from nookterm.domain.desk import Group, Item
from nookterm.domain.events import Event, Trust
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.reports import (
    LONGEST_QUOTE,
    RESOLVED,
    Nature,
    Report,
    read_report,
    readers,
    report_case,
    report_content,
    report_items,
    reports,
)
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import REPORT
from tests.domain.builders import (
    ANA,
    BO,
    CY,
    DEE,
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

TOLD = RoomId("!told:river.example")
BAD = EventId("$bad")
CASE = report_case(TOLD, BAD)


def its_room(*more: Event, me: UserId = ANA, by: UserId = BO) -> Room:
    first = [
        state("m.room.create", {"room_version": "11"}, by=by),
        state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, by=by),
        *(member(who) for who in (by, me)),
    ]
    return a_room(*{event.event_id: event for event in (*first, *more)}.values(), room_id=TOLD, me=me)


def told(
    accused: UserId = CY, nature: Nature = Nature.HURTS, *, nook: Room | None = None, **more: Any
) -> dict[str, Any]:
    return report_content(nook or a_nook(me=BO), BAD, accused, nature, called="Foxes", **more)


def said(content: Mapping[str, Any], event_id: str = "$report", **more: Any) -> Event:
    return a_message(content, event_id, **{"by": BO, "room": TOLD, **more})


def an_act(act: str, by: UserId = ANA, **more: Any) -> Event:
    return said(act_content(act, CASE, FOXES, act, **more), f"${act}{by}", by=by, at=minutes(10))


def found(
    *events: Event, room: Room | None = None, nook: Room | None = None, senders: Mapping[EventId, UserId] | None = None
) -> tuple[Report, ...]:
    here = room or its_room()
    return reports(here, events, {FOXES: nook or a_nook(me=here.me)}, minutes(20), senders=senders)


def items(*events: Event, room: Room | None = None, nook: Room | None = None) -> tuple[Item, ...]:
    here = room or its_room()
    nook = nook or a_nook(me=here.me)
    return report_items(found(*events, room=here, nook=nook), {FOXES: nook})


# --- who reads it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accused", [ANA, CY, DEE, BO])
@pytest.mark.parametrize("me", [ANA, BO, CY, DEE])
def test_two_who_may_decide_read_a_report_never_whom_it_is_about_nor_its_reporter(accused: UserId, me: UserId) -> None:
    chosen = readers(a_nook(me=me), accused, BAD)
    able = {ANA, CY, DEE} - {me, accused}
    assert set(chosen) <= able
    assert len(chosen) == min(2, len(able))


def test_for_one_message_the_same_two_are_chosen_each_time_and_others_for_others() -> None:
    nook = a_nook(me=BO)
    assert readers(nook, EVE, BAD) == readers(nook, EVE, BAD)
    assert len({frozenset(readers(nook, EVE, EventId(f"${n}"))) for n in range(40)}) == 3


def test_where_nobody_else_may_decide_nobody_is_named() -> None:
    assert readers(a_nook(me=BO, levels={"users": {DEE: 100}, "invite": 50}), DEE, BAD) == ()


# --- what is said -----------------------------------------------------------------------------------------------------


def test_a_report_reads_as_it_was_told() -> None:
    report = read_report(said(told(quote="you\nfool", words="please look")))
    assert report == Report(CASE, TOLD, FOXES, BAD, CY, BO, Nature.HURTS, NOON, quote="you\nfool", words="please look")


def test_any_client_shows_what_a_report_says() -> None:
    body = told(quote="you\nfool", words="please look")["body"]
    assert body == (
        "A message of @cy:river.example in Foxes is reported: it hurts somebody.\n\n> you\n> fool\n\nplease look\n\n"
        "https://matrix.to/#/%21foxes%3Ariver.example/%24bad?via=river.example"
    )


def test_what_was_not_quoted_is_not_told() -> None:
    content = told()
    assert content["body"].count("\n\n") == 1
    assert (content[REPORT]["quote"], content[REPORT]["words"]) == ("", "")


def test_a_long_quote_is_clipped_on_both_sides() -> None:
    content = told(quote="x" * 5000)
    assert len(content[REPORT]["quote"]) == LONGEST_QUOTE
    content[REPORT]["quote"] = "y" * 5000
    report = read_report(said(content))
    assert report
    assert report.quote == "y" * LONGEST_QUOTE


@pytest.mark.parametrize("change", [{"v": 2}, {"event_id": 3}, {"room_id": ""}, {"accused": None}])
def test_a_report_without_its_parts_is_none(change: dict[str, Any]) -> None:
    content = told()
    content[REPORT] = {**content[REPORT], **change}
    assert read_report(said(content)) is None


def test_a_nature_that_nobody_knows_is_another_one() -> None:
    content = told()
    content[REPORT] = {**content[REPORT], "nature": "haunted"}
    report = read_report(said(content))
    assert report
    assert report.nature == Nature.OTHER


@given(json_values)
def test_no_content_of_a_report_breaks_reading(value: Any) -> None:
    for key in told()[REPORT]:
        content = told()
        content[REPORT] = {**content[REPORT], key: value}
        read_report(said(content))


# --- which count ------------------------------------------------------------------------------------------------------


def test_a_report_becomes_a_line_for_those_who_read_it() -> None:
    (line,) = items(said(told(quote="you fool", words="please")))
    assert (line.case, line.group, line.room, line.user, line.event) == (CASE, Group.SAFETY, FOXES, CY, BAD)
    assert (line.why, line.quote) == ("reported: it hurts somebody", "you fool")
    assert line.details == {"room": TOLD, "reporter": BO, "nature": "hurts", "words": "please"}


def test_its_reporter_and_members_without_power_have_no_line_of_it() -> None:
    assert items(said(told()), room=its_room(me=BO)) == ()
    assert items(said(told(accused=ANA), by=CY), room=its_room(me=BO, by=CY)) == ()


def test_whom_it_is_about_sees_nothing_of_it() -> None:
    assert found(said(told(accused=ANA))) == ()


def test_who_sent_the_message_counts_more_than_what_a_report_says() -> None:
    (report,) = found(said(told(accused=CY)), senders={BAD: DEE})
    assert report.accused == DEE
    assert found(said(told(accused=CY)), senders={BAD: ANA}) == ()


@pytest.mark.parametrize(
    "event",
    [
        said(told(), by=CY),
        said(told(), encrypted=False),
        said(told(), trust=Trust.UNPROVED),
        said(told(), room=FOXES),
        said(told(nook=a_room(room_id=RoomId("!elsewhere"), me=BO))),
        said({"msgtype": "m.text", "body": "just words"}),
    ],
)
def test_only_the_maker_of_the_room_reports_in_it_encrypted_and_about_a_nook_of_ours(event: Event) -> None:
    assert found(event) == ()


def test_a_nook_is_no_room_for_reports() -> None:
    nook = a_nook()
    assert found(said(told(), room=FOXES, by=DEE), room=nook, nook=nook) == ()


def test_a_room_that_we_are_not_in_or_that_is_not_encrypted_holds_none() -> None:
    assert found(said(told()), room=its_room(member(ANA, "leave"))) == ()
    assert found(said(told()), room=replace(its_room(), encrypted=False)) == ()


def test_a_stranger_to_the_nook_reports_nothing() -> None:
    eves = its_room(by=EVE)
    assert found(said(told(), by=EVE), room=eves) == ()
    assert found(said(told(), by=EVE), room=eves, nook=a_nook(member(EVE, "knock"))) == ()


@pytest.mark.parametrize("membership", ["leave", "ban"])
def test_a_report_stays_when_its_reporter_is_turned_out(membership: str) -> None:
    assert len(found(said(told()), nook=a_nook(member(BO, membership, by=CY)))) == 1


def test_one_room_does_not_fill_a_desk() -> None:
    many = [said(told() | {REPORT: {**told()[REPORT], "event_id": f"$bad{n}"}}, f"$report{n}") for n in range(200)]

    assert 0 < len(found(*many)) <= 10


def test_a_report_said_twice_is_one() -> None:
    """The second reader could be invited only later: then it is said again, so that they can read it."""
    (report,) = found(said(told(), "$second", at=minutes(5)), said(told(), "$first"))
    assert report.at == NOON


# --- what became of it ------------------------------------------------------------------------------------------------


def test_the_room_says_who_looks_into_it() -> None:
    (line,) = items(said(told()), an_act("claim"))
    assert line.holder == ANA
    assert line.held_until


def test_a_report_that_is_resolved_leaves_the_desk_and_says_by_whom() -> None:
    events = (said(told()), an_act(RESOLVED, words="I spoke with them"))
    (report,) = found(*events)
    assert (report.resolved_by, report.resolution) == (ANA, "I spoke with them")
    assert items(*events) == ()


@pytest.mark.parametrize("by", [CY, BO])
def test_neither_whom_it_is_about_nor_a_member_can_close_it(by: UserId) -> None:
    assert len(items(said(told(accused=CY)), an_act(RESOLVED, by=by))) == 1
