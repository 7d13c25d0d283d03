"""Where one writes: several lines, suggestions in a strip above, who reads it in the line below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea

from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.tui.commands import COMMANDS, bindings_for
from nookterm.tui.widgets.cards_text import KEY, LEAVES, QUIET, TEXT, ends, row
from nookterm.tui.widgets.timeline_rows import INDENT, WIDEST
from nookterm.viewmodels.timeline import TimelineView

_MOST = 5
"""Suggestions shown."""
_LONGEST_HISTORY = 50
_LONGEST_DRAFT = 65_536
"""Characters; an event holds no more."""
_DRAFT_PAUSE = 0.6
"""Seconds without a key after which a draft is kept."""


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
        &:focus {
            border: round $accent; border-title-color: $accent; border-title-style: bold;
            background-tint: $foreground 0%;
        }
        &.-leaves { border-subtitle-color: $nook-leaves; }
        &.-stopped { border-title-color: $nook-warn; }
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
    class Stopped(Message):
        """Nothing can be sent now; what is written stays."""

    @dataclass
    class Left(Message):
        """To the messages (`to` is timeline or edit) without sending."""

        to: str

    @dataclass
    class Suggested(Message):
        """Other suggestions fit now."""

        words: tuple[tuple[str, str], ...]

    @dataclass
    class Kept(Message):
        """Keep this draft: writing paused."""

        text: str

    @dataclass
    class Paged(Message):
        """Turn the conversation's pages: `by` is -1 or 1."""

        by: int

    def __init__(self) -> None:
        super().__init__(soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, id="composer")
        self._people: tuple[str, ...] = ()
        self._suggestions: tuple[tuple[str, str], ...] = ()
        self._history: list[str] = []
        self._recalled = 0
        """How many steps back in what was sent; 0 is what is being written."""
        self._unsent = ""
        self._saving: Timer | None = None
        self._kept = ""
        self.stopped = False
        """Whether something stands in the way of sending here."""

    def show(self, view: TimelineView) -> None:
        """Another room, or other readers of this one."""
        self._people = tuple(safe_line(name) for name, _ in view.people)
        self.disabled = view.room_id is None
        self.read_only = not view.can_write
        self.show_cursor = view.can_write
        title = f"Write to {view.title}"
        if view.editing:
            title = "Change your message"
        elif view.answering:
            title = f"Answer {view.answering.author}"
        self.stopped = view.blocked is not None
        if view.blocked is not None:
            title = f"Not sent: {view.blocked.short}"
        self.border_title = row((title if view.can_write else view.why_not or "Choose a room", ""))
        self.set_class(self.stopped and view.can_write, "-stopped")
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
        if self.stopped and text.strip() and not text.startswith("/"):
            self.post_message(self.Stopped())
        elif text.strip() and not self.read_only:
            self._history = [*self._history[-_LONGEST_HISTORY:], text]
            self._recalled, self._unsent = 0, ""
            self._kept = self.text = ""
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

    def action_recall(self, by: int) -> None:
        """What was sent before, or forward again to what was being written."""
        if self._recalled == 0:
            self._unsent = self.text
        self._recalled = max(0, min(len(self._history), self._recalled - by))
        self.text = self._history[-self._recalled] if self._recalled else self._unsent
        self.move_cursor(self.document.end)

    def action_page(self, by: int) -> None:
        """Read on in the conversation without leaving the field."""
        self.post_message(self.Paged(by))

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
        """Suggest anew, and keep the draft when writing pauses."""
        if self._saving:
            self._saving.stop()
        if self.text != self._kept:
            self._saving = self.set_timer(_DRAFT_PAUSE, self._keep)
        found = self._fitting(self._word())
        if found != self._suggestions:
            self._suggestions = found
            self.post_message(self.Suggested(found))

    def load_draft(self, text: str) -> None:
        """Another room's draft, or a message to change."""
        self._kept = self.text = safe_text(text, longest=_LONGEST_DRAFT, lines=_LONGEST_DRAFT)
        self.move_cursor(self.document.end)

    def add_draft(self, text: str) -> None:
        """The kept draft got words to begin with at its end; what was written since stands before them."""
        before = self._kept.rstrip()
        added = text.removeprefix(before).lstrip("\n") if text.startswith(before) else text
        if self.take_unkept() is None:
            self.load_draft(text)
        else:
            self.begin_with(added)

    def begin_with(self, words: str) -> None:
        """Words to begin with come after what is being written; once is enough."""
        if words.strip() not in self.text:
            written = f"{self.text.rstrip()}\n\n{words}" if self.text.strip() else words
            self.text = safe_text(written, longest=_LONGEST_DRAFT, lines=_LONGEST_DRAFT)
            self.move_cursor(self.document.end)

    def give_back(self, text: str) -> None:
        """What could not be sent stands here again, before what was written since."""
        since = self.text
        self.text = f"{text}\n{since}" if since.strip() else text
        self.move_cursor(self.document.end)

    def take_unkept(self) -> str | None:
        """What was written since it was last kept, now taken to be kept; None where that is nothing."""
        if self.text == self._kept:
            return None
        self._kept = self.text
        return self.text

    def _keep(self) -> None:
        text = self.take_unkept()
        if text is not None:
            self.post_message(self.Kept(text))

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
            return tuple((f"@{name}", "") for name in self._people if name.casefold().startswith(part))[:_MOST]
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
            parts.append(
                (f" {word} " if number == 0 else f"  {word}", f"bold {TEXT} on $raise" if number == 0 else TEXT)
            )
            if about:
                parts.append((f" {about} ", QUIET))
        return row((" " * indent, ""), ends(row(*parts), row(("Tab", KEY), (" take", QUIET)), room))
