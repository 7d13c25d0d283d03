"""Who will read a highlight, and when that is no longer what was agreed to."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from nookterm.domain.audience import Audience, audience_of, audience_words
from tests.domain.builders import EVE, a_nook, a_room, member, state

AGREED = Audience(12, encrypted=True, join_rule="knock", history="invited")
HISTORY = ["joined", "invited", "shared", "world_readable"]
RULES = ["invite", "private", "knock", "knock_restricted", "restricted", "public"]


def test_the_audience_is_who_is_in_and_what_the_room_shows() -> None:
    assert audience_of(a_nook(member(EVE, "invite"))) == Audience(
        4, encrypted=True, join_rule="knock", history="invited"
    )


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (AGREED, "12 people, encrypted"),
        (replace(AGREED, readers=1, encrypted=False), "1 person, not encrypted"),
        (replace(AGREED, history="shared"), "12 people, encrypted, newcomers read the past"),
        (replace(AGREED, history="world_readable"), "12 people, encrypted, anyone can read it"),
        (replace(AGREED, encrypted=False, join_rule="public"), "12 people, not encrypted, anyone may join"),
    ],
)
def test_the_audience_is_said_in_a_line(audience: Audience, words: str) -> None:
    assert audience_words(audience) == words


@pytest.mark.parametrize(("field", "narrower", "wider"), [
    *(("history", *pair) for pair in pairwise(HISTORY)),
    *(("join_rule", *pair) for pair in pairwise(RULES)),
])  # fmt: skip
def test_each_step_towards_the_open_widens_and_each_step_back_does_not(field: str, narrower: str, wider: str) -> None:
    small = Audience(1, encrypted=False, **{"history": "joined", "join_rule": "invite", field: narrower})
    large = Audience(1, encrypted=False, **{"history": "joined", "join_rule": "invite", field: wider})

    assert small.widened(large)
    assert not large.widened(small)
    assert not small.widened(small)


def test_losing_encryption_widens_and_gaining_it_does_not() -> None:
    clear = replace(AGREED, encrypted=False)

    assert AGREED.widened(clear)
    assert not clear.widened(AGREED)


def test_more_readers_by_the_same_door_are_no_wider_audience() -> None:
    assert not AGREED.widened(replace(AGREED, readers=500))


def test_a_word_that_nobody_knows_may_let_in_everybody() -> None:
    for unknown in (replace(AGREED, history="mystery"), replace(AGREED, join_rule="mystery")):
        assert AGREED.widened(unknown)
        assert unknown.widened(AGREED)
        assert not unknown.widened(unknown)


def test_a_room_whose_rule_is_unknown_widens_what_was_agreed() -> None:
    odd = audience_of(a_room(state("m.room.join_rules", {"join_rule": "org.example.open"})))

    assert replace(odd, join_rule="invite").widened(odd)
