"""Charters: what people write is checked, what comes from outside is read as far as it makes sense."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.domain.charter import (
    DEFAULT_CAP,
    LONGEST_ANSWER,
    Charter,
    CharterProblem,
    Question,
    charter_content,
    checked,
    read_charter,
)
from tests.domain.builders import ANA, CY, json_values

FULL = Charter(
    purpose="Foxes of the river bank",
    who_belongs="People who watch them",
    not_for="Hunters",
    differs="Slower than the space",
    questions=(Question("q1", "Why?"), Question("q2", "Where?", 80)),
    cap=12,
    facilitators=(ANA, CY),
)
questions = st.builds(Question, st.text(min_size=1), st.text(min_size=1), st.integers(1, LONGEST_ANSWER))
charters = st.builds(
    Charter,
    purpose=st.text(),
    who_belongs=st.text(),
    not_for=st.text(),
    differs=st.text(),
    questions=st.lists(questions, max_size=5, unique_by=lambda q: q.id).map(tuple),
    cap=st.integers(2, 150),
    facilitators=st.lists(st.sampled_from([ANA, CY]), unique=True).map(tuple),
)


@given(charters)
def test_a_charter_survives_the_way_through_a_room(charter: Charter) -> None:
    assert read_charter(json.loads(json.dumps(charter_content(checked(charter))))) == charter


def test_a_charter_without_facilitators_names_none() -> None:
    assert "facilitators" not in charter_content(replace(FULL, facilitators=()))
    assert charter_content(FULL)["facilitators"] == [ANA, CY]


@pytest.mark.parametrize("cap", [-1, 0, 1, 151, 10**9])
def test_a_cap_outside_2_to_150_is_refused_with_the_reason(cap: int) -> None:
    with pytest.raises(CharterProblem, match=f"holds 2 to 150 people; {cap} is"):
        checked(replace(FULL, cap=cap))


@pytest.mark.parametrize("cap", [2, 150])
def test_the_smallest_and_the_largest_cap_are_fine(cap: int) -> None:
    assert checked(replace(FULL, cap=cap)).cap == cap


def test_a_sixth_question_is_refused() -> None:
    five = tuple(Question(f"q{number}", "?") for number in range(5))

    assert checked(replace(FULL, questions=five)).questions == five
    with pytest.raises(CharterProblem, match="at most 5 questions; these are 6"):
        checked(replace(FULL, questions=(*five, Question("q5", "?"))))


@pytest.mark.parametrize("ids", [("q", "q"), ("q", "")])
def test_questions_need_ids_of_their_own(ids: tuple[str, str]) -> None:
    with pytest.raises(CharterProblem, match="id of its own"):
        checked(replace(FULL, questions=tuple(Question(id_, "?") for id_ in ids)))


@pytest.mark.parametrize("content", [None, {}, {"purpose": "x"}, {"v": 2, "purpose": "x"}, {"v": "1"}, {"v": None}])
def test_a_charter_of_another_version_is_none(content: dict[str, Any] | None) -> None:
    assert read_charter(content) is None


def test_odd_fields_fall_to_their_defaults() -> None:
    odd = {"v": 1, "purpose": 7, "who_belongs": None, "questions": "why?", "cap": "60", "facilitators": "@ana:h"}

    assert read_charter(odd) == Charter()


@pytest.mark.parametrize("cap", [1, 151, True, 60.0, "60", None, []])
def test_a_cap_that_cannot_be_is_the_default(cap: object) -> None:
    charter = read_charter({"v": 1, "cap": cap})

    assert charter is not None
    assert charter.cap == DEFAULT_CAP


def test_only_whole_questions_are_asked_and_the_first_of_each_id() -> None:
    listed = [
        "why",
        {"id": "a"},
        {"text": "b"},
        {"id": "", "text": "c"},
        {"id": "d", "text": ""},
        {"id": 1, "text": "e"},
        {"id": "q1", "text": "Why?", "max": 80},
        {"id": "q2", "text": "Where?", "max": True},
        {"id": "q1", "text": "Swapped?"},
        {"id": "q3", "text": "Who?", "max": 501},
        {"id": "q4", "text": "When?", "max": 0},
    ]

    charter = read_charter({"v": 1, "questions": listed, "facilitators": [ANA, 7, CY]})

    assert charter is not None
    assert charter.questions == (
        Question("q1", "Why?", 80), Question("q2", "Where?"), Question("q3", "Who?"), Question("q4", "When?"),
    )  # fmt: skip
    assert charter.facilitators == (ANA, CY)


@given(
    st.fixed_dictionaries(
        {"v": st.just(1)},
        optional={
            "questions": json_values
            | st.lists(st.fixed_dictionaries({"id": st.text(max_size=2), "text": st.text(max_size=2)}), max_size=9),
            "cap": json_values,
            "purpose": json_values,
            "facilitators": json_values,
        },
    )
)
def test_whatever_is_read_is_a_charter_that_can_be(content: dict[str, Any]) -> None:
    charter = read_charter(content)

    assert charter is not None
    assert checked(charter) is charter


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cooldown_days": 366}, "Days are given as 0 to 365"),
        ({"quiet_days": -1}, "Days are given as 0 to 365"),
        ({"approvals_needed": 0}, "One to 5 facilitators have to agree; 0 is"),
        ({"approvals_needed": 6}, "One to 5 facilitators have to agree; 6 is"),
        ({"history": "world_readable"}, "world_readable is none of these"),
        ({"prompts": ("?",) * 13}, "at most 12 prompts; these are 13"),
        ({"purpose": "x" * 1001}, "has 1001 characters; there is room for 1000"),
        ({"welcome": "x" * 1001}, "has 1001 characters; there is room for 1000"),
        ({"questions": (Question("q", "x" * 301),)}, "has 301 characters; there is room for 300"),
        ({"prompts": ("x" * 301,)}, "has 301 characters; there is room for 300"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(change: dict[str, Any], words: str) -> None:
    with pytest.raises(CharterProblem, match=words):
        checked(replace(FULL, **change))


def test_what_a_charter_says_of_its_door_and_its_welcome_survives_the_way_through_a_room() -> None:
    told = replace(
        FULL, who_welcomes="Cy", cooldown_days=0, answer_by_days=7, purge_days=365, approvals_needed=2,
        history="shared", welcome="Hello", prompts=("Seen any?", "Where?"), quiet_days=0,
    )  # fmt: skip

    assert read_charter(json.loads(json.dumps(charter_content(checked(told))))) == told
