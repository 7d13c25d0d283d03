"""Letting the past go: old events leave the disk with their words, and the place is marked for fetching them again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from nookterm.client.ports import FROM_EVENT, Keep
from nookterm.domain.ids import EventId, RoomId
from nookterm.store.codec import Row, ticks
from nookterm.store.timeline import ASIDE, TimelineTables

_DEEPEST = -(2**62)
"""Where the first event that stays aside goes; later ones behind it."""
_LOWEST = -(2**63)
_WORTH_MOVING = 256
"""Free pages for which a file that cannot shrink bit by bit is written anew."""
_PAGES = 1000
_INCREMENTAL = 2
_ODD = timedelta(days=1)

_OLDEST = """
    SELECT id, event_id, sent_at, position, text_id,
        EXISTS (SELECT 1 FROM blocks WHERE blocks.event = events.id)
        OR target IS NOT NULL AND payload NOT GLOB '{"k":"message"*' AND EXISTS (
            SELECT 1 FROM events AS marked JOIN blocks ON blocks.event = marked.id
            WHERE marked.room_id = events.room_id AND marked.event_id = events.target)
    FROM events WHERE room_id = ? AND position > ? ORDER BY position LIMIT ?
"""
_NEWEST_AT = "SELECT sent_at FROM events WHERE room_id = ? ORDER BY position DESC LIMIT 1"
_NTH_MESSAGE = """
    SELECT position FROM events WHERE room_id = ? AND text_id IS NOT NULL AND position > ?
    ORDER BY position DESC LIMIT 1 OFFSET ?
"""
_LAST_ASIDE = "SELECT max(position) FROM events WHERE room_id = ? AND position < ?"
_SET_ASIDE = "UPDATE events SET position = ? WHERE id = ?"
_FIRST_LEFT = "SELECT min(position) FROM events WHERE room_id = ? AND position > ?"
_GAP_AT_END = "SELECT max(position), token FROM gaps WHERE room_id = ? AND position > ? AND position <= ?"
_IS_WAITED_FOR = "SELECT 1 FROM sqlite_schema WHERE name = 'crypto_waiting'"
"""The one table of the crypto that is known here; it makes it when it first begins (matrix/tables.py)."""
_MARK = """
    INSERT INTO rooms (room_id, unread, mentions, prev_batch, read_up_to, draft) VALUES (?, 0, 0, ?, NULL, '')
    ON CONFLICT (room_id) DO UPDATE SET prev_batch = excluded.prev_batch
"""


class TrimTables(TimelineTables):
    """The part of the store that lets go."""

    def trim(self, room_id: RoomId, keep: Keep, limit: int = 40) -> tuple[EventId, ...]:
        """Let go of a room's oldest events that `keep` does not cover, some `limit` at a time.

        Only what is oldest by the server's order goes, so that a wrong clock of one sender tears no hole: an event
        that claims to be newer holds up what lies behind it until its own time has come, unless it claims to be from
        the future. Where the newest event does that, the clock here may be wrong, and nothing goes.
        """
        gone: list[EventId] = []
        with self.transaction():
            newest = self._first(_NEWEST_AT, (room_id,))
            if newest is None or newest[0] > ticks(keep.now + _ODD):
                return ()
            self._rewritten(room_id)
            place: int | None = None
            last: EventId | None = None
            for row in self._let_go(room_id, keep, limit):
                number, event_id, _, position, text_id, marked = row
                if marked and keep.blocks:
                    aside = self._run(_LAST_ASIDE, (room_id, ASIDE))[0][0]
                    self._run(_SET_ASIDE, (_DEEPEST if aside is None else aside + 1, number))
                else:
                    if text_id is not None:
                        self._drop_words([text_id])
                    self._run("DELETE FROM events WHERE id = ?", (number,))
                    gone.append(EventId(event_id))
                if position > ASIDE:
                    place, last = position, EventId(event_id)
            if place is not None and last is not None:
                self._mark_past(room_id, place, last)
            self._stop_waiting(gone)
        return tuple(gone)

    def _stop_waiting(self, gone: Collection[EventId]) -> None:
        """A key that comes late must not put an old message behind all others: the crypto's list lets go of it, too."""
        if gone and self._first(_IS_WAITED_FOR):
            for event_id in gone:
                self._run("DELETE FROM crypto_waiting WHERE event_id = ?", (event_id,))

    def _let_go(self, room_id: RoomId, keep: Keep, limit: int) -> list[Row]:
        """What goes now, oldest first: at most `limit` events that do not stay aside."""
        found: list[Row] = []
        cut = None
        if keep.messages is not None:
            row = self._first(_NTH_MESSAGE, (room_id, ASIDE, max(keep.messages, 1) - 1))
            cut = row[0] if row else None
        place, count = (ASIDE if keep.blocks else _LOWEST), 0
        while rows := self._run(_OLDEST, (room_id, place, limit)):
            for row in rows:
                _, _, sent_at, place, _, marked = row
                old = keep.since is not None and not ticks(keep.since) <= sent_at <= ticks(keep.now + _ODD)
                if count == limit or not (old or (cut is not None and place < cut)):
                    return found
                found.append(row)
                count += not (marked and keep.blocks)
        return found

    def _mark_past(self, room_id: RoomId, place: int, last: EventId) -> None:
        """The room's past now goes on with `last`, which stood at `place`, or in the gap right behind it."""
        left = self._run(_FIRST_LEFT, (room_id, place))[0][0]
        end = place if left is None else left
        gap, token = self._run(_GAP_AT_END, (room_id, place, end))[0]
        self._run("DELETE FROM gaps WHERE room_id = ? AND position <= ?", (room_id, end))
        self._run(_MARK, (room_id, f"{FROM_EVENT}{last}" if gap is None else token))

    def compact(self) -> bool:
        """Give a part of the space of what was removed back to the disk; outside of transactions. False when done."""
        free, pages, mode = (
            self._run(f"PRAGMA {name}")[0][0] for name in ("freelist_count", "page_count", "auto_vacuum")
        )
        if mode == _INCREMENTAL and free:
            self._run(f"PRAGMA incremental_vacuum({_PAGES})")
        elif mode != _INCREMENTAL and free > max(_WORTH_MOVING, pages // 4):
            self._run(f"PRAGMA auto_vacuum = {_INCREMENTAL}")
            self._run("VACUUM")
        else:
            self._run("PRAGMA wal_checkpoint(TRUNCATE)")
            return False
        return True
