"""What an account that stays open does by itself: it sends what is due, and carries out what was agreed to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from nookterm.client.changes import Change, Happened
from nookterm.client.duties import Duties
from nookterm.client.errors import Problem
from nookterm.client.session import Session

_TOGETHER = 0.5
"""Seconds: what comes together is looked at together."""
_LOOK_AGAIN = 30.0
_SOON = 1.0


class Upkeep:
    """Runs beside the sync, and wakes with every change."""

    def __init__(
        self, session: Session, *, act: bool = True, before: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """`act`: carry out duties, too. `before` each time does what else is to be kept in step."""
        self._session = session
        self._act = act
        self._before = before
        self._due = asyncio.Event()

    async def run(self) -> None:
        """Keep up until cancelled; what goes wrong is tried again, later each time."""
        duties, again = Duties(self._session), _LOOK_AGAIN
        stop = self._session.changes.listen(self._on_change)
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(again, self._next_look(), self._next_duty(duties))):
                        await self._due.wait()
                self._due.clear()
                try:
                    await self._session.trust.expire()
                    await self._send()
                    await asyncio.sleep(_TOGETHER)
                    self._due.clear()
                    await self._keep_up(duties)
                except Problem as problem:
                    longer = _SOON if again == _LOOK_AGAIN else min(again * 2, _LOOK_AGAIN)
                    again = max(problem.retry_after or 0.0, longer)
                    await asyncio.sleep(_TOGETHER)
                else:
                    again = _LOOK_AGAIN
        finally:
            stop()

    def _on_change(self, change: Change) -> None:
        if not isinstance(change, Happened):
            self._due.set()

    def _next_look(self) -> float:
        """Seconds until a look although nothing changed: an unsent message may be due earlier."""
        unsent_in = self._session.outbox.next_try()
        return _LOOK_AGAIN if unsent_in is None else min(_LOOK_AGAIN, unsent_in)

    def _next_duty(self, duties: Duties) -> float:
        """Seconds until a duty is due although nothing changed; a moment at least, also where it cannot be done now."""
        due_in = duties.due_in() if self._act else None
        return _LOOK_AGAIN if due_in is None else max(_SOON, due_in)

    async def _send(self) -> None:
        if self._session.phase == "live" and self._session.outbox.next_try() == 0.0:
            await self._session.outbox.flush()

    async def _keep_up(self, duties: Duties) -> None:
        if self._session.phase != "live":
            return
        if self._before:
            await self._before()
        if self._act:
            await duties.run()
            self._session.trust.carrying.save_soon()
        await self._send()
