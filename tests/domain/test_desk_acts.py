"""Acts on the desk's lines: who is on one, until when it is put off, when a word ends it; hostile acts do nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.acts import CLAIM_LASTS, Act
from nookterm.domain.desk import Group, Item, Kind
from nookterm.domain.desk_acts import ENDED_BY_WORD, LONGEST_SNOOZE, PutOff, as_acted
from nookterm.domain.ids import EventId, RoomId, UserId
from tests.domain.builders import ANA, BO, CY, DEE, EVE, FOXES, NOON, a_nook, minutes

NOOK = a_nook()
CASE = "k-case"
EVENT = EventId("$event")
DAY = timedelta(days=1)


def item(kind: Kind = Kind.QUESTION, **more: Any) -> Item:
    return replace(Item(CASE, kind, FOXES, NOON, user=EVE, event=EVENT), **more)


def act(word: str, by: UserId = ANA, at: float = 1, **more: Any) -> Act:
    return replace(Act(CASE, FOXES, EVE, word, by, minutes(at), EventId(f"${word}{at}{by}")), **more)


def acted(line: Item, *acts: Act, now: float = 60, own: PutOff | None = None) -> Item | None:
    found = as_acted([line], NOOK, acts, minutes(now), {CASE: own} if own else {})
    return found[0] if found else None


def off(until: float, **more: Any) -> Act:
    return act("snooze", until=minutes(until), **more)


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.ASK, Kind.CONFLICT, Kind.CARE, Kind.REPORT}))
def test_a_claim_counts_on_every_kind_of_line(kind: Kind) -> None:
    held = acted(item(kind), act("claim", CY))
    assert held is not None
    assert (held.holder, held.held_until) == (CY, minutes(1) + CLAIM_LASTS)
    assert acted(item(kind), act("claim", CY), act("release", CY, 2)) == item(kind)


def test_whoever_is_on_a_request_is_known_from_the_request() -> None:
    asked = item(Kind.ASK, holder=DEE, held_until=minutes(99))
    assert acted(asked, act("claim", CY)) == asked


@pytest.mark.parametrize("kind", sorted(ENDED_BY_WORD))
def test_a_word_ends_a_line_until_there_is_something_newer(kind: Kind) -> None:
    assert acted(item(kind), act("settled", at=0)) is None
    newer = item(kind, since=minutes(2))
    assert acted(newer, act("settled")) == newer


@pytest.mark.parametrize("kind", sorted(set(Kind) - ENDED_BY_WORD))
def test_other_lines_end_by_what_is_done(kind: Kind) -> None:
    assert acted(item(kind), act("settled")) == item(kind)


@pytest.mark.parametrize(
    "nothing",
    [
        act("settled", BO),
        act("settled", EVE),
        replace(act("settled"), case="k-other"),
        replace(act("settled"), nook=RoomId("!other")),
        act("settled", at=99),
        act("approved"),
    ],
)
def test_who_may_not_decide_there_ends_nothing(nothing: Act) -> None:
    assert acted(item(), nothing) == item()


# -- put off


def until(line: Item | None) -> Any:
    return line.snoozed_until if line else None


def test_a_line_is_put_off_until_then_and_no_longer() -> None:
    assert until(acted(item(), off(61))) == minutes(61)
    assert until(acted(item(), off(60))) is None
    assert until(acted(item(), off(61), off(0, at=2))) is None, "taken up again"
    assert until(acted(item(), off(61), off(75, at=2))) == minutes(75)
    assert until(acted(item(), act("snooze"))) is None
    assert until(acted(item(Kind.ASK), off(61))) == minutes(61)
    assert until(acted(item(Kind.ASK), act("claim"))) is None


def test_nobody_puts_a_line_off_for_ever() -> None:
    far = act("snooze", until=NOON + 999 * DAY)
    assert until(acted(item(), far)) == minutes(1) + LONGEST_SNOOZE


def test_something_newer_brings_a_line_back() -> None:
    assert until(acted(item(), off(61, event=EVENT))) == minutes(61)
    assert until(acted(item(), off(61, event=EventId("$older")))) is None
    assert until(acted(item(Kind.ASK), off(61, knock=EVENT))) == minutes(61)
    assert until(acted(item(Kind.ASK), off(61, knock=EventId("$older")))) is None
    assert until(acted(item(), own=PutOff(minutes(61), EventId("$older")))) is None


def test_one_may_put_a_line_off_for_oneself() -> None:
    mine = PutOff(minutes(70), EVENT)
    assert until(acted(item(), own=mine)) == minutes(70)
    assert until(acted(item(), off(90), own=mine)) == minutes(90), "the later of both"
    assert until(acted(item(), own=mine, now=70)) is None


@pytest.mark.parametrize("kind", [Kind.REPORT, Kind.CONFLICT])
def test_safety_is_put_off_by_each_for_themselves(kind: Kind) -> None:
    assert item(kind).group == Group.SAFETY
    assert until(acted(item(kind), off(61))) is None
    assert until(acted(item(kind), own=PutOff(minutes(61), EVENT))) == minutes(61)


@given(
    st.lists(
        st.builds(
            act,
            st.sampled_from(["claim", "release", "handover", "snooze", "settled", "approved", "made up"]),
            st.sampled_from([BO, EVE, UserId("@nobody:x")]),
            st.integers(-99, 99),
            to=st.sampled_from([None, BO, CY]),
            until=st.sampled_from([None, minutes(61), NOON + 999 * DAY]),
        ),
        max_size=12,
    ),
    st.sampled_from(sorted(Kind)),
)
def test_acts_without_power_change_nothing_at_all(acts: list[Act], kind: Kind) -> None:
    assert acted(item(kind), *acts) == item(kind)
