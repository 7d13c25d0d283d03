"""What a topic tells somebody outside: the questions, however they are numbered, and the address of a space."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.charter import MOST_QUESTIONS, Charter, Question, short_topic
from nookterm.domain.ids import UserId
from nookterm.domain.outside import LONGEST_QUESTION, addresses_in, purpose_in, question_texts, questions_in
from nookterm.domain.own_invites import all_turned_away, turned_away
from tests.domain.builders import json_values

ANA, CY = UserId("@ana:river.example"), UserId("@cy:hill.example")


def texts(topic: str | None) -> list[str]:
    return [question.text for question in questions_in(topic)]


@pytest.mark.parametrize(
    ("topic", "asked"),
    [
        (None, []),
        ("", []),
        ("We test glazes.", []),
        ("For potters. We ask: (1) Why? (2) Since when?", ["Why?", "Since when?"]),
        ("we ask (1) Why?", ["Why?"]),
        ("We ask:\n1. Why?\n2. Since when?", ["Why?", "Since when?"]),
        ("We ask: 1) Why? 2) Since when?", ["Why?", "Since when?"]),
        ("We ask: What do you make?", ["What do you make?"]),
        ("We ask: (1) Tell us of cone 6 (1222 C). (2) Why 3. and not 4?",
         ["Tell us of cone 6 (1222 C)", "Why 3. and not 4?"]),
        ("We ask: (2) Second? (1) First?", ["First?"]),
        ("We ask: (1) (2) Since when?", ["Since when?"]),
        ("We ask: (1)", []),
        ("We ask:", []),
        ("Forever we asked (1) nothing", []),
        ("We ask: (1) a (2) b (3) c (4) d (5) e (6) f", ["a", "b", "c", "d", "e (6) f"]),
    ],
)  # fmt: skip
def test_questions_are_found_however_they_are_numbered(topic: str | None, asked: list[str]) -> None:
    assert texts(topic) == asked
    assert list(question_texts(questions_in(topic))) == [f"q{n}" for n in range(1, len(asked) + 1)]


@pytest.mark.parametrize(
    ("topic", "purpose"),
    [(None, ""), ("For potters.", "For potters."), ("For\n potters. We ask: (1) Why?", "For potters.")],
)
def test_the_purpose_stands_before_the_questions(topic: str | None, purpose: str) -> None:
    assert purpose_in(topic) == purpose


plain = st.text(alphabet="abc ?ü漢", min_size=1, max_size=40).map(lambda s: " ".join(s.split())).filter(bool)


@given(st.lists(plain, max_size=MOST_QUESTIONS), plain)
def test_what_a_charter_asks_is_read_back_from_its_short_form(asked: list[str], purpose: str) -> None:
    charter = Charter(purpose=purpose, questions=tuple(Question(f"x{n}", text) for n, text in enumerate(asked)))
    assert texts(short_topic(charter)) == asked


@given(st.text(max_size=3000))
def test_no_topic_breaks_the_reader(words: str) -> None:
    found = questions_in(f"we ask {words}")
    assert len(found) <= MOST_QUESTIONS
    assert all(0 < len(q.text) <= LONGEST_QUESTION and "\n" not in q.text for q in found)
    assert len(addresses_in(words)) <= 3


def test_a_hostile_topic_costs_no_time() -> None:
    began = time.monotonic()
    for words in ("(1) " * 20_000, "#a:" * 20_000, "#" + "a" * 60_000, "we ask " * 10_000, "#a:b-" * 12_000):
        questions_in(f"we ask: {words}")
        addresses_in(words)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        (None, ()),
        ("Part of #makers:river.example.", ("#makers:river.example",)),
        ("(#makers:river.example:8448, #b:c) <#d:e>", ("#makers:river.example:8448", "#b:c", "#d:e")),
        ("#1 in town, a#b:c, # no:way", ()),
        ("#a:b #a:b #c:d #e:f #g:h", ("#a:b", "#c:d", "#e:f")),
    ],
)
def test_addresses_in_a_topic(topic: str | None, found: tuple[str, ...]) -> None:
    assert addresses_in(topic) == found


@pytest.mark.parametrize(
    ("content", "who"),
    [
        ({}, set()),
        ({"blocked_users": ["@ana:*"]}, {ANA}),
        ({"blocked_servers": ["*"]}, {ANA, CY}),
        ({"blocked_servers": ["river.example"], "allowed_users": ["@ana:river.exampl?"]}, set()),
        ({"ignored_servers": ["h*", 3, ""], "blocked_users": "x"}, {CY}),
        ({"allowed_servers": ["hill.example"], "blocked_servers": ["*"]}, {ANA}),
        ({"blocked_users": ["@[a]na:river.example", "x" * 256]}, set()),
    ],
)
def test_whose_invites_an_account_turns_away(content: dict[str, object], who: set[UserId]) -> None:
    assert turned_away(content, (ANA, CY)) == who


def test_an_account_may_turn_all_invites_away() -> None:
    assert all_turned_away({"default_action": "block"})
    assert not all_turned_away({"default_action": "allow"})


@given(st.dictionaries(st.sampled_from(["blocked_users", "allowed_servers", "default_action"]), json_values))
def test_no_account_data_breaks_the_reader(content: dict[str, object]) -> None:
    assert turned_away(content, (ANA,)) <= {ANA}
    assert all_turned_away(content) in {True, False}
