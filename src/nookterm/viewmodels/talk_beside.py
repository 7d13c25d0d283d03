"""A thread beside its room: one reads on in the room while one answers in the thread, each with words of its own."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.leaving import THREAD_DRAFTS as DRAFTS
from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.talk import TimelineModel
from nookterm.viewmodels.timeline import TimelineView


class ThreadModel(TimelineModel):
    """The timeline of a thread of the open room; empty while none is open there. Each room remembers its own."""

    def __init__(self, room: TimelineModel) -> None:
        """No thread is open. `room` is the conversation beside it."""
        super().__init__()
        self._room = room
        self._keep = self._keep_here
        self._opened: dict[RoomId, EventId] = {}
        """The thread that is open in each room."""
        self.show(TimelineView())

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew. Engine's thread."""
        thread = self._opened.get(hub.open_room) if hub.open_room else None
        if thread != self._thread:
            self._thread, self._editing, self._answering, self._target = thread, None, None, None
        if thread is None:
            self.show(TimelineView())
        else:
            self.markdown = self._room.markdown
            super().rebuild(hub)

    def show(self, view: TimelineView) -> None:
        """Replace the view; the words that are being written are this thread's."""
        hub = self._hub
        if hub is None or view.room_id is None or view.thread is None:
            super().show(replace(view, draft="", drafted=0))
            return
        kept = hub.session.store.recall(DRAFTS, view.room_id) or {}
        super().show(replace(view, draft=str(kept.get(view.thread, "")), drafted=0))

    async def open(self, room_id: RoomId) -> None:
        """Another room is open: show the thread that was open there."""

        async def work(_hub: Hub) -> None:
            """Only the view is made anew."""

        if room_id != self.view.room_id:
            await self._on_engine(work)

    async def thread(self, event_id: EventId | None) -> None:
        """Show the thread under a message of the open room; None closes it."""

        async def work(hub: Hub) -> None:
            if hub.open_room is None:
                return
            if event_id is None:
                self._opened.pop(hub.open_room, None)
            else:
                self._opened[hub.open_room] = event_id

        await self._on_engine(work)

    async def jump(self, event_id: EventId | None) -> None:
        """Go to a message of this thread; None: to the newest."""

        async def work(_hub: Hub) -> None:
            self._target = event_id
            self._jumps += 1

        await self._on_engine(work)

    async def keep_words(self, room_id: RoomId, thread: EventId, text: str) -> None:
        """Keep what was being written in a thread that may be closed by now."""

        async def work(hub: Hub) -> None:
            _keep(hub, room_id, thread, text)

        await self._on_engine(work)

    def _keep_here(self, hub: Hub, draft: str, room_id: RoomId | None) -> None:
        if room_id is not None and self._thread is not None:
            _keep(hub, room_id, self._thread, draft)


def _keep(hub: Hub, room_id: RoomId, thread: EventId, draft: str) -> None:
    if hub.read_only:
        return
    kept = dict(hub.session.store.recall(DRAFTS, room_id) or {})
    kept.pop(thread, None)
    if draft:
        kept[thread] = draft
    with hub.session.store.transaction():
        hub.session.store.remember(DRAFTS, room_id, kept or None)
