"""How much may be shared with a space, as its state says; a value that makes no sense counts as the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nookterm.domain.records import dataclass

MOST_A_WEEK = 100
LONGEST_HIGHLIGHT = 3000
"""Characters that a space may allow at most: a request holds the text twice, encrypted, in one event (64 KiB)."""
LARGEST_MEDIA = 20_000_000
"""Bytes that a space may allow at most."""
_ALLOWED: Mapping[str, range] = {
    "per_nook_week": range(MOST_A_WEEK + 1),
    "per_author_week": range(MOST_A_WEEK + 1),
    "max_chars": range(1, LONGEST_HIGHLIGHT + 1),
    "max_media_bytes": range(LARGEST_MEDIA + 1),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a space lets its nooks share; a week is the last seven days."""

    per_nook_week: int = 3
    """Highlights of one nook. 0: none at all."""
    per_author_week: int = 1
    """Highlights that quote one person. 0: none at all."""
    max_chars: int = 1500
    """Characters of the text."""
    max_media_bytes: int = 2_000_000
    """Bytes of a picture as it leaves. 0: no pictures."""

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Limits:
        """The limits in the content of `org.nookterm.highlights`; a value that is missing or odd is the default."""
        return cls(**{name: content[name] for name in _ALLOWED if _fits(name, content.get(name))})

    def content(self) -> dict[str, int]:
        """The fields of `org.nookterm.highlights` that say them, beside those that are there."""
        return asdict(self)


class LimitsProblem(ValueError):
    """Limits that cannot be; the text says what can, in words for people."""


def checked_limits(limits: Limits) -> Limits:
    """The same limits, if they can be. Raises LimitsProblem."""
    for name, value in asdict(limits).items():
        if not _fits(name, value):
            allowed = _ALLOWED[name]
            text = f"{name} is {allowed.start} to {allowed.stop - 1}; {value} is outside that."
            raise LimitsProblem(text)
    return limits


def _fits(name: str, value: object) -> bool:
    return type(value) is int and value in _ALLOWED[name]
