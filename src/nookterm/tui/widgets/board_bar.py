"""The row of shelves above the highlights, and the line that asks where a week is written to."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.binding import Binding
from textual.widgets import Input

from nookterm.tui.widgets.cards_highlight import SHELVES
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.forms_pick import Pages
from nookterm.viewmodels.highlights import HighlightsView

_ASK = "Into which new file (.md or .txt; not encrypted)"


class ShelfBar(Pages):
    """Board, on the way, mine, digest; what asks for our yes has its mark."""

    DEFAULT_CSS = """
    ShelfBar { padding: 0 2; background: $panel; }
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        super().__init__(SHELVES)

    def count(self, view: HighlightsView) -> None:
        """Say how much waits."""
        asked, waits = view.asked, len(view.waiting)
        mark = f" @{asked}" if asked else f" {waits}" if waits else ""
        marks = ("", mark, "", "")
        self._names = tuple(
            (f"{name}{mark}", f"{short}{mark}") for (name, short), mark in zip(SHELVES, marks, strict=True)
        )
        self.refresh()


class FileLine(LineField):
    """Asks for a file's name when it is needed."""

    DEFAULT_CSS = """
    FileLine { display: none; &.-asking { display: block; } }
    """
    BINDINGS = [Binding("escape", "leave", "Not now", show=False)]  # noqa: RUF012 - Textual's own way

    def __init__(self) -> None:
        """Hidden."""
        super().__init__(_ASK, id="highlights-file")
        self._entered: Callable[[str], None] | None = None
        self._back: Callable[[], None] | None = None

    def ask(self, file: str, entered: Callable[[str], None], back: Callable[[], None]) -> None:
        """Ask, with this to begin with; `back` gives the keyboard back."""
        self._entered, self._back = entered, back
        self.add_class("-asking")
        self.value = file
        self.cursor_position = len(file)
        self.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        entered = self._entered
        self.action_leave()
        if entered is not None and event.value.strip():
            entered(event.value)

    def action_leave(self) -> None:
        """Write nothing."""
        self.remove_class("-asking")
        back, self._entered, self._back = self._back, None, None
        if back is not None:
            back()
