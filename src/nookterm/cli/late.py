"""The way to the server, made when something is first asked of it: nio takes half a second to load."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from nookterm.client.ports import Gateway
from nookterm.domain.ids import DeviceId, UserId


class LateGateway:
    """A Gateway that is not there yet. Loading happens on a thread of its own, making on the thread that asks."""

    def __init__(
        self, user_id: UserId, device_id: DeviceId, load: Callable[[], object], make: Callable[[], Gateway]
    ) -> None:
        """`load` imports what is slow to import; `make` then makes the gateway and may raise a Problem, each time."""
        self.user_id = user_id
        self.device_id = device_id
        self._load = load
        self._make = make
        self._real: Gateway | None = None

    async def close(self) -> None:
        """Close connections, if there are any."""
        if self._real:
            await self._real.close()

    def forget_crypto(self) -> None:
        """Nothing was loaded that could be wrong, or it is loaded anew."""
        if self._real:
            self._real.forget_crypto()

    def _now(self) -> Gateway:
        if self._real is None:
            self._real = self._make()
        return self._real

    def __getattr__(self, name: str) -> Any:
        """Every other method of the port."""
        if name.startswith("_"):
            raise AttributeError(name)
        if self._real is not None:
            return getattr(self._real, name)
        if not inspect.iscoroutinefunction(getattr(Gateway, name, None)):
            return getattr(self._now(), name)

        async def ask(*words: object, **more: object) -> object:
            await asyncio.to_thread(self._load)
            asked: Awaitable[object] = getattr(self._now(), name)(*words, **more)
            return await asked

        return ask
