"""The keys that work on what is chosen, as one row or more; each of them can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import pressed
from nookterm.tui.widgets.cards_text import SOFT
from nookterm.tui.widgets.pressing import command_hint, lined

Hint = tuple[str, str]
"""A command's id and a short word for it here (empty: its title)."""


class Acts(Widget):
    """Hints are shown whole, over as many rows as they need."""

    DEFAULT_CSS = """
    Acts { height: auto; text-wrap: nowrap; text-overflow: clip; }
    """

    @dataclass
    class Pressed(Message):
        """A hint was clicked."""

        id: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._hints: tuple[Hint, ...] = ()

    def show(self, hints: Sequence[Hint]) -> None:
        """Other keys work now. The screen is laid out anew only where they need more rows or fewer."""
        if tuple(hints) != self._hints:
            width = self.size.width
            before = len(self._rows(width))
            self._hints = tuple(hints)
            self.refresh(layout=not width or len(self._rows(width)) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as it takes."""
        return len(self._rows(width))

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._rows(self.size.width))

    def on_click(self, event: events.Click) -> None:
        """As its key; the screen around knows whose command it is."""
        event.stop()
        if what := pressed(event):
            self.post_message(self.Pressed(what))

    def _rows(self, width: int) -> list[Content]:
        return lined([command_hint(id_, word, SOFT) for id_, word in self._hints], width)
