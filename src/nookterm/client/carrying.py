"""All that carries keys of one account: backup, secrets between own devices, the past for newcomers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from nookterm.client.backup import KeyBackup
from nookterm.client.beside import do_each
from nookterm.client.changes import Changes
from nookterm.client.errors import Problem
from nookterm.client.gossip import Gossip, Taker
from nookterm.client.history import History
from nookterm.client.ports import Arrived, Clock, Gateway, Store
from nookterm.client.rooms import Rooms
from nookterm.trust.secret_storage import BACKUP

_BREATH = 0.05
"""Seconds between two batches, for whatever else is due."""


class Carrying:
    """Made when keys are first at hand. What takes long goes on beside the rest. Lives on the engine's loop."""

    def __init__(
        self,
        gateway: Gateway,
        store: Store,
        clock: Clock,
        changes: Changes,
        rooms: Rooms,
        identity: Callable[[], Taker],
    ) -> None:
        self.backup = KeyBackup(gateway, store, clock, changes)
        self.gossip = Gossip(gateway, store, clock, changes, identity, self.backup)
        self.history = History(gateway, store, clock, changes, rooms)
        self.gossip.on_backup_key = self.restore_soon
        self._asked_for = ""
        """The version of the backup whose key our other devices were asked for."""
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def reads_again(self, read_again: Callable[[], Awaitable[None]] | None) -> None:
        """`read_again`: reads messages once more, with keys that have come."""
        self.backup.on_keys = self.history.on_keys = read_again

    async def keys_came(self, keys: int) -> None:
        """So many room keys came from elsewhere than a sync: read what waits for them."""
        await self.backup.came(keys)

    async def take(self, arrived: tuple[Arrived, ...]) -> None:
        """Take what came of secrets and of the past. Never raises a `Problem`."""
        with suppress(Problem):
            self.history.take(arrived)
        await self.gossip.take(arrived)

    async def settle(self) -> int:
        """What is due now, a little of each. Returns how much was done. Raises a `Problem` where nothing could be."""
        return await do_each(self._look, self.gossip.settle, self.history.settle, self.backup.fetch_missing)

    async def _look(self) -> int:
        """See which backup there is, now and then: another device of ours may have made one, and has its key."""
        if self.backup.is_stale:
            await self.backup.look()
        version = self.backup.lacks_key
        if version and version != self._asked_for:
            self._asked_for = version
            return await self.gossip.ask((BACKUP,))
        return 0

    # --- beside the rest --------------------------------------------------------------------------------------------

    def save_soon(self) -> None:
        """Put keys into the backup until all are there, beside the rest."""
        self._begin("save", self._save)

    def restore_soon(self) -> None:
        """Bring keys from the backup, beside the rest."""
        self._begin("restore", self._restore)

    def stop_restoring(self) -> None:
        """Stop it; what came stays."""
        task = self._tasks.pop("restore", None)
        if task:
            task.cancel()

    async def leave(self, seconds: float) -> None:
        """The process is about to end: bring keys from the backup and put new ones in, for at most about so long."""
        end = time.monotonic() + seconds
        restoring = self._tasks.get("restore")
        if restoring:
            await asyncio.wait({restoring}, timeout=seconds)
        with suppress(Problem, TimeoutError):
            async with asyncio.timeout(max(0.0, end - time.monotonic())):
                await self._look()
                await self.backup.save(seconds)

    async def close(self) -> None:
        """End what goes on. What was begun is done again the next time."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        running = self._tasks.get(name)
        if running is None or running.done():
            self._tasks[name] = asyncio.create_task(_quietly(work))

    async def _save(self) -> None:
        more = True
        while more:
            more = bool(await self.backup.save_some())
            await asyncio.sleep(_BREATH)

    async def _restore(self) -> None:
        await self.backup.restore()


async def _quietly(work: Callable[[], Awaitable[None]]) -> None:
    """What does not work now is in the backup's state, and is tried again."""
    with suppress(Problem):
        await work()
