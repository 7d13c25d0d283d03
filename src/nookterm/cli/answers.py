"""Answers that somebody types, or a script writes, while something else goes on: nothing waits for the keyboard."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from typing import TextIO

_YES, _NO = frozenset({"y", "yes", "true"}), frozenset({"n", "no", "false"})


class Answers:
    """Lines of an input, read on a thread that ends with the process."""

    def __init__(self, source: TextIO | None = None) -> None:
        """Read from `source`, else from the standard input, from now on. Call on the loop that asks."""
        self._source = source or sys.stdin
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._ended = False
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(loop,), name="nookterm-answers", daemon=True).start()

    def forget(self) -> None:
        """A question is about to be put: what was typed before it is no answer to it."""
        while not self._lines.empty():
            self._ended = not self._lines.get_nowait() or self._ended

    async def yes(self) -> bool | None:
        """The next line that is a yes or a no; None where the input has ended."""
        while not self._ended:
            line = await self._lines.get()
            word = line.strip().strip('"').casefold()
            if word in _YES | _NO:
                return word in _YES
            self._ended = not line
        return None

    async def line(self) -> str | None:
        """The next line, whatever it says; None where the input has ended."""
        line = "" if self._ended else await self._lines.get()
        self._ended = not line
        return line or None

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        line = "nothing yet"
        while line:
            try:
                line = self._source.readline()
            except (OSError, ValueError):
                # The input was closed.
                line = ""
            # What asked may be over, and its loop with it.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._lines.put_nowait, line)
