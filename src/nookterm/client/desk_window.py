"""A room's recent past as its desk needs it: read from the store after each change, and kept until the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from operator import is_
from typing import Generic, TypeVar

from nookterm.client.session import Session
from nookterm.domain.desk_talk import Talk, read_talk
from nookterm.domain.events import Event, Message, StateChange, Trust, Unreadable
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.search import Search
from nookterm.domain.sheet import came_when

T = TypeVar("T")
REACHES = timedelta(days=15)
"""How far back a desk reads: what is older than two weeks is not brought up any more."""
_SHOWS_NO_PAST = frozenset({"invited", "joined"})
_MOST = 1000
_PAGE = 500
_ROOMS = 48
"""So many rooms' events are held in memory: of those in which something happens only what is new is read."""


class Kept(Generic[T]):
    """Values made from rooms; made anew when one of these has changed. A room that changed is another object."""

    def __init__(self) -> None:
        """Nothing is made yet."""
        self._made: dict[RoomId, tuple[tuple[Room | None, ...], T]] = {}

    def get(
        self,
        name: RoomId,
        rooms: tuple[Room | None, ...],
        make: Callable[[], T],
        holds: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """The value of this name, as it follows from these rooms; `holds`: whether the one that is here still may."""
        if self.has(name, rooms) and holds(known := self._made[name][1]):
            return known
        value = make()
        self._made[name] = (rooms, value)
        return value

    def has(self, name: RoomId, rooms: tuple[Room | None, ...]) -> bool:
        """Whether the value of this name that is here follows from these rooms."""
        known = self._made.get(name)
        return known is not None and len(known[0]) == len(rooms) and all(map(is_, known[0], rooms))


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a room's past."""

    talk: Talk
    came: Mapping[UserId, datetime]
    """When people last came in."""
    wishing: tuple[Event, ...]
    """The newest words of each person who wishes to be noticed."""
    known_since: datetime | None
    """Since when nothing is missing here; None where nothing is known."""
    readable_since: datetime | None
    """Since when it can be read and is proved: the first such message after those that are not; None where all are."""


class Window:
    """Reads what rooms were about lately."""

    def __init__(self, session: Session) -> None:
        """Read from this account's store."""
        self._session = session
        self._kept = Kept[Past]()
        self._held: dict[RoomId, tuple[object, tuple[Event, ...]]] = {}
        """The events that were read last, and what says whether they still stand so; the room read last stands last."""

    def past(self, room: Room) -> Past:
        """What is known of a room's past now."""
        return self._kept.get(room.room_id, (room,), lambda: self._read(room))

    def knows(self, room: Room) -> bool:
        """Whether nothing is to be read for that."""
        return self._kept.has(room.room_id, (room,))

    def known_since(self, room_id: RoomId) -> datetime | None:
        """Since when nothing is missing in the store; None where nothing is there."""
        store = self._session.store
        gaps = list(store.gaps(room_id))
        first = gaps[-1] if gaps else store.oldest(room_id)
        event = store.event(room_id, first) if first else None
        return event.sent_at if event else None

    def _read(self, room: Room) -> Past:
        store = self._session.store
        events = self._newest(room.room_id)
        here = {event.event_id for event in events}
        threads = {e.payload.thread for e in events if isinstance(e.payload, Message) and e.payload.thread} - here
        roots = [root for thread in sorted(threads) if (root := store.event(room.room_id, thread))]
        came = came_when(events)
        whole = self._whole_since(room, events, came)
        # A busy room is whole from longer ago on than the desk looks at it.
        looked_at = whole if whole is None or is_beginning(events[0]) else max(whole, events[0].sent_at)
        return Past(
            talk=read_talk((*roots, *events), looked_at),
            came=came,
            wishing=tuple(event for user in room.wishes for event in self._last_of(room.room_id, user, events)),
            known_since=whole,
            readable_since=_readable_since(events),
        )

    def _whole_since(self, room: Room, events: tuple[Event, ...], came: Mapping[UserId, datetime]) -> datetime | None:
        since = self.known_since(room.room_id)
        if since and is_beginning(events[0]) and not self._session.store.gaps(room.room_id):
            # Clocks differ: the first event is not always the one with the earliest time.
            since = min(since, *(event.sent_at for event in events))
        if since and room.me in came and room.me != room.creator and room.history in _SHOWS_NO_PAST:
            # Servers show newcomers how such a room began, and nothing of what was said before they came.
            since = max(since, came[room.me])
        return since

    def _newest(self, room_id: RoomId) -> tuple[Event, ...]:
        """The newest events, oldest first, as far back as a desk looks or further."""
        stands, store = self._session.store.rewrites(room_id), self._session.store
        before, held = self._held.pop(room_id, (None, ()))
        more = store.after(room_id, held[-1].event_id, _PAGE) if held and before == stands else None
        events = (*held, *more)[-_MOST:] if more is not None and len(more) < _PAGE else self._all_newest(room_id)
        self._held[room_id] = (stands, events)
        if len(self._held) > _ROOMS:
            del self._held[next(iter(self._held))]
        return events

    def _all_newest(self, room_id: RoomId) -> tuple[Event, ...]:
        since = self._session.clock() - REACHES
        found: tuple[Event, ...] = ()
        while len(found) < _MOST:
            page = self._session.store.timeline(room_id, _PAGE, found[0].event_id if found else None)
            found = (*page, *found)
            if len(page) < _PAGE or page[0].sent_at < since:
                break
        return found

    def _last_of(self, room_id: RoomId, user: UserId, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """What a person said last; looked up where they have been silent for longer than the window is."""
        said = [event for event in events if event.sender == user]
        if said:
            return tuple(said)
        return self._session.store.search(Search(senders=frozenset({user}), rooms=frozenset({room_id})), limit=1)


def _readable_since(events: tuple[Event, ...]) -> datetime | None:
    """Where the past begins to be readable and proved; a message here or there without its key is no such place."""
    said = [event for event in events if isinstance(event.payload, Message | Unreadable) and event.encrypted]
    if not said or _is_sure(said[0]):
        return None
    return next((event.sent_at for event in said if _is_sure(event)), said[-1].sent_at)


def _is_sure(event: Event) -> bool:
    """Whether it can be read, and is by whom it names: what comes from a backup is not proved to be."""
    return isinstance(event.payload, Message) and event.trust != Trust.UNPROVED


def is_beginning(event: Event) -> bool:
    """Whether a room begins with this event."""
    return isinstance(event.payload, StateChange) and event.payload.type == "m.room.create"
