"""Work that goes on beside whoever began it, and can be waited for, or ended, together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from nookterm.client.errors import Problem


class Beside:
    """Tasks of one owner, on the engine's loop."""

    def __init__(self) -> None:
        """Nothing goes on."""
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it beside the rest. It has to say by itself what went wrong."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until nothing goes on."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """End it all."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def do_each(*works: Callable[[], Awaitable[int]]) -> int:
    """Do what is due, one after the other; one that fails keeps no other from its turn. Returns how much was done.

    Raises a `Problem`, the first, where nothing could be done.
    """
    done = 0
    troubles: list[Problem] = []
    for work in works:
        try:
            done += await work()
        except Problem as problem:
            troubles.append(problem)
    if troubles and not done:
        raise troubles[0]
    return done
