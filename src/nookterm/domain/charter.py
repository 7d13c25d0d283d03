"""A nook's charter: what it is for, who belongs, what it asks of those who want in, how many it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nookterm.domain.events import Json
from nookterm.domain.ids import UserId
from nookterm.domain.vocabulary import VERSION

SMALLEST_CAP = 2
LARGEST_CAP = 150
"""Dunbar's number: past it people stop knowing each other by name."""
DEFAULT_CAP = 60
MOST_QUESTIONS = 5
LONGEST_ANSWER = 500


@dataclass(frozen=True, slots=True)
class Question:
    """A question put to those who ask to join; `longest` is the longest answer in characters."""

    id: str
    text: str
    longest: int = LONGEST_ANSWER


@dataclass(frozen=True, slots=True)
class Charter:
    """What a nook says about itself."""

    purpose: str = ""
    who_belongs: str = ""
    not_for: str = ""
    differs: str = ""
    """How it differs from the wider space."""
    questions: tuple[Question, ...] = ()
    cap: int = DEFAULT_CAP
    facilitators: tuple[UserId, ...] = ()
    """Who may ask an applicant for answers; only in the copy that the space holds (`org.nookterm.entry`)."""


class CharterProblem(ValueError):
    """A charter that cannot be; the text says what to change, in words for people."""


def checked(charter: Charter) -> Charter:
    """The same charter, if it can be.

    Raises:
        CharterProblem: a cap outside 2-150, more than five questions, or two questions with one id.
    """
    if not SMALLEST_CAP <= charter.cap <= LARGEST_CAP:
        text = f"A nook holds {SMALLEST_CAP} to {LARGEST_CAP} people; {charter.cap} is outside that."
        raise CharterProblem(text)
    if len(charter.questions) > MOST_QUESTIONS:
        text = f"A nook asks at most {MOST_QUESTIONS} questions; these are {len(charter.questions)}."
        raise CharterProblem(text)
    ids = [question.id for question in charter.questions]
    if len(set(ids)) != len(ids) or not all(ids):
        text = "Each question needs an id of its own."
        raise CharterProblem(text)
    return charter


def charter_content(charter: Charter) -> dict[str, Any]:
    """The content of `org.nookterm.charter` and `org.nookterm.entry`."""
    content: dict[str, Any] = {
        "v": VERSION,
        "purpose": charter.purpose,
        "who_belongs": charter.who_belongs,
        "not_for": charter.not_for,
        "differs": charter.differs,
        "questions": [{"id": q.id, "text": q.text, "max": q.longest} for q in charter.questions],
        "cap": charter.cap,
    }
    if charter.facilitators:
        content["facilitators"] = list(charter.facilitators)
    return content


def read_charter(content: Json | None) -> Charter | None:
    """The charter in a state event; None where there is none or its version is unknown.

    What is read is always one that can be: odd fields fall to defaults, and of questions with one id the first is kept.
    """
    if not content or content.get("v") != VERSION:
        return None
    asked, names = content.get("questions"), content.get("facilitators")
    questions: dict[str, Question] = {}
    for question in filter(None, map(_question, asked if isinstance(asked, list) else ())):
        questions.setdefault(question.id, question)
    cap = content.get("cap")
    return Charter(
        purpose=_text(content, "purpose"),
        who_belongs=_text(content, "who_belongs"),
        not_for=_text(content, "not_for"),
        differs=_text(content, "differs"),
        questions=tuple(questions.values())[:MOST_QUESTIONS],
        cap=cap if type(cap) is int and SMALLEST_CAP <= cap <= LARGEST_CAP else DEFAULT_CAP,
        facilitators=tuple(UserId(n) for n in names if isinstance(n, str)) if isinstance(names, list) else (),
    )


def _question(value: object) -> Question | None:
    if not isinstance(value, Mapping):
        return None
    id_, text, longest = value.get("id"), value.get("text"), value.get("max")
    if not (isinstance(id_, str) and id_ and isinstance(text, str) and text):
        return None
    return Question(id_, text, longest if type(longest) is int and 0 < longest <= LONGEST_ANSWER else LONGEST_ANSWER)


def _text(content: Json, key: str) -> str:
    value = content.get(key)
    return value if isinstance(value, str) else ""
