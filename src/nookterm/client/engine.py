"""The engine's thread: one asyncio loop for every server and every store (docs/adr/0001)."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
_TURN = 0.0005
"""Seconds of Python that one thread may do while another waits for its turn."""


class Engine:
    """A thread with a loop. What runs on it is never cancelled because somebody stopped waiting for it."""

    def __init__(self) -> None:
        """Nothing runs before `start`."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._main, name="nookterm-engine", daemon=True)

    def start(self) -> None:
        """Start the thread. Threads take turns more often from here on: a screen must not wait for what we do."""
        sys.setswitchinterval(_TURN)
        self._thread.start()

    def _main(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run `work` on the engine's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on the engine's loop and wait for it from another. Cancelling the wait leaves the work alone."""
        return await asyncio.shield(asyncio.wrap_future(self.submit(work)))

    def stop(self, timeout: float = 5.0) -> None:
        """Cancel what is left and end the thread."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).result(timeout)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout)
        if not self._thread.is_alive():
            self._loop.close()


async def _cancel_all() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
