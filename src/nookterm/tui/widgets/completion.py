"""What could be meant by the word that is being written: a list above the field, which takes no key by itself."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, TEXT, ends, row
from nookterm.viewmodels.completing import Suggestion

_WIDEST = 64
_LABEL = 30
"""Cells at most for what is suggested, where there is something to be said of it, too."""


class SuggestionList(Widget):
    """Lies over the end of the conversation, so that nothing moves while one writes."""

    DEFAULT_CSS = """
    SuggestionList {
        overlay: screen; display: none; height: auto; margin: 0 2; padding: 0 1; background: $raise;
        text-wrap: nowrap; text-overflow: clip;
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

    def suggest(self, found: tuple[Suggestion, ...], chosen: int | None) -> None:
        """Other suggestions; none hides the list. `chosen` was chosen by hand."""
        self._found, self._chosen = found, chosen
        if found:
            across = self.parent.size.width if isinstance(self.parent, Widget) else _WIDEST
            self.styles.width = max(10, min(_WIDEST, across - 4))
            self.styles.height = len(found)
            self.styles.offset = (0, -len(found))
        self.display = bool(found)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Take the one under the mouse."""
        event.stop()
        if event.button == LEFT and 0 <= event.y < len(self._found):
            self.post_message(self.Taken(event.y))

    def render(self) -> Content:
        """A row for each."""
        width = self.size.width
        widest = max((row((one.label, TEXT)).cell_length for one in self._found), default=0)
        label = min(widest, _LABEL if any(one.about for one in self._found) else width)
        return Content("\n").join(self._row(number, label, width) for number, one in enumerate(self._found))

    def _row(self, number: int, label: int, width: int) -> Content:
        one = self._found[number]
        mark = row(("› " if number == self._chosen else "  ", TEXT))
        said = row((one.label, TEXT if one.insert else QUIET)).truncate(label, ellipsis=True)
        about = row(("  ", ""), (one.about, QUIET)) if one.about else NOTHING
        line = ends(row(mark, ends(said, NOTHING, label), about), NOTHING, width)
        return line.stylize("bold on $accent 30%") if number == self._chosen else line
