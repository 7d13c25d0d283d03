"""A bare Textual app of three panels: a list of rooms, lines of messages over a place to write, a column of text."""

from __future__ import annotations

import sys

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import OptionList, Static, TextArea

READY = "three panels stand"


class Lines(ScrollView, can_focus=True):
    """So many lines of plain text, drawn one by one."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def on_mount(self) -> None:
        """As high as its lines."""
        self.virtual_size = Size(80, self._count)
        self.scroll_end(animate=False)

    def render_line(self, y: int) -> Strip:
        """One line."""
        text = f"09:{y % 60:02} somebody said something about the kiln, number {y + self.scroll_offset.y}"
        return Strip([Segment(text)]).adjust_cell_length(self.size.width)


class BareApp(App[None]):
    """Three panels."""

    CSS = """
    OptionList { width: 30; } Vertical { width: 1fr; } Lines { height: 1fr; } TextArea { height: 5; }
    Static { width: 30; }
    """
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, rooms: int, messages: int, *, write: bool) -> None:
        super().__init__()
        self._rooms = rooms
        self._messages = messages
        self._write = write

    def compose(self) -> ComposeResult:
        """Left, middle, right."""
        with Horizontal():
            yield OptionList(*(f"Nook {number:03}" for number in range(self._rooms)))
            with Vertical():
                yield Lines(self._messages)
                yield TextArea()
            yield Static(READY)

    def on_mount(self) -> None:
        """The keyboard is where one writes, or in the list."""
        self.query_one(TextArea if self._write else OptionList).focus()


if __name__ == "__main__":
    BareApp(int(sys.argv[1]), int(sys.argv[2]), write=sys.argv[3] == "write").run()
