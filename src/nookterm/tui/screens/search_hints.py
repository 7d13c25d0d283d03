"""What the end of a line could become: one row under it, taken by Tab or a click."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, SOFT, WAITING, row
from nookterm.viewmodels.searching import Suggestion

_GAP = 2


class SearchHints(Widget):
    """One row of suggestions; the first is what Tab takes."""

    DEFAULT_CSS = """
    SearchHints { height: 1; text-wrap: nowrap; text-overflow: clip; padding: 0 1; }
    """

    @dataclass
    class Taken(Message):
        """A suggestion was clicked."""

        suggestion: Suggestion

    def __init__(self) -> None:
        """Nothing is suggested."""
        super().__init__(id="search-hints")
        self._suggestions: tuple[Suggestion, ...] = ()
        self._wrong = ""

    @property
    def first(self) -> Suggestion | None:
        """What Tab takes."""
        return self._suggestions[0] if self._suggestions else None

    def show(self, suggestions: Sequence[Suggestion], wrong: str = "") -> None:
        """Other suggestions; `wrong`: what is not right yet, said where nothing fits."""
        if (tuple(suggestions), wrong) != (self._suggestions, self._wrong):
            self._suggestions, self._wrong = tuple(suggestions), wrong
            self.refresh()

    def render(self) -> Content:
        """The row."""
        if not self._suggestions:
            return row((self._wrong, WAITING)).truncate(self.size.width, ellipsis=True) if self._wrong else NOTHING
        shown = Content.assemble(*(part for _, _, part in self._placed()))
        about = self._suggestions[0].about
        tail = row((f"  {about}", QUIET)) if about and len(self._suggestions) == 1 else NOTHING
        return row(("Tab ", QUIET), shown, tail).truncate(self.size.width, ellipsis=True)

    def _placed(self) -> list[tuple[Suggestion, int, Content]]:
        """Each suggestion for which there is room, with its first cell and what is drawn for it."""
        placed = []
        at = len("Tab ")
        for number, suggestion in enumerate(self._suggestions):
            content = row((suggestion.text, SOFT if number else KEY), (" " * _GAP, ""))
            if number and at + content.cell_length - _GAP > self.size.width:
                break
            placed.append((suggestion, at, content))
            at += content.cell_length
        return placed

    def on_click(self, event: events.Click) -> None:
        """As Tab, for any of them."""
        event.stop()
        offset = event.get_content_offset(self) if event.button == LEFT else None
        for suggestion, start, content in self._placed():
            if offset is not None and start <= offset.x < start + content.cell_length - _GAP:
                self.post_message(self.Taken(suggestion))
