"""What waits to be sent, on disk before the first byte leaves; and small values of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nookterm.client.ports import Outgoing, SendContent
from nookterm.domain.events import Json
from nookterm.domain.ids import EventId, RoomId, TxnId
from nookterm.store.codec import Row, dumps, from_ticks, loads, ticks
from nookterm.store.database import Database

_OUTGOING = """
    SELECT txn_id, room_id, type, content, queued_at, state, event_id, attempts, retry_at, problem
    FROM outbox ORDER BY place
"""
_OUTGOING_ONE = _OUTGOING.replace("ORDER BY place", "WHERE txn_id = ?")
_SAVE = """
    INSERT INTO outbox (txn_id, room_id, type, content, queued_at, state, event_id, attempts, retry_at, problem)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (txn_id) DO UPDATE SET
        room_id = excluded.room_id, type = excluded.type, content = excluded.content, queued_at = excluded.queued_at,
        state = excluded.state, event_id = excluded.event_id, attempts = excluded.attempts,
        retry_at = excluded.retry_at, problem = excluded.problem
"""
_KEEP = "INSERT OR REPLACE INTO kept (kind, key, value) VALUES (?, ?, ?)"
_POSITION = "position"


class OutboxTables(Database):
    """The part of the store that knows our own doings."""

    def position(self) -> str | None:
        """Where the next sync starts."""
        row = self._first("SELECT value FROM account WHERE name = ?", (_POSITION,))
        return row[0] if row else None

    def set_position(self, token: str) -> None:
        """Remember it."""
        with self.transaction():
            self._run("INSERT OR REPLACE INTO account (name, value) VALUES (?, ?)", (_POSITION, token))

    def save_outgoing(self, row: Outgoing) -> None:
        """Insert, or replace by `txn_id` without losing its place in the line.

        Raises TypeError or ValueError for content that is not JSON.
        """
        values = (
            row.txn_id,
            row.room_id,
            row.what.type,
            dumps(row.what.content),
            ticks(row.queued_at),
            row.state,
            row.event_id,
            row.attempts,
            None if row.retry_at is None else ticks(row.retry_at),
            row.problem,
        )
        with self.transaction():
            self._run(_SAVE, values)

    def outgoing(self, txn_id: TxnId | None = None) -> tuple[Outgoing, ...]:
        """What has not been echoed yet, in the order it was queued; with `txn_id` only that row."""
        if txn_id is not None:
            return tuple(map(_outgoing, self._run(_OUTGOING_ONE, (txn_id,))))
        return tuple(map(_outgoing, self._run(_OUTGOING)))

    def drop_outgoing(self, txn_id: TxnId) -> None:
        """The echo has come, or the person gave it up."""
        with self.transaction():
            self._run("DELETE FROM outbox WHERE txn_id = ?", (txn_id,))

    def remember(self, kind: str, key: str, value: Mapping[str, Any] | None) -> None:
        """Keep a small value of ours; None forgets it. Raises TypeError, ValueError for what is not JSON."""
        with self.transaction():
            if value is None:
                self._run("DELETE FROM kept WHERE kind = ? AND key = ?", (kind, key))
            else:
                self._run(_KEEP, (kind, key, dumps(value)))

    def recall(self, kind: str, key: str) -> Json | None:
        """A value kept by `remember`."""
        row = self._first("SELECT value FROM kept WHERE kind = ? AND key = ?", (kind, key))
        return loads(row[0]) if row else None

    def recall_all(self, kind: str) -> Mapping[str, Json]:
        """All values of a kind, by key."""
        rows = self._run("SELECT key, value FROM kept WHERE kind = ? ORDER BY key", (kind,))
        return {key: loads(value) for key, value in rows}


def _outgoing(row: Row) -> Outgoing:
    txn_id, room_id, type_, content, queued_at, state, event_id, attempts, retry_at, problem = row
    return Outgoing(
        txn_id=TxnId(txn_id),
        room_id=RoomId(room_id),
        what=SendContent(type_, loads(content)),
        queued_at=from_ticks(queued_at),
        state=state,
        event_id=None if event_id is None else EventId(event_id),
        attempts=attempts,
        retry_at=_moment(retry_at),
        problem=problem,
    )


def _moment(count: int | None) -> datetime | None:
    return None if count is None else from_ticks(count)
