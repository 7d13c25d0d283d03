"""Rooms taken for read, or for unread, by hand: receipts for the server, and the mark that all clients show."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from nookterm.client.owed import LATER
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass

if TYPE_CHECKING:
    from nookterm.client.session import Session


@dataclass(frozen=True, slots=True)
class Marking:
    """The marks of one account's rooms."""

    session: Session

    def waiting(self) -> tuple[RoomId, ...]:
        """The rooms that we are in with something new in them, also of low priority or muted, and those marked."""
        tags = self.session.tags
        inside = {room.room_id for room in self.session.rooms.joined()}
        new = {row.room_id for row in self.session.store.rooms() if row.unread or row.mentions}
        return tuple(sorted(room_id for room_id in inside if room_id in new or tags.of(room_id).marked))

    async def read(self, room_id: RoomId) -> bool:
        """Take everything in a room for read, its threads too. False where nothing was new.

        What the server cannot be told now is told later.

        Raises:
            Problem: the server does not take it.

        """
        session = self.session
        row, marked = session.store.room(room_id), session.tags.of(room_id).marked
        with contextlib.suppress(*LATER):
            await session.reading.mark(room_id)
        roots = tuple(session.reading.threads.unread(room_id, session.store.room(room_id).read_up_to))
        for root in roots:
            with contextlib.suppress(*LATER):
                await session.reading.mark_thread(room_id, root)
        await self.opened(room_id)
        return bool(row.unread or row.mentions or roots or marked)

    async def read_all(self) -> int:
        """The same for all rooms with something new. Returns how many."""
        return sum([await self.read(room_id) for room_id in self.waiting()])

    async def unread(self, room_id: RoomId) -> bool:
        """Mark a room as unread, until it is opened anew in any client. False where it is so."""
        return await self.session.tags.mark(room_id, unread=True)

    async def opened(self, room_id: RoomId) -> None:
        """Somebody looks at a room: it is not marked any longer."""
        await self.session.tags.mark(room_id, unread=False)
