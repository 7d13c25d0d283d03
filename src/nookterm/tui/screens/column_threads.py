"""A thread beside its room, or in its place where a screen is narrow: opened, moved with the screen, closed."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.message import Message

from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.tui.messages import GoTo, OpenMember, ShowThread
from nookterm.tui.screens.beside import Beside
from nookterm.tui.screens.column import FacesScreen
from nookterm.tui.screens.conversation import Conversation, begin
from nookterm.tui.widgets.beside_faces import FaceChosen, Faces
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.panels import TimelinePanel


class ColumnScreen(FacesScreen):
    """Keeps what the column shows in step with the open room."""

    @dataclass
    class Moved(Message):
        """The room or its thread is another one."""

    _room: RoomId | None = None
    _setting = False
    """Whether a thread is on its way from the room's place to the column."""
    _carries = False
    """Whether what is being written goes along to where the thread goes."""

    @property
    def written_in(self) -> TimelinePanel:
        """The room, or the thread beside it: where what one writes goes."""
        return self.shell.timeline if self.writing_in is self.query_one(Conversation) else self.shell.side

    @property
    def writing_in(self) -> Conversation:
        """The same on the screen: the conversation, or the thread beside it."""
        side = self.has_column and self._face is Faces.THREAD and self.beside.has_keyboard
        return (self.beside if side else self).query_one(Conversation)

    def watch_column(self) -> list[Callable[[], None]]:
        """Begin to watch what the column depends on. Returns the ways to stop."""

        def tell(_view: object) -> None:
            self.post_message(self.Moved())

        return [self.shell.timeline.watch(tell), self.shell.side.watch(tell)]

    @on(Moved)
    async def _moved(self) -> None:
        view = self.shell.timeline.view
        if view.room_id != self._room:
            self._room = view.room_id
            if view.room_id is not None:
                self.run_worker(self.shell.side.open(view.room_id), group="intents")
        if view.thread is not None and self.has_column and not self._setting:
            self._setting = True
            self.run_worker(self._set_beside(view.thread, view.target), group="column")
        await self._follow()
        if self.beside.face in {Faces.THREADS, Faces.PINNED}:
            self._renew()

    @on(ShowThread)
    async def _thread_wanted(self, event: ShowThread) -> None:
        event.stop()
        await self.open_thread(event.event_id)

    async def open_thread(self, event_id: EventId, draft: str = "") -> None:
        """Show a thread of the open room, beside it or in its place, and write in it."""
        conversation = self.query_one(Conversation)
        if not self.has_column:
            await begin(conversation, self.shell.timeline, event_id, draft)
            return
        self._before = Faces.THREADS if self._face is Faces.THREADS else Faces.ABOUT
        await self.shell.side.thread(event_id)
        await self.turn_to(Faces.THREAD)
        composer = self.beside.shown.query(Composer)
        if draft and composer and not composer.first().text:
            composer.first().load_draft(draft)

    async def _set_beside(self, thread: EventId, target: EventId | None) -> None:
        """A thread that came up in the room's place goes beside it."""
        conversation, carries = self.query_one(Conversation), self._carries
        self._carries, self._before = False, Faces.ABOUT
        words = conversation.query_one(Composer).take_all() if carries else ""
        try:
            await self.shell.side.thread(thread)
            if words:
                await self.shell.timeline.keep_draft("")
            await self.shell.timeline.thread(None)
        finally:
            self._setting = False
        if target is not None:
            await self.shell.side.jump(target)
        await self.turn_to(Faces.THREAD)
        if words and isinstance(self.beside.shown, Conversation):
            self.beside.shown.query_one(Composer).begin_with(words)

    def fit_column(self) -> None:
        """There is more or less room: a thread that is open stays open, with what is being written in it."""
        if not self.is_mounted or not self.query(Beside):
            return
        if self.fits_column:
            self.remove_class("-about")
            self._carries = self.shell.timeline.view.thread is not None
            self.post_message(self.Moved())
        elif self._thread is not None and self._face is Faces.THREAD:
            self.run_worker(self._set_in_place(self._thread), group="column")
        else:
            self.post_message(self.Moved())

    async def _set_in_place(self, thread: EventId) -> None:
        """A thread from beside the room comes up in its place."""
        face = self.beside.shown
        words = face.query_one(Composer).take_all() if isinstance(face, Conversation) else ""
        await self.shell.side.keep_draft("")
        await self.shell.side.thread(None)
        await self._follow()
        conversation = self.query_one(Conversation)
        await begin(conversation, self.shell.timeline, thread, "")
        if words:
            conversation.query_one(Composer).begin_with(words)

    @on(FaceChosen)
    async def _chosen(self, event: FaceChosen) -> None:
        event.stop()
        if event.face is Faces.THREADS:
            await self.open_thread(EventId(event.key))
        elif event.face is Faces.PINNED:
            await self.query_one(Conversation).acts.going.go(EventId(event.key))
        elif event.face is Faces.SEARCH:
            found = next((one for one in self.shell.search.view.rows if one.key == event.key), None)
            if found is not None:
                self.post_message(GoTo(found.room_id, found.event_id, found=found.key))
        elif event.face is Faces.MEMBERS:
            self.post_message(OpenMember(UserId(event.key)))
        elif event.face is Faces.PRIVACY:
            from nookterm.tui.screens.privacy import LEADS

            line = next((one for one in self.shell.people.privacy.view.lines if one.id == event.key), None)
            if line is not None and line.fix is not None:
                await self.app.run_action(LEADS[line.fix], self)
