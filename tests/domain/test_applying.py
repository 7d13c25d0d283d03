"""Where a request of one's own stands, and what a facilitator can tell of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from nookterm.domain.applying import MyRequest, State, is_late, is_open, my_state
from nookterm.domain.events import Event, Membership, Trust
from nookterm.domain.knocking import Told, Word, read_word, word_block
from nookterm.domain.vocabulary import WORD
from tests.domain.builders import ANA, FOXES, NOON, RIVER, a_message, json_values, minutes

MINE = MyRequest(FOXES, "Foxes", "7Q2KX4", NOON)
LETTER = replace(MINE, written_to=ANA, asked_in=RIVER, answered_in=RIVER)
KNOCK, LEAVE = Membership.KNOCK, Membership.LEAVE


def told(state: Told, **more: Any) -> MyRequest:
    return replace(MINE, word=Word(state, ANA, minutes(5), **more))


@pytest.mark.parametrize(
    ("mine", "membership", "asks", "state"),
    [
        (replace(MINE, sent=False), LEAVE, False, State.PREPARED),
        (replace(MINE, sent=False, withdrawn=True), LEAVE, False, State.WITHDRAWN),
        (replace(MINE, sent=False), KNOCK, False, State.SENT),
        (MINE, KNOCK, True, State.ASKED),
        (told(Told.ASKED), KNOCK, False, State.SENT),
        (told(Told.WAITLISTED, place=3), KNOCK, False, State.WAITLISTED),
        (told(Told.APPROVED), KNOCK, False, State.APPROVED),
        (told(Told.BLOCKED), KNOCK, False, State.APPROVED),
        (told(Told.DECLINED), KNOCK, False, State.DECLINED),
        (told(Told.DECLINED), Membership.INVITE, False, State.APPROVED),
        (told(Told.WAITLISTED), Membership.JOIN, False, State.JOINED),
        (replace(MINE, declined=True), Membership.INVITE, False, State.DECLINED),
        (LETTER, LEAVE, False, State.SENT),
        (replace(LETTER, word=Word(Told.WAITLISTED, ANA, NOON)), LEAVE, False, State.WAITLISTED),
        (LETTER, Membership.BAN, False, State.DECLINED),
    ],
)
def test_what_was_told_counts_where_the_room_does_not_say_it(
    mine: MyRequest, membership: Membership, *, asks: bool, state: State
) -> None:
    assert my_state(mine, membership, NOON, asks=asks) == state


@pytest.mark.parametrize(
    ("days", "passed", "late"), [(14, 14, False), (14, 15, True), (3, 4, True), (0, 13, False), (0, 15, True)]
)
def test_how_long_is_long_is_said_by_the_charter(days: int, passed: int, *, late: bool) -> None:
    mine = replace(MINE, answer_by_days=days)
    assert is_late(mine, NOON + timedelta(days=passed)) is late
    assert (my_state(mine, KNOCK, NOON + timedelta(days=passed)) == State.UNANSWERED) is late


def test_the_wait_begins_anew_with_whatever_happens() -> None:
    later = NOON + timedelta(days=10)
    answered = replace(MINE, answered_at=later)
    heard = replace(answered, word=Word(Told.WAITLISTED, ANA, later + timedelta(days=3)))
    assert (MINE.heard_at, answered.heard_at, heard.heard_at) == (NOON, later, later + timedelta(days=3))


def test_a_request_is_open_until_it_ended() -> None:
    assert is_open(MINE)
    for over in ({"ref": ""}, {"withdrawn": True}, {"declined": True}):
        assert not is_open(replace(MINE, **over))


# -- the words of a facilitator


def said(block: object, **more: Any) -> Event:
    return a_message({"msgtype": "m.text", "body": "A word.", WORD: block}, **{"by": ANA, **more})


def test_a_word_survives_the_way_to_the_applicant() -> None:
    block = word_block(Told.WAITLISTED, place=3, words="Soon.", knock="$k")
    assert block["knock"] == "$k"
    event = said(block)
    assert read_word(event) == Word(Told.WAITLISTED, ANA, event.sent_at, 3, "Soon.")
    assert word_block(Told.APPROVED) == {"v": 1, "state": "approved"}


@pytest.mark.parametrize("trust", [Trust.UNPROVED, Trust.NONE])
def test_a_word_of_nobody_in_particular_tells_nothing(trust: Trust) -> None:
    assert read_word(said(word_block(Told.DECLINED), trust=trust)) is None
    assert read_word(said(word_block(Told.DECLINED), encrypted=False)) is None


@pytest.mark.parametrize("place", [0, -1, True, "3", 3.0, 10_001, None])
def test_a_place_that_cannot_be_is_none(place: object) -> None:
    word = read_word(said({"v": 1, "state": "waitlisted", "place": place, "words": 7}))
    assert word is not None
    assert (word.place, word.words) == (None, "")


@given(json_values)
def test_no_block_breaks_the_reader(value: object) -> None:
    assert read_word(said(value)) is None or isinstance(value, dict)
    assert read_word(said({"v": 1, "state": value})) is None or value in list(Told)
