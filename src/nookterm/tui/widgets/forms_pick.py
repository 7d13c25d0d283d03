"""Choosing one of a few: ways that a form can go, and the pages of a form that has several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_text import QUIET, SOFT, STRONG, TEXT, row, said


class PickOne(Widget, can_focus=True):
    """One of a few ways, each a row: ↑ and ↓ choose, and so does a click."""

    DEFAULT_CSS = """
    PickOne {
        height: auto; border: round $line; padding: 0 1; border-title-color: $soft;
        text-wrap: nowrap; text-overflow: ellipsis;
        &:focus { border: round $accent; border-title-color: $accent; }
        &:ansi:focus { border: heavy $accent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,left", "step(-1)", "Before", show=False),
        Binding("down,right,space", "step(1)", "Next", show=False),
    ]

    @dataclass
    class Picked(Message):
        """Another one is chosen."""

        pick: PickOne

    def __init__(self, title: str, ways: Sequence[tuple[str, str]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """`ways`: each one's word and what it means."""
        super().__init__(id=id)
        self.border_title = said(title, "")
        self._ways = tuple(ways)
        self._at = 0

    @property
    def value(self) -> str:
        """The chosen one's word."""
        return self._ways[self._at][0]

    @value.setter
    def value(self, word: str) -> None:
        self._at = next((at for at, (way, _) in enumerate(self._ways) if way == word), 0)
        self.refresh()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """A row each."""
        return len(self._ways)

    def render(self) -> Content:
        """The ways; the chosen one has the full ring."""
        rows = [
            row(("● " if at == self._at else "○ ", "$accent" if at == self._at else QUIET),
                (words, TEXT if at == self._at else SOFT))
            for at, (_, words) in enumerate(self._ways)
        ]  # fmt: skip
        return Content("\n").join(rows)

    def action_step(self, step: int) -> None:
        """The next or the one before; the ends stay."""
        self._pick(max(0, min(self._at + step, len(self._ways) - 1)))

    def on_click(self, event: events.Click) -> None:
        """The row that was clicked."""
        event.stop()
        at = event.y - 1
        if 0 <= at < len(self._ways) and event.button == LEFT:
            self._pick(at)

    def _pick(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self.refresh()
            self.post_message(self.Picked(self))


class Pages(Widget):
    """The pages of a form in one row: which one is open; a click opens another."""

    DEFAULT_CSS = """
    Pages { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    @dataclass
    class Turned(Message):
        """Another page is wanted."""

        page: int

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        """`names`: each page's name, and a short one for where there is little room."""
        super().__init__()
        self._names = tuple(names)
        self._at = 0

    def show(self, page: int) -> None:
        """Another page is open."""
        self._at = page
        self.refresh()

    def _labels(self) -> list[str]:
        room = self.size.width
        full = [f"{number} {name}" for number, (name, _) in enumerate(self._names, 1)]
        short = [f"{number} {name}" for number, (_, name) in enumerate(self._names, 1)]
        for labels in (full, short):
            if sum(len(label) + 2 for label in labels) <= room:
                return labels
        return [f"{number}" for number in range(1, len(self._names) + 1)]

    def render(self) -> Content:
        """The names, the open one marked."""
        return row(
            *(
                part
                for at, label in enumerate(self._labels())
                for part in ((label, f"{STRONG} underline" if at == self._at else QUIET), ("  ", ""))
            )
        )

    def on_click(self, event: events.Click) -> None:
        """The page that was clicked."""
        event.stop()
        left = 0
        for page, label in enumerate(self._labels()):
            if left <= event.x < left + len(label) and event.button == LEFT:
                self.post_message(self.Turned(page))
            left += len(label) + 2
