"""When views are made anew: soon after a change, and so rarely that nobody's keys wait for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from nookterm.client.changes import Change, RoomsChanged

_BATCH = 0.05
"""Seconds in which changes are taken together."""
_SOON = 5
"""A pause is at least so many times as long as what was done before it."""
_SHARE_OF_TIME = 20
"""What comes by itself for long takes one part in so many of our time: keys wait for the same processor."""
_BURST = 0.5
"""Seconds of work that may be done ahead of that: what comes now and then is shown soon."""
_LONGEST_PAUSE = 3.0


class Redrawing:
    """Makes all views anew after changes, and follows the open room between two times."""

    def __init__(
        self, everything: Callable[[], Awaitable[None]], talk: Callable[[], None], counts: Callable[[], None]
    ) -> None:
        """What makes all views anew, those of the open room, and what counts how much is unread."""
        self._everything, self._talk, self._counts = everything, talk, counts
        self._dirty, self._stirred = asyncio.Event(), asyncio.Event()
        self._read_on = False
        """We have read further: counts are others, and nothing else."""
        self._pressing = False
        """Somebody waits to see what they did."""
        self._left, self._ended = _BURST, time.monotonic()
        """What of the burst was left, and when."""

    def again(self) -> None:
        """Something changed."""
        self._dirty.set()

    def here(self) -> None:
        """Something changed in the open room: between two times it is shown soon."""
        self._stirred.set()

    def heed(self, change: Change, *, by_itself: bool) -> None:
        """Something changed, `by_itself` or because somebody did something: who waits to see that sees it soon."""
        self._dirty.set()
        if isinstance(change, RoomsChanged) and change.by_reading:
            self._read_on = True
        elif by_itself:
            return
        else:
            self._pressing = True
        self._stirred.set()

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            await self._dirty.wait()
            await asyncio.sleep(_BATCH)
            self._dirty.clear()
            self._stirred.clear()
            self._pressing = self._read_on = False
            began = time.monotonic()
            await self._everything()
            await self._pause(time.monotonic() + self._owed(time.monotonic() - began))

    def follow(self) -> None:
        """Show what stirred in the open room, and that something was read."""
        if self._stirred.is_set():
            self._stirred.clear()
            self._talk()
            if self._read_on:
                self._read_on = False
                self._counts()

    def _owed(self, took: float) -> float:
        """Seconds for which other things go first, after work that took so long."""
        before, self._ended = self._ended, time.monotonic()
        self._left = min(_BURST, self._left + (self._ended - before) / _SHARE_OF_TIME) - took
        return min(max(took * _SOON, -self._left * _SHARE_OF_TIME), _LONGEST_PAUSE)

    async def _pause(self, end: float) -> None:
        """Until the other views' turn comes again."""
        while not self._pressing and (left := end - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._stirred.wait()
            except TimeoutError:
                return
            await asyncio.sleep(_BATCH)
            self.follow()
