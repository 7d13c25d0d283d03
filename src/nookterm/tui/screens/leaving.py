"""Leaving while a decision is still in its bar: one line, no default."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import STRONG, TEXT, row, wrapped
from nookterm.tui.widgets.pressing import key_hint, lined


class LeavingScreen(ModalScreen[str]):
    """Gives `send`, `drop`, or nothing where one stays."""

    DEFAULT_CSS = """
    LeavingScreen {
        align: center bottom; background: $background 70%;
        Vertical { width: 100%; height: auto; background: $background; padding: 1 2; }
    }
    LeavingScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "answer('send')", "Send", show=False),
        Binding("d", "answer('drop')", "Drop", show=False),
        Binding("escape", "answer('')", "Stay", show=False),
    ]

    def __init__(self, doing: str) -> None:
        """`doing` is what the bar says."""
        super().__init__()
        self._doing = doing

    def compose(self) -> ComposeResult:
        """The question and its answers."""
        ways = (key_hint("s", "do it now", TEXT), key_hint("d", "drop it", TEXT), key_hint("escape", "stay"))
        with Vertical():
            yield Paper(
                lambda width: [
                    *wrapped(row((f"{self._doing} is not done yet.", STRONG)), width=width),
                    *lined(ways, width),
                ]
            )

    def action_answer(self, answer: str) -> None:
        """Answered."""
        self.dismiss(answer)
