"""What is remembered of an identity: it moves only when a person says so, about the key that the person saw."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.trust.pins import Acknowledged, OwnReset, Pin, PinEvent, Seen, Standing, Verified, Withdrawn, step
from tests.trust.chance import BO

FIRST, SECOND, THIRD = "first", "second", "third"


def after(*events: PinEvent) -> Pin:
    pin = Pin(BO)
    for event in events:
        pin = step(pin, event)
    return pin


@pytest.mark.parametrize(
    ("events", "standing", "pinned"),
    [
        ([], Standing.NONE, None),
        ([Seen(None)], Standing.NONE, None),
        ([Seen(FIRST)], Standing.PINNED, FIRST),
        ([Seen(None), Seen(FIRST)], Standing.PINNED, FIRST),
        ([Seen(FIRST), Seen(FIRST)], Standing.PINNED, FIRST),
        ([Seen(FIRST), Seen(SECOND)], Standing.CHANGED, FIRST),
        ([Seen(FIRST), Seen(SECOND), Seen(FIRST)], Standing.PINNED, FIRST),
        ([Seen(FIRST), Seen(SECOND), Acknowledged(SECOND)], Standing.PINNED, SECOND),
        ([Seen(FIRST), Seen(SECOND), Acknowledged(SECOND), Seen(FIRST)], Standing.CHANGED, SECOND),
        ([Seen(FIRST), Seen(SECOND), Seen(THIRD), Acknowledged(SECOND)], Standing.CHANGED, FIRST),
        ([Seen(FIRST), Seen(SECOND), Acknowledged(FIRST)], Standing.CHANGED, FIRST),
        ([Seen(FIRST), Seen(None)], Standing.HIDDEN, FIRST),
        ([Seen(FIRST), Seen(None), Seen(FIRST)], Standing.PINNED, FIRST),
        ([Seen(FIRST), Seen(None), Seen(SECOND)], Standing.CHANGED, FIRST),
        ([Seen(FIRST), Verified(FIRST)], Standing.VERIFIED, FIRST),
        ([Seen(FIRST), Verified(SECOND)], Standing.PINNED, FIRST),
        ([Verified(FIRST)], Standing.NONE, None),
        ([Seen(FIRST, vouched=True)], Standing.VERIFIED, FIRST),
        ([Seen(None, vouched=True)], Standing.NONE, None),
        ([Seen(None, vouched=True), Seen(FIRST)], Standing.PINNED, FIRST),
        ([Seen(FIRST, vouched=True), Seen(None, vouched=True)], Standing.HIDDEN, FIRST),
        ([Seen(FIRST, vouched=True), Seen(FIRST)], Standing.VERIFIED, FIRST),
        ([Seen(FIRST), Verified(FIRST), Seen(FIRST)], Standing.VERIFIED, FIRST),
        ([Seen(FIRST), Verified(FIRST), OwnReset()], Standing.VIOLATED, FIRST),
        ([Seen(FIRST), Verified(FIRST), OwnReset(), Withdrawn(FIRST)], Standing.PINNED, FIRST),
        ([Seen(FIRST), Verified(FIRST), OwnReset(), Seen(FIRST, vouched=True)], Standing.VERIFIED, FIRST),
        ([Seen(FIRST), OwnReset()], Standing.PINNED, FIRST),
        ([Seen(FIRST, vouched=True), Seen(SECOND)], Standing.VIOLATED, FIRST),
        ([Seen(FIRST, vouched=True), Seen(None)], Standing.HIDDEN, FIRST),
        ([Seen(FIRST, vouched=True), Seen(SECOND), Acknowledged(SECOND)], Standing.VIOLATED, FIRST),
        ([Seen(FIRST, vouched=True), Seen(SECOND), Withdrawn(SECOND)], Standing.PINNED, SECOND),
        ([Seen(FIRST, vouched=True), Seen(SECOND), Seen(THIRD), Withdrawn(SECOND)], Standing.VIOLATED, FIRST),
        ([Seen(FIRST, vouched=True), Seen(SECOND), Withdrawn(SECOND), Seen(FIRST)], Standing.CHANGED, SECOND),
        ([Seen(FIRST, vouched=True), Seen(SECOND), Verified(SECOND)], Standing.VERIFIED, SECOND),
        ([Seen(FIRST, vouched=True), Seen(SECOND), Seen(FIRST, vouched=True)], Standing.VERIFIED, FIRST),
        ([Seen(FIRST, vouched=True), Seen(SECOND, vouched=True)], Standing.VERIFIED, SECOND),
        ([Seen(FIRST), Seen(SECOND), Verified(SECOND)], Standing.VERIFIED, SECOND),
        ([Seen(FIRST), Seen(SECOND), Withdrawn(SECOND)], Standing.CHANGED, FIRST),
        ([Seen(FIRST, vouched=True), Withdrawn(FIRST)], Standing.VERIFIED, FIRST),
        ([Seen(FIRST), Acknowledged(FIRST)], Standing.PINNED, FIRST),
    ],
)
def test_a_pin_stands_where_its_story_leads(events: list[PinEvent], standing: Standing, pinned: str | None) -> None:
    pin = after(*events)

    assert (pin.standing, pin.pinned) == (standing, pinned)


KEYS = st.sampled_from([FIRST, SECOND, THIRD])
SERVER = st.builds(Seen, st.none() | KEYS)
EVENTS = SERVER | st.builds(Seen, KEYS, st.just(value=True)) | st.builds(Verified, KEYS) | st.builds(
    Acknowledged, KEYS) | st.builds(Withdrawn, KEYS) | st.builds(OwnReset)  # fmt: skip


@given(st.lists(EVENTS, max_size=6), st.lists(SERVER, max_size=6))
def test_a_server_alone_never_moves_a_pin_and_never_makes_anybody_verified(
    story: list[PinEvent], tricks: list[PinEvent]
) -> None:
    before = after(*story)
    pin = before
    for trick in tricks:
        pin = step(pin, trick)

    if before.pinned is not None:
        assert pin.pinned == before.pinned
    if pin.standing is Standing.VERIFIED:
        assert pin.seen == before.verified
    elif before.was_verified:
        assert pin.standing in {Standing.VIOLATED, Standing.HIDDEN}


@given(st.lists(EVENTS, max_size=8))
def test_whoever_was_verified_stays_so_until_it_is_given_up(story: list[PinEvent]) -> None:
    pin = Pin(BO)
    for event in story:
        next_ = step(pin, event)
        if pin.was_verified and not next_.was_verified:
            assert isinstance(event, Withdrawn)
            assert pin.standing is Standing.VIOLATED
        if next_.pinned != pin.pinned and pin.pinned is not None:
            assert next_.pinned == next_.seen
            assert not isinstance(event, Seen) or event.vouched
        pin = next_


@given(st.lists(EVENTS, max_size=6), EVENTS)
def test_the_same_news_twice_is_one_news(story: list[PinEvent], event: PinEvent) -> None:
    once = step(after(*story), event)

    assert step(once, event) == once
    assert replace(once) == once


@pytest.mark.parametrize(
    ("events", "ours"),
    [
        ([Seen(FIRST), Verified(FIRST)], False),
        ([Seen(FIRST), Verified(FIRST), OwnReset()], True),
        ([Seen(FIRST), Verified(FIRST), OwnReset(), Seen(SECOND)], False),
        ([Seen(FIRST), Verified(FIRST), Seen(SECOND)], False),
    ],
)
def test_whose_identity_is_new_is_told_apart(events: list[PinEvent], *, ours: bool) -> None:
    assert after(*events).ours_is_new is ours
