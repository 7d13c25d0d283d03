"""Telling whoever sits elsewhere that somebody asks to join: quiet unless they want it, and never by name."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from html import escape

from nookterm.client.changes import Called, Change, ConnectionChanged, RoomsChanged
from nookterm.client.queue import Queue
from nookterm.client.session import Session
from nookterm.client.settings import Settings
from nookterm.domain.ids import RoomId
from nookterm.domain.ringing import MANY
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title

SETTING = "desk.notify"
OFF, BELL, DESKTOP = "off", "bell", "desktop"
_TOGETHER = 2.0
"""Seconds: what comes together is told together."""
_APART = timedelta(minutes=1)
_FLOOD = timedelta(hours=1)
"""How far apart two words about one nook are, at least; the second while very many wait there."""
_PATIENCE = 5.0
"""Seconds that the desktop may take to show something."""

Show = Callable[[str], Awaitable[bool]]
"""Shows words on the desktop. False where it cannot."""


async def on_desktop(words: str) -> bool:
    """Show words by `notify-send`, where that is. What it is given can be no option of its own and no markup."""
    program = shutil.which("notify-send")
    if program is None:
        return False
    try:
        process = await asyncio.create_subprocess_exec(
            program, "--app-name=nookterm", "--", "nookterm", escape(safe_line(words)),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return False
    try:
        async with asyncio.timeout(_PATIENCE):
            return await process.wait() == 0
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        return False


class Notifier:
    """Watches the doors of one account. Who waits already when it begins is no news: the desk shows them."""

    def __init__(self, session: Session, how: str, show: Show = on_desktop, together: float = _TOGETHER) -> None:
        """`how`: `bell` or `desktop`."""
        self._session = session
        self._how = how
        self._show = show
        self._together = together
        self._queue = Queue(session)
        self._known: frozenset[str] | None = None
        """The requests that were there at the last look."""
        self._told: dict[RoomId, datetime] = {}
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
        if isinstance(change, RoomsChanged | ConnectionChanged):
            self._changed.set()

    async def look(self) -> str:
        """Tell of what is new since the last look. Returns what was told; empty for nothing."""
        words = self._news()
        if words and (self._how != DESKTOP or not await self._show(words)):
            self._session.changes.tell(Called(words))
        return words

    def _news(self) -> str:
        waits = [request for request in self._queue.known_requests() if not request.is_folded]
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


def notifying(settings: Settings) -> Callable[[Session], Awaitable[None]] | None:
    """What a client with a screen does beside everything else; None where nobody wants to be told."""
    how = settings.text(SETTING)
    if how == OFF:
        return None

    async def run(session: Session) -> None:
        await Notifier(session, how).run()

    return run
