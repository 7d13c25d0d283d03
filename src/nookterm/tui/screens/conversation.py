"""The middle column: title, timeline, strip, composer, and what is done with a message."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual import on
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.records import dataclass
from nookterm.tui.messages import ShareMessage
from nookterm.tui.one_frame import OneFrame
from nookterm.tui.screens.everybody import ask_everybody, send
from nookterm.tui.screens.message_acts import MessageActs
from nookterm.tui.screens.message_hands import Hands
from nookterm.tui.stopping import what_stops
from nookterm.tui.themed import ThemedApp
from nookterm.tui.typing_ahead import opening
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.composer import Composer, is_command, writes
from nookterm.tui.widgets.composer_strip import Strip
from nookterm.tui.widgets.composer_words import edits_last
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.onward_bar import KINDS, OnwardBar
from nookterm.tui.widgets.reactions import ReactionStrip
from nookterm.tui.widgets.take_back import TakeBackBar
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.title import Title
from nookterm.tui.widgets.votes import VoteStrip
from nookterm.viewmodels.messages import MessagesPanel
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.panels import TimelinePanel
from nookterm.viewmodels.status import StatusView, away
from nookterm.viewmodels.timeline import TimelineView
from nookterm.viewmodels.writing import calls

_LOW = 24


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

        room_id: RoomId | None = None
        """The room for which it is; None where it is for a thread."""
        writing: bool | None = None
        """Whether it is words for the room; None: nobody wrote them just now."""

    def __init__(self, panel: TimelinePanel, messages: MessagesPanel) -> None:
        """`panel` is the timeline's view-model, `messages` what is done with messages."""
        super().__init__()
        self._panel = panel
        self._messages = messages
        self.acts = MessageActs(Hands(self, panel, messages))
        self._status = StatusView()
        self._stop: Callable[[], None] | None = None
        self._shown: tuple[object, object] = (None, None)
        self._seen: tuple[object, object] = (None, None)
        """Room and newest entry that were last on screen."""
        self._to_write: RoomId | None = None
        """The room in which one is to write as soon as it is shown; what it needs of the network comes after."""
        self._frame = OneFrame(self)
        self._drafted = 0
        """The draft that was last taken over from elsewhere than the composer."""
        self.compact = False
        self.only: tuple[RoomId | None, EventId | None] | None = None
        """The room and thread that are shown here, and no other; None: whichever is open."""

    def compose(self) -> list[Widget]:
        """From the title down."""
        return [
            Title(), FaceView("Opening"), Timeline(), ReactionStrip(), VoteStrip(), Confirm(),
            TakeBackBar(self._messages), OnwardBar(), Strip(), Composer(),
        ]  # fmt: skip

    def on_mount(self) -> None:
        """Begin to watch."""

        def tell(_view: TimelineView) -> None:
            self.post_message(self.Changed())

        self._stop = self._panel.watch(tell)
        self._seen = (self._panel.view.room_id, self._panel.view.entries[-1:])
        self.changed()

    def on_unmount(self) -> None:
        """Stop watching."""
        self._frame.end()
        if self._stop:
            self._stop()

    @on(Changed)
    def changed(self) -> None:
        """Show the view."""
        view = self._panel.view
        if self.only and (view.room_id, view.thread) != self.only:
            return
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
        # What is behind another account is not seen by anybody.
        in_front = self.display and self.screen in self.app.screen_stack
        if newest != self._seen and in_front and self.query_one(Timeline).at_end:
            self._seen = newest
            self.intend(self._panel.read)
        self.query_one(Strip).typing(view.typing or _where(view))
        self._frame.end_behind(self.query_one(Timeline))

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
        closed = view.blocked is not None and view.blocked.kind in KINDS
        self.query_one(OnwardBar).show(view.blocked)
        if view.blocked is not None and not closed and face is not Face.OFFLINE:
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
        self.acts.going.forget()
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
        if is_command(text):
            self.app.post_message(SlashCommand(text))
            return
        self.query_one(Timeline).to_end()
        words = text.removeprefix("/") if text.startswith("//") else event.text
        if how_many := calls(words, self._panel.view):
            ask_everybody(self, self._panel, event.text, words, how_many)
        else:
            # Words leave their field in the frame in which they stand in the conversation.
            self._frame.begin()
            self.intend(send(self._panel, words, self.query_one(Composer)))

    @on(Composer.Left)
    def _left(self, event: Composer.Left) -> None:
        event.stop()
        view = self._panel.view
        if event.to == "timeline" and (view.editing or view.answering or view.thread):
            self.intend(_end(self._panel))
        elif event.to == "edit" and edits_last(view):
            opening(self, self._panel.edit_last())
        else:
            self.focus()

    @on(Composer.Paged)
    def _paged(self, event: Composer.Paged) -> None:
        event.stop()
        timeline = self.query_one(Timeline)
        timeline.scroll_rows(event.by * max(1, timeline.size.height - 2))

    @on(Composer.Suggested)
    @on(Composer.Hinted)
    @on(Strip.Taken)
    @on(Strip.Chosen)
    def _suggested(self, event: Composer.Suggested | Composer.Hinted | Strip.Taken | Strip.Chosen) -> None:
        composer, strip = self.query_one(Composer), self.query_one(Strip)
        match event:
            case Composer.Suggested():  # goes on: the footer names other keys
                strip.suggest(event.found, event.chosen)
            case Composer.Hinted():
                strip.tell(event.hint)
            case _:
                composer.focus()
                if isinstance(event, Strip.Chosen):
                    composer.choose(event.number)
                elif composer.take(event.number):
                    composer.action_send()

    @on(Composer.Changed)
    def _typed(self) -> None:
        view, composer = self._panel.view, self.query_one(Composer)
        self.query_one(Strip).look(composer.text)
        self.post_message(self.Typed(None if view.thread else view.room_id, writes(composer)))
        if isinstance(self.app, ThemedApp):
            self.app.place_toasts()

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
        elif event.act in {"share", "share_thread"} and said is not None and room is not None:
            self.post_message(ShareMessage(room, said.event_id, event.marked, event.act == "share_thread"))
            self.query_one(Timeline).clear_marks()
        elif room is not None:
            self.acts.do(event.act, said, room, event.about)


async def begin(here: Conversation, panel: TimelinePanel, thread: EventId | None, draft: str) -> None:
    """Show a thread of the open room, and words to begin with where nothing is being written."""
    if thread is not None:
        await panel.thread(thread)
    composer = here.query_one(Composer)
    if draft and not composer.text:
        composer.load_draft(draft)
    here.focus_composer()


def write_again(here: Conversation, text: str, problem: str) -> None:
    """A command that came to nothing stands where it was written, the problem above it, until something is changed.

    Where other words stand there by then, they stay, and a note says the problem.
    """
    composer = here.query_one(Composer)
    if composer.text or composer.disabled or composer.read_only:
        here.app.notify(problem, markup=False)
        return
    composer.load_draft(text)
    composer.refused = composer.text
    here.query_one(Strip).wrong(problem, composer.text)


def _where(view: TimelineView) -> str:
    """What is being answered, or that one reads the past."""
    if view.answering:
        return f"answering {view.answering.author}: {view.answering.text}"
    return "further back · End goes to the newest" if view.past else ""


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
