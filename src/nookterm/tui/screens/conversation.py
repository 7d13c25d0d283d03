"""The middle column: title, timeline, strip, composer, and what is done with a message."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.safe_text import safe_text
from nookterm.tui.messages import ComparePerson, LeadElsewhere, ReportMessage, ShareMessage
from nookterm.tui.stopping import what_stops
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.composer import Composer, Strip
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.reactions import ReactionStrip
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.title import Title
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.panels import TimelinePanel
from nookterm.viewmodels.status import StatusView, away
from nookterm.viewmodels.timeline import TimelineView, Words

_LOW = 24
_ELSEWHERE: Mapping[str, Callable[[RoomId, EventId], Message]] = {
    "share": ShareMessage,
    "report": ReportMessage,
    "redirect": LeadElsewhere,
}
"""What is done with a message on a panel or in a dialog of its own."""


class Conversation(Vertical):
    """Shows the open room; posts what leads elsewhere."""

    DEFAULT_CSS = """
    Conversation {
        background: $background;
        FaceView.-above { padding: 1 2; }
        Timeline { width: 100%; height: 1fr; padding: 0; }
        &.-bare Timeline { display: none; }
    }
    """

    @dataclass
    class Changed(Message):
        """The view is newer."""

    @dataclass
    class Typed(Message):
        """What is being written is not what it was."""

    def __init__(self, panel: TimelinePanel) -> None:
        """`panel` is the timeline's view-model."""
        super().__init__()
        self._panel = panel
        self._status = StatusView()
        self._stop: Callable[[], None] | None = None
        self._shown: tuple[object, object] = (None, None)
        self._seen: tuple[object, object] = (None, None)
        """Room and newest entry that were last on screen."""
        self._to_write: RoomId | None = None
        """The room in which one is to write as soon as it is shown; what it needs of the network comes after."""
        self._drafted = 0
        """The draft that was last taken over from elsewhere than the composer."""
        self.compact = False

    def compose(self) -> list[Widget]:
        """From the title down."""
        return [Title(), FaceView("Opening"), Timeline(), ReactionStrip(), Confirm(), Strip(), Composer()]

    def on_mount(self) -> None:
        """Begin to watch."""

        def tell(_view: TimelineView) -> None:
            self.post_message(self.Changed())

        self._stop = self._panel.watch(tell)
        self._seen = (self._panel.view.room_id, self._panel.view.entries[-1:])
        self.changed()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop:
            self._stop()

    @on(Changed)
    def changed(self) -> None:
        """Show the view."""
        view = self._panel.view
        self.query_one(Title).show_room(view)
        self.query_one(Timeline).show(view, compact=self.compact)
        composer = self.query_one(Composer)
        composer.show(view)
        if (view.room_id, view.editing) != self._shown:
            self._shown = (view.room_id, view.editing)
            composer.load_draft(view.draft)
        elif view.drafted != self._drafted:
            composer.add_draft(view.draft)
        self._drafted = view.drafted
        if view.room_id is not None and view.room_id == self._to_write:
            self._to_write = None
            self.focus_composer()
        self._show_face()
        newest = (view.room_id, view.entries[-1:])
        if newest != self._seen and self.display and self.query_one(Timeline).at_end:
            self._seen = newest
            self.intend(self._panel.read)
        self.query_one(Strip).typing(
            view.typing or (f"answering {view.answering.author}: {view.answering.text}" if view.answering else "")
        )

    def connection(self, status: StatusView) -> None:
        """Offline is said above the messages; typing goes on."""
        self._status = status
        self._show_face()

    def _show_face(self) -> None:
        """The view's own notice first, then what is true of the whole program."""
        view = self._panel.view
        bare = not view.entries
        self.set_class(bare, "-bare")
        face, notice = view.face, view.notice
        if not bare and notice is None:
            notice = away(self._status)
            face = Face.OFFLINE if notice else Face.CONTENT
        if view.blocked is not None and face is not Face.OFFLINE:
            face, notice = Face.PROBLEM, what_stops(view.blocked)
        self.query_one(FaceView).show(face, notice, above=not bare)
        self.query_one(Timeline).follow()

    def on_resize(self) -> None:
        """A low terminal gives the composer fewer rows."""
        self.query_one(Composer).set_class(self.app.size.height <= _LOW, "-low")
        self.query_one(Title).refresh(layout=True)

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
        draft = self.query_one(Composer).take_unkept()
        if draft is not None and not self._panel.view.editing:
            await self._panel.keep_draft(draft)
        self._to_write = room_id
        await self._panel.open(room_id)
        self.changed()
        self.intend(self._panel.read)

    def intend(self, work: Coroutine[Any, Any, Any] | Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Let an intent run; leaving the room does not end it. A function is not even begun when the program ends."""
        self.app.run_worker(work, group="intents")

    @on(Composer.Submitted)
    def _submitted(self, event: Composer.Submitted) -> None:
        event.stop()
        text = event.text.strip()
        if text.startswith("/") and not text.startswith(("/me ", "//")):
            self.app.post_message(SlashCommand(text))
            return
        self.query_one(Timeline).to_end()
        words = text.removeprefix("/") if text.startswith("//") else event.text
        self.intend(_send(self._panel, words, self.query_one(Composer)))

    @on(Composer.Left)
    def _left(self, event: Composer.Left) -> None:
        event.stop()
        view = self._panel.view
        if event.to == "timeline" and (view.editing or view.answering or view.thread):
            self.intend(_end(self._panel))
        elif event.to == "edit" and _is_mine_last(view):
            self.intend(self._panel.edit_last())
        else:
            self.focus()

    @on(Composer.Paged)
    def _paged(self, event: Composer.Paged) -> None:
        event.stop()
        timeline = self.query_one(Timeline)
        timeline.scroll_rows(event.by * max(1, timeline.size.height - 2))

    @on(Composer.Suggested)
    def _suggested(self, event: Composer.Suggested) -> None:
        event.stop()
        self.query_one(Strip).suggest(event.words)

    @on(Composer.Changed)
    def _typed(self) -> None:
        self.post_message(self.Typed())

    @on(Composer.Kept)
    def _kept(self, event: Composer.Kept) -> None:
        event.stop()
        if not self._panel.view.editing:
            self.intend(self._panel.keep_draft(event.text))

    @on(Timeline.ReachedTop)
    def _older(self, event: Timeline.ReachedTop) -> None:
        event.stop()
        busy = any(worker.group == "older" and not worker.is_finished for worker in self.app.workers)
        if not busy and not self._panel.view.at_start:
            self.app.run_worker(self._panel.older(), group="older")

    @on(Timeline.Wanted)
    def _wanted(self, event: Timeline.Wanted) -> None:
        event.stop()
        said, room = event.entry, self._panel.view.room_id
        if event.act == "compose" and self._panel.view.thread:
            self.intend(self._panel.thread(None))
        elif event.act == "compose" and self.screen.has_class("-one"):
            self.screen.run_worker(self.screen.run_action("back"))
        elif event.act in {"compose", "write"}:
            self.focus_composer()
        elif event.act == "readers":
            self.screen.run_worker(self.screen.run_action("readers"))
        elif said is not None and room is not None:
            _do(self, self._panel, event.act, said, room)


async def begin(here: Conversation, panel: TimelinePanel, thread: EventId | None, draft: str) -> None:
    """Show a thread of the open room, and words to begin with where nothing is being written."""
    if thread is not None:
        await panel.thread(thread)
    composer = here.query_one(Composer)
    if draft and not composer.text:
        composer.load_draft(draft)
    here.focus_composer()


def _do(here: Conversation, panel: TimelinePanel, act: str, said: Words, room: RoomId) -> None:
    """What is done with one message."""
    if act == "answer":
        here.intend(panel.answer(said.event_id))
        here.focus_composer()
    elif act == "thread":
        here.intend(panel.thread(said.event_id))
        here.focus_composer()
    elif act == "edit" and said.colour == 0:
        here.intend(panel.edit(said.event_id))
        here.focus_composer()
    elif act == "react":
        here.query_one(ReactionStrip).ask(lambda key: here.intend(panel.react(said.event_id, key)))
    elif act == "redact" and said.colour == 0:
        question = "Take this message back for everyone? Copies that were read stay read."
        here.query_one(Confirm).ask(question, lambda: here.intend(panel.redact(said.event_id)), yes="take back")
    elif act in {"edit", "redact"}:
        here.app.notify("Only its author can do that.", markup=False)
    elif act == "compare":
        _compare(here, said)
    elif act == "copy":
        here.app.copy_to_clipboard(safe_text(said.body))
    elif act in _ELSEWHERE:
        here.post_message(_ELSEWHERE[act](room, said.event_id))


def _compare(here: Conversation, said: Words) -> None:
    """Compare keys with the author of a message."""
    if said.colour:
        here.post_message(ComparePerson(said.author_id))
    else:
        here.app.notify("This is yours. Sessions and trust (/trust) compares your own devices.", markup=False)


def _is_mine_last(view: TimelineView) -> bool:
    said = [e for e in view.entries if isinstance(e, Words)]
    return bool(said) and said[-1].colour == 0 and not said[-1].redacted


async def _send(panel: TimelinePanel, text: str, composer: Composer) -> None:
    """Send; what cannot be kept here goes back to where it was written."""
    room_id = panel.view.room_id
    if not await panel.send(text) and panel.view.room_id == room_id:
        composer.give_back(text)


async def _end(panel: TimelinePanel) -> None:
    """Give up what was begun last: the edit, the answer, the thread."""
    if panel.view.editing:
        await panel.edit(None)
    elif panel.view.answering:
        await panel.answer(None)
    else:
        await panel.thread(None)


@dataclass
class SlashCommand(Message):
    """A command was typed where one writes."""

    text: str
