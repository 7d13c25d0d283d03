"""The exact JSON that would leave a nook, to read and nothing else; and the row that says what takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.timer import Timer

from nookterm.domain.safe_text import safe_text
from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.cards_page import Page, Paper
from nookterm.tui.widgets.cards_text import (
    LEAVES,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    ends,
    hanging,
    row,
    wrapped,
)
from nookterm.tui.widgets.pressing import command_hint, key_hint

_SAID_AFTER = 1.0
"""Seconds after which something is said to take its time."""
_LONGEST = 40_000
"""Characters of one line of it."""


class ExactView(Page):
    """A page over the whole panel. Esc goes back to the words."""

    DEFAULT_CSS = """
    ExactView { display: none; height: 1fr; width: 1fr; background: $panel; &.-shown { display: block; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("exact")]

    def __init__(self) -> None:
        """Nothing is shown yet."""
        super().__init__(id="highlights-exact")
        self._back: Callable[[], None] | None = None

    def open(self, text: str, audience: str, back: Callable[[], None]) -> None:
        """Show it; `back` is called when one has seen it."""
        self._back = back
        self.turn(lambda width: exact_rows(text, audience, width))
        self.add_class("-shown")
        self.focus()

    def action_leave(self) -> None:
        """Back."""
        self.remove_class("-shown")
        back, self._back = self._back, None
        if back is not None:
            back()


def exact_rows(text: str, audience: str, width: int) -> list[Content]:
    """Every line of the JSON, broken where it does not fit, with nothing left out."""
    head = ends(row(("Exactly what leaves", STRONG)), key_hint("escape", "back", SOFT), width)
    about = "Nothing else goes along: no ids of the nook, its messages, people or files."
    rows = [head, *wrapped(row((about, QUIET)), width=width)]
    rows += [*hanging(row(("↗ ", LEAVES)), row((audience, TEXT)), width), NOTHING]
    for line in text.split("\n"):
        body = line.lstrip(" ")
        indent = row((" " * min(len(line) - len(body), width // 2), ""))
        rows += hanging(indent, Content(safe_text(body, longest=_LONGEST)), width) if body else [NOTHING]
    return rows


class Doing(Paper):
    """One row while something takes longer than a moment: what, since when, how to give it up."""

    DEFAULT_CSS = """
    Doing { display: none; height: 1; padding: 0 2; background: $raise; &.-busy { display: block; } }
    """

    def __init__(self) -> None:
        """Nothing is being done."""
        super().__init__(self._rows)
        self._what = ""
        self._since = 0.0
        self._timer: Timer | None = None

    def show_doing(self, what: str) -> None:
        """Empty: it is over."""
        if what and not self._what:
            self._since = time.monotonic()
            self._timer = self.set_interval(_SAID_AFTER, self._tick)
        if not what and self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._what = what
        if not what:
            self.remove_class("-busy")

    def _tick(self) -> None:
        self.add_class("-busy")
        self.refresh()

    def _rows(self, width: int) -> list[Content]:
        passed = int(time.monotonic() - self._since)
        left = row(("◷ ", WAITING), (self._what, TEXT), (f"  {passed} s", QUIET))
        typing = self.parent is not None and self.parent.has_class("-form")
        way = NOTHING if typing else command_hint("highlights.stop", "stop", SOFT)
        return [ends(left, way, width)] if self._what else []
