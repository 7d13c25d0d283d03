"""What somebody outside a space can know of a nook in it: its questions and the space's address, from the topic."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nookterm.domain.charter import LONGEST_ANSWER, MOST_QUESTIONS, Question

LONGEST_QUESTION = 300
"""Characters of a question that are shown; the rest of a longer one is left out."""
_MOST_ADDRESSES = 3
_ASK = re.compile(r"\bwe ask\b\s*:?", re.IGNORECASE)
_NUMBER = re.compile(r"(?:(?<=\s)|\A)(?:\(([1-9])\)|([1-9])([.)])(?=\s|\Z))")
_ADDRESS = re.compile(r"(?:(?<=[\s(<\"'])|\A)#[^\s:#<>\"']{1,200}:[A-Za-z0-9.-]{1,200}(?::[0-9]{1,5})?")


def questions_in(topic: str | None) -> tuple[Question, ...]:
    """The questions that a topic announces: `We ask: (1) Why? (2) Since when?`, numbered in any usual way, or one.

    They get the ids q1, q2, ... Nothing is found where the topic does not say that it asks.
    """
    asked = _ASK.search(topic or "")
    if asked is None or topic is None:
        return ()
    rest = topic[asked.end() :]
    starts = _in_order(rest)
    ends = [start for start, _ in starts[1:]] + [len(rest)]
    found = [_tidy(rest[begin:end]) for (_, begin), end in zip(starts, ends, strict=True)] if starts else [_tidy(rest)]
    kept = [text for text in found if text]
    return tuple(Question(f"q{n}", text, LONGEST_ANSWER) for n, text in enumerate(kept, 1))


def purpose_in(topic: str | None) -> str:
    """What a topic says before it asks, on one line."""
    words = topic or ""
    asked = _ASK.search(words)
    return " ".join(words[: asked.start() if asked else None].split())


def question_texts(questions: tuple[Question, ...]) -> Mapping[str, str]:
    """The words of questions, by id."""
    return {question.id: question.text for question in questions}


def addresses_in(topic: str | None) -> tuple[str, ...]:
    """Room addresses that a topic names, such as `#makers:example.org`: one of them may be the space above."""
    found = dict.fromkeys(match.group().rstrip(".-") for match in _ADDRESS.finditer(topic or ""))
    return tuple(found)[:_MOST_ADDRESSES]


def _in_order(text: str) -> list[tuple[int, int]]:
    """Where the numbers 1, 2, 3 ... stand, all written alike: the start of each and the end.

    A number out of turn is part of the words.
    """
    places: list[tuple[int, int]] = []
    style: str | None = None
    for match in _NUMBER.finditer(text):
        in_turn = len(places) < MOST_QUESTIONS and int(match.group(1) or match.group(2)) == len(places) + 1
        if in_turn and (not places or match.group(3) == style):
            style = match.group(3)
            places.append(match.span())
    return places


def _tidy(text: str) -> str:
    """The words on one line. The full stop behind a list of questions belongs to the list."""
    words = " ".join(text.split())
    return words.removesuffix(".").rstrip()[:LONGEST_QUESTION].rstrip()
