"""The words of a request to join: what everybody can read, its label, and what travels encrypted both ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from nookterm.domain.acts import own_block, proved_message, texts
from nookterm.domain.events import Event
from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.domain.vocabulary import ANSWERS, VERSION, WORD

LONGEST_REASON = 200
GREETING = "Hello. My answers are ready."
WITHDRAWN = "(withdrawn by applicant)"
SAID = "said"
"""In place of a question's id: what somebody wrote in the vetting room who has no form for answers."""
_REF = re.compile(r"\[nt1:([A-Z2-7]{6})\]")
_LONGEST_LIST = 10_000
_MOST_ANSWERS = 10
_LONGEST_KEY = 100
_LONGEST_SAID = 4000
_LONGEST_ANSWER = 1000
"""Characters. What an applicant's client sends is more only where it is not ours."""


class Told(StrEnum):
    """What a facilitator tells an applicant of the request, for their client."""

    ASKED = "asked"
    WAITLISTED = "waitlisted"
    APPROVED = "approved"
    BLOCKED = "blocked"
    """They may come in, and their own account turns the invite away."""
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Word:
    """How a request stands, as a facilitator told its applicant in the vetting room."""

    state: Told
    by: UserId
    at: datetime
    place: int | None = None
    """The place on the wait-list, from 1."""
    words: str = ""


def reason_with_ref(reason: str, ref: str) -> str:
    """The public words of a knock: never answers, only a greeting or what the person typed, and a label."""
    words = _REF.sub("", reason).strip()[: LONGEST_REASON - 15].strip()
    return f"{words or GREETING} [nt1:{ref}]"


def ref_in(text: str | None) -> str | None:
    """The label in a knock's or invite's reason."""
    found = _REF.search(text or "")
    return found.group(1) if found else None


def without_ref(text: str | None) -> str:
    """The words of a reason without its label."""
    return _REF.sub("", text or "").strip()


def answers_content(ref: str, answers: Mapping[str, str], questions: Mapping[str, str]) -> dict[str, Any]:
    """The encrypted message with an applicant's answers, readable as chat in any client."""
    lines = [f"{questions.get(key, key)}\n{text}" for key, text in answers.items()]
    return {"msgtype": "m.text", "body": "\n\n".join(lines), ANSWERS: {"v": VERSION, "ref": ref, "a": dict(answers)}}


def read_answers(event: Event) -> Mapping[str, str] | None:
    """The answers in a message of a vetting room; only encrypted ones of a proved sender count.

    From an unsigned device they count as told: a facilitator let that person be asked so, and knows what it means.
    """
    block = own_block(event, ANSWERS)
    if block is None:
        return None
    # All of it has to fit, twice, into the message that brings it to the other facilitators.
    given = list(texts(block.get("a")).items())[:_MOST_ANSWERS]
    return {key[:_LONGEST_KEY]: text[:_LONGEST_ANSWER] for key, text in given}


def said_instead(events: Iterable[Event], user: UserId) -> tuple[str, datetime] | None:
    """What an applicant without nookterm wrote in the vetting room, and when last; None for nothing.

    The newest words are kept where there are many: they have to fit, twice, into the message that passes them on.
    """
    found = [(m.body.strip(), e.sent_at) for e in events if e.sender == user and (m := proved_message(e))]
    said = [(body, at) for body, at in found if body]
    if not said:
        return None
    return "\n".join(body for body, _ in said)[-_LONGEST_SAID:], max(at for _, at in said)


def word_block(state: Told, *, place: int | None = None, words: str = "", knock: str = "") -> dict[str, Any]:
    """The block (`WORD`) that goes with a readable message to an applicant."""
    more = {"place": place, "words": words, "knock": knock}
    return {"v": VERSION, "state": str(state), **{key: value for key, value in more.items() if value}}


def read_word(event: Event) -> Word | None:
    """What a message of a vetting room tells its applicant; only encrypted ones of a proved sender count."""
    block = own_block(event, WORD)
    state = block.get("state") if block else None
    if block is None or state not in list(Told):
        return None
    place, words = block.get("place"), block.get("words")
    return Word(
        Told(state),
        event.sender,
        event.sent_at,
        place if type(place) is int and 0 < place <= _LONGEST_LIST else None,
        words if isinstance(words, str) else "",
    )
