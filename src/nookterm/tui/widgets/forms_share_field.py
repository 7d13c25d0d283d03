"""The text that is to leave: what in it could tell too much is marked in place, found by a key, blanked by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events

from nookterm.domain.drafts import Flag, FlagKind, blank
from nookterm.tui.widgets.cards_text import LEAVES, QUIET, WARN, row
from nookterm.tui.widgets.forms import Field
from nookterm.viewmodels.highlights import FlagLine

_CORNERS = 6
"""Cells of a line that its text does not get."""


class FlagField(Field):
    """A field with marked pieces. They are followed while one types, until a new look at the text comes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"flag-field--flag"}
    DEFAULT_CSS = """
    FlagField { .flag-field--flag { color: $nook-warn; text-style: underline; } }
    """

    def __init__(self, title: str, text: str, *, longest: int, audience: str) -> None:
        """Nothing is marked yet. `audience` stands in the line below, where there is room for it."""
        self._readers = f"↗ {audience}" if audience else ""
        self.flags: tuple[FlagLine, ...] = ()
        super().__init__(title, text, longest=longest)
        self.add_class("-leaves")

    def mark(self, flags: Sequence[FlagLine]) -> None:
        """Mark these pieces where they stand in the text now."""
        self.flags = found_again(flags, self.text)
        self._line_cache.clear()
        self.refresh()

    def on_resize(self, _event: events.Resize) -> None:
        """Room for the readers, or not."""
        self._count()

    def _count(self) -> None:
        counted = row((f"{len(self.text)} of {self._longest}", WARN if self.too_long else QUIET))
        readers = row(("  ", ""), (self._readers, LEAVES))
        fits = counted.cell_length + readers.cell_length + _CORNERS <= self.size.width
        self.border_subtitle = row(counted, readers) if fits else counted

    def on_text_area_changed(self) -> None:
        """What is gone is not marked; the rest moved."""
        super().on_text_area_changed()
        self.mark(self.flags)

    def get_line(self, line_index: int) -> Text:
        """The line, its marked pieces in the tone of a warning."""
        line = super().get_line(line_index)
        if not self.flags:
            return line
        begin = self._offset((line_index, 0))
        style = self.get_component_rich_style("flag-field--flag", partial=True)
        for flag in self.flags:
            start, end = max(0, flag.start - begin), min(len(line), flag.end - begin)
            if start < end:
                line.stylize(style, start, end)
        return line

    def next_flag(self) -> FlagLine | None:
        """Select the next marked piece after the cursor, beginning anew after the last."""
        here = self._offset(max(self.selection.start, self.selection.end))
        chosen = next((flag for flag in self.flags if flag.start >= here), next(iter(self.flags), None))
        if chosen is not None:
            self.select_flag(chosen)
        return chosen

    def select_flag(self, flag: FlagLine) -> None:
        """Select a marked piece, with the cursor at its end."""
        self.move_cursor(self._location(flag.start))
        self.move_cursor(self._location(flag.end), select=True)
        self.focus()

    def blank(self, flag: FlagLine | None = None) -> bool:
        """Put `…` in place of a piece, by default the one that the cursor is in. ctrl+z brings it back."""
        piece = flag or self._under_cursor()
        if piece is None:
            return False
        text = self.text
        without = blank(text, Flag(piece.piece, FlagKind(piece.kind), piece.start, piece.end))
        instead = without[piece.start : len(without) - (len(text) - piece.end)]
        self.history.checkpoint()
        self.replace(instead, self._location(piece.start), self._location(piece.end), maintain_selection_offset=False)
        self.history.checkpoint()
        return True

    def _under_cursor(self) -> FlagLine | None:
        low, high = sorted((self._offset(self.selection.start), self._offset(self.selection.end)))
        return next((flag for flag in self.flags if flag.start <= low and high <= flag.end), None)

    def _offset(self, location: tuple[int, int]) -> int:
        row, column = location
        return sum(len(self.document.get_line(line)) + 1 for line in range(row)) + column

    def _location(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset]
        return before.count("\n"), len(before) - (before.rfind("\n") + 1)


def found_again(flags: Sequence[FlagLine], text: str) -> tuple[FlagLine, ...]:
    """The pieces that are still in a text, each at its place, in order; one may lie inside another."""
    kept: dict[tuple[int, int, str], FlagLine] = {}
    after = 0
    for flag in sorted(flags, key=lambda flag: (flag.start, -flag.end)):
        stands = flag.start >= after and text[flag.start : flag.end] == flag.piece
        at = flag.start if stands else text.find(flag.piece, after)
        if at >= 0 and flag.piece:
            found = replace(flag, start=at, end=at + len(flag.piece))
            kept.setdefault((found.start, found.end, found.kind), found)
            after = at
    return tuple(kept.values())
