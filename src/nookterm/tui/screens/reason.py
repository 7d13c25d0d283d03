"""Why somebody else's message is taken back: a line that everybody can read, or none."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, STRONG, row, said, wrapped
from nookterm.tui.widgets.forms import LineField

_LONGEST = 300


class ReasonScreen(ModalScreen[str | None]):
    """Gives the reason, which may be empty; None where nothing is to be taken back."""

    DEFAULT_CSS = """
    ReasonScreen {
        align: center bottom; background: $background 70%;
        Vertical { width: 100%; height: auto; background: $background; padding: 1 2; }
    }
    ReasonScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Not now", show=False)]

    def __init__(self, author: str) -> None:
        """`author` wrote it."""
        super().__init__()
        self._author = author

    def compose(self) -> ComposeResult:
        """What will happen, and the line."""
        question = f"Take back what {self._author} wrote, for everyone?"
        with Vertical():
            yield Paper(lambda width: wrapped(said(question, STRONG), width=width))
            readers = row(("everybody here and the servers can read this; it is not encrypted", QUIET))
            yield LineField("Why (may stay empty)   Enter takes it back, Esc leaves it", readers=readers)

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(LineField).focus()

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip()[:_LONGEST])

    def action_leave(self) -> None:
        """It stays."""
        self.dismiss(None)
