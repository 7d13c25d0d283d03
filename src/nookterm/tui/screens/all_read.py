"""Taking all rooms for read: how many that are is said first, because nobody can undo it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import SOFT, STRONG, TEXT, row, wrapped
from nookterm.tui.widgets.pressing import key_hint


class AllReadScreen(ModalScreen[bool]):
    """Gives whether to do it; Enter does nothing."""

    DEFAULT_CSS = """
    AllReadScreen {
        align: center bottom; background: $background 70%;
        Vertical { width: 100%; height: auto; background: $background; padding: 1 2; }
    }
    AllReadScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape", "answer(False)", "No", show=False),
    ]

    def __init__(self, count: int) -> None:
        """`count`: rooms with something new."""
        super().__init__()
        self._question = f"Mark {count} room{'' if count == 1 else 's'} as read?"

    def compose(self) -> ComposeResult:
        """The question, what it means, the answers."""
        yes, no = key_hint("y", "mark as read", TEXT), key_hint("n", "not now")
        with Vertical():
            yield Paper(
                lambda width: [
                    *wrapped(row((self._question, STRONG)), width=width),
                    *wrapped(row(("Nobody can undo this. The messages stay.", SOFT)), width=width),
                    *wrapped(row(yes, ("   ", ""), no), width=width),
                ]
            )

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 - a binding passes its arguments by place
        """Answered."""
        self.dismiss(yes)
