"""What stands for a picture between words, and what a client with such pictures can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from textual.content import Content
from textual.style import Style

from nookterm.domain.records import dataclass

CELLS = 2
"""How wide an emoji is, like those that every terminal has."""
OWN = "own_emoji"
"""The name under which cells say which picture is painted over them."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """What stands for a picture among letters."""

    letters: str
    colour: str = ""
    """The terminal reads from it which picture is meant."""
    address: str = ""
    """Which picture is painted over the cells, where letters alone do not bring it."""

    def drawn(self, times: int) -> Content:
        """So often in a row."""
        words = Content.styled(self.letters * times, self.colour)
        return words.stylize(Style.from_meta({OWN: self.address})) if self.address else words


class Shelf(Protocol):
    """The emoji of a running client."""

    paints: bool

    def glyphs(self, addresses: Iterable[str]) -> tuple[tuple[str, Glyph], ...]:
        """Those that can be drawn now; the others are asked for."""

    def painting(self, address: str) -> str:
        """What paints one over the two cells before the cursor, which stays where it is; empty where it is gone."""

    def forget(self) -> None:
        """The terminal forgets all of them."""
