"""Polls: everybody's newest valid vote before the end counts, and every way of writing one is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nookterm.domain.events import Message, Other, PollEnd, Vote, parse_payload
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.polls import (
    END,
    MOST_ANSWERS,
    START,
    VOTE,
    Ballot,
    Choice,
    Poll,
    count,
    end_content,
    outcome,
    read_poll,
    start_content,
    vote_content,
)

ANA, BO, CY = UserId("@ana:x"), UserId("@bo:x"), UserId("@cy:x")
POLL = Poll("Which cone?", (Choice("a", "six"), Choice("b", "ten")))
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
STABLE: dict[str, Any] = {
    "m.poll": {
        "question": {"m.text": [{"mimetype": "text/html", "body": "<b>x</b>"}, {"body": "Which cone?"}]},
        "kind": "m.undisclosed",
        "max_selections": 9,
        "answers": [{"m.id": "a", "m.text": [{"body": "six"}]}, {"m.id": "b", "m.text": [{"body": "ten"}]}],
    }
}


def ballot(user: UserId, minute: int, *choices: str) -> Ballot:
    return Ballot(user, BEGAN + timedelta(minutes=minute), choices)


def test_the_newest_vote_of_each_person_counts() -> None:
    counted = count(POLL, [ballot(ANA, 2, "b"), ballot(ANA, 1, "a"), ballot(BO, 1, "a")])
    assert (counted.votes, counted.voters) == ({"a": (BO,), "b": (ANA,)}, 2)
    assert counted.chosen_by(ANA) == ("b",)
    assert counted.winners == ("a", "b")


def test_a_vote_after_the_end_does_not_count() -> None:
    end = BEGAN + timedelta(minutes=5)
    counted = count(POLL, [ballot(ANA, 5, "a"), ballot(ANA, 6, "b"), ballot(BO, 7, "b")], end)
    assert counted.votes == {"a": (ANA,), "b": ()}
    assert outcome(POLL, counted) == "The poll has ended. Most votes: six"


def test_an_empty_or_invalid_vote_takes_the_one_before_it_away() -> None:
    for last in ((), ("nothing like that",), ("a", "nothing like that")):
        many = Poll("?", POLL.choices, most=2)
        counted = count(many, [ballot(ANA, 1, "a"), ballot(ANA, 2, *last)])
        assert (counted.voters, counted.winners) == (0, ())
    assert outcome(POLL, count(POLL, ())) == "The poll has ended. Nobody voted."


def test_nobody_chooses_more_than_they_may_or_one_thing_twice() -> None:
    assert count(POLL, [ballot(ANA, 1, "b", "a")]).votes == {"a": (), "b": (ANA,)}
    many = Poll("?", POLL.choices, most=2)
    assert count(many, [ballot(ANA, 1, "b", "b")]).votes == {"a": (), "b": (ANA,)}


def test_what_is_written_is_read_again() -> None:
    content = start_content("Which cone?", ["six", "ten"], most=2, disclosed=False)
    message = parse_payload(START, content)
    assert isinstance(message, Message)
    assert message.poll == Poll("Which cone?", (Choice("1", "six"), Choice("2", "ten")), 2, disclosed=False)
    assert (message.kind, message.body) == ("poll", "Which cone?\n1. six\n2. ten")
    assert parse_payload(VOTE, vote_content(EventId("$p"), ["1"])) == Vote(EventId("$p"), ("1",))
    assert parse_payload(END, end_content(EventId("$p"), "over")) == PollEnd(EventId("$p"))


def test_the_stable_form_is_read_too() -> None:
    assert read_poll(STABLE) == Poll("Which cone?", POLL.choices, 2, disclosed=False)
    vote = {"m.relates_to": {"rel_type": "m.reference", "event_id": "$p"}, "m.selections": ["a"]}
    assert parse_payload("m.poll.response", vote) == Vote(EventId("$p"), ("a",))
    assert parse_payload("m.poll.end", {"m.relates_to": vote["m.relates_to"]}) == PollEnd(EventId("$p"))


@pytest.mark.parametrize(
    "content",
    [
        {START: {}}, {START: {"question": {"body": "?"}}}, {START: {"question": 1, "answers": 2}},
        {START: {"question": {"body": "?"}, "answers": [1, {}, {"id": "a"}, {"id": 3, "body": "x"}]}},
        {"m.poll": "no"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_no_poll(content: dict[str, Any]) -> None:
    assert parse_payload(START, content) == Other(START)


def test_a_poll_that_was_taken_back_is_a_message_without_words() -> None:
    assert parse_payload(START, {}) == Message("redacted", "")


def test_votes_of_an_odd_form_choose_nothing_and_a_vote_on_nothing_is_none() -> None:
    relation = {"m.relates_to": {"rel_type": "m.reference", "event_id": "$p"}}
    for chosen in (None, "a", [1], {"a": 1}):
        assert parse_payload(VOTE, {**relation, VOTE: {"answers": chosen}}) == Vote(EventId("$p"), ())
    assert parse_payload(VOTE, {VOTE: {"answers": ["a"]}}) == Other(VOTE)
    assert parse_payload(END, {"m.relates_to": {"rel_type": "m.thread", "event_id": "$p"}}) == Other(END)


def test_a_flood_of_answers_is_cut_off() -> None:
    answers = [{"id": str(n), "body": "x" * 2000} for n in range(99)]
    poll = read_poll({START: {"question": {"body": "?"}, "answers": answers, "max_selections": True}})
    assert poll is not None
    assert (len(poll.choices), poll.most, len(poll.choices[0].text)) == (MOST_ANSWERS, 1, 500)
