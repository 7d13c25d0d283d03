"""Calls a person for what is new and meant for them, calmly: together, ever more rarely, and not while they look."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

from nookterm.client.changes import Change, Happened, News, QuietChanged
from nookterm.client.errors import Problem
from nookterm.client.quiet_hours import Quiet, QuietHours
from nookterm.client.reasons import Reasons
from nookterm.client.session import Session
from nookterm.client.settings import Settings
from nookterm.client.telling import HOW, OFF, SHOW, Show, Teller
from nookterm.domain.calling import NAMED, PERSONAL, Call, Pace, Shown, missed, plain
from nookterm.domain.events import Membership, Message, Unreadable
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.levels import counted

_TOGETHER = 2.0
"""Seconds: what comes together is told together, and what is read elsewhere at once is not told at all."""
_TICK = 10.0
"""Seconds between two looks at the clock."""
_SLEPT = timedelta(minutes=5)
"""Without a step of the sync for so long, what comes is no news but what was missed."""
_AWAY = timedelta(hours=1)
"""Whoever was away for so long is told in a line what they missed; before that the rooms' counts are enough."""
_KEPT, _KEPT_FOR = "calling", timedelta(minutes=10)
_MOST = 1000
_FORGOTTEN = timedelta(minutes=20)


class Calling:
    """Watches one account. Who calls, and when, is worked out from what is stored: what was read elsewhere is quiet."""

    def __init__(
        self,
        session: Session,
        teller: Teller,
        settings: Callable[[], Settings],
        hours: QuietHours,
        together: float = _TOGETHER,
    ) -> None:
        """`settings` says what holds now, `hours` when it is quiet."""
        self._session = session
        self._teller = teller
        self._settings = settings
        self._hours = hours
        self._together = together
        self._reasons = Reasons(session)
        self._news: deque[tuple[datetime, News]] = deque()
        """Steps that were not looked at yet."""
        self._found: dict[str, Call] = {}
        """What may call, by its event or the room of its invite."""
        self._unread: dict[str, None] = {}
        """Events that came while somebody could have been called for them, and could not be read yet."""
        self._rang: dict[RoomId, EventId | None] = {}
        """Rooms whose talk has called since anybody looked, and how far they were read then."""
        self._missed: set[RoomId] = set()
        """Rooms where something came that called nobody, and is to be told in a line."""
        self._backlog: set[RoomId] = set()
        """Rooms where something came while nobody could be called."""
        self._catching_up = True
        self._last = self._seen_before()
        """When the last step was taken; None in an account that is new here."""
        self._away = timedelta()
        self._kept_at: datetime | None = None
        self._pace = Pace()
        self._was_quiet: bool | None = None
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Call until cancelled."""
        stop = self._session.changes.listen(self.heed)
        try:
            while True:
                await self.look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_TICK):
                        await self._changed.wait()
                await asyncio.sleep(self._together)
                self._changed.clear()
        finally:
            stop()

    def heed(self, change: Change) -> None:
        """Note what a step brought, and when; looked at later, so that no step ever waits for it or fails by it."""
        if isinstance(change, News):
            self._news.append((self._session.clock(), change))
            if change.events or change.late or change.invites:
                self._changed.set()

    def _take(self, now: datetime, change: News) -> None:
        """Take a step as news, or as what was missed."""
        if not self._catching_up and self._last and now - self._last > _SLEPT:
            self._catching_up = True
        if self._catching_up:
            self._away = max(self._away, now - self._last) if self._last else timedelta()
        self._last = now
        if self._catching_up or not change.unbroken:
            said = {event.room_id for event in change.events if isinstance(event.payload, Message)}
            self._backlog |= said | change.invites
        else:
            self._find(change)
        if change.complete and self._catching_up:
            self._catching_up = False
            self._missed |= self._backlog if self._away >= _AWAY else set()
            self._backlog.clear()
            self._away = timedelta()

    def _find(self, news: News) -> None:
        """Find what calls in what came just now."""
        for event in news.events:
            if isinstance(event.payload, Unreadable):
                self._unread[event.event_id] = None
        while len(self._unread) > _MOST:
            self._unread.pop(next(iter(self._unread)))
        late = [event for event in news.late if event.event_id in self._unread]
        for event in (*news.events, *late):
            if not isinstance(event.payload, Unreadable):
                self._unread.pop(event.event_id, None)
            if call := self._reasons.of(event):
                self._found[event.event_id] = call
        for room_id in news.invites:
            if invite := self._reasons.of_invite(room_id):
                self._found[room_id] = invite

    async def look(self) -> str:
        """Tell what is to be told now. Returns the words that anybody might see; empty for nothing."""
        now, here = self._session.clock(), self._session.attention.here
        while self._news:
            self._take(*self._news.popleft())
        quiet = self._hours.now()
        self._heed_quiet(quiet)
        self._keep_the_time(now)
        self._heed_attention(now, here=here)
        self._found = {key: call for key, call in self._found.items() if self._reasons.hold(call)}
        self._hold_back(quiet)
        due = [call for call in self._found.values() if self._calls_now(call, here=here)]
        if self._pace.next and now < self._pace.next:
            return ""
        self._found.clear()
        how = self._settings().text(HOW)
        if not due or how == OFF:
            return ""
        self._pace = self._pace.told(now)
        self._rang |= {call.room_id: self._read_up_to(call.room_id) for call in due}
        await self._teller.tell(self._reasons.note(due, Shown(self._settings().text(SHOW))), how)
        return plain(due)

    def _heed_attention(self, now: datetime, *, here: bool) -> None:
        """Who looks is called again as at the beginning, though never as often as a flood would have it."""
        self._rang = {r: read for r, read in self._rang.items() if not here and self._read_up_to(r) == read}
        if self._pace.last and now - self._pace.last > _FORGOTTEN:
            self._pace = Pace()
        elif here and self._pace.times > 1:
            self._pace = Pace(self._pace.last, 1)

    def _read_up_to(self, room_id: RoomId) -> EventId | None:
        return self._session.store.room(room_id).read_up_to

    def _hold_back(self, quiet: Quiet) -> None:
        """While it is quiet nothing calls but, where that is wished, what names its reader."""
        if quiet.until is None:
            return
        through = {k: call for k, call in self._found.items() if quiet.mentions and call.cause in NAMED}
        self._missed |= {call.room_id for key, call in self._found.items() if key not in through}
        self._found = through

    def _calls_now(self, call: Call, *, here: bool) -> bool:
        """What is meant for one person calls; a room's talk does once, and not while somebody sees its count grow."""
        if self._session.attention.sees(call.room_id):
            return False
        return call.cause in PERSONAL or not (here or call.room_id in self._rang)

    def _heed_quiet(self, quiet: Quiet) -> None:
        """Say when it begins or ends; what came meanwhile is one calm line at its end, as after a time away."""
        is_quiet = quiet.until is not None
        if is_quiet != self._was_quiet:
            self._was_quiet = is_quiet
            self._session.changes.tell(QuietChanged())
        if self._missed and not is_quiet and not self._catching_up:
            rooms, self._missed = self._missed, set()
            if words := self._meanwhile(rooms):
                self._session.changes.tell(Happened(words))

    def _meanwhile(self, rooms: Collection[RoomId]) -> str:
        level, rows = self._session.levels.of, [self._session.store.room(room_id) for room_id in rooms]
        heard = [counted(level(row.room_id), row.unread, row.mentions) for row in rows]
        waits = [room for r in rooms if (room := self._session.rooms.get(r)) and room.membership is Membership.INVITE]
        invites = sum(not self._session.ignoring.is_quiet(room) for room in waits)
        counts = [max(one.unread, one.mentions) for one in heard]
        words = missed(counts, sum(one.mentions for one in heard), invites)
        return f"Meanwhile: {words}" if words and self._settings().text(HOW) != OFF else ""

    def _seen_before(self) -> datetime | None:
        kept = (self._session.store.recall(_KEPT, "") or {}).get("at")
        return datetime.fromisoformat(kept) if isinstance(kept, str) else None

    def _keep_the_time(self, now: datetime) -> None:
        """Remember now and then that somebody could have been called, so that the next start knows how long it was."""
        if self._catching_up or (self._kept_at and now - self._kept_at < _KEPT_FOR):
            return
        self._kept_at = now
        # A disk that takes nothing is told elsewhere, and this can wait.
        with contextlib.suppress(Problem), self._session.store.transaction():
            self._session.store.remember(_KEPT, "", {"at": now.isoformat()})


def calling(
    settings: Callable[[], Settings], hours: QuietHours, show: Show | None = None, together: float = _TOGETHER
) -> Callable[[Session], Awaitable[None]]:
    """What a client with a screen does beside everything else."""

    async def run(session: Session) -> None:
        await Calling(session, Teller(session, settings, show), settings, hours, together).run()

    return run
