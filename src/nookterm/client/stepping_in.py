"""Going unasked into rooms that others invite us to: one that is not what it said, or lets nobody in, costs little.

Whoever invites chooses how often, to how many rooms, and whether their server lets us in at all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from nookterm.client.errors import Problem
from nookterm.client.session import Session
from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room

_NOT_AGAIN = timedelta(minutes=10)
"""After a try that came to nothing."""


class SteppingIn:
    """Enters one room at a time and remembers, while this runs, which ones came to nothing."""

    def __init__(self, session: Session) -> None:
        """Enter as this account."""
        self._session = session
        self._not_before: dict[RoomId, datetime] = {}

    def is_put_off(self, room_id: RoomId) -> bool:
        """Whether a try came to nothing a moment ago."""
        until, now = self._not_before.get(room_id), self._session.clock()
        return until is not None and timedelta() < until - now <= _NOT_AGAIN

    async def enter(self, room_id: RoomId, holds: Callable[[Room], bool]) -> bool:
        """Go in, and leave again where the room is not what it said (`holds`). False where we could not go in."""
        session = self._session
        self._not_before[room_id] = session.clock() + _NOT_AGAIN
        try:
            await session.gateway.join(room_id)
            await session.sync_once()
            await session.refresh_state(room_id)
            if not holds(session.rooms[room_id]):
                await session.gateway.leave(room_id)
                return True
        except Problem:
            return False
        del self._not_before[room_id]
        return True
