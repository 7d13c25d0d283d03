"""A page of rows that scrolls by itself: with another case on it the screen is not laid out anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards_text import LINE, SOFT
from nookterm.tui.widgets.selecting import selected_words, with_selection

_SIDES = (2, 1)
"""Cells of air at the left and at the right; behind the right ones stands the scroll bar."""
_WHEEL = 3


class CasePage(Widget, can_focus=True):
    """Rows for a width, from the row that was scrolled to. As high as its place, whatever it shows."""

    DEFAULT_CSS = "CasePage { height: 1fr; background: $panel; &:focus { outline-left: heavy $accent; } }"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("list")]

    air: reactive[int] = reactive(1)
    """Empty rows above the first."""

    def __init__(self, *, air: int = 1, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`air`: empty rows above the first."""
        super().__init__(id=id)
        self.set_reactive(CasePage.air, air)
        self._build: Callable[[int], Sequence[Content]] = lambda _width: ()
        self._at = 0
        self._rows: list[Content] | None = None
        self._made_for = -1

    def show(self, build: Callable[[int], Sequence[Content]], *, turn: bool) -> None:
        """Other rows; with `turn` they are about something else and begin at the top."""
        self._build, self._rows = build, None
        if turn:
            self._at = 0
        self.refresh()

    @property
    def rows(self) -> list[Content]:
        """All rows, made when they are first drawn."""
        width = max(1, self.size.width - sum(_SIDES) - 1)
        if self._rows is None or self._made_for != width:
            self._rows = [*[Content("")] * self.air, *self._build(width)]
            self._made_for = width
        return self._rows

    def watch_air(self) -> None:
        """Make the rows anew."""
        self._rows = None

    def on_resize(self) -> None:
        """Rows are made for a width, and fewer may fit."""
        self._to(self._at)

    def action_step(self, by: int) -> None:
        """A row up or down."""
        self._to(self._at + by)

    def action_leap(self, by: int) -> None:
        """A page up or down."""
        self._to(self._at + by * max(1, self.size.height - 1))

    def action_edge(self, at: int) -> None:
        """The first rows, or the last."""
        self._to(0 if at == 0 else len(self.rows))

    def action_open(self) -> None:
        """There is nothing further in."""

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self._to(self._at + _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self._to(self._at - _WHEEL)

    def _to(self, row: int) -> None:
        at = max(0, min(row, len(self.rows) - self.size.height))
        if at != self._at:
            self._at = at
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        base, width, rows = self.visual_style, self.size.width, self.rows
        parse = self.app.stylesheet.parse_style
        at = y + self._at
        found = rows[at] if at < len(rows) else Content("")
        parts = [Segment(" " * _SIDES[0], base.rich_style)]
        parts += [Segment(t, s.rich_style) for t, s in found.render(base, end="", parse_style=parse)]
        strip = Strip(parts).adjust_cell_length(max(0, width - 1), base.rich_style)
        bar = self._bar(y)
        end = Segment("│" if bar else " ", (base + parse(bar or LINE)).rich_style)
        return Strip([*with_selection(self, strip, at), end])

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected words."""
        rows = self.rows
        return selected_words(selection, lambda row: " " * _SIDES[0] + rows[row].plain, len(rows)), "\n"

    def _bar(self, y: int) -> str:
        """The style of the scroll bar in a row; empty where everything fits."""
        height, total = self.size.height, len(self.rows)
        if total <= height or height <= 0:
            return ""
        long = max(1, height * height // total)
        begin = round((height - long) * self._at / (total - height))
        return SOFT if begin <= y < begin + long else LINE
