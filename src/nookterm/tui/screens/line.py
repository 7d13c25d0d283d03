"""A question with one line for its answer, over the lower end of the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, row
from nookterm.tui.widgets.forms import LineField

_LONGEST = 300


class LineScreen(ModalScreen[str | None]):
    """Gives what was typed, which may be empty; None where Esc left it."""

    DEFAULT_CSS = """
    LineScreen {
        align: center bottom; background: $background 70%;
        Vertical { width: 100%; height: auto; background: $background; padding: 1 2; }
    }
    LineScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Not now", show=False)]

    def __init__(self, asks: Callable[[int], list[Content]], title: str, readers: str, typed: str = "") -> None:
        """`asks` gives the question's rows, `title` names the line and its keys, `readers` says who can read it.

        `typed` stands in the line already.
        """
        super().__init__()
        self._asks = asks
        self._line = LineField(title, readers=row((readers, QUIET)))
        self._typed = typed

    def compose(self) -> ComposeResult:
        """The question, and the line."""
        with Vertical():
            yield Paper(self._asks)
            yield self._line

    def on_mount(self) -> None:
        """Write at once."""
        self._line.value = self._typed
        self._line.cursor_position = len(self._typed)
        self._line.focus()

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip()[:_LONGEST])

    def action_leave(self) -> None:
        """Nothing of it."""
        self.dismiss(None)
