"""Care that somebody switched on for themselves: exactly its six limits, and nothing that could be watched with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.acts import Act
from nookterm.domain.care import HELLO, WHY, care_case, care_items, greeted
from nookterm.domain.desk import Group, Item
from nookterm.domain.events import Event, Other, Unreadable
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import CARE
from nookterm.domain.wishes import CareWish, WishProblem, checked_wish, read_wish, wish_content
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
    a_reaction,
    a_redaction,
    an_edit,
    an_event,
    json_values,
    member,
    state,
)

WISH = CareWish(14)


def days(number: float) -> datetime:
    return NOON + timedelta(days=number)


def wishing(wish: CareWish | None = WISH, *, of: UserId = BO, by: UserId | None = None, at: datetime = NOON) -> Event:
    return state(CARE, wish_content(wish), of, by=by or of, at=at)


def lines(
    *events: Event, now: datetime, nook: Room | None = None, acts: Iterable[Act] = (), known: datetime | None = None
) -> tuple[Item, ...]:
    here = nook or a_nook(wishing())
    return care_items(here, events, here.wishes, now, acts=acts, known_since=known)


def an_act(act: str, at: datetime, by: UserId = ANA) -> Act:
    return Act(care_case(FOXES, BO), FOXES, BO, act, by, at, EventId(f"${act}{at}"))


# --- (a) only the member can ask for it -------------------------------------------------------------------------------


@pytest.mark.parametrize("writer", [ANA, DEE, EVE])
def test_nobody_wishes_for_somebody_else(writer: UserId) -> None:
    nook = a_nook(wishing(by=writer))
    assert nook.wishes == {}
    assert lines(nook=nook, now=days(30)) == ()


def test_an_empty_wish_is_none() -> None:
    assert wish_content(None) == {}
    assert a_nook(wishing(None)).wishes == {}


def test_a_wish_reads_as_it_was_written() -> None:
    wish = CareWish(21, date(2026, 12, 20))
    assert wish_content(wish) == {
        "v": 1,
        "notice_after_days": 21,
        "by": ["facilitators"],
        "away_until": "2026-12-20",
    }
    assert read_wish(wish_content(wish)) == wish
    assert a_nook(wishing(at=days(2))).wishes[BO].since == days(2)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"by": ["everybody"]},
        {"by": "facilitators"},
        {"notice_after_days": 0},
        {"notice_after_days": 91},
        {"notice_after_days": True},
        {"notice_after_days": "14"},
    ],
)
def test_a_wish_that_cannot_be_is_none(change: dict[str, Any]) -> None:
    assert read_wish({**wish_content(WISH), **change}) is None


@pytest.mark.parametrize("day", [3, "soon", "", None])
def test_a_day_that_is_none_is_left_out(day: object) -> None:
    assert read_wish({**wish_content(WISH), "away_until": day}) == WISH


@given(json_values)
def test_no_content_of_a_wish_breaks_reading(value: Any) -> None:
    for key in ("v", "notice_after_days", "by", "away_until"):
        read_wish({**wish_content(WISH), key: value})


@pytest.mark.parametrize("number", [0, 91])
def test_a_wish_outside_its_days_is_refused_in_words(number: int) -> None:
    with pytest.raises(WishProblem, match="1 to 90 days"):
        checked_wish(CareWish(number))
    assert checked_wish(WISH) == WISH


# --- (b) only messages in this nook count -----------------------------------------------------------------------------


def test_silence_for_as_long_as_was_asked_becomes_one_line() -> None:
    spoke = a_message("hi", by=BO, at=days(1))
    assert lines(spoke, now=days(14.9)) == ()
    (line,) = lines(spoke, now=days(15))
    assert (line.case, line.user, line.room) == (care_case(FOXES, BO), BO, FOXES)
    assert line.group == Group.CARE


@pytest.mark.parametrize(
    "said",
    [
        an_edit("$old", "other words", by=BO, at=days(10)),
        an_event(Unreadable("session", "no key"), by=BO, at=days(10)),
        an_event(Other("m.sticker"), by=BO, at=days(10)),
    ],
)
def test_whatever_they_say_here_counts_also_what_cannot_be_read(said: Event) -> None:
    assert lines(said, now=days(20)) == ()
    assert len(lines(said, now=days(24))) == 1


@pytest.mark.parametrize(
    "event",
    [
        a_reaction("$m", "🎉", by=BO, at=days(10)),
        a_redaction("$m", by=BO, at=days(10)),
        an_event(Other("m.call.member"), by=BO, at=days(10), encrypted=False),
        a_message("about Bo", by=CY, at=days(10)),
    ],
)
def test_nothing_but_their_own_messages_counts(event: Event) -> None:
    assert len(lines(event, now=days(20))) == 1


def test_the_newest_of_their_messages_counts_in_whatever_order_they_came() -> None:
    new, old = a_message("new", "$2", by=BO, at=days(9)), a_message("old", "$1", by=BO, at=days(1))
    assert lines(new, old, now=days(20)) == ()


def test_coming_back_into_the_nook_begins_anew() -> None:
    assert lines(nook=a_nook(wishing(), member(BO, name="Bo", at=days(10))), now=days(20)) == ()


def test_a_message_dated_into_the_future_hides_nobody_for_longer_than_was_asked() -> None:
    assert lines(a_message("hi", by=BO, at=days(500)), now=days(20)) == ()
    assert len(lines(a_message("hi", by=BO, at=days(1)), now=days(20))) == 1


def test_a_past_that_is_not_here_is_not_taken_for_silence() -> None:
    assert lines(now=days(20), known=days(10)) == ()
    assert len(lines(now=days(24), known=days(10))) == 1


# --- (c) no list, no ranking, no last sight ---------------------------------------------------------------------------


def test_a_line_never_tells_when_they_were_last_seen() -> None:
    """Two people who fell silent at different times have lines that differ in nothing but their names."""
    nook = a_nook(wishing(), wishing(of=CY))
    early, late = (a_message("hi", by=who, at=at) for who, at in ((BO, days(1)), (CY, days(5))))
    first, second = lines(early, late, nook=nook, now=days(30))
    assert (first.since, first.why, first.details) == (second.since, second.why, second.details) == (NOON, WHY, {})


def test_only_facilitators_see_it_and_nobody_sees_their_own() -> None:
    wish = wishing(of=ANA)
    assert lines(nook=a_nook(wish, me=BO), now=days(30)) == ()
    assert lines(nook=a_nook(wish, me=ANA), now=days(30)) == ()
    assert len(lines(nook=a_nook(wish, me=CY), now=days(30))) == 1
    assert lines(nook=a_nook(wish, member(CY, "leave"), me=CY), now=days(30)) == ()


def test_who_has_left_is_let_go() -> None:
    assert lines(nook=a_nook(wishing(), member(BO, "leave")), now=days(30)) == ()


# --- away, and (e) one hello for each time ----------------------------------------------------------------------------


def test_who_said_that_they_are_away_is_not_missed_until_then_and_has_the_whole_time_after() -> None:
    back = (days(40)).date()
    nook = a_nook(wishing(CareWish(14, back)))
    assert lines(nook=nook, now=days(40)) == ()
    assert lines(nook=nook, now=days(50)) == ()
    assert len(lines(nook=nook, now=datetime.combine(back, datetime.min.time(), UTC) + timedelta(days=15))) == 1


def test_the_last_day_that_there_is_breaks_nothing() -> None:
    assert lines(nook=a_nook(wishing(CareWish(14, date.max))), now=days(400)) == ()


def test_one_hello_is_enough_until_they_speak_again() -> None:
    hello = an_act(HELLO, days(20))
    assert lines(now=days(100), acts=[hello]) == ()
    spoke = a_message("here I am", by=BO, at=days(30))
    assert lines(spoke, now=days(40), acts=[hello]) == ()
    assert len(lines(spoke, now=days(44), acts=[hello])) == 1


def test_whoever_wants_to_say_hello_hears_of_one_since_they_last_spoke() -> None:
    nook, hello = a_nook(wishing()), an_act(HELLO, days(20))
    spoke = a_message("here I am", by=BO, at=days(30))
    assert greeted(nook, BO, (), [hello], days(21)) == hello
    assert greeted(nook, BO, (), [], days(21)) is None
    assert greeted(nook, BO, (spoke,), [hello], days(31)) is None
    assert greeted(nook, EVE, (), [hello], days(21)) is None
    assert greeted(a_nook(), BO, (), [hello], days(21)) is None


def test_a_hello_of_somebody_without_the_power_says_nothing() -> None:
    assert len(lines(now=days(30), acts=[an_act(HELLO, days(20), by=EVE)])) == 1


def test_a_line_says_who_is_on_it() -> None:
    claim = an_act("claim", days(20), by=CY)
    (line,) = lines(now=days(20) + timedelta(minutes=5), acts=[claim])
    assert (line.holder, line.held_until) == (CY, claim.at + claim.lasts)


@given(st.integers(1, 90), st.floats(0, 200), st.floats(0, 200))
def test_a_line_is_there_exactly_when_they_were_silent_for_long_enough(wait: int, spoke: float, now: float) -> None:
    nook = a_nook(wishing(CareWish(wait)))
    due = now >= min(max(spoke, 0), now) + wait
    assert bool(lines(a_message("hi", by=BO, at=days(spoke)), nook=nook, now=days(now))) == due
