"""What we send: committed before the first byte leaves, in order for each room, never twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from nookterm.client.changes import Changes, OutboxChanged
from nookterm.client.errors import NotAllowed, Problem, ServerTrouble, Throttled
from nookterm.client.errors import Offline as OfflineProblem
from nookterm.client.ports import Clock, Gateway, Outgoing, SendContent, Store
from nookterm.domain.events import Event
from nookterm.domain.ids import EventId, RoomId, TxnId

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_MOST_DOUBLINGS = 6
REDACTION = "m.room.redaction"


class Outbox:
    """The rows that have not been echoed yet."""

    def __init__(self, store: Store, gateway: Gateway, changes: Changes, clock: Clock) -> None:
        """Nothing is sent before `flush`."""
        self._store = store
        self._gateway = gateway
        self._changes = changes
        self._clock = clock
        self._sending = asyncio.Lock()
        self._delivered: dict[TxnId, EventId] = {}

    def queue(self, room_id: RoomId, type_: str, content: Mapping[str, Any]) -> Outgoing:
        """Commit something to be sent. It is safe from here on."""
        txn = TxnId(f"nt-{uuid4().hex}")
        row = Outgoing(txn, room_id, SendContent(type_, content), self._clock())
        with self._store.transaction():
            self._store.save_outgoing(row)
        self._changes.tell(OutboxChanged(frozenset({room_id})))
        return row

    async def send(self, room_id: RoomId, type_: str, content: Mapping[str, Any]) -> EventId:
        """Queue and send now, after what waits for the same room; no other flush takes it meanwhile.

        Raises the Problem where the server cannot be reached; the row then stays queued.
        """
        async with self._sending:
            row = self.queue(room_id, type_, content)
            for waiting in self._unsent():
                if waiting.room_id == room_id and not await self._try(waiting):
                    break
        return self.outcome(row.txn_id)

    def outcome(self, txn_id: TxnId) -> EventId:
        """The event that a flushed row became. Raises NotAllowed where it failed, Offline where it still waits."""
        if txn_id in self._delivered:
            return self._delivered.pop(txn_id)
        held = self.row(txn_id)
        if held and held.event_id:
            return held.event_id
        problem = held.problem if held else None
        if held and held.state == "failed":
            raise NotAllowed(problem or "It could not be sent.", "It is kept in the outbox.", code="failed")
        raise OfflineProblem(
            problem or "It is not sent yet.", "It stays in the outbox and goes out by itself.", code="queued"
        )

    async def resend(self, txn_id: TxnId) -> EventId:
        """Send a row that waits or failed, now and under its own transaction. Raises as `outcome`."""
        row = self.row(txn_id)
        if row and row.state == "failed":
            self._save(replace(row, state="queued", retry_at=None, problem=None))
        await self.flush(now=True)
        return self.outcome(txn_id)

    def row(self, txn_id: TxnId) -> Outgoing | None:
        """A row, while it is here."""
        return next((row for row in self._store.outgoing() if row.txn_id == txn_id), None)

    def give_up(self, txn_id: TxnId) -> None:
        """Throw an unsent message away."""
        row = self.row(txn_id)
        if row and row.event_id is None:
            self._store.drop_outgoing(txn_id)
            self._changes.tell(OutboxChanged(frozenset({row.room_id})))

    def echoed(self, events: tuple[Event, ...]) -> None:
        """Drop the rows whose events have come back. Call inside the sync step's transaction."""
        rows = self._store.outgoing()
        if not rows:
            return
        txns = {e.txn_id for e in events if e.txn_id}
        ids = {e.event_id for e in events}
        for row in rows:
            if row.txn_id in txns or row.event_id in ids:
                self._store.drop_outgoing(row.txn_id)

    def next_try(self) -> float | None:
        """Seconds until something is due; None when nothing waits."""
        waits = [
            0.0 if row.retry_at is None else (row.retry_at - self._clock()).total_seconds() for row in self._unsent()
        ]
        return max(0.0, min(waits)) if waits else None

    async def flush(self, *, now: bool = False) -> None:
        """Send what is due, in order; a room stops at its first row that does not go. `now` skips waits."""
        async with self._sending:
            stopped: set[RoomId] = set()
            for row in self._unsent():
                due = row.retry_at is None or now or row.retry_at <= self._clock()
                if row.room_id in stopped or not due or not await self._try(row):
                    stopped.add(row.room_id)

    def _unsent(self) -> tuple[Outgoing, ...]:
        return tuple(row for row in self._store.outgoing() if row.state == "queued")

    async def _try(self, row: Outgoing) -> bool:
        held = self.row(row.txn_id)
        if held is None or held.state != "queued":
            return True
        try:
            event_id = await self._deliver(row)
        except (OfflineProblem, Throttled, ServerTrouble) as problem:
            wait = min(
                _LONGEST_WAIT, max(problem.retry_after or 0, _FIRST_WAIT * 2 ** min(row.attempts, _MOST_DOUBLINGS))
            )
            wait *= random.uniform(0.8, 1.2)  # noqa: S311 - jitter, so that clients do not return all at once
            later = self._clock() + timedelta(seconds=min(wait, _LONGEST_WAIT))
            self._save(replace(row, attempts=row.attempts + 1, retry_at=later, problem=problem.message))
            return False
        except Problem as problem:
            self._save(replace(row, state="failed", attempts=row.attempts + 1, problem=str(problem)))
            return False
        self._delivered[row.txn_id] = event_id
        if row.what.type == REDACTION or self._store.event(row.room_id, event_id):
            self._store.drop_outgoing(row.txn_id)
            self._changes.tell(OutboxChanged(frozenset({row.room_id})))
        else:
            self._save(replace(row, state="sent", event_id=event_id, problem=None))
        return True

    async def _deliver(self, row: Outgoing) -> EventId:
        if row.what.type != REDACTION:
            return await self._gateway.send(row.room_id, row.what, row.txn_id)
        target = EventId(str(row.what.content["redacts"]))
        reason = row.what.content.get("reason")
        return await self._gateway.redact(row.room_id, target, row.txn_id, reason if isinstance(reason, str) else None)

    def retry_failed(self) -> None:
        """Queue again what a person wants tried again."""
        for row in self._store.outgoing():
            if row.state == "failed" or row.retry_at:
                self._save(
                    replace(row, state="queued" if row.event_id is None else row.state, retry_at=None, problem=None)
                )

    def _save(self, row: Outgoing) -> None:
        if self.row(row.txn_id) is None and row.state != "sent":
            return
        self._store.save_outgoing(row)
        self._changes.tell(OutboxChanged(frozenset({row.room_id})))
