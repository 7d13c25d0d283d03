"""Letting old messages go from this disk, as far as a person wants it: once a day, in small steps between syncs."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from datetime import datetime, timedelta

from nookterm.client.changes import RoomsChanged
from nookterm.client.errors import Problem
from nookterm.client.ports import Keep
from nookterm.client.session import Session
from nookterm.client.settings import Settings
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room

_DAY = timedelta(days=1)
_COPIES_STAY = timedelta(days=28)
"""How long the copy stays that a migration made."""
_AFTER_THE_START = 5.0
_LOOK_AGAIN = 3600.0
_LONGEST = 36_500
"""Days: more would lead to before there were calendars."""
_BREATH = 0.01
"""Seconds between two steps, for whatever else is due."""
_KEPT = "retention"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long messages stay here. What leaves can be scrolled back to: the server is asked for it again."""

    days: int | None = None
    messages: int | None = None
    """Of each room; None: all."""

    @classmethod
    def of(cls, settings: Settings) -> Retention:
        """As `[keep]` says."""
        return cls(settings.count("keep.days"), settings.count("keep.messages_per_room"))

    async def run(self, session: Session) -> None:
        """Look once in an hour whether it is time. Only for the process that has the account."""
        await asyncio.sleep(_AFTER_THE_START)
        while True:
            # What does not work now, beside a reader for instance, is tried again.
            with contextlib.suppress(Problem):
                await self.once_a_day(session)
            await asyncio.sleep(_LOOK_AGAIN)

    async def once_a_day(self, session: Session, seconds: float = math.inf) -> int:
        """Let go of what is due, unless that was done today with these settings. Returns how many events went.

        Where it takes longer than `seconds` it stops, and the next call goes on.
        """
        end = time.monotonic() + seconds
        store, now = session.store, session.clock()
        means = {"days": self.days, "messages": self.messages}
        last = store.recall(_KEPT, "") or {}
        if {key: last.get(key) for key in means} == means and not _is_due(last.get("at"), now):
            return 0
        gone = 0
        for row in store.rooms():
            gone += await self._trim(session, row.room_id, now, end)
        if time.monotonic() > end:
            return gone
        store.drop_copies(now - _COPIES_STAY)
        more = True
        while more:
            more = store.compact()
            await asyncio.sleep(_BREATH)
        with store.transaction():
            store.remember(_KEPT, "", {**means, "at": now.isoformat()})
        return gone

    async def _trim(self, session: Session, room_id: RoomId, now: datetime, end: float) -> int:
        room = session.rooms.get(room_id)
        limits = self.days is not None or self.messages is not None
        if room is None or not limits or _is_open_case(room, session):
            return 0
        since = None if self.days is None else now - _DAY * min(self.days, _LONGEST)
        # What an applicant answered is nobody's business once the case is closed.
        keep = Keep(now, since, self.messages, blocks=room.vets is None)
        gone = 0
        while time.monotonic() <= end and (step := session.store.trim(room_id, keep)):
            gone += len(step)
            await asyncio.sleep(_BREATH)
        if gone:
            session.changes.tell(RoomsChanged(frozenset({room_id})))
        return gone


def _is_due(at: object, now: datetime) -> bool:
    try:
        last = datetime.fromisoformat(str(at))
        return not timedelta() <= now - last < _DAY
    except (ValueError, TypeError):
        return True


def _is_open_case(room: Room, session: Session) -> bool:
    """Whether this is a vetting room whose applicant still waits: nothing of that is old."""
    if room.vets is None:
        return False
    nook, user = room.vets
    asked = session.rooms.get(nook)
    member = asked.members.get(user) if asked else None
    return member is not None and member.membership == Membership.KNOCK
