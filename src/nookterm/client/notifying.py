"""Telling whoever sits elsewhere that somebody asks to join: quiet unless they want it, and never by name."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from nookterm.client.changes import Change, ConnectionChanged, Happened, QuietChanged, RoomsChanged
from nookterm.client.queue import Queue
from nookterm.client.quiet_hours import Quiet, QuietHours
from nookterm.client.session import Session
from nookterm.client.settings import Settings
from nookterm.client.telling import OFF, SHOW, Note, Show, Teller
from nookterm.domain.calling import Shown
from nookterm.domain.ids import RoomId
from nookterm.domain.ringing import MANY
from nookterm.domain.space import title

SETTING = "desk.notify"
_TOGETHER = 2.0
"""Seconds: what comes together is told together."""
_APART = timedelta(minutes=1)
_FLOOD = timedelta(hours=1)
"""How far apart two words about one nook are, at least; the second while very many wait there."""
_PLAIN = "Somebody asks to join."
"""For everybody who could look at a desktop."""


class Notifier:
    """Watches the doors of one account. Who waits already when it begins is no news: the desk shows them."""

    def __init__(
        self,
        session: Session,
        settings: Callable[[], Settings] = Settings,
        quiet: Callable[[], Quiet] = Quiet,
        show: Show | None = None,
        together: float = _TOGETHER,
    ) -> None:
        """`settings` says what holds now, `quiet` whether nothing is to call."""
        self._session = session
        self._settings = settings
        self._quiet = quiet
        self._teller = Teller(session, settings, show)
        self._together = together
        self._queue = Queue(session)
        self._known: frozenset[str] | None = None
        """The requests that were there at the last look."""
        self._told: dict[RoomId, datetime] = {}
        self._was_quiet = False
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Tell of new requests until cancelled."""
        stop = self._session.changes.listen(self._on_change)
        try:
            while True:
                if self._session.phase == "live":
                    await self.look()
                await self._changed.wait()
                await asyncio.sleep(self._together)
                self._changed.clear()
        finally:
            stop()

    def _on_change(self, change: Change) -> None:
        if isinstance(change, RoomsChanged | ConnectionChanged | QuietChanged):
            self._changed.set()

    async def look(self) -> str:
        """Tell of what is new since the last look. Returns what was told; empty for nothing.

        While it is quiet nothing is; what came meanwhile is said in one calm line after it.
        """
        how = self._settings().text(SETTING)
        if self._quiet().until is not None and self._known is not None:
            self._was_quiet = True
            return ""
        words, calm = self._news(), self._was_quiet
        self._was_quiet = False
        if not words or how == OFF:
            return ""
        if calm:
            self._session.changes.tell(Happened(words))
            return words
        more = "" if self._settings().text(SHOW) == Shown.NOTHING else words
        await self._teller.tell(Note(words, _PLAIN, more), how)
        return words

    def _news(self) -> str:
        ignored = self._session.ignoring.users()
        open_ = (request for request in self._queue.known_requests() if not request.is_folded)
        waits = [request for request in open_ if request.user not in ignored]
        known, self._known = self._known, frozenset(request.knock for request in waits)
        if known is None:
            return ""
        crowd = Counter(request.nook for request in waits)
        fresh = dict.fromkeys(request.nook for request in waits if request.knock not in known)
        due = [nook for nook in fresh if self._may_tell(nook, crowd[nook])]
        for nook in due:
            self._told[nook] = self._session.clock()
        if len(due) > 1:
            return f"New requests in {len(due)} nooks."
        many = due and crowd[due[0]] > MANY
        called = title(self._session.rooms[due[0]]) if due else ""
        return f"Many people ask to join {called}." if many else f"New request in {called}." if due else ""

    def _may_tell(self, nook: RoomId, waits: int) -> bool:
        last = self._told.get(nook)
        return last is None or self._session.clock() - last >= (_FLOOD if waits > MANY else _APART)


def notifying(
    settings: Callable[[], Settings], hours: QuietHours, show: Show | None = None
) -> Callable[[Session], Awaitable[None]]:
    """What a client with a screen does beside everything else."""

    async def run(session: Session) -> None:
        await Notifier(session, settings, hours.now, show).run()

    return run
