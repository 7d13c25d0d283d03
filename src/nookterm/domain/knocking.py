"""The words of a request to join: what everybody can read, its label, and the answers that travel encrypted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nookterm.domain.acts import own_block, texts
from nookterm.domain.events import Event
from nookterm.domain.vocabulary import ANSWERS, VERSION

LONGEST_REASON = 200
GREETING = "Hello. My answers are ready."
WITHDRAWN = "(withdrawn by applicant)"
_REF = re.compile(r"\[nt1:([A-Z2-7]{6})\]")


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
    return None if block is None else texts(block.get("a"))
