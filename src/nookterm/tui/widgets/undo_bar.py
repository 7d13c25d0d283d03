"""The row above the footer: a decision that is not made yet and drains, or what the last one came to."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.widget import Widget

from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_text import KEY, LINE, NOTHING, QUIET, SOFT, TEXT, WAITING, ends, row
from nookterm.viewmodels.desk import Pending

_LONGEST_DRAIN = 24
"""Cells of the draining line."""


class UndoBar(Widget):
    """One row; nothing at all while there is nothing to say."""

    DEFAULT_CSS = """
    UndoBar {
        height: 1; padding: 0 2; display: none; background: $panel; text-wrap: nowrap; text-overflow: clip;
        &.-pending { background: $raise; display: block; }
        &.-result { display: block; }
    }
    """

    def __init__(self, undo: Callable[[], None] | None = None, *, key: str = "u") -> None:
        """`undo` is what a click on the bar does; `key` the key that does it here."""
        super().__init__()
        self._key = key
        self._undo = undo
        self._pending: Pending | None = None
        self._result = ""

    def show(self, pending: Pending | None, result: str = "") -> None:
        """What is waiting; else what happened."""
        self._pending, self._result = pending, result
        self.set_class(pending is not None, "-pending")
        self.set_class(bool(result) and pending is None, "-result")
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """The whole row is the button."""
        if event.button == LEFT and self._pending is not None and self._undo is not None:
            self._undo()

    def render(self) -> Content:
        """One row."""
        width = self.size.width
        if self._pending is None:
            return ends(row((self._result, SOFT)), NOTHING, width)
        left = max(0, self._pending.seconds_left)
        cells = min(_LONGEST_DRAIN, max(0, width - 46))
        full = round(cells * min(left, self._pending.seconds) / max(1, self._pending.seconds))
        drain = row(("━" * full, WAITING), ("─" * (cells - full), LINE))
        right = row(drain, (f" {left} s" if cells else f"{left} s", QUIET), (f"   {self._key}", KEY), (" undo", TEXT))
        return ends(row(("● ", WAITING), (self._pending.text, TEXT)), right, width)
