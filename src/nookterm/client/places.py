"""Getting to a place in a room: a message that is far back, a day, an address; fetched where it is not on this disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nookterm.client.changes import RoomsChanged
from nookterm.client.errors import NotFound, Offline
from nookterm.client.session import Session
from nookterm.domain.events import Event
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.records import dataclass

_AROUND = 30
"""Events fetched before and behind a place."""
_NEAR_PAGES = 2
"""Pages of the past that are read first, since most places are near; a page has 100 events."""
_GAP_PAGES = 40
"""Pages that are read to find what lies in a gap."""


@dataclass(frozen=True, slots=True)
class Places:
    """Places in the rooms of an open account."""

    session: Session

    async def bring(self, room_id: RoomId, event_id: EventId) -> Event:
        """An event that has its place in the timeline on this disk afterwards.

        Raises:
            NotFound: the server does not know it, or does not show it to us.
            Offline: it is not here, and the server cannot be asked.
        """
        found = self.session.store.event(room_id, event_id)
        if found is not None:
            return found
        if self.session.phase in {"offline", "beside", "read-only"}:
            message = "That message is not on this disk."
            raise Offline(message, "It can be fetched when the server is there.", code="not_here")
        for _ in range(_NEAR_PAGES):
            more = await self.session.older(room_id, 100)
            found = self.session.store.event(room_id, event_id)
            if found is not None or not more:
                break
        return found or await self._fetch(room_id, event_id)

    async def on(self, room_id: RoomId, moment: datetime) -> Event:
        """The first event at or after a moment, brought here. Raises as `bring`."""
        return await self.bring(room_id, await self.session.gateway.event_at(room_id, moment))

    async def _fetch(self, room_id: RoomId, event_id: EventId) -> Event:
        """Fetch it with what is around it, and put that where it belongs."""
        store = self.session.store
        there = await self.session.gateway.around(room_id, event_id, _AROUND * 2)
        at = next(event.sent_at for event in there.events if event.event_id == event_id)
        oldest = store.oldest(room_id)
        first = store.event(room_id, oldest) if oldest else None
        row = store.room(room_id)
        if first is not None and row.prev_batch is not None and at <= first.sent_at:
            with store.transaction():
                store.add_island(room_id, there.events, row.prev_batch)
                store.save_room(replace(store.room(room_id), prev_batch=there.start))
        else:
            await self._fill(room_id, event_id)
        self.session.changes.tell(RoomsChanged(frozenset({room_id})))
        found = store.event(room_id, event_id)
        if found is None:
            message = "That message cannot be put in its place here."
            raise NotFound(message, "Scroll up to where it is.", code="not_found")
        return found

    async def _fill(self, room_id: RoomId, event_id: EventId) -> None:
        """It is between events that are here: read what is missing until it has come."""
        for _ in range(_GAP_PAGES):
            if not await self.session.fill_gaps(room_id, 1) or self.session.store.event(room_id, event_id):
                return
