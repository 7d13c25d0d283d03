"""An author's answer to a highlight: by a form, in encrypted words, or by a reaction; and what each is worth."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from nookterm.domain.acts import own_block
from nookterm.domain.events import SURE, Edit, Event, Message, Reaction
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.vocabulary import HIGHLIGHT_CONSENT, VERSION

YES, UNNAMED, NO = "✅", "🎭", "❌"
"""Reactions that answer a request."""


class Mode(StrEnum):
    """What an author said."""

    NAMED = "named"
    ANONYMOUS = "anonymous"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class How(StrEnum):
    """In which way."""

    FORM = "form"
    """In nookterm: encrypted, from a signed device, bound to exactly what was asked."""
    WORDS = "words"
    """An encrypted answer in plain words, from a signed device, in any client."""
    REACTION = "reaction"
    """Clear text, which the author's own server could have made."""


AGREES = frozenset({Mode.NAMED, Mode.ANONYMOUS})
_WORDS = {
    "yes": Mode.NAMED,
    "yes with my name": Mode.NAMED,
    "yes without my name": Mode.ANONYMOUS,
    "no": Mode.DECLINED,
    "take it back": Mode.WITHDRAWN,
    YES: Mode.NAMED,
    UNNAMED: Mode.ANONYMOUS,
    NO: Mode.DECLINED,
}
_AROUND = frozenset(f".,;:!'\"“”„’…—–-{YES}{UNNAMED}\ufe0f")
"""Signs that may stand around a yes."""
_MODES = {str(mode): mode for mode in Mode}
_REACTIONS = {YES: Mode.NAMED, UNNAMED: Mode.ANONYMOUS, NO: Mode.DECLINED}
_SAID = {
    Mode.NAMED: "Yes, share it with my name.",
    Mode.ANONYMOUS: "Yes, share it without my name.",
    Mode.DECLINED: "Please do not share it.",
    Mode.WITHDRAWN: "Please take it back.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How one author stands to a highlight. `mode` None: nothing that counts."""

    author: UserId
    mode: Mode | None = None
    how: How | None = None
    event: EventId | None = None
    """Where they said it."""
    why: str = ""
    """Why an answer that was given does not count (any more), in words for people; empty where none was."""

    @property
    def agrees(self) -> bool:
        """Whether it is a yes, with the name or without."""
        return self.mode in AGREES


def canonical(block: Mapping[str, Any]) -> bytes:
    """A block in the one way in which everybody writes it."""
    return json.dumps(dict(block), ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode("ascii")


def terms_hash(block: Mapping[str, Any]) -> str:
    """What a yes is bound to: SHA-256 of everything that a request asks, text, readers, sources, picture and term."""
    return hashlib.sha256(canonical(block)).hexdigest()


def consent_content(request: EventId, terms: str, mode: Mode) -> dict[str, Any]:
    """The author's encrypted answer by form; `terms` as `terms_hash` gives them."""
    block = {"v": VERSION, "request": request, "mode": str(mode), "terms": terms}
    return {
        "msgtype": "m.notice",
        "body": _SAID[mode],
        "m.relates_to": {"m.in_reply_to": {"event_id": request}},
        HIGHLIGHT_CONSENT: block,
    }


def read_answer(event: Event, request: EventId, terms: str) -> Answer | None:
    """What an event says to a request; None where it says nothing to it.

    A yes in encrypted form or words counts from a signed device only. A no counts from any device and in any way: it
    only ever keeps something in the nook. Whether words and reactions may agree at all is for who folds them.
    """
    payload = event.payload
    if isinstance(payload, Reaction) and payload.target == request:
        mode = _REACTIONS.get(payload.key.rstrip("\ufe0f"))
        return Answer(event.sender, mode, How.REACTION, event.event_id) if mode else None
    if not isinstance(payload, Message) or not event.encrypted:
        return None
    block = own_block(event, HIGHLIGHT_CONSENT)
    if block is None:
        said = _WORDS.get(_plain(payload.body)) if payload.reply_to == request else None
        answer = Answer(event.sender, said, How.WORDS, event.event_id) if said else None
        if answer and answer.agrees and not _leaves_no_doubt(payload):
            return None
    elif block.get("request") != request:
        return None
    else:
        mode = _MODES.get(str(block.get("mode")))
        bound = mode not in AGREES or block.get("terms") == terms
        answer = Answer(event.sender, mode, How.FORM, event.event_id) if mode and bound else None
    return None if answer and answer.agrees and event.trust not in SURE else answer


def changed_words(event: Event, request: EventId, terms: str) -> Answer | None:
    """What an edit makes of an earlier answer; None where it says nothing: a yes that was there has ended then."""
    if not isinstance(event.payload, Edit):
        return None
    # What an edit answers is not said again: it stays what the first words answered.
    said = replace(event.payload.message, reply_to=request)
    return read_answer(replace(event, payload=said), request, terms)


def _leaves_no_doubt(message: Message) -> bool:
    """Whether nothing beside a yes could take it back (a question mark, a line through it, a picture, another sign).

    And whether its author said what it answers: the relation beside an encrypted message is its server's to write.
    """
    meant = all(c.isalnum() or c.isspace() or c in _AROUND for c in message.body)
    return message.kind == "text" and message.attachment is None and not message.answers_in_clear and meant


def _plain(words: str) -> str:
    """Words as people type them, without what makes no difference: `Yes, without my name.` is `yes without my name`."""
    kept = "".join(c for c in words.casefold() if c.isalnum() or c.isspace() or c in {YES, UNNAMED, NO})
    return " ".join(kept.split())
