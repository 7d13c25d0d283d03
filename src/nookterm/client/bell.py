"""Rings in the facilitators' room for requests that nobody has seen to, so that people hear of them in any client."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from secrets import SystemRandom

from nookterm.client.changes import Change, ConnectionChanged, RoomsChanged
from nookterm.client.desk_reading import ReadingBack
from nookterm.client.errors import Problem
from nookterm.client.outbox import REDACTION
from nookterm.client.queue import Acts, Queue
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.ringing import Ring, bell, due, hear, surplus
from nookterm.domain.room import Room
from nookterm.domain.vetting import waiting

_SOONEST, _LATEST = 5.0, 30.0
"""Seconds that a client waits before it rings; another for each, so that one is first."""
_TOGETHER = 1.0
"""Seconds: what comes together is looked at together."""


def some_seconds() -> float:
    """How long to wait before ringing."""
    return SystemRandom().uniform(_SOONEST, _LATEST)


class Bell:
    """Run by clients with a screen alone: a script that looks once must not wake people."""

    def __init__(self, session: Session, wait: Callable[[], float] = some_seconds, together: float = _TOGETHER) -> None:
        """`wait`: seconds before a bell, drawn anew for each; `together`: seconds that changes are gathered for."""
        self._session = session
        self._wait = wait
        self._together = together
        self._queue = Queue(session)
        self._reading = ReadingBack(session)
        self._changed = asyncio.Event()
        self._said = True
        """Whether something was said in a facilitators' room since we looked for bells of ours to take back."""

    async def run(self) -> None:
        """Ring when it is due, until cancelled. What goes wrong is left to the other clients, or to the next change."""
        stop = self._session.changes.listen(self._on_change)
        loop, at = asyncio.get_running_loop(), dict[str, float]()
        try:
            while True:
                live = self._session.phase == "live"
                cases = [one.case for _, _, one in self._due()] if live else []
                at = {case: at.get(case) or loop.time() + self._wait() for case in cases}
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(min(at.values(), default=None)):
                        await self._changed.wait()
                        await asyncio.sleep(self._together)
                self._changed.clear()
                ripe = {case for case, moment in at.items() if moment <= loop.time()}
                with contextlib.suppress(Problem):
                    if ripe:
                        await self.ring(ripe)
                    if self._said:
                        self._said = False
                        await self.tidy()
                # One that could not be rung is not tried over and over.
                at = {case: moment + self._wait() if case in ripe else moment for case, moment in at.items()}
        finally:
            stop()

    def _on_change(self, change: Change) -> None:
        rooms = self._session.rooms
        if isinstance(change, ConnectionChanged):
            self._changed.set()
        for room in (rooms[r] for r in change.rooms if r in rooms) if isinstance(change, RoomsChanged) else ():
            self._said |= bool(room.facilitates)
            if room.facilitates or room.power.may_decide(room.me):
                self._changed.set()

    def _places(self) -> tuple[tuple[Room, Room], ...]:
        """The nooks at whose doors we decide and where somebody else would hear a bell, each with the room for it."""
        found = ((nook, self._queue.facilitators_room(nook)) for nook in self._queue.doors())
        return tuple((nook, helpers) for nook, helpers in found if helpers and hear(nook, helpers))

    def _due(self) -> tuple[tuple[Room, Room, Ring], ...]:
        """The bells that are due, each with the nook and the room for it."""
        if self._session.trust.people.ready is False:
            return ()
        acts, now, found = Acts(self._queue), self._session.clock(), list[tuple[Room, Room, Ring]]()
        for nook, helpers in self._places():
            knocks = (*nook.who(Membership.KNOCK), *self._queue.letters(nook))
            if knocks:
                said = acts.of(nook)
                found += [(nook, helpers, one) for one in due(nook, waiting(nook, knocks, said, now), said, now)]
        return tuple(found)

    async def ring(self, cases: set[str]) -> int:
        """Ring for these, where it is still due after a look at what has come meanwhile. Returns how often."""
        await self._reading.acts()
        await self._session.sync_once()
        ripe = [(nook, helpers, one) for nook, helpers, one in self._due() if one.case in cases]
        for nook, helpers, one in ripe:
            await self._send(nook, helpers, one)
        if ripe:
            await self._session.sync_once()
        return len(ripe)

    async def _send(self, nook: Room, helpers: Room, one: Ring) -> None:
        outbox = self._session.outbox
        row = outbox.queue(helpers.room_id, "m.room.message", bell(nook, one, hear(nook, helpers)))
        await outbox.flush()
        left = outbox.row(row.txn_id)
        if left and left.event_id is None:
            # A bell that rings an hour late wakes people for nothing.
            outbox.give_up(row.txn_id)

    async def tidy(self) -> int:
        """Take our bells back with which somebody was quicker. Returns how many."""
        queued = {row.what.content.get("redacts") for row in self._session.store.outgoing()}
        found, acts = 0, Acts(self._queue)
        for nook, helpers in self._places():
            for event_id in surplus(nook, acts.of(nook), self._session.clock()):
                if event_id not in queued:
                    self._session.outbox.queue(helpers.room_id, REDACTION, {"redacts": event_id})
                    found += 1
        if found:
            await self._session.outbox.flush()
        return found


async def ring_bells(session: Session) -> None:
    """What a client with a screen does beside everything else."""
    await Bell(session).run()
