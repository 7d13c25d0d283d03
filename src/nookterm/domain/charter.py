"""A nook's charter: what it is for, who belongs, what it asks of those who want in, how many it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.domain.choices import NOOK_HISTORIES
from nookterm.domain.events import Json
from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.domain.vocabulary import VERSION

SMALLEST_CAP = 2
LARGEST_CAP = 150
"""Dunbar's number: past it people stop knowing each other by name."""
DEFAULT_CAP = 60
MOST_QUESTIONS = 5
LONGEST_ANSWER = 500
LONGEST_COOLDOWN = 365
"""Days."""
LONGEST_TOPIC = 1000
"""Characters of the short form, so that every client shows all of it."""
LONGEST_TEXT = 1000
"""Characters of each text."""
LONGEST_LINE = 300
"""Characters of each question and each prompt."""
MOST_APPROVALS = 5
MOST_PROMPTS = 12


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
    who_welcomes: str = ""
    """Who looks after newcomers."""
    questions: tuple[Question, ...] = ()
    cap: int = DEFAULT_CAP
    cooldown_days: int = 30
    """Days after a decline for which a new request of the same person is folded away. 0: none."""
    answer_by_days: int = 14
    """Days within which somebody who asked is to hear something."""
    purge_days: int = 30
    """Days after a decision for which what an applicant answered is kept."""
    approvals_needed: int = 1
    """How many facilitators have to be for it before somebody is let in."""
    history: str = "invited"
    """From when on newcomers read: invited, joined, shared."""
    welcome: str = ""
    """A greeting for newcomers, to be edited and sent by a human."""
    prompts: tuple[str, ...] = ()
    """What to talk about when it has become quiet: the nook's own words."""
    quiet_days: int = 14
    """Days with fewer than two people talking after which the nook counts as quiet. 0: never."""
    consent_by_reaction: bool = False
    """Whether a reaction agrees to a highlight. It is clear text, and its author's own server could make it."""
    board_way_in: bool = True
    """Whether readers of the board are shown the way to ask to join."""
    offers: bool = False
    """Whether the desk offers one highlight of another nook a week, to be posted here by a human."""
    facilitators: tuple[UserId, ...] = ()
    """Who may ask an applicant for answers; only in the copy that the space holds (`org.nookterm.entry`)."""


class CharterProblem(ValueError):
    """A charter that cannot be; the text says what to change, in words for people."""


def checked(charter: Charter) -> Charter:
    """The same charter, if it can be.

    Raises:
        CharterProblem: a cap outside 2-150, more than five questions, two questions with one id, a text that is too
            long, or a number of days or approvals that cannot be.
    """
    if not SMALLEST_CAP <= charter.cap <= LARGEST_CAP:
        text = f"A nook holds {SMALLEST_CAP} to {LARGEST_CAP} people; {charter.cap} is outside that."
        raise CharterProblem(text)
    if len(charter.questions) > MOST_QUESTIONS:
        text = f"A nook asks at most {MOST_QUESTIONS} questions; these are {len(charter.questions)}."
        raise CharterProblem(text)
    days = (charter.cooldown_days, charter.answer_by_days, charter.purge_days, charter.quiet_days)
    if not all(0 <= number <= LONGEST_COOLDOWN for number in days):
        text = f"Days are given as 0 to {LONGEST_COOLDOWN}."
        raise CharterProblem(text)
    if not 1 <= charter.approvals_needed <= MOST_APPROVALS:
        text = f"One to {MOST_APPROVALS} facilitators have to agree; {charter.approvals_needed} is outside that."
        raise CharterProblem(text)
    if charter.history not in NOOK_HISTORIES:
        text = f"Newcomers read from {', '.join(NOOK_HISTORIES)} on; {charter.history} is none of these."
        raise CharterProblem(text)
    ids = [question.id for question in charter.questions]
    if len(set(ids)) != len(ids) or not all(ids):
        text = "Each question needs an id of its own."
        raise CharterProblem(text)
    _words_checked(charter)
    return charter


def _words_checked(charter: Charter) -> None:
    if len(charter.prompts) > MOST_PROMPTS:
        text = f"A nook keeps at most {MOST_PROMPTS} prompts; these are {len(charter.prompts)}."
        raise CharterProblem(text)
    texts = (charter.purpose, charter.who_belongs, charter.not_for, charter.differs, charter.who_welcomes)
    for longest, words in (
        (LONGEST_TEXT, (*texts, charter.welcome)),
        (LONGEST_LINE, (*(question.text for question in charter.questions), *charter.prompts)),
    ):
        if (most := max(map(len, words), default=0)) > longest:
            text = f"One text has {most} characters; there is room for {longest}."
            raise CharterProblem(text)


def charter_content(charter: Charter) -> dict[str, Any]:
    """The content of `org.nookterm.charter` and `org.nookterm.entry`."""
    content: dict[str, Any] = {
        "v": VERSION,
        "purpose": charter.purpose,
        "who_belongs": charter.who_belongs,
        "not_for": charter.not_for,
        "differs": charter.differs,
        "who_welcomes": charter.who_welcomes,
        "questions": [{"id": q.id, "text": q.text, "max": q.longest} for q in charter.questions],
        "cap": charter.cap,
        "cooldown_days": charter.cooldown_days,
        "answer_by_days": charter.answer_by_days,
        "purge_days": charter.purge_days,
        "approvals_needed": charter.approvals_needed,
        "history": charter.history,
        "welcome": charter.welcome,
        "prompts": list(charter.prompts),
        "quiet_days": charter.quiet_days,
        "consent_by_reaction": charter.consent_by_reaction,
        "board_way_in": charter.board_way_in,
        "offers": charter.offers,
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
    asked, names, prompts = content.get("questions"), content.get("facilitators"), content.get("prompts")
    questions: dict[str, Question] = {}
    for question in filter(None, map(_question, asked if isinstance(asked, list) else ())):
        questions.setdefault(question.id, question)
    cap = content.get("cap")
    return Charter(
        purpose=_text(content, "purpose"),
        who_belongs=_text(content, "who_belongs"),
        not_for=_text(content, "not_for"),
        differs=_text(content, "differs"),
        who_welcomes=_text(content, "who_welcomes"),
        questions=tuple(questions.values())[:MOST_QUESTIONS],
        cap=cap if type(cap) is int and SMALLEST_CAP <= cap <= LARGEST_CAP else DEFAULT_CAP,
        cooldown_days=_days(content, "cooldown_days", 30),
        answer_by_days=_days(content, "answer_by_days", 14),
        purge_days=_days(content, "purge_days", 30),
        approvals_needed=_number(content, "approvals_needed", 1, range(1, MOST_APPROVALS + 1)),
        history=history if (history := _text(content, "history")) in NOOK_HISTORIES else "invited",
        welcome=_text(content, "welcome"),
        prompts=tuple(p for p in prompts if isinstance(p, str) and p)[:MOST_PROMPTS]
        if isinstance(prompts, list)
        else (),
        quiet_days=_days(content, "quiet_days", 14),
        consent_by_reaction=content.get("consent_by_reaction") is True,
        board_way_in=content.get("board_way_in") is not False,
        offers=content.get("offers") is True,
        facilitators=tuple(UserId(n) for n in names if isinstance(n, str)) if isinstance(names, list) else (),
    )


def short_topic(charter: Charter) -> str:
    """The charter for people on other clients: purpose, who belongs, and the questions they will be asked."""
    asked = " ".join(f"({n}) {q.text}" for n, q in enumerate(charter.questions, 1))
    parts = (
        charter.purpose,
        f"For {charter.who_belongs}" if charter.who_belongs else "",
        f"We ask: {asked}" if asked else "",
    )
    return " ".join(part if part[-1] in ".!?" else f"{part}." for part in parts if part)[:LONGEST_TOPIC]


def _question(value: object) -> Question | None:
    if not isinstance(value, Mapping):
        return None
    id_, text, longest = value.get("id"), value.get("text"), value.get("max")
    if not (isinstance(id_, str) and id_ and isinstance(text, str) and text):
        return None
    return Question(id_, text, longest if type(longest) is int and 0 < longest <= LONGEST_ANSWER else LONGEST_ANSWER)


def _days(content: Json, key: str, default: int) -> int:
    return _number(content, key, default, range(LONGEST_COOLDOWN + 1))


def _number(content: Json, key: str, default: int, allowed: range) -> int:
    value = content.get(key)
    return value if type(value) is int and value in allowed else default


def _text(content: Json, key: str) -> str:
    value = content.get(key)
    return value if isinstance(value, str) else ""
