"""The ways in beside a password: a row for each, taken by a key, by Enter or by a click."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive

from nookterm.tui.widgets.cards_text import KEY, QUIET, TEXT, WAITING, ends, row, said
from nookterm.tui.widgets.forms import Choice
from nookterm.viewmodels.doors import DoorLine

FIRST_KEY, LAST_KEY = 2, 9
"""Function keys: letters and digits go into the fields of the same page."""


def door_keys() -> list[str]:
    """The keys, in the order of the rows."""
    return [f"f{number}" for number in range(FIRST_KEY, LAST_KEY + 1)]


class Door(Choice):
    """One way in."""

    DEFAULT_CSS = """
    Door { width: 1fr; padding: 0; margin: 0; &:focus { text-style: none; background: $panel; } }
    """

    def __init__(self, line: DoorLine, key: str) -> None:
        """`key` takes it from anywhere on the page; empty where there are no more keys."""
        super().__init__(line.label)
        self.door = line.id
        self._line = line
        self._key = key

    def render(self) -> Content:
        """Its key, its name, what it is like."""
        mark = row(("● " if self.has_focus else "○ ", WAITING if self.has_focus else QUIET))
        name = row(mark, said(self._line.label, TEXT), ("  ", ""), said(self._line.about, QUIET))
        return ends(name, row((self._key.upper(), KEY)), self.size.width)


class Doors(Vertical):
    """All of them; made anew when the server is another one."""

    DEFAULT_CSS = """
    Doors { height: auto; }
    """
    lines: reactive[tuple[DoorLine, ...]] = reactive(tuple[DoorLine, ...], recompose=True)

    def compose(self) -> ComposeResult:
        """A row for each."""
        keys = door_keys()
        for number, line in enumerate(self.lines):
            yield Door(line, keys[number] if number < len(keys) else "")

    def by_key(self, number: int) -> str | None:
        """The id of the row that a key takes."""
        return self.lines[number].id if number < len(self.lines) else None
