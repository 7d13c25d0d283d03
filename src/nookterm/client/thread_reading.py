"""How far somebody has read in each thread: what is new there, and receipts that are for one thread alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nookterm.client.ignoring import ignored_users
from nookterm.client.ports import RoomUpdate, Store
from nookterm.domain.events import Event, Message
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass

_ALL = "read_all"
"""Kept for each room: up to here everything is read, threads too."""
_THREAD = "read_thread"


@dataclass(frozen=True, slots=True)
class ThreadReading:
    """The reader's place in every thread of an account."""

    store: Store
    me: UserId

    def fold(self, update: RoomUpdate) -> None:
        """Take what a sync step says. Call inside its transaction, with its events stored."""
        room_id = update.room_id
        if update.read_all:
            self._move(_ALL, room_id, room_id, update.read_all)
        mine = [(thread_of(event), event.event_id) for event in update.timeline if event.sender == self.me]
        said = {root: event_id for root, event_id in mine if root}
        for root, event_id in (*update.read_threads.items(), *said.items()):
            self._move(_THREAD, _key(room_id, root), room_id, event_id)

    def unread(self, room_id: RoomId, base: EventId | None) -> Mapping[EventId, tuple[Event, ...]]:
        """What is new in a room's threads, by their roots.

        `base` is how far the room itself is read: it holds for threads as well where no receipt ever said otherwise.
        """
        store, unheard = self.store, ignored_users(self.store) | {self.me}
        everything = self._kept(_ALL, room_id) or base
        new: dict[EventId, list[Event]] = {}
        places: dict[EventId, int | None] = {}
        begin = store.place(room_id, everything) if everything else None
        if begin is None:
            return {}
        for event in store.threaded(room_id, begin):
            root = thread_of(event)
            if event.sender in unheard or root is None:
                continue
            if root not in places:
                read = self._kept(_THREAD, _key(room_id, root))
                places[root] = store.place(room_id, read) if read else None
            place, here = places[root], store.place(room_id, event.event_id)
            if place is None or here is None or here > place:
                new.setdefault(root, []).append(event)
        return {root: tuple(events) for root, events in new.items()}

    def read_room(self, room_id: RoomId, base: EventId | None, seen: EventId) -> bool:
        """The room itself is read up to `seen`. True where nothing is new in its threads either, so that it is for all.

        Call inside a transaction, before the room's own place moves from `base`.
        """
        if self.unread(room_id, base):
            if self._kept(_ALL, room_id) is None and base:
                self.store.remember(_ALL, room_id, {"event_id": base})
            return False
        self.store.remember(_ALL, room_id, {"event_id": seen})
        return True

    def read_thread(self, room_id: RoomId, root: EventId) -> EventId | None:
        """Everything in a thread has been seen. Returns the newest of it, where that was new. Inside a transaction."""
        said = [event for event in self.store.related(room_id, root) if thread_of(event) == root]
        if not said or self._kept(_THREAD, _key(room_id, root)) == said[-1].event_id:
            return None
        self.store.remember(_THREAD, _key(room_id, root), {"event_id": said[-1].event_id})
        return said[-1].event_id

    def _move(self, kind: str, key: str, room_id: RoomId, event_id: EventId) -> None:
        """A receipt that comes late moves nobody back."""
        before = self._kept(kind, key)
        places = [self.store.place(room_id, place) for place in (before, event_id) if place]
        old, new = (places[0], places[-1]) if before else (None, places[-1])
        if old is None or (new is not None and new > old):
            self.store.remember(kind, key, {"event_id": event_id})

    def _kept(self, kind: str, key: str) -> EventId | None:
        found = (self.store.recall(kind, key) or {}).get("event_id")
        return EventId(found) if isinstance(found, str) else None


def _key(room_id: RoomId, root: EventId) -> str:
    return f"{room_id} {root}"


def outside_threads(events: Iterable[Event]) -> list[Event]:
    """Those that belong to no thread, as far as they say so themselves."""
    return [event for event in events if not thread_of(event)]


def thread_of(event: Event) -> EventId | None:
    """The root of the thread in which a message is."""
    return event.payload.thread if isinstance(event.payload, Message) else None
