"""People who wait, on the desk: each once, and only while they do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.conflicts import Clash, Conflict
from nookterm.domain.desk import GROUP_OF, Group, Item, Kind, by_server, in_order
from nookterm.domain.desk_people import INVITE_WAITS, SILENT_AFTER, people_items
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.vetting import Request
from nookterm.domain.vocabulary import CHARTER
from tests.domain.builders import ANA, BO, CY, DEE, EVE, FOXES, NOON, a_nook, member, minutes, state

DAY = timedelta(days=1)
FAY = UserId("@fay:elsewhere.example")
ROOM = RoomId("!vetting")


def nook(*more: Any, cap: int = 6, answer_by: int = 3) -> Room:
    return a_nook(state(CHARTER, charter_content(Charter(cap=cap, answer_by_days=answer_by)), by=DEE), *more)


def request(user: UserId = EVE, **more: Any) -> Request:
    return replace(Request(f"k-{user}", FOXES, user, None, NOON, EventId(f"$knock{user}"), cap=6, size=4), **more)


def lines(
    *requests: Request, after: timedelta = timedelta(), room: Room | None = None, clashes: Any = ()
) -> list[tuple[Kind, str | None, str]]:
    items = people_items(room or nook(), requests, clashes, NOON + after)
    return [(item.kind, item.user, item.why) for item in items]


def test_everybody_who_asks_has_one_line_bound_to_their_request() -> None:
    asked = request(holder=CY, held_until=minutes(5), reason="please")
    (item,) = people_items(nook(), [asked], (), NOON)
    assert (item.kind, item.case, item.event, item.since) == (Kind.ASK, asked.case, asked.knock, NOON)
    assert (item.holder, item.held_until, item.quote, item.request) == (CY, minutes(5), "please", asked)
    assert not item.folded


@pytest.mark.parametrize(
    ("standing", "why", "folded"),
    [
        ({}, "asks to join", 0),
        ({"withdrawn": True}, "took it back; their server has not told", 1),
        ({"cooling_until": NOON + DAY}, "was declined, and asks again before 2026-11-02", 1),
        ({"blocked_at": NOON}, "was let in, and takes no invites", 0),
        ({"place": 2, "waitlisted_at": NOON, "size": 6}, "waits for a place", 1),
        ({"place": 2, "waitlisted_at": NOON}, "waits for a place", 0),
    ],
)
def test_what_is_set_aside_is_folded_and_says_why(standing: dict[str, Any], why: str, folded: int) -> None:
    room = nook(cap=4)
    (item,) = [i for i in people_items(room, [request(**standing)], (), NOON) if i.kind == Kind.ASK]
    assert (item.why, item.folded, item.place) == (why, bool(folded), standing.get("place"))


# -- nudge


@pytest.mark.parametrize(
    ("standing", "after", "why"),
    [
        ({"asked_at": NOON}, SILENT_AFTER, "was asked, and has not answered"),
        ({"asked_at": NOON, "answered_at": NOON}, 3 * DAY, "answered, and nobody has decided"),
        ({"answered_at": NOON}, 3 * DAY, "answered, and nobody has decided"),
    ],
)
def test_somebody_who_waits_too_long_in_vetting_is_brought_up(
    standing: dict[str, Any], after: timedelta, why: str
) -> None:
    asked = request(asked_in=ROOM, **standing)
    assert lines(asked, after=after)[1:] == [(Kind.NUDGE, EVE, why)]
    assert lines(asked, after=after - timedelta(seconds=1))[1:] == []
    nudge = people_items(nook(), [asked], (), NOON + after)[1]
    assert nudge.details == {"case": asked.case, "asked_in": ROOM}
    assert nudge.case != asked.case
    for aside in (
        replace(asked, withdrawn=True),
        replace(asked, cooling_until=NOON + 99 * DAY),
        replace(asked, waitlisted_at=NOON),
    ):
        assert lines(aside, after=after)[1:] == []


def test_a_charter_may_leave_the_time_for_an_answer_open() -> None:
    answered = request(asked_at=NOON, answered_at=NOON)
    assert lines(answered, after=99 * DAY, room=nook(answer_by=0))[1:] == []
    assert lines(answered, after=99 * DAY, room=a_nook())[1:] == []
    assert lines(request(), after=99 * DAY)[1:] == []


# -- slot

LINE = (
    request(EVE, place=2, waitlisted_at=minutes(2)),
    request(FAY, place=1, waitlisted_at=minutes(9)),
    request(BO),
)


def slots(*requests: Request, room: Room) -> list[Item]:
    return [item for item in people_items(room, requests, (), NOON) if item.kind == Kind.SLOT]


def test_a_free_place_names_the_next_on_the_wait_list() -> None:
    (item,) = slots(*LINE, room=nook(cap=5))
    assert (item.user, item.place, item.since, item.details) == (FAY, 1, minutes(9), {"case": f"k-{FAY}"})
    assert slots(*LINE, room=nook(cap=4)) == []
    assert slots(LINE[2], room=nook(cap=5)) == []
    assert slots(replace(LINE[1], withdrawn=True), LINE[0], room=nook(cap=5))[0].user == EVE
    assert slots(*LINE, room=a_nook())[0].user == FAY, "a nook without a cap always has a place"


def test_a_place_is_free_since_somebody_left() -> None:
    gone = member(CY, "leave", at=minutes(30))
    assert slots(*LINE, room=nook(gone, cap=4))[0].since == minutes(30)
    assert slots(request(place=1), room=nook(cap=9))[0].since == NOON


# -- invites


def test_an_invite_that_nobody_took_up_comes_back_after_two_weeks() -> None:
    room = nook(member(EVE, "invite", by=CY, event_id="$invite"))
    assert lines(room=room, after=INVITE_WAITS - timedelta(seconds=1)) == []
    (item,) = people_items(room, (), (), NOON + INVITE_WAITS)
    assert (item.kind, item.user, item.event, item.details) == (Kind.INVITE, EVE, "$invite", {"by": CY})


# -- conflicts


def clash(what: Clash, **more: Any) -> Conflict:
    return replace(
        Conflict(FOXES, EVE, f"k-{EVE}", what, (), Membership.KNOCK, EventId("$now"), None, minutes(1)), **more
    )


@pytest.mark.parametrize("what", list(Clash))
def test_who_is_in_conflict_has_one_line_and_it_is_about_safety(what: Clash) -> None:
    room, asked = nook(), request()
    (item,) = people_items(room, [asked], [clash(what, by=CY, holder=ANA, held_until=minutes(9))], NOON)
    assert (item.kind, item.group, item.case, item.request) == (Kind.CONFLICT, Group.SAFETY, asked.case, asked)
    assert (item.holder, item.details["by"], item.details["clash"]) == (ANA, CY, str(what))
    (alone,) = people_items(room, [], [clash(what)], NOON)
    assert alone.request is None
    assert "by" not in alone.details


# -- the desk's order


def test_the_desk_goes_from_safety_to_upkeep_and_from_the_longest_wait() -> None:
    def line(kind: Kind, at: datetime = NOON, case: str = "k", **more: Any) -> Item:
        return Item(case, kind, FOXES, at, **more)

    wanted = [
        line(Kind.REPORT),
        line(Kind.ASK, NOON, "a"),
        line(Kind.INVITE, NOON, "b"),
        line(Kind.ASK, minutes(1)),
        line(Kind.ASK, snoozed_until=minutes(9)),
        line(Kind.ASK, folded=True),
        line(Kind.HELLO),
        line(Kind.SHARE),
        line(Kind.DRIFT),
    ]
    assert list(in_order(reversed(wanted))) == wanted
    assert set(GROUP_OF) == set(Kind)


def test_a_flood_is_counted_by_server() -> None:
    items = people_items(nook(), [request(), request(FAY), request(BO)], (), NOON)
    items = (*items, Item("k-quiet", Kind.QUIET, FOXES, NOON))
    assert {server: [i.user for i in found] for server, found in by_server(items).items()} == {
        "elsewhere.example": [EVE, FAY],
        "river.example": [BO],
    }
