"""What could be meant by the word that is being written: a list above the field, which takes no key by itself."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, SOFT, TEXT, ends, row
from nookterm.viewmodels.completing import Suggestion

_LABEL = 30
"""Cells at most for what is suggested, where there is something to be said of it, too."""
_AROUND = 8
"""Rows of the conversation that stay for what one answers, for the title and for the field."""


class SuggestionList(Widget):
    """Pushes the conversation up: what one answers stays in sight. By the line at its left it is no message."""

    DEFAULT_CSS = """
    SuggestionList {
        display: none; height: auto; padding: 0 2; background: $raise; text-wrap: nowrap; text-overflow: clip;
    }
    """

    @dataclass
    class Taken(Message):
        """A click: this one."""

        number: int

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[Suggestion, ...] = ()
        self._chosen: int | None = None
        self._first = 0
        """The one in the first row; where rows are few not all of them are shown."""
        self._rows = 0

    def suggest(self, found: tuple[Suggestion, ...], chosen: int | None) -> None:
        """Other suggestions; none hides the list. `chosen` was chosen by hand."""
        self._found, self._chosen = found, chosen
        room = self.parent.size.height - _AROUND if isinstance(self.parent, Widget) else len(found)
        self._rows = max(1, min(len(found), room))
        self._first = max(0, min((chosen or 0) - self._rows + 1, len(found) - self._rows))
        if found:
            self.styles.height = self._rows
        self.display = bool(found)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Take the one under the mouse."""
        event.stop()
        if event.button == LEFT and 0 <= event.y < self._rows:
            self.post_message(self.Taken(self._first + event.y))

    def render(self) -> Content:
        """A row for each."""
        width = self.size.width
        widest = max((row((one.label, TEXT)).cell_length for one in self._found), default=0)
        label = min(widest, _LABEL if any(one.about for one in self._found) else width)
        shown = range(self._first, self._first + self._rows)
        return Content("\n").join(self._row(number, label, width) for number in shown if number < len(self._found))

    def _row(self, number: int, label: int, width: int) -> Content:
        one = self._found[number]
        mark = row(("│", SOFT), ("›" if number == self._chosen else " ", TEXT))
        said = row((one.label, TEXT if one.insert else QUIET)).truncate(label, ellipsis=True)
        about = row(("  ", ""), (one.about, QUIET)) if one.about else NOTHING
        line = ends(row(ends(said, NOTHING, label), about), NOTHING, width - mark.cell_length)
        if number == self._chosen:
            # Without tones of its own a terminal shows by reverse video what is chosen, and by nothing else.
            bare = self.app.current_theme.ansi
            line = row((line.plain, "reverse")) if bare else line.stylize("bold on $select")
        return row(mark, line)
