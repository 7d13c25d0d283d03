"""One row that names what will happen and cannot simply be undone; a letter answers, Enter does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import TEXT, WARN, row, wrapped
from nookterm.tui.widgets.pressing import in_a_row, key_hint
from nookterm.tui.widgets.strips import draw_chosen, give_back


class Confirm(Paper, can_focus=True):
    """Hidden until something is asked; what was asked for is bound when it is asked."""

    DEFAULT_CSS = """
    Confirm {
        display: none; height: auto; max-height: 6; padding: 0 2; background: $raise;
        &.-asking { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape", "answer(False)", "No", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(self._rows)
        self._question = ""
        self._yes = ""
        self._no = ""
        self._act: Callable[[], None] | None = None
        self._back: Widget | None = None

    def ask(self, question: str, act: Callable[[], None], *, yes: str, no: str = "no") -> None:
        """Ask; `act` runs on `y`. The keyboard returns to where it was."""
        self._question, self._act, self._yes, self._no = question, act, yes, no
        if not self.has_focus:
            self._back = self.screen.focused
        self.set_class(True, "-asking")
        self.refresh(layout=True)
        self.focus()

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 - a binding passes its arguments by place
        """Answered."""
        act, self._act = self._act, None
        self.remove_class("-asking")
        give_back(self._back)
        if yes and act is not None:
            act()

    def on_blur(self) -> None:
        """Who goes elsewhere has not said yes: nothing is asked behind their back. Another window is not elsewhere."""
        if self.app.app_focus and self.has_class("-asking"):
            self._act = None
            self.remove_class("-asking")
            draw_chosen(self)

    def on_click(self) -> None:
        """A click beside the answers keeps the question; it has no default."""
        self.focus()

    def _rows(self, width: int) -> list[Content]:
        asked = row(("! ", WARN), (self._question, TEXT))
        keys = in_a_row(key_hint("y", self._yes, TEXT), key_hint("n", self._no, TEXT))
        if asked.cell_length + 3 + keys.cell_length <= width:
            return [row(asked, ("   ", ""), keys)]
        return [*wrapped(asked, width=width), *wrapped(keys, width=width)]
