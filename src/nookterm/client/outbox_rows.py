"""The rows of the outbox on the disk, and when each of them has come to its end."""

from __future__ import annotations

from collections.abc import Collection

from nookterm.client.changes import Changes, OutboxChanged
from nookterm.client.ports import Outgoing, Store
from nookterm.domain.events import Event
from nookterm.domain.ids import RoomId, TxnId, UserId

_MOST_STEPS = 3
"""After so many whole sync steps the echo of something sent is not coming: it lies in a gap, and is read with it."""


class Rows:
    """What the outbox keeps. Each change is committed, then told."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes
        # What was sent before the last start was there before the first step of this one was asked for.
        self._steps: dict[TxnId, int] = {row.txn_id: 1 for row in store.outgoing() if row.state == "sent"}
        """How many sync steps each sent row has seen."""

    def one(self, txn_id: TxnId) -> Outgoing | None:
        """A row, while it is here."""
        return next(iter(self._store.outgoing(txn_id)), None)

    def unsent(self) -> tuple[Outgoing, ...]:
        """What waits, in the order it was queued."""
        return tuple(row for row in self._store.outgoing() if row.state == "queued")

    def save(self, row: Outgoing) -> None:
        """Keep a row as it stands now, unless it was given up or echoed meanwhile."""
        if self.one(row.txn_id) is not None:
            self.keep(row)

    def keep(self, *rows: Outgoing) -> None:
        """Keep rows as they stand now."""
        if rows:
            with self._store.transaction():
                for row in rows:
                    self._store.save_outgoing(row)
            self._changes.tell(OutboxChanged(frozenset(row.room_id for row in rows)))

    def drop(self, row: Outgoing) -> None:
        """A row has come to its end."""
        self._forget(row)
        self._changes.tell(OutboxChanged(frozenset({row.room_id})))

    def echoed(self, events: tuple[Event, ...], me: UserId) -> None:
        """Drop the rows whose events have come back. Call inside the sync step's transaction."""
        mine = [event for event in events if event.sender == me]
        rows = self._store.outgoing() if mine else ()
        if not rows:
            return
        txns = {event.txn_id for event in mine if event.txn_id}
        ids = {event.event_id for event in mine}
        for row in rows:
            if row.txn_id in txns or row.event_id in ids:
                self._forget(row)

    def step_ended(self, limited: Collection[RoomId]) -> set[RoomId]:
        """A sync step was folded, with events missing in the rooms `limited`. Call inside its transaction.

        What the server has and did not echo lies in such a gap: the row ends, so that it is not drawn as new for ever.
        Returns the rooms where one ended.
        """
        ended: set[RoomId] = set()
        for row in self._store.outgoing():
            if row.state != "sent":
                continue
            seen = self._steps[row.txn_id] = self._steps.get(row.txn_id, 0) + 1
            # The first step may have been asked for before the message was there.
            if seen > (1 if row.room_id in limited else _MOST_STEPS):
                self._forget(row)
                ended.add(row.room_id)
        return ended

    def _forget(self, row: Outgoing) -> None:
        self._steps.pop(row.txn_id, None)
        self._store.drop_outgoing(row.txn_id)
