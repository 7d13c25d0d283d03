"""Where one writes: several lines, suggestions in a strip above, who reads it in the line below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from nookterm.domain.ids import UserId
from nookterm.tui.commands import COMMANDS, bindings_for
from nookterm.tui.widgets.cards_text import KEY, LEAVES, QUIET, TEXT, ends, row
from nookterm.tui.widgets.timeline_rows import INDENT, WIDEST
from nookterm.viewmodels.timeline import TimelineView

_MOST = 5
"""Suggestions shown."""
_LONGEST_HISTORY = 50


class Composer(TextArea):
    """The field. Enter sends; the keys of `composer` commands do the rest."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("composer")]
    DEFAULT_CSS = """
    Composer {
        height: auto; min-height: 3; max-height: 10; margin: 0 2; padding: 0 1;
        border: round $line; background: transparent; color: $foreground;
        border-title-color: $soft; border-title-background: transparent;
        border-subtitle-color: $nook-quiet; border-subtitle-align: right;
        scrollbar-size-vertical: 1; scrollbar-color: $line; scrollbar-background: $background;
        &:focus { border: round $accent; border-title-color: $accent; background-tint: $foreground 0%; }
        &.-leaves { border-subtitle-color: $nook-leaves; }
        &.-low { max-height: 5; }
        .text-area--cursor-line { background: transparent; }
        .text-area--placeholder { color: $nook-quiet; }
    }
    """

    @dataclass
    class Submitted(Message):
        """Send this."""

        text: str

    @dataclass
    class Left(Message):
        """To the messages (`to` is timeline or edit) without sending."""

        to: str

    @dataclass
    class Suggested(Message):
        """Other suggestions fit now."""

        words: tuple[tuple[str, str], ...]

    def __init__(self) -> None:
        super().__init__(soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, id="composer")
        self._people: tuple[tuple[str, UserId], ...] = ()
        self._suggestions: tuple[tuple[str, str], ...] = ()
        self._history: list[str] = []

    def show(self, view: TimelineView) -> None:
        """Another room, or other readers of this one."""
        self._people = view.people
        self.disabled = view.room_id is None
        self.read_only = not view.can_write
        title = f"Write to {view.title}"
        if view.editing:
            title = "Change your message"
        elif view.answering:
            title = f"Answer {view.answering.author}"
        self.border_title = row((title if view.can_write else view.why_not or "Choose a room", ""))
        mark = "↗ " if view.leaves else ""
        self.border_subtitle = row((f"{mark}{view.audience}", LEAVES if view.leaves else QUIET))
        self.set_class(view.leaves, "-leaves")
        self.placeholder = "Write a message, or / for commands" if view.can_write else ""

    async def _on_key(self, event: events.Key) -> None:
        """Enter sends instead of breaking the line."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_send()
            return
        await super()._on_key(event)

    def action_send(self) -> None:
        """Send what is written."""
        text = self.text
        if text.strip() and not self.read_only:
            self._history = [*self._history[-_LONGEST_HISTORY:], text]
            self.text = ""
            self.post_message(self.Submitted(text))

    def action_newline(self) -> None:
        """Break the line."""
        if not self.read_only:
            self.insert("\n")

    def action_earlier(self) -> None:
        """In an empty field: to the last own message; else the line above."""
        if not self.text:
            self.post_message(self.Left("edit"))
        else:
            self.action_cursor_up()

    def action_leave(self) -> None:
        """To the messages; what is written stays."""
        self.post_message(self.Left("timeline"))

    def action_complete(self) -> None:
        """Take the first suggestion; without one, on to the next place."""
        if not self._suggestions:
            self.screen.focus_next()
            return
        word, full = self._word(), self._suggestions[0][0]
        row_, column = self.cursor_location
        self.replace(f"{full} ", (row_, column - len(word)), (row_, column))

    def on_text_area_changed(self) -> None:
        """Suggest anew."""
        found = self._fitting(self._word())
        if found != self._suggestions:
            self._suggestions = found
            self.post_message(self.Suggested(found))

    def _word(self) -> str:
        row_, column = self.cursor_location
        before = self.document.get_line(row_)[:column]
        start = max(before.rfind(" "), before.rfind("\t")) + 1
        return before[start:]

    def _fitting(self, word: str) -> tuple[tuple[str, str], ...]:
        """(what is inserted, what is said of it), best first."""
        if word.startswith("/") and self.text.startswith(word):
            found = [(c.slash, c.title) for c in COMMANDS if c.slash and c.slash.startswith(word)]
            return tuple(found[:_MOST]) if found != [(word, found[0][1] if found else "")] else ()
        if word.startswith("@"):
            part = word[1:].casefold()
            return tuple((f"@{name}", "") for name, _ in self._people if name.casefold().startswith(part))[:_MOST]
        return ()


class Strip(Widget):
    """The row above the composer: suggestions, or who is writing. It covers nothing and moves nothing."""

    DEFAULT_CSS = """
    Strip { height: 1; padding: 0 2; background: $background; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._words: tuple[tuple[str, str], ...] = ()
        self._typing = ""

    def suggest(self, words: tuple[tuple[str, str], ...]) -> None:
        """Other suggestions."""
        self._words = words
        self.refresh()

    def typing(self, text: str) -> None:
        """Who is writing."""
        self._typing = text
        self.refresh()

    def render(self) -> Content:
        """One row, its words under the messages' words."""
        indent = min(INDENT, self.size.width // 8)
        room = min(WIDEST, self.size.width - indent)
        if not self._words:
            return row((" " * indent, ""), (self._typing, f"italic {QUIET}"))
        parts: list[tuple[str, str] | Content] = []
        for number, (word, about) in enumerate(self._words):
            parts.append((f" {word} " if number == 0 else f"  {word}", f"bold {TEXT} on $raise" if number == 0 else TEXT))
            if about:
                parts.append((f" {about} ", QUIET))
        return row((" " * indent, ""), ends(row(*parts), row(("Tab", KEY), (" take", QUIET)), room))
