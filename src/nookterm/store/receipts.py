"""How far others have read, on disk: one row for each person, room and thread, and no more than a screen needs."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.receipts import Receipt
from nookterm.store.codec import from_ticks, ticks
from nookterm.store.database import Database

_MOST = 1000
"""Receipts of a room; of more the oldest go. A nook has 150 people at most."""
_SAVE = "INSERT OR REPLACE INTO receipts (room_id, user, thread, event_id, at) VALUES (?, ?, ?, ?, ?)"
_ALL = "SELECT user, thread, event_id, at FROM receipts WHERE room_id = ? ORDER BY at, user, thread"
_TOO_MANY = """
    DELETE FROM receipts WHERE (room_id, user, thread) IN (
        SELECT room_id, user, thread FROM receipts WHERE room_id = ? ORDER BY at DESC, user, thread LIMIT -1 OFFSET ?
    )
"""


class ReceiptTables(Database):
    """The part of the store that knows who has read how far."""

    def save_receipts(self, room_id: RoomId, receipts: Iterable[Receipt]) -> None:
        """Keep them in place of what was known of the same people and threads; of too many the oldest go."""
        rows = [(room_id, one.user, one.thread or "", one.event_id, ticks(one.at)) for one in receipts]
        with self.transaction():
            for row in rows:
                self._run(_SAVE, row)
            if rows:
                self._run(_TOO_MANY, (room_id, _MOST))

    def receipts(self, room_id: RoomId) -> tuple[Receipt, ...]:
        """All that are known of a room, the oldest first."""
        return tuple(
            Receipt(UserId(user), EventId(event_id), EventId(thread) if thread else None, from_ticks(at))
            for user, thread, event_id, at in self._run(_ALL, (room_id,))
        )

    def drop_receipts(self, room_id: RoomId) -> None:
        """Forget them: we are not in the room any more."""
        with self.transaction():
            self._run("DELETE FROM receipts WHERE room_id = ?", (room_id,))
