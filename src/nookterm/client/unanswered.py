"""Looks whether something is on the server already, where the server may have forgotten that we sent it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from nookterm.client.ports import Clock, Gateway, Outgoing
from nookterm.domain.ids import EventId, RoomId, TxnId

_SURE = timedelta(minutes=20)
"""For how long a server is trusted to know a transaction id again. The spec names no time; Synapse keeps them a day."""
_MARGIN = timedelta(days=1)
"""How far apart our clock and the server's may be."""
_PAGES = 10
_A_PAGE = 100


class Unanswered:
    """Finds the events of rows so old that trying them once more could double them."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._looked: dict[RoomId, datetime] = {}
        self._found: dict[TxnId, EventId] = {}

    async def find(self, row: Outgoing, line: Iterable[Outgoing]) -> EventId | None:
        """The event that a row became, if that had to be looked for and is there. Raises Problem.

        `line` is the row and what follows it in its room: one look answers for all of them.
        """
        now = self._clock()
        # What the row says of its tries proves nothing: the process may have been killed in the middle of one.
        sure_at = self._looked.get(row.room_id, row.queued_at)
        if abs(now - max(sure_at, row.queued_at)) > _SURE:
            await self._look(row.room_id, min(other.queued_at for other in line))
            self._looked[row.room_id] = now
        return self._found.pop(row.txn_id, None)

    async def _look(self, room_id: RoomId, since: datetime) -> None:
        start: str | None = None
        for _ in range(_PAGES):
            page = await self._gateway.messages(room_id, start, _A_PAGE)
            mine = (event for event in page.events if event.sender == self._gateway.user_id)
            self._found |= {event.txn_id: event.event_id for event in mine if event.txn_id}
            start = page.end
            if start is None or not page.events or page.events[-1].sent_at < since - _MARGIN:
                return
