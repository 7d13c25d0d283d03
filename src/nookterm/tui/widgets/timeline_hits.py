"""Pieces of a message that can be clicked: the quote, a reaction, the thread's line, an answer of a poll."""

from __future__ import annotations

from textual.content import Content
from textual.style import Style

WANTS = "wants"
"""Under this a click finds what its piece wants: an act, and about what."""


def hit(content: Content, act: str, about: str = "") -> Content:
    """The same, but a click on it wants `act` of its message."""
    return content.stylize(Style.from_meta({WANTS: (act, about)}))
