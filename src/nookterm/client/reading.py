"""How far somebody has read: unread and mentions of each room, and the receipts that tell the server."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nookterm.client.changes import Changes, RoomsChanged
from nookterm.client.errors import NotAllowed, NotFound
from nookterm.client.ports import Gateway, RoomRow, RoomUpdate, Store
from nookterm.domain.events import Event, MemberChange, Membership, Message
from nookterm.domain.ids import EventId, RoomId

_NEAR, _WINDOW = 30, 200
"""How many events back a place in a room is looked for: first where it mostly is, then as far as one looks."""
_OWED = "receipt"


@dataclass(frozen=True, slots=True)
class Reading:
    """The reader's place in every room of an account."""

    gateway: Gateway
    store: Store
    changes: Changes

    def fold(self, row: RoomRow, update: RoomUpdate) -> RoomRow:
        """`row` after a sync step whose events are stored already. Call inside the step's transaction."""
        events = self.store.timeline(row.room_id, _NEAR)
        places = {event.event_id: place for place, event in enumerate(events)}
        if row.read_up_to not in places and len(events) == _NEAR:
            events = self.store.timeline(row.room_id, _WINDOW)
            places = {event.event_id: place for place, event in enumerate(events)}
        row = replace(row, read_up_to=self._newest(row, update, places))
        known = row.read_up_to in places
        begin = places[row.read_up_to] + 1 if row.read_up_to in places else self._place_of_join(events)
        me = self.gateway.user_id
        new = [e.payload for e in events[begin:] if e.sender != me and isinstance(e.payload, Message)]
        mentions = sum(1 for message in new if me in message.mentions)
        if known:
            return replace(row, unread=len(new), mentions=mentions)
        # Some servers count nothing; then it is at least what is here since we came in.
        unread = len(new) if update.unread is None else update.unread
        return replace(row, unread=unread, mentions=max(mentions, update.mentions or 0))

    def recount(self, row: RoomRow) -> RoomRow:
        """`row` after some of its messages became readable late. Call inside their transaction."""
        now = self.fold(row, RoomUpdate(row.room_id, Membership.JOIN))
        return replace(now, unread=max(now.unread, row.unread), mentions=max(now.mentions, row.mentions))

    def _newest(self, row: RoomRow, update: RoomUpdate, places: dict[EventId, int]) -> EventId | None:
        """The furthest place that we are known to have read to: a receipt that comes late moves nobody back."""
        named = [place for place in (row.read_up_to, update.read_up_to, self._own_last(update)) if place]
        here = [place for place in named if place in places]
        if here:
            return max(here, key=places.__getitem__)
        return update.read_up_to or row.read_up_to

    def _own_last(self, update: RoomUpdate) -> EventId | None:
        """What we said ourselves we have read."""
        me = self.gateway.user_id
        mine = [e.event_id for e in update.timeline if e.sender == me and isinstance(e.payload, Message)]
        return mine[-1] if mine else None

    def _place_of_join(self, events: Sequence[Event]) -> int:
        """Behind our newest join; the server counts what came since, but cannot see whom encrypted words name."""
        me = self.gateway.user_id
        joins = [
            place
            for place, event in enumerate(events)
            if isinstance(event.payload, MemberChange)
            and (event.payload.user, event.payload.membership) == (me, Membership.JOIN)
        ]
        return joins[-1] + 1 if joins else 0

    async def mark(self, room_id: RoomId) -> None:
        """The newest event of a room has been seen. Kept here first; the server is told now, or else by `deliver`."""
        newest = self.store.timeline(room_id, 1)
        row = self.store.room(room_id)
        if not newest or newest[-1].event_id == row.read_up_to:
            return
        seen = newest[-1].event_id
        with self.store.transaction():
            self.store.save_room(replace(row, read_up_to=seen, unread=0, mentions=0))
            self.store.remember(_OWED, room_id, {"event_id": seen})
        self.changes.tell(RoomsChanged(frozenset({room_id})))
        await self._tell_server(room_id, seen)

    async def deliver(self) -> int:
        """Tell the server what it could not be told before. Returns how many receipts went out."""
        owed = self.store.recall_all(_OWED)
        for room_id, receipt in owed.items():
            await self._tell_server(RoomId(room_id), EventId(str(receipt["event_id"])))
        return len(owed)

    async def _tell_server(self, room_id: RoomId, event_id: EventId) -> None:
        # Where we left, or the event is gone there, nobody waits for this receipt any more.
        with contextlib.suppress(NotAllowed, NotFound):
            await self.gateway.mark_read(room_id, event_id)
        if self.store.recall(_OWED, room_id) == {"event_id": event_id}:
            with self.store.transaction():
                self.store.remember(_OWED, room_id, None)
