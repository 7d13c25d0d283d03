"""A homeserver as the outbox sees it, to be tried in thousands of orders: it forgets transactions in a day."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nookterm.client.errors import NotAllowed, Offline, ServerTrouble, Throttled
from nookterm.client.ports import Clock, Page, SendContent
from nookterm.domain.events import Event, parse_payload
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId

_FORGETS_AFTER = timedelta(hours=24)


class Killed(BaseException):
    """The process ended here."""


@dataclass
class Ledger:
    """Keeps what it is given; what becomes of each request is said beforehand."""

    clock: Clock
    user_id: UserId = UserId("@ana:river.example")  # noqa: RUF009 - a string
    fates: deque[str] = field(default_factory=deque)
    """Of the next requests; `ok` when it is empty."""
    rooms: dict[RoomId, list[Event]] = field(default_factory=dict)
    requests: int = 0
    _known: dict[TxnId, tuple[EventId, datetime]] = field(default_factory=dict)
    _dead: bool = False

    def revive(self) -> None:
        """A new process asks."""
        self._dead = False

    async def send(self, room_id: RoomId, what: SendContent, txn_id: TxnId) -> EventId:
        """As the Gateway."""
        fate = self._fate()
        if fate == "killed before":
            self._dead = True
        if self._dead:
            raise Killed
        if fate == "lost before":
            raise Offline("away")
        if fate == "busy":
            raise Throttled("slow down", retry_after=9.0)
        if fate == "broken":
            raise ServerTrouble("500")
        if fate == "forbidden":
            raise NotAllowed("no")
        event_id = self._accept(room_id, what, txn_id)
        if fate == "killed after":
            self._dead = True
            raise Killed
        if fate == "lost after":
            raise Offline("away")
        return event_id

    async def messages(self, room_id: RoomId, start: str | None, limit: int) -> Page:
        """As the Gateway."""
        fate = self._fate()
        if fate != "ok" or self._dead:
            if fate.startswith("killed") or self._dead:
                self._dead = True
                raise Killed
            raise Offline("away")
        events = self.rooms.get(room_id, [])
        end = len(events) if start is None else int(start)
        first = max(0, end - limit)
        return Page(tuple(reversed(events[first:end])), str(first) if first else None)

    def _fate(self) -> str:
        self.requests += 1
        return self.fates.popleft() if self.fates else "ok"

    def _accept(self, room_id: RoomId, what: SendContent, txn_id: TxnId) -> EventId:
        now = self.clock()
        known = self._known.get(txn_id)
        if known and abs(now - known[1]) < _FORGETS_AFTER:
            return known[0]
        event_id = EventId(f"${len(self._known)}-{self.requests}")
        self._known[txn_id] = event_id, now
        payload = parse_payload(what.type, what.content)
        event = Event(event_id, room_id, self.user_id, now, payload, encrypted=True, txn_id=txn_id)
        self.rooms.setdefault(room_id, []).append(event)
        return event_id
