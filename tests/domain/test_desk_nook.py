"""The life of a nook on its desk: who is new, what waits for an answer, what stalled, and when it has become quiet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.charter import Charter, charter_content
from nookterm.domain.desk import Kind
from nookterm.domain.desk_nook import nook_items
from nookterm.domain.desk_talk import Said, Talk, Thread
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import CHARTER
from tests.domain.builders import ANA, BO, CY, DEE, EVE, FOXES, NOON, a_nook, member, state


def nook(*more: Any, quiet_days: int = 14, prompts: tuple[str, ...] = (), me: UserId = ANA) -> Room:
    charter = charter_content(Charter(quiet_days=quiet_days, prompts=prompts))
    return a_nook(member(EVE), state(CHARTER, charter, by=DEE), *more, me=me)


def said(event: str, by: UserId = BO, at: datetime = NOON, body: str = "Why?") -> Said:
    return Said(EventId(event), by, at, body)


def found(talk: Talk, after: timedelta, room: Room | None = None) -> list[tuple[Kind, str | None]]:
    return [(item.kind, item.user) for item in nook_items(room or nook(), talk, NOON + after)]


NEW = Talk(newcomers=(said("$came", EVE),))
ASKED = Talk(questions=(said("$q"),))
STALLED = Talk(threads=(Thread(EventId("$root"), ANA, said("$last", CY), frozenset({BO, EVE})),))
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("talk", "first", "last", "line"),
    [
        (NEW, timedelta(), 14 * DAY, (Kind.HELLO, EVE)),
        (ASKED, DAY, 14 * DAY, (Kind.QUESTION, BO)),
        (STALLED, 3 * DAY, 14 * DAY, (Kind.THREAD, BO)),
    ],
)
def test_a_line_is_there_for_its_time(talk: Talk, first: timedelta, last: timedelta, line: Any) -> None:
    assert found(talk, first) == found(talk, last) == [line]
    assert found(talk, first - SECOND) == [] or first == timedelta()
    assert found(talk, last + SECOND) == []


def test_a_line_says_what_it_is_about() -> None:
    (new,) = nook_items(nook(), NEW, NOON)
    assert (new.room, new.since, new.event, new.quote) == (FOXES, NOON, "$came", "")
    (question,) = nook_items(nook(), ASKED, NOON + DAY)
    assert (question.event, question.quote) == ("$q", "Why?")
    (thread,) = nook_items(nook(), STALLED, NOON + 3 * DAY)
    assert (thread.event, thread.quote) == ("$root", "Why?")
    assert thread.details == {"last": "$last", "by": CY, "waits_for": f"{BO} {EVE}"}
    assert len({item.case for item in (new, question, thread)}) == 3


@pytest.mark.parametrize("talk", [NEW, ASKED, STALLED])
def test_only_who_may_decide_there_has_a_desk(talk: Talk) -> None:
    assert found(talk, 4 * DAY, nook(me=BO)) == []
    assert found(talk, 4 * DAY, nook(member(ANA, "leave"))) == []


def test_who_is_gone_waits_for_nothing() -> None:
    gone = [member(who, "leave") for who in (BO, EVE)]
    for talk in (NEW, ASKED, STALLED):
        assert found(talk, 4 * DAY, nook(*gone)) == []
    assert found(STALLED, 4 * DAY, nook(gone[0])) == [(Kind.THREAD, EVE)]
    assert found(STALLED, 4 * DAY, nook(member(ANA, "leave"), me=CY)) == [], "whoever began it has left"
    stranger = Talk(questions=(said("$q", UserId("@nobody:x")),))
    assert found(stranger, 4 * DAY) == []


def test_a_facilitator_needs_no_greeting() -> None:
    assert found(Talk(newcomers=(said("$came", CY),)), timedelta()) == []


# -- quiet


def quiet_since(talk: Talk, now: datetime, **more: Any) -> datetime | None:
    lines = [item.since for item in nook_items(nook(**more), talk, now) if item.kind == Kind.QUIET]
    return lines[0] if lines else None


def spoke(**last: float) -> Talk:
    """Who spoke last how many days after noon; known from thirty days before."""
    names = {"bo": BO, "cy": CY, "eve": EVE}
    return Talk(spoke={names[name]: NOON + days * DAY for name, days in last.items()}, since=NOON - 30 * DAY)


def test_a_nook_is_quiet_when_fewer_than_two_people_talked() -> None:
    both = spoke(bo=0, cy=1)
    assert quiet_since(both, NOON + 14 * DAY - SECOND) is None
    assert quiet_since(both, NOON + 14 * DAY) == NOON + 14 * DAY


def test_a_single_word_ends_the_quiet_for_some_days_only() -> None:
    prompted = spoke(bo=0, cy=20)
    assert quiet_since(prompted, NOON + 22 * DAY) is None
    assert quiet_since(prompted, NOON + 23 * DAY) == NOON + 23 * DAY


def test_what_is_not_known_is_not_taken_for_silence() -> None:
    young = Talk(spoke={BO: NOON}, since=NOON - DAY)
    assert quiet_since(young, NOON + 13 * DAY - SECOND) is None
    assert quiet_since(young, NOON + 13 * DAY) == NOON + 13 * DAY
    assert quiet_since(Talk(), NOON + 99 * DAY) is None
    assert quiet_since(Talk(since=NOON), NOON + 14 * DAY) == NOON + 14 * DAY


def test_who_spoke_before_something_is_missing_may_have_spoken_in_it() -> None:
    holed = Talk(spoke={BO: NOON, CY: NOON}, since=NOON + 10 * DAY)
    assert quiet_since(holed, NOON + 23 * DAY) is None
    assert quiet_since(holed, NOON + 24 * DAY) == NOON + 24 * DAY


def test_the_charter_says_after_how_many_days_or_never() -> None:
    both = spoke(bo=0, cy=0)
    assert quiet_since(both, NOON + 300 * DAY, quiet_days=0) is None
    assert quiet_since(both, NOON + DAY, quiet_days=1) == NOON + DAY
    assert [i for i in nook_items(a_nook(), both, NOON + 300 * DAY) if i.kind == Kind.QUIET] == []
    line = nook_items(nook(quiet_days=1, prompts=("What broke?", "What held?")), both, NOON + DAY)[0]
    assert (line.why, list(line.details.values())) == (
        "fewer than two people talked for a day",
        ["What broke?", "What held?"],
    )
    assert nook_items(nook(quiet_days=2), both, NOON + 9 * DAY)[0].why == "fewer than two people talked for 2 days"


def test_one_person_alone_makes_no_quiet_nook() -> None:
    alone = [member(who, "leave") for who in (BO, CY, DEE, EVE)]
    assert found(spoke(bo=0), 99 * DAY, nook(*alone)) == []


@given(
    st.dictionaries(st.sampled_from([BO, CY, EVE]), st.floats(-30, 200), max_size=3),
    st.floats(0, 200),
    st.integers(1, 60),
)
def test_the_word_of_two_people_always_ends_the_quiet(last: dict[UserId, float], now: float, days: int) -> None:
    talk = Talk(spoke={who: NOON + at * DAY for who, at in last.items()}, since=NOON - 30 * DAY)
    moment = NOON + now * DAY
    since = quiet_since(talk, moment, quiet_days=days)
    lately = [who for who, at in talk.spoke.items() if at > moment - timedelta(days=days)]
    assert since is None or since <= moment
    assert since is None or len(lately) < 2
