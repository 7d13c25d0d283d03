"""How far somebody has read: unread and mentions of each room, and the receipts that tell the server."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nookterm.client.changes import Changes, RoomsChanged
from nookterm.client.errors import NotAllowed, NotFound
from nookterm.client.ignoring import ignored_users
from nookterm.client.naming import Naming
from nookterm.client.ports import MAIN_THREAD, Gateway, RoomRow, RoomUpdate, Store
from nookterm.client.receipts import Receipts
from nookterm.client.thread_reading import ThreadReading, outside_threads
from nookterm.domain.events import Edit, Event, MemberChange, Membership, Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.receipts import Telling, narrower
from nookterm.domain.records import dataclass

_NEAR, _WINDOW = 30, 200
"""How many events back a place in a room is looked for: first where it mostly is, then as far as one looks."""
_OWED = "receipt"


@dataclass(frozen=True, slots=True)
class Reading:
    """The reader's place in every room of an account."""

    gateway: Gateway
    store: Store
    changes: Changes
    receipts: Receipts
    """To whom we tell it."""

    @property
    def threads(self) -> ThreadReading:
        """The reader's place in every thread."""
        return ThreadReading(self.store, self.gateway.user_id)

    @property
    def _naming(self) -> Naming:
        return Naming(self.store, self.gateway.user_id)

    def fold(self, row: RoomRow, update: RoomUpdate) -> RoomRow:
        """`row` after a sync step whose events are stored already. Call inside the step's transaction."""
        events = self.store.timeline(row.room_id, _NEAR)
        places = {event.event_id: place for place, event in enumerate(events)}
        if row.read_up_to not in places and len(events) == _NEAR:
            events = self.store.timeline(row.room_id, _WINDOW)
            places = {event.event_id: place for place, event in enumerate(events)}
        row = replace(row, read_up_to=self._newest(row, update, places))
        self.threads.fold(update)
        known = row.read_up_to in places
        begin = places[row.read_up_to] + 1 if row.read_up_to in places else self._place_of_join(events)
        unheard = ignored_users(self.store) | {self.gateway.user_id}
        heard = [event for event in events[begin:] if event.sender not in unheard]
        new = [event for event in heard if isinstance(event.payload, Message)]
        if known:
            new = outside_threads(new) + self._new_in_threads(row)
        named = self._naming.in_these(row.room_id, (*new, *(e for e in heard if isinstance(e.payload, Edit))))
        if known:
            # What was read before and names us only now is new again.
            return replace(row, unread=len(named.union(event.event_id for event in new)), mentions=len(named))
        # Some servers count nothing; then it is at least what is here since we came in.
        unread = len(new) if update.unread is None else update.unread
        return replace(row, unread=unread, mentions=max(len(named), update.mentions or 0))

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
        """What we said ourselves we have read; in a thread that says nothing of the room."""
        me = self.gateway.user_id
        said = [e for e in update.timeline if e.sender == me and isinstance(e.payload, Message)]
        mine = [e.event_id for e in said if isinstance(e.payload, Message) and not e.payload.thread]
        return mine[-1] if mine else None

    def _new_in_threads(self, row: RoomRow) -> list[Event]:
        new = self.threads.unread(row.room_id, row.read_up_to)
        return [event for said in new.values() for event in said if isinstance(event.payload, Message)]

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
        newest = outside_threads(self.store.timeline(room_id, _NEAR))
        row = self.store.room(room_id)
        if not newest or newest[-1].event_id == row.read_up_to:
            return
        seen, told = newest[-1].event_id, newest[-1].event_id
        with self.store.transaction():
            owed: dict[str, str] = {"event_id": seen}
            if not self.threads.read_room(room_id, row.read_up_to, seen):
                # What is about a message in a thread belongs there for the server: only words are told.
                said = [e.event_id for e in newest if isinstance(e.payload, Message)]
                told = said[-1] if said else seen
                owed = {"event_id": told, "thread": MAIN_THREAD}
            left = self._new_in_threads(row)
            mentions = len(self._naming.in_these(room_id, left))
            self.store.save_room(replace(row, read_up_to=seen, unread=len(left), mentions=mentions))
            self._owe(room_id, room_id, owed)
        self.changes.tell(RoomsChanged(frozenset({room_id}), by_reading=True))
        await self._tell_server(room_id, room_id)

    async def mark_thread(self, room_id: RoomId, root: EventId) -> None:
        """Everything in a thread has been seen; the rest of the room is not touched."""
        with self.store.transaction():
            seen = self.threads.read_thread(room_id, root)
            if seen is None:
                return
            row = self.store.room(room_id)
            now = self.fold(row, RoomUpdate(room_id, Membership.JOIN))
            self.store.save_room(now)
            self._owe(room_id, f"{room_id} {root}", {"event_id": seen, "thread": root})
        self.changes.tell(RoomsChanged(frozenset({room_id}), by_reading=True))
        await self._tell_server(room_id, f"{room_id} {root}")

    def _owe(self, room_id: RoomId, key: str, receipt: Mapping[str, str]) -> None:
        """What the server is to hear, and who is to hear it of the server: as it is wished now, not later."""
        to = self.receipts.telling_in(room_id)
        self.store.remember(_OWED, key, None if to is Telling.OFF else {**receipt, "to": to})

    async def deliver(self) -> int:
        """Tell the server what it could not be told before. Returns how many receipts went out."""
        owed = self.store.recall_all(_OWED)
        for key in owed:
            await self._tell_server(RoomId(key.partition(" ")[0]), key)
        return len(owed)

    async def _tell_server(self, room_id: RoomId, key: str) -> None:
        """Tell what is owed; nobody hears it who was not to hear it then, or is not to hear it now."""
        receipt = self.store.recall(_OWED, key)
        if receipt is None:
            return
        to = narrower(Telling(receipt.get("to", Telling.PRIVATE)), self.receipts.telling_in(room_id))
        if to is not Telling.OFF:
            event_id, thread = EventId(receipt["event_id"]), receipt.get("thread")
            # Where we left, or the event is gone there, nobody waits for this receipt any more.
            with contextlib.suppress(NotAllowed, NotFound):
                await self.gateway.mark_read(room_id, event_id, thread, public=to is Telling.PUBLIC)
        if self.store.recall(_OWED, key) == receipt:
            with self.store.transaction():
                self.store.remember(_OWED, key, None)
