"""Rooms on disk: the current state of each, and the few things kept beside it."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.client.ports import RoomRow
from nookterm.domain.events import Event
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.room import state_key
from nookterm.store.codec import Row, from_row, to_row, with_columns
from nookterm.store.database import Database

_STATE = with_columns("SELECT @event FROM state WHERE room_id = ? ORDER BY type, state_key")
_SAVE_STATE = with_columns(
    "INSERT OR REPLACE INTO state (@event, type, state_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ROOM = "SELECT room_id, unread, mentions, prev_batch, read_up_to, draft FROM rooms WHERE room_id = ?"
_SAVE_ROOM = """
    INSERT OR REPLACE INTO rooms (room_id, unread, mentions, prev_batch, read_up_to, draft) VALUES (?, ?, ?, ?, ?, ?)
"""
# Jumps from room to room in the index: reading every member of every room would take a thousand times as long.
_ROOMS = """
    WITH RECURSIVE known (room_id) AS (
        SELECT min(room_id) FROM state
        UNION ALL
        SELECT (SELECT min(state.room_id) FROM state WHERE state.room_id > known.room_id)
        FROM known WHERE known.room_id IS NOT NULL
    )
    SELECT known.room_id, unread, mentions, prev_batch, read_up_to, draft
    FROM known LEFT JOIN rooms USING (room_id) WHERE known.room_id IS NOT NULL
"""


class RoomTables(Database):
    """The part of the store that knows rooms."""

    def save_state(self, events: Iterable[Event]) -> None:
        """Replace the room state that these events set; what is not state, or came encrypted, is passed over."""
        with self.transaction():
            for event in events:
                key = state_key(event)
                if key and not event.encrypted:
                    self._run(_SAVE_STATE, (*to_row(event), key.type, key.key))

    def state(self, room_id: RoomId) -> tuple[Event, ...]:
        """A room's current state."""
        return tuple(map(from_row, self._run(_STATE, (room_id,))))

    def drop_state(self, room_id: RoomId) -> None:
        """Forget a room's state."""
        with self.transaction():
            self._run("DELETE FROM state WHERE room_id = ?", (room_id,))

    def rooms(self) -> tuple[RoomRow, ...]:
        """Every room that has state here, by id."""
        return tuple(map(_room, self._run(_ROOMS)))

    def save_room(self, row: RoomRow) -> None:
        """Insert or replace."""
        values = (row.room_id, row.unread, row.mentions, row.prev_batch, row.read_up_to, row.draft)
        with self.transaction():
            self._run(_SAVE_ROOM, values)

    def room(self, room_id: RoomId) -> RoomRow:
        """A room's row; an empty one where there is none."""
        found = self._first(_ROOM, (room_id,))
        return _room(found) if found else RoomRow(room_id)


def _room(row: Row) -> RoomRow:
    room_id, unread, mentions, prev_batch, read_up_to, draft = row
    seen = None if read_up_to is None else EventId(read_up_to)
    return RoomRow(RoomId(room_id), unread or 0, mentions or 0, prev_batch, seen, draft or "")
