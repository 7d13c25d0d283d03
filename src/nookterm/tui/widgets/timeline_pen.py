"""How a message is drawn: how wide, in which tone, what of it is open, and what people in it are called here."""

from __future__ import annotations

from dataclasses import field
from enum import IntEnum

from textual.content import Content

from nookterm.domain.records import dataclass
from nookterm.tui.emoji_shelf import Glyph
from nookterm.tui.widgets.cards_text import TEXT, row

INDENT = 7
"""From the time (column 2 of the screen) to the words (column 9)."""
WIDEST = 84
_AIR = 2
"""Cells between a time and the words."""


class Shown(IntEnum):
    """How much of a message is shown."""

    FOLDED = 0
    """Its beginning, where it is long; what is to be shown on wish is closed."""
    WHOLE = 1
    """All of it, but what its author hid."""
    OPEN = 2
    """What they hid too."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How rows are drawn: how many cells wide, how dense, and whether pills are tones or brackets."""

    width: int
    compact: bool = False
    brackets: bool = False
    shown: Shown = Shown.FOLDED
    links: bool = True
    """Whether the terminal is told where links lead; some print such orders."""
    times: int = INDENT - _AIR
    """Letters of the longest time."""
    emoji: tuple[tuple[str, Glyph], ...] = ()
    """Own emoji that are drawn, by the address of their picture; others are names."""

    @property
    def indent(self) -> int:
        """Cells before the words."""
        return self.times + _AIR

    @property
    def room(self) -> int:
        """Cells for words."""
        return max(8, min(WIDEST, self.width - self.indent))

    def pill(self, text: str, style: str) -> Content:
        """A word set apart, as wide in either way."""
        return row((f"[{text}]", style)) if self.brackets else row((f" {text} ", f"{style} on $raise"))


@dataclass(frozen=True, slots=True)
class Pen:
    """How the words of one message are drawn."""

    how: Drawing
    style: str = TEXT
    named: str = ""
    """The style of somebody's name; empty: as the words."""
    called: dict[str, str] = field(default_factory=dict)
    """What people who are mentioned are called in this room, by their ids."""
    reasons: tuple[str, ...] = ()
    """Why spoilers are hidden."""
    everybody: str = ""
    """The word that calls everybody in the room, where it does."""
