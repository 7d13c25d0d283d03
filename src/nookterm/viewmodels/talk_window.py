"""Which part of a room is shown: its newest messages, or those around a place in its past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nookterm.client.ports import Store
from nookterm.client.session import Session
from nookterm.domain.events import Event, Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.records import dataclass

STEP = 200
"""Events that are shown at first, and as many more each time the reader reaches an end."""
_PAGES = 5


@dataclass(frozen=True, slots=True)
class Window:
    """How many events are shown, and around which."""

    older: int = STEP
    """Events before the anchor; without one, the newest so many."""
    newer: int = STEP
    """Events behind the anchor."""
    anchor: EventId | None = None

    def events(self, store: Store, room_id: RoomId) -> tuple[Event, ...]:
        """What is in it, oldest first."""
        if self.anchor is None:
            return store.timeline(room_id, self.older)
        here = store.event(room_id, self.anchor)
        before = store.timeline(room_id, self.older, self.anchor)
        return (*before, *([here] if here else []), *store.after(room_id, self.anchor, self.newer))

    def ends_before(self, store: Store, room_id: RoomId) -> bool:
        """Whether the room goes on behind it, or behind a hole in it."""
        if self.anchor is None:
            return False
        later = store.after(room_id, self.anchor, self.newer + 1)
        return len(later) > self.newer or bool(store.gaps(room_id).keys() & {event.event_id for event in later})

    def settled(self, store: Store, room_id: RoomId) -> Window:
        """The same; without an anchor where it reaches the room's end without a hole."""
        if self.anchor is None or self.ends_before(store, room_id):
            return self
        return Window(max(STEP, len(self.events(store, room_id))))

    def back(self) -> Window:
        """With more of the past."""
        return Window(self.older + STEP, self.newer, self.anchor)

    def on(self) -> Window:
        """With more of what came after."""
        return Window(self.older, self.newer + STEP, self.anchor)

    def to(self, store: Store, room_id: RoomId, event_id: EventId) -> Window:
        """One that shows this event: the one at the room's end where that does, too."""
        return Window(STEP // 2, STEP // 2, event_id).settled(store, room_id)


async def reach_back(session: Session, room_id: RoomId, window: Window) -> bool:
    """Fetch what `window` lacks of the past. True where it was a hole in it that is smaller now."""
    if await close_hole(session, room_id, window):
        return True
    held = window.events(session.store, room_id)
    place = next((n for n, event in enumerate(held) if event.event_id == window.anchor), len(held))
    if place < window.older:
        await session.older(room_id)
    return False


async def close_hole(session: Session, room_id: RoomId, window: Window) -> bool:
    """Fetch what is missing inside of a window, its newest hole first. True when there was anything to fetch."""
    closed = False
    for _ in range(_PAGES):
        gaps = session.store.gaps(room_id)
        holes = [event.event_id for event in window.events(session.store, room_id)[1:] if event.event_id in gaps]
        if not holes or not await session.fill_gaps(room_id, 1, holes[-1]):
            break
        closed = True
    return closed


def answered(store: Store, room_id: RoomId, events: Iterable[Event]) -> tuple[Event, ...]:
    """The messages that these ones answer and that are not among them, as far as they are here; with their edits."""
    listed = list(events)
    known = {event.event_id for event in listed}
    wanted = dict.fromkeys(e.payload.reply_to for e in listed if isinstance(e.payload, Message))
    found = [store.event(room_id, event_id) for event_id in wanted if event_id and event_id not in known]
    here = [event for event in found if event is not None]
    return (*here, *about(store, room_id, here))


def about(store: Store, room_id: RoomId, events: Sequence[Event]) -> tuple[Event, ...]:
    """What was said about these messages later: edits, reactions, votes, answers in their threads."""
    said = [event for event in events if isinstance(event.payload, Message)]
    known = {event.event_id for event in events}
    later = {e.event_id: e for event in said for e in store.related(room_id, event.event_id)}
    return tuple(event for event_id, event in later.items() if event_id not in known)
