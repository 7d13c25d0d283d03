"""The middle column: title, timeline, strip, composer, and what is done with a message."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from nookterm.domain.ids import RoomId
from nookterm.tui.messages import ShareMessage
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, SAFE, SOFT, STRONG, WARN, ends, row
from nookterm.tui.widgets.composer import Composer, Strip
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.reactions import ReactionStrip
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.panels import TimelinePanel
from nookterm.viewmodels.status import StatusView
from nookterm.viewmodels.timeline import Words

_LOW = 24
_DRAFT_PAUSE = 0.6


class Conversation(Vertical):
    """Shows the open room; posts what leads elsewhere."""

    DEFAULT_CSS = """
    Conversation {
        background: $background;
        #title { height: auto; background: $panel; padding: 0 2; }
        Timeline { height: 1fr; padding: 0; }
        &.-bare Timeline { display: none; }
    }
    """

    @dataclass
    class Changed(Message):
        """The view is newer."""

    def __init__(self, panel: TimelinePanel) -> None:
        """`panel` is the timeline's view-model."""
        super().__init__()
        self._panel = panel
        self._stop: Callable[[], None] | None = None
        self._shown: tuple[object, object] = (None, None)
        self._saving: Timer | None = None
        self._loading = False
        self.compact = False

    def compose(self) -> list[Widget]:
        """From the title down."""
        return [
            Paper(self._title, id="title"), FaceView("Opening"), Timeline(), ReactionStrip(), Confirm(), Strip(), Composer(),
        ]  # fmt: skip

    def on_mount(self) -> None:
        """Begin to watch."""
        self._stop = self._panel.watch(lambda _view: self._tell())
        self.changed()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop:
            self._stop()

    def _tell(self) -> None:
        self.post_message(self.Changed())

    @on(Changed)
    def changed(self) -> None:
        """Show the view."""
        view = self._panel.view
        self.query_one("#title", Paper).refresh(layout=True)
        self.query_one(Timeline).show(view, compact=self.compact)
        composer = self.query_one(Composer)
        composer.show(view)
        if (view.room_id, view.editing) != self._shown:
            self._shown = (view.room_id, view.editing)
            composer.text = view.draft
            composer.move_cursor(composer.document.end)
        bare = not view.entries
        self.set_class(bare, "-bare")
        self.query_one(FaceView).show(view.face if bare or view.notice else Face.CONTENT, view.notice, above=not bare)
        self.query_one(Strip).typing(view.typing or (f"answering {view.answering.author}: {view.answering.text}" if view.answering else ""))

    def connection(self, status: StatusView) -> None:
        """Offline is said above the messages; typing goes on."""
        if status.connection == "offline" and self._panel.view.entries:
            said = Notice("The server cannot be reached.", (status.detail, "What you write is kept and goes out by itself."))
            self.query_one(FaceView).show(Face.OFFLINE, said, above=True)
        elif status.connection == "live" and self._panel.view.entries:
            self.query_one(FaceView).show(Face.CONTENT, None, above=True)

    def on_resize(self) -> None:
        """A low terminal gives the composer fewer rows."""
        self.query_one(Composer).set_class(self.app.size.height <= _LOW, "-low")
        self.query_one("#title", Paper).refresh(layout=True)

    def _title(self, width: int) -> list[Content]:
        view = self._panel.view
        one = self.screen.has_class("-one")
        safety = row(("✓ " if view.safe else "↗ " if view.safety else "", SAFE if view.safe else WARN), (view.safety, SOFT))
        right = row((f"{view.size}  " if view.size else "", SOFT), safety)
        unsure = row((f" · {view.trust}", QUIET)) if view.trust else NOTHING
        room_for_trust = 60
        if width >= room_for_trust:
            right = row(right, unsure)
        space = self.screen.query_one("#head", Paper) is not None and one
        left = row(("‹ " if space else "", SOFT), (view.title or "nookterm", STRONG))
        if view.purpose and not one:
            left = row(left, (f"  {view.purpose}", SOFT))
        line = ends(left, right, width)
        return [line] if one else [NOTHING, line, NOTHING]

    def focus(self, scroll_visible: bool = True) -> Conversation:  # noqa: FBT001, FBT002 - Textual's own signature
        """The keyboard goes to the messages."""
        self.query_one(Timeline).focus(scroll_visible)
        return self

    def focus_composer(self) -> None:
        """Write."""
        composer = self.query_one(Composer)
        if not composer.disabled:
            composer.focus()

    async def open(self, room_id: RoomId) -> None:
        """Show a room, at its end, ready to write."""
        self._save_draft()
        await self._panel.open(room_id)
        self.changed()
        self.focus_composer()
        self.intend(self._panel.read())

    def intend(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let an intent run; leaving the room does not end it."""
        self.app.run_worker(work, group="intents")

    @on(Composer.Submitted)
    def _submitted(self, event: Composer.Submitted) -> None:
        event.stop()
        text = event.text.strip()
        if text.startswith("/") and not text.startswith(("/me ", "//")):
            self.app.post_message(SlashCommand(text))
            return
        self.query_one(Timeline).to_end()
        self.intend(self._panel.send(text.removeprefix("/") if text.startswith("//") else event.text))

    @on(Composer.Left)
    def _left(self, event: Composer.Left) -> None:
        event.stop()
        if self._panel.view.editing or self._panel.view.answering:
            self.intend(self._panel.answer(None))
            return
        if event.to == "edit" and self._mine_last():
            self.intend(self._panel.edit_last())
        else:
            self.focus()

    def _mine_last(self) -> bool:
        said = [e for e in self._panel.view.entries if isinstance(e, Words)]
        return bool(said) and said[-1].colour == 0 and not said[-1].redacted

    @on(Composer.Suggested)
    def _suggested(self, event: Composer.Suggested) -> None:
        event.stop()
        self.query_one(Strip).suggest(event.words)

    @on(Composer.Changed)
    def _typed(self) -> None:
        if self._saving:
            self._saving.stop()
        self._saving = self.set_timer(_DRAFT_PAUSE, self._save_draft)

    def _save_draft(self) -> None:
        composer = self.query_one(Composer)
        if self._saving and not self._panel.view.editing:
            self._saving.stop()
            self._saving = None
            self.intend(self._panel.keep_draft(composer.text))

    @on(Timeline.ReachedTop)
    def _older(self, event: Timeline.ReachedTop) -> None:
        event.stop()
        if not self._loading and not self._panel.view.at_start:
            self._loading = True
            self.intend(self._load_older())

    async def _load_older(self) -> None:
        try:
            await self._panel.older()
        finally:
            self._loading = False

    @on(Timeline.Wanted)
    def _wanted(self, event: Timeline.Wanted) -> None:
        event.stop()
        said, room = event.entry, self._panel.view.room_id
        if event.act == "compose":
            self.focus_composer()
        elif event.act == "keys":
            self.app.run_worker(self.app.run_action("help"))
        elif event.act == "readers":
            self.screen.run_worker(self.screen.run_action("about"))
        elif said is not None and room is not None:
            self._do(event.act, said, room)

    def _do(self, act: str, said: Words, room: RoomId) -> None:
        if act == "answer":
            self.intend(self._panel.answer(said.event_id))
            self.focus_composer()
        elif act == "edit" and said.colour == 0:
            self.intend(self._panel.edit(said.event_id))
            self.focus_composer()
        elif act == "react":
            self.query_one(ReactionStrip).ask(lambda key: self.intend(self._panel.react(said.event_id, key)))
        elif act == "redact" and said.colour == 0:
            question = "Take this message back for everyone? Copies that were read stay read."
            self.query_one(Confirm).ask(question, lambda: self.intend(self._panel.redact(said.event_id)), yes="take back")
        elif act == "copy":
            self.app.copy_to_clipboard(said.body)
        elif act == "share":
            self.post_message(ShareMessage(room, said.event_id))


@dataclass
class SlashCommand(Message):
    """A command was typed where one writes."""

    text: str
