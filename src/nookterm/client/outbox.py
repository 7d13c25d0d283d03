"""What we send: committed before the first byte leaves, in order for each room, never twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from nookterm.client.changes import Change, Changes, ConnectionChanged, Happened, OutboxChanged
from nookterm.client.errors import (
    Busy,
    CannotWrite,
    NotAllowed,
    Offline,
    Problem,
    ServerTrouble,
    SignedOut,
    StoreDamaged,
    Throttled,
)
from nookterm.client.held_back import WAITS_FOR_SOMEBODY, HeldBack
from nookterm.client.outbox_rows import Rows
from nookterm.client.patience import LONGEST_WAIT, seconds_until, wait_after
from nookterm.client.ports import Clock, Gateway, Outgoing, SendContent, Store
from nookterm.client.unanswered import Unanswered
from nookterm.domain.events import Event
from nookterm.domain.ids import EventId, RoomId, TxnId

REDACTION = "m.room.redaction"
_MAY_PASS = (Offline, Throttled, ServerTrouble, SignedOut, Busy, CannotWrite, *WAITS_FOR_SOMEBODY)
"""What time, a new sign-in, room on the disk or a look at somebody's identity may cure: the row stays queued. Anything
else a person must decide about the row itself."""
NOT_ANY_MORE = "not_any_more"
"""The code of a problem at the last look: the row must not leave, now or later, and is dropped."""
_IS_THERE = "duplicate_annotation"
"""The server's word for a reaction that it has already."""
_ROOMS_AT_ONCE = 4
_MOST_DELIVERED = 500


class Outbox:
    """The rows that have not been echoed yet.

    Each room is a line of its own: its rows go out one after the other, and what holds one room up holds up no other.
    A row that failed for good stands aside and holds nobody up.
    """

    def __init__(self, store: Store, gateway: Gateway, changes: Changes, clock: Clock) -> None:
        """Nothing is sent before `flush`."""
        self._store = store
        self._rows = Rows(store, changes)
        self._gateway = gateway
        self._changes = changes
        self._clock = clock
        self._unanswered = Unanswered(gateway, clock)
        self._lines: defaultdict[RoomId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._at_once = asyncio.Semaphore(_ROOMS_AT_ONCE)
        self._silent_until: datetime | None = None
        """The server asked for a pause, or does not know us: nothing is tried before, whoever asks."""
        self._ended: SignedOut | None = None
        self._delivered: OrderedDict[TxnId, EventId] = OrderedDict()
        self._dropped: dict[TxnId, Problem] = {}
        """What a last look kept from leaving, for whoever waits for it."""
        self.held = HeldBack()
        self.before_each: Callable[[], None] = _nothing
        """Called right before a row leaves."""
        self.last_look: Callable[[Outgoing], Awaitable[None]] = _nothing_to_see
        """Raises NotTrusted or Offline where this row must not leave as things are now: it then waits.

        A problem with the code `NOT_ANY_MORE` drops it for good. Called after `before_each`.
        """
        changes.listen(self._on_change)

    def queue(
        self, room_id: RoomId, type_: str, content: Mapping[str, Any], also: Callable[[], None] | None = None
    ) -> Outgoing:
        """Commit something to be sent, and what `also` writes. It is safe from here on.

        Raises CannotWrite: nothing was kept then.
        """
        txn = TxnId(f"nt-{uuid4().hex}")
        row = Outgoing(txn, room_id, SendContent(type_, content), self._clock())
        with self._store.transaction():
            self._store.save_outgoing(row)
            if also:
                also()
        self._changes.tell(OutboxChanged(frozenset({room_id})))
        return row

    async def send(self, room_id: RoomId, type_: str, content: Mapping[str, Any]) -> EventId:
        """Queue and send now, after what waits for the same room; no other flush takes it meanwhile.

        Raises the Problem where the server cannot be reached; the row then stays queued.
        """
        async with self._lines[room_id]:
            row = self.queue(room_id, type_, content)
            await self._walk(room_id, now=True)
        return self.outcome(row.txn_id)

    def outcome(self, txn_id: TxnId) -> EventId:
        """The event that a flushed row became.

        Raises NotAllowed where it failed, SignedOut or Offline where it still waits, NotTrusted or IdentityChanged
        where it waits for somebody to look, and what the last look said where that dropped it.
        """
        if dropped := self._dropped.pop(txn_id, None):
            raise dropped
        if txn_id in self._delivered:
            return self._delivered.pop(txn_id)
        held = self.row(txn_id)
        if held and held.event_id:
            return held.event_id
        problem = held.problem if held else None
        if kept_back := self.held.problem(txn_id):
            raise kept_back
        if held and held.state == "failed":
            raise NotAllowed(problem or "It could not be sent.", "It is kept in the outbox.", code="failed")
        if self._ended:
            raise self._ended
        raise Offline(problem or "It is not sent yet.", "It stays in the outbox and goes out by itself.", code="queued")

    async def resend(self, txn_id: TxnId) -> EventId:
        """Send a row that waits or failed, now and under its own transaction. Raises as `outcome`."""
        row = self.row(txn_id)
        if row and row.state == "failed":
            self._rows.save(replace(row, state="queued", attempts=0, retry_at=None, problem=None))
        await self.flush(now=True)
        return self.outcome(txn_id)

    def row(self, txn_id: TxnId) -> Outgoing | None:
        """A row, while it is here."""
        return self._rows.one(txn_id)

    def give_up(self, txn_id: TxnId) -> None:
        """Throw an unsent message away. One that is on its way just now may arrive all the same, and says so then."""
        row = self.row(txn_id)
        if row and row.event_id is None:
            self._store.drop_outgoing(txn_id)
            self.held.end(txn_id)
            self._changes.tell(OutboxChanged(frozenset({row.room_id})))

    def echoed(self, events: tuple[Event, ...]) -> None:
        """Drop the rows whose events have come back. Call inside the sync step's transaction."""
        self._rows.echoed(events, self._gateway.user_id)

    def step_ended(self, limited: Collection[RoomId] = ()) -> set[RoomId]:
        """A sync step was folded, with events missing in the rooms `limited`. Call inside its transaction.

        Returns the rooms where a row ended by it, to be told after the commit.
        """
        return self._rows.step_ended(limited)

    def next_try(self) -> float | None:
        """Seconds until something is due; None when nothing waits. Only the first of a room's line counts."""
        heads: dict[RoomId, Outgoing] = {}
        for row in self._rows.unsent():
            heads.setdefault(row.room_id, row)
        now = self._clock()
        waits = [seconds_until(row.retry_at, now) for row in heads.values()]
        return max(min(waits), seconds_until(self._silent_until, now)) if waits else None

    async def flush(self, *, now: bool = False) -> None:
        """Send what is due, each room in its order. `now` skips waits, but not a pause that the server asked for.

        Raises:
            StoreDamaged, CannotWrite: what became of a row could not be kept; it will be tried again.
        """
        rooms = list(dict.fromkeys(row.room_id for row in self._rows.unsent()))
        ends = await asyncio.gather(*(self._take_turn(room, now=now) for room in rooms), return_exceptions=True)
        for end in ends:
            if end is not None:
                raise end

    def retry_failed(self) -> None:
        """Queue again what a person wants tried again."""
        stuck = [
            row for row in self._store.outgoing() if row.event_id is None and (row.state == "failed" or row.retry_at)
        ]
        self._rows.keep(*(replace(row, state="queued", attempts=0, retry_at=None, problem=None) for row in stuck))

    def hurry(self, rooms: Iterable[RoomId]) -> None:
        """What waits in these rooms is due: what stood in its way is gone."""
        wanted = set(rooms)
        late = [row for row in self._rows.unsent() if row.room_id in wanted and row.retry_at]
        self._rows.keep(*(replace(row, retry_at=None, problem=None) for row in late))

    # --- one line -------------------------------------------------------------------------------------------------

    async def _take_turn(self, room_id: RoomId, *, now: bool) -> None:
        async with self._lines[room_id], self._at_once:
            await self._walk(room_id, now=now)

    async def _walk(self, room_id: RoomId, *, now: bool) -> None:
        """Send a room's rows until one does not go. The caller holds the room's line."""
        rows = [row for row in self._rows.unsent() if row.room_id == room_id]
        for place, row in enumerate(rows):
            at = self._clock()
            if seconds_until(self._silent_until, at) or (not now and seconds_until(row.retry_at, at)):
                return
            held = self.row(row.txn_id)
            if held and held.state == "queued" and not await self._try(held, rows[place:]):
                return

    async def _try(self, row: Outgoing, line: Iterable[Outgoing]) -> bool:
        """Send one row. False where the line has to wait behind it."""
        try:
            event_id = await self._unanswered.find(row, line) or await self._deliver(row)
        except _MAY_PASS as problem:
            self._put_off(row, problem)
            return False
        except StoreDamaged:
            raise
        except Problem as problem:
            if problem.code in {_IS_THERE, NOT_ANY_MORE}:
                self._rows.drop(row)
                if problem.code == NOT_ANY_MORE:
                    self.held.end(row.txn_id)
                    self._dropped[row.txn_id] = problem
                    self._changes.tell(Happened(str(problem), row.room_id))
            else:
                self._rows.save(
                    replace(row, state="failed", attempts=row.attempts + 1, retry_at=None, problem=str(problem))
                )
            return True
        self._arrived(row, event_id)
        return True

    async def _deliver(self, row: Outgoing) -> EventId:
        self.before_each()
        await self.last_look(row)
        if row.what.type != REDACTION:
            return await self._gateway.send(row.room_id, row.what, row.txn_id)
        target = EventId(str(row.what.content["redacts"]))
        reason = row.what.content.get("reason")
        return await self._gateway.redact(row.room_id, target, row.txn_id, reason if isinstance(reason, str) else None)

    def _arrived(self, row: Outgoing, event_id: EventId) -> None:
        self._ended = None
        self.held.end(row.txn_id)
        self._delivered[row.txn_id] = event_id
        while len(self._delivered) > _MOST_DELIVERED:
            self._delivered.popitem(last=False)
        if row.what.type == REDACTION or self._store.event(row.room_id, event_id):
            self._rows.drop(row)
            return
        if self.row(row.txn_id) is None:
            words = "A message that was given up was on its way already. It has been sent."
            self._changes.tell(Happened(words, row.room_id))
        self._rows.keep(replace(row, state="sent", event_id=event_id, retry_at=None, problem=None))

    def _put_off(self, row: Outgoing, problem: Problem) -> None:
        if isinstance(problem, WAITS_FOR_SOMEBODY):
            # Not a failure, and time alone changes nothing: `held` says when to try again.
            self.held.note(row, problem, self._gateway.identities.revision)
            later = self._clock() + timedelta(seconds=LONGEST_WAIT)
            self._rows.save(replace(row, retry_at=later, problem=str(problem)))
            return
        self.held.end(row.txn_id)
        later = self._clock() + wait_after(problem, row.attempts)
        if isinstance(problem, Throttled | SignedOut):
            self._silent_until = later
        if isinstance(problem, SignedOut) and self._ended is None:
            # The waiting sync may not hear of it for half a minute.
            self._changes.tell(ConnectionChanged("signed out", problem.message))
        self._ended = problem if isinstance(problem, SignedOut) else None
        self._rows.save(replace(row, attempts=row.attempts + 1, retry_at=later, problem=problem.message))

    def _on_change(self, change: Change) -> None:
        """The network is back: what waited for it is due."""
        if not isinstance(change, ConnectionChanged) or change.phase != "live":
            return
        if self._ended:
            self._ended = self._silent_until = None
        # Where that cannot be kept, they wait as long as they did.
        with contextlib.suppress(CannotWrite, Busy):
            self._rows.keep(*(replace(row, retry_at=None) for row in self._rows.unsent() if row.retry_at))


async def _nothing_to_see(_row: Outgoing) -> None:
    """Every row may leave where nobody looks."""


def _nothing() -> None:
    """What happens before a row leaves where nobody wants anything."""
