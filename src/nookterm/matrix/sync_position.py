"""Where a sync goes on, as one text in the store: which source wrote it, and what must not be lost or taken twice."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from nookterm.domain.records import dataclass
from nookterm.matrix.wire import as_count, as_list, as_object, as_text, tame

CLASSIC = "classic"
SLIDING = "sliding"
_PRINT = 16
"""Hex digits of a fingerprint: enough to tell the messages of one response from each other."""
_STREAM = re.compile(r"(?:\d+/)?s(\d+)_")
"""How Synapse writes the number of the newest event into its positions."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the stream of news. What one source wrote, the other one can read enough of to take over."""

    kind: str
    pos: str
    to_device: str | None = None
    """Up to where messages to this device are stored here (sliding only: the other kind has it inside `pos`)."""
    window: int | None = None
    """Sliding: how many rooms were asked for; None once the list has all of them."""
    unsure: bool = False
    """The rooms of before have still to be compared with the list, once that is whole."""
    heard: tuple[str, ...] = ()
    """Fingerprints of the messages to this device in the newest response: the server cannot know yet that we have
    them, and gives them again to whoever begins anew."""

    def text(self) -> str:
        """What the store keeps."""
        told = {key: value for key, value in asdict(self).items() if value not in ((), None) and value is not False}
        return json.dumps(told, separators=(",", ":"))


def read_position(text: str | None) -> Position | None:
    """A kept position. Older ones are the bare token of a classic sync."""
    if not text:
        return None
    try:
        kept = as_object(json.loads(text))
    except (ValueError, RecursionError):
        kept = {}
    kind, pos = kept.get("kind"), as_text(kept.get("pos"))
    if kind not in {CLASSIC, SLIDING} or pos is None:
        return Position(CLASSIC, text)
    heard = tuple(print_ for print_ in as_list(kept.get("heard")) if isinstance(print_, str))
    return Position(
        kind, pos, as_text(kept.get("to_device")), as_count(kept.get("window")), kept.get("unsure") is True, heard
    )


def fingerprints(messages: Iterable[object]) -> tuple[str, ...]:
    """What tells messages to this device apart, whichever source brings them."""
    return tuple(map(_fingerprint, messages))


def unheard(messages: list[Any], before: Position | None) -> list[Any]:
    """The messages without those that the response before had already."""
    heard = set(before.heard) if before else set()
    return [message for message in messages if _fingerprint(message) not in heard]


def went_back(old: Position | None, pos: str) -> bool:
    """Whether the server is at an earlier place than it was: an old copy of it was restored.

    Known for Synapse's positions only; what looks different is never taken for an earlier place.
    """
    before, now = _STREAM.match(old.pos if old else ""), _STREAM.match(pos)
    return bool(before and now) and _number(now) < _number(before)


def _number(found: re.Match[str] | None) -> int:
    return int(found.group(1)[:18]) if found else 0


def _fingerprint(message: object) -> str:
    event = as_object(message)
    # Tamed: how deep a stranger nests things must not matter here.
    parts = tame([event.get("type"), event.get("sender"), event.get("content")])
    told = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:_PRINT]
