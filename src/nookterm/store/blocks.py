"""Messages found by the blocks of ours that they carry: what a queue is made of, without reading the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from nookterm.domain.events import Event
from nookterm.domain.ids import EventId, RoomId
from nookterm.store.codec import from_row, with_columns
from nookterm.store.database import Database

_ROOMS = "SELECT DISTINCT room_id FROM blocks WHERE type = ?"
_MARKED = with_columns("""
    WITH mine (id) AS (SELECT event FROM blocks WHERE room_id = ?1 AND type IN (SELECT value FROM json_each(?2)))
    SELECT @event FROM events WHERE id IN (
        SELECT id FROM mine
        UNION
        SELECT about.id FROM mine JOIN events AS marked USING (id)
            CROSS JOIN events AS about ON about.room_id = ?1 AND about.target = marked.event_id
    ) ORDER BY +position
""")
_CONCERNING = with_columns("""
    WITH mine (event_id) AS (
        SELECT events.event_id FROM blocks CROSS JOIN events ON events.id = blocks.event
            WHERE blocks.room_id = ?1 AND type IN (SELECT value FROM json_each(?2))
        UNION SELECT value FROM json_each(?3)
    ), about (event_id) AS (
        SELECT events.event_id FROM mine CROSS JOIN events ON events.room_id = ?1 AND events.target = mine.event_id
    ), further (event_id) AS (
        SELECT events.event_id FROM about CROSS JOIN events ON events.room_id = ?1 AND events.target = about.event_id
    )
    SELECT @event FROM events WHERE room_id = ?1 AND event_id IN (
        SELECT event_id FROM mine UNION SELECT event_id FROM about UNION SELECT event_id FROM further
    ) ORDER BY +position
""")


class BlockTables(Database):
    """The part of the store that knows which messages carry a block. The database itself keeps the table (0004)."""

    def rooms_marked(self, block: str) -> frozenset[RoomId]:
        """The rooms where a message carries this block."""
        return frozenset(RoomId(row[0]) for row in self._run(_ROOMS, (block,)))

    def marked(self, room_id: RoomId, blocks: Sequence[str]) -> tuple[Event, ...]:
        """The messages that carry one of these blocks, and what edits, answers, reacts to or redacts them, in order."""
        return tuple(map(from_row, self._run(_MARKED, (room_id, json.dumps(list(blocks))))))

    def concerning(self, room_id: RoomId, blocks: Sequence[str], also: Iterable[EventId]) -> tuple[Event, ...]:
        """The messages that carry one of these blocks and the events `also`, what is about them, and about that."""
        wanted = (room_id, json.dumps(list(blocks)), json.dumps(list(also)))
        return tuple(map(from_row, self._run(_CONCERNING, wanted)))
