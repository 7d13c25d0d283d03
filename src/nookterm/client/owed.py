"""What was decided here and the server has yet to hear: on the disk before it leaves, told again until it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field

from nookterm.client.errors import Offline, Problem, ServerTrouble, SignedOut, Throttled
from nookterm.client.ports import Store
from nookterm.domain.events import Json
from nookterm.domain.records import dataclass

LATER = (Offline, Throttled, ServerTrouble, SignedOut)
"""Problems that time helps against: what is owed stays owed."""


@dataclass(slots=True)
class Owed:
    """Small decisions of one kind, by a key; a newer one of the same key replaces the older one."""

    store: Store
    kind: str
    _kept: Mapping[str, Json] | None = None
    _telling: asyncio.Lock = field(default_factory=asyncio.Lock)

    def all(self) -> Mapping[str, Json]:
        """All that is owed, by key."""
        if self._kept is None:
            self._kept = self.store.recall_all(self.kind)
        return self._kept

    def keep(self, key: str, value: Json | None) -> None:
        """Owe this; None: nothing (any more). Call inside a transaction."""
        self.store.remember(self.kind, key, value)
        self._kept = None

    def give_up(self, key: str, value: Json) -> None:
        """Owe this no longer; what was decided since stays. Call inside a transaction."""
        if self.store.recall(self.kind, key) == value:
            self.keep(key, None)

    def forget(self) -> None:
        """Read anew what is on the disk."""
        self._kept = None

    async def tell(
        self, key: str, send: Callable[[str, Json], Awaitable[None]], taken: Callable[[str, Json], None]
    ) -> bool:
        """Send what is owed for a key. `taken` keeps what holds from then on, in the transaction that ends the debt.

        False where nothing is owed, or time has to help.

        Raises:
            Problem: the server does not take it. It is not owed any longer.

        """
        # One after the other: what was decided first must not reach the server last.
        async with self._telling:
            value = self.all().get(key)
            if value is None:
                return False
            try:
                await send(key, value)
            except LATER:
                return False
            except Problem:
                self._end(key, value, None)
                raise
            self._end(key, value, taken)
            return True

    def _end(self, key: str, value: Json, taken: Callable[[str, Json], None] | None) -> None:
        with self.store.transaction():
            if taken:
                taken(key, value)
            self.give_up(key, value)
