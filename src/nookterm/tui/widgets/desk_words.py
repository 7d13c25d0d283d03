"""The line for the words of a decline: bound to the case that it was opened for."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from nookterm.tui.widgets.cards_text import LEAVES, row
from nookterm.tui.widgets.forms import LineField


class DeclineWords(Vertical):
    """Hidden until somebody is to be turned away. Enter declines, Esc does not."""

    DEFAULT_CSS = """
    DeclineWords { display: none; height: auto; background: $background; padding: 0 1; &.-open { display: block; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Not now", show=False)]

    def __init__(self, decide: Callable[[str, str], None], closed: Callable[[], None]) -> None:
        """`decide` gets the case and the words; `closed` is told when the line is gone."""
        super().__init__()
        self.case = ""
        self._decide = decide
        self._after = closed

    def compose(self) -> list[Widget]:
        """The one field."""
        return [LineField("Words", readers=row(("↗ they and both servers can read this", LEAVES)))]

    @property
    def is_open(self) -> bool:
        """Whether words are being asked for."""
        return self.has_class("-open")

    def ask(self, case: str, who: str) -> None:
        """Ask for words for this case; they may stay empty."""
        field = self.query_one(LineField)
        if case != self.case:
            field.value = ""
        self.case = case
        field.border_title = row(("Decline ", ""), (who, ""), (": a few words, or none", ""))
        self.add_class("-open")
        field.focus()

    def action_close(self) -> None:
        """Decide nothing; the words stay for the next time."""
        self.remove_class("-open")
        self._after()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self.is_open:
            return
        case, self.case = self.case, ""
        self.remove_class("-open")
        self._decide(case, event.value.strip())
        self._after()
