"""Where one writes: several lines, and who reads them in the line below."""

from __future__ import annotations

import os
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.timer import Timer

from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_text
from nookterm.formatting.called import names_to_call
from nookterm.formatting.writing import People
from nookterm.tui.commands import bindings_for
from nookterm.tui.editing import EditorProblem, edit
from nookterm.tui.messages import LongPaste, ShareFile
from nookterm.tui.own_keys import own_key
from nookterm.tui.widgets.cards_text import LEAVES, QUIET, row, said
from nookterm.tui.widgets.composer_words import SELECT, leave_word, title_of, up_word
from nookterm.tui.widgets.emoji_field import LONGEST_DRAFT, EmojiField
from nookterm.tui.widgets.onward_bar import KINDS
from nookterm.tui.widgets.pasted import pasted_path
from nookterm.viewmodels.timeline import TimelineView
from nookterm.viewmodels.writing import told

_LONGEST_HISTORY = 50
MANY_LINES = 10
"""Line breaks of a pasted text from which on it is asked how it is meant."""
_DRAFT_PAUSE = 0.6
"""Seconds without a key after which a draft is kept."""


class Composer(EmojiField):
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
        &:ansi:focus { border: heavy $accent; }
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
    class Hinted(Message):
        """Something else can be said of what is being written."""

        hint: str

    @dataclass
    class Kept(Message):
        """Keep this draft: writing paused."""

        text: str

    @dataclass
    class Turned(Message):
        """Keys that lead out of the field do something else now."""

    @dataclass
    class Paged(Message):
        """Turn the conversation's pages: `by` is -1 or 1."""

        by: int

    def __init__(self) -> None:
        super().__init__(soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, id="composer")
        self._view = TimelineView()
        self._names: People = ()
        """By what people here can be called."""
        self._hint = ""
        """What becomes of what is being written."""
        self._history: list[str] = []
        self._recalled = 0
        """How many steps back in what was sent; 0 is what is being written."""
        self._unsent = ""
        self._saving: Timer | None = None
        self.kept = ""
        """The words that are kept on the disk, as far as this field knows."""
        self.stopped = False
        """Whether something stands in the way of sending here."""
        self.ways_out = (SELECT, "")
        """What ↑ does while nothing is written, and what Esc ends (empty: nothing)."""
        self._about = ("", False, "")
        """What its border says: what Enter does, whether that leaves encryption, who can read it."""
        self.closed = False
        """Whether that is because the room goes on elsewhere: Enter leads there, with or without words."""

    def show(self, view: TimelineView) -> None:
        """Another room, or other readers of this one."""
        if view.people != self.people:
            self._names = names_to_call(view.people)
        self.people, self.everybody, self._view = view.people, view.everybody, view
        self.swaps = view.markdown
        self.disabled = view.room_id is None
        self.read_only = not view.can_write
        self.show_cursor = view.can_write
        self.stopped = view.blocked is not None
        self.closed = view.blocked is not None and view.blocked.kind in KINDS
        title = title_of(view) if view.can_write else view.why_not or f"Choose a room: {own_key('app.jump')}"
        before, self.ways_out = self.ways_out, (up_word(view), leave_word(view))
        if self.ways_out != before:
            self.post_message(self.Turned().set_sender(self))
        about = (title, view.leaves, view.audience)
        if about != self._about:
            # Textual draws the field anew for a title, whatever it was before.
            self._about = about
            self.border_title = row((about[0], ""))
            mark = "↗ " if view.leaves else ""
            self.border_subtitle = row((f"{mark}{view.audience}", LEAVES if view.leaves else QUIET))
        self.set_class(self.stopped and view.can_write and not self.closed, "-stopped")
        self.set_class(view.leaves, "-leaves")
        self.placeholder = "Write a message, or / for commands" if view.can_write else ""

    async def _on_key(self, event: events.Key) -> None:
        """Enter sends instead of breaking the line; before that the row of suggestions has its keys."""
        if self.completes_by(event.key):
            event.stop()
            event.prevent_default()
            return
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_send()
            return
        if self.read_only and event.is_printable:
            # Where one only reads a letter is no command of whatever has the keyboard after the next key.
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def _on_paste(self, event: events.Paste) -> None:  # type: ignore[override]  # Textual awaits what can be awaited
        """The path of one file, pasted or dropped, offers to share it; all else is inserted by Textual itself."""
        path = "" if self.read_only else pasted_path(event.text)
        if path:
            event.stop()
            event.prevent_default()
            self.post_message(ShareFile(path))
        elif not self.read_only and event.text.count("\n") >= MANY_LINES:
            event.stop()
            event.prevent_default()
            self.post_message(LongPaste(event.text, self.put_in))

    def action_send(self) -> None:
        """Send what is written."""
        text = self.text
        if self.stopped and (text.strip() or self.closed) and not text.startswith("/"):
            self.post_message(self.Stopped())
        elif text.strip() and not self.read_only:
            self._history = [*self._history[-_LONGEST_HISTORY:], text]
            self._recalled, self._unsent = 0, ""
            self.kept = self.text = ""
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

    def action_editor(self) -> None:
        """Go on in the editor of the environment; what is there when it is left stands here then."""
        if self.read_only:
            return
        try:
            words = edit(self.app, self.text, os.environ)
        except EditorProblem as problem:
            self.app.notify(said(str(problem), "").plain, markup=False, severity="warning")
            return
        if words != self.text:
            self.text = safe_text(words, longest=LONGEST_DRAFT, lines=LONGEST_DRAFT)
        self.move_cursor(self.document.end)

    def on_text_area_changed(self) -> None:
        """Suggest anew, say what becomes of the words, and keep the draft when writing pauses."""
        self.look()
        if self._saving:
            self._saving.stop()
        if self.text != self.kept:
            self._saving = self.set_timer(_DRAFT_PAUSE, self._keep)
        said = _hint(self.text, self._names, self._view)
        if said != self._hint:
            self._hint = said
            self.post_message(self.Hinted(said))

    def load_draft(self, text: str) -> None:
        """Another room's draft, or a message to change."""
        self.kept = self.text = safe_text(text, longest=LONGEST_DRAFT, lines=LONGEST_DRAFT)
        self.move_cursor(self.document.end)

    def add_draft(self, text: str) -> None:
        """The kept draft got words to begin with at its end; what was written since stands before them."""
        before = self.kept.rstrip()
        added = text.removeprefix(before).lstrip("\n") if text.startswith(before) else text
        if self.take_unkept() is None:
            self.load_draft(text)
        else:
            self.begin_with(added)

    def begin_with(self, words: str) -> None:
        """Words to begin with come after what is being written; once is enough."""
        if words.strip() not in self.text:
            written = f"{self.text.rstrip()}\n\n{words}" if self.text.strip() else words
            self.text = safe_text(written, longest=LONGEST_DRAFT, lines=LONGEST_DRAFT)
            self.move_cursor(self.document.end)

    def give_back(self, text: str) -> None:
        """What could not be sent stands here again, before what was written since."""
        since = self.text
        self.text = f"{text}\n{since}" if since.strip() else text
        self.move_cursor(self.document.end)

    def take_all(self) -> str:
        """What is being written, which stands here no more."""
        words = self.text
        self.load_draft("")
        return words

    def take_unkept(self) -> str | None:
        """What was written since it was last kept, now taken to be kept; None where that is nothing."""
        if self.text == self.kept:
            return None
        self.kept = self.text
        return self.text

    def _keep(self) -> None:
        text = self.take_unkept()
        if text is not None:
            self.post_message(self.Kept(text))


def writes(field: Composer) -> bool | None:
    """Whether somebody writes words for the room: no command, nothing stopped. None: only what was kept stands here."""
    if not field.text.strip() or field.stopped or is_command(field.text):
        return False
    return None if field.text == field.kept else True


def is_command(text: str) -> bool:
    """Whether these words are an order and no message."""
    words = text.lstrip()
    return words.startswith("/") and not words.startswith(("/me ", "/raw ", "/spoiler ", "//"))


def _hint(text: str, names: People, view: TimelineView) -> str:
    """Whom these words call, and what becomes of them; the rules are loaded with the first, and not by the start."""
    if not text or is_command(text):
        return ""
    from nookterm.formatting.hints import hint

    return " · ".join(filter(None, (told(text, names, view), hint(text) if view.markdown else "")))
