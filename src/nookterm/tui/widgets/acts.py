"""The keys that work on what is chosen, as one row or more; each of them can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from nookterm.tui.commands import command, key_name, keys_of
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards_text import KEY, SOFT, row

Hint = tuple[str, str]
"""A command's id and a short word for it here (empty: its title)."""
_GAP = 3


@dataclass(frozen=True, slots=True)
class _Placed:
    """A hint and the cells that it has in its row."""

    id: str
    content: Content
    start: int

    @property
    def end(self) -> int:
        return self.start + self.content.cell_length


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
        """Other keys work now."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as it takes."""
        return len(self._rows(width))

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(
            [Content(" " * _GAP).join([hint.content for hint in line]) for line in self._rows(self.size.width)]
        )

    async def on_click(self, event: events.Click) -> None:
        """As its key."""
        event.stop()
        offset = event.get_content_offset(self)
        rows = self._rows(self.size.width)
        if offset is None or offset.y >= len(rows):
            return
        for hint in rows[offset.y]:
            if hint.start <= offset.x < hint.end:
                self.post_message(self.Pressed(hint.id))

    def _rows(self, width: int) -> list[list[_Placed]]:
        rows: list[list[_Placed]] = [[]]
        for id_, word in self._hints:
            content = self._drawn(id_, word)
            start = rows[-1][-1].end + _GAP if rows[-1] else 0
            if rows[-1] and start + content.cell_length > width:
                rows.append([])
                start = 0
            rows[-1].append(_Placed(id_, content, start))
        return [line for line in rows if line]

    def _drawn(self, id_: str, word: str) -> Content:
        found = command(id_)
        keys = keys_of(found, self.app.keymap if isinstance(self.app, ThemedApp) else {})
        return row((key_name(keys[0]) if keys else found.slash, KEY), (f" {word or found.title.lower()}", SOFT))
