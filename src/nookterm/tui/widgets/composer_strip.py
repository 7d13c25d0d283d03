"""The row above the composer: suggestions, else who is writing and what becomes of the words."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import LEFT, pressed
from nookterm.tui.widgets.cards_text import QUIET, TEXT, WARN, ends, row
from nookterm.tui.widgets.completion import SUGGESTION, Offer, draw_offer
from nookterm.tui.widgets.timeline_pen import INDENT, WIDEST
from nookterm.viewmodels.completing import Suggestion


class Strip(Widget):
    """Always there and always one row: it covers nothing and moves nothing, whatever it says."""

    DEFAULT_CSS = """
    Strip { height: 1; padding: 0 2; background: $background; text-wrap: nowrap; text-overflow: clip; }
    """

    @dataclass
    class Taken(Message):
        """A click: this suggestion."""

        number: int

    @dataclass
    class Chosen(Message):
        """The wheel, or a click on how many there are more: go there."""

        number: int

    def __init__(self) -> None:
        super().__init__()
        self._offer = Offer()
        self._shown = range(0)
        """The suggestions that are seen."""
        self._typing = ""
        self._hint = ""
        self._wrong = ("", "")
        """Why what is written could not be done, and what that is."""

    def wrong(self, problem: str, text: str) -> None:
        """What is written could not be done; said as long as it stands there."""
        self._wrong = (problem, text)
        self.refresh()

    def look(self, text: str) -> None:
        """Something else may be written now."""
        if self._wrong[0] and text != self._wrong[1]:
            self.wrong("", "")

    def suggest(self, found: tuple[Suggestion, ...], chosen: int | None) -> None:
        """Other suggestions, or none; `chosen` was chosen by hand."""
        first = self._shown.start if found == self._offer.found else 0
        self._offer = Offer(found, chosen, first)
        self.refresh()

    def tell(self, hint: str) -> None:
        """What becomes of what is being written."""
        self._hint = hint
        self.refresh()

    def typing(self, text: str) -> None:
        """Who is writing."""
        if text != self._typing:
            self._typing = text
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Take the one under the mouse, or see those of which only the number is there."""
        number = event.style.meta.get(SUGGESTION)
        if pressed(event) or event.button != LEFT or not isinstance(number, int):
            return
        event.stop()
        self.post_message(self.Taken(number) if number in self._shown else self.Chosen(number))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The next one."""
        self._turn(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The one before."""
        self._turn(event, -1)

    def _turn(self, event: events.MouseEvent, by: int) -> None:
        if self._offer.found:
            event.stop()
            at = self._offer.chosen
            self.post_message(self.Chosen(0 if at is None else max(0, min(len(self._offer.found) - 1, at + by))))

    def render(self) -> Content:
        """One row, its words under the messages' words."""
        width = self.size.width
        indent = min(INDENT, width // 8)
        room = min(WIDEST, width - indent)
        if self._wrong[0]:
            return row((" " * indent, ""), ("! ", WARN), (self._wrong[0], TEXT)).truncate(width, ellipsis=True)
        if self._offer.found:
            drawn = draw_offer(self._offer, indent, room, ansi=self.app.current_theme.ansi)
            self._shown = drawn.shown
            return drawn.content
        left, right = row((self._typing, f"italic {QUIET}")), row((self._hint, QUIET))
        return row((" " * indent, ""), ends(left, right, room) if right else left)
