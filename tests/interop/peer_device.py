"""A device of Element's engine: begun, signed in, online, started again, ended."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, Literal, Self

from nookterm.domain.ids import DeviceId, UserId
from tests.interop.host import host
from tests.interop.lines import Lines

Isolation = Literal["strict", "all", "warn"]
"""Whose devices count: only signed ones (Element's way since 2026), all, or all but those of people who changed."""
_NUMBER = itertools.count()


class Device:
    """An account at Element and one device of it."""

    def __init__(self, lines: Lines, homeserver: str, password: str) -> None:
        self.lines = lines
        self.homeserver = homeserver
        self.password = password
        self.id = UserId("")
        self.device_id = DeviceId("")
        self.recovery_key = ""

    @classmethod
    async def spawn(cls, homeserver: str, home: Path, name: str = "element") -> Self:
        """Begin a device, without an account. `homeserver`: its base URL; `home`: where the engine is installed."""
        return cls(await host(home).connect(name), homeserver, f"secret of {name}")

    async def end(self) -> None:
        """End it: nothing of it is left in the process; the account and the device stay on the server."""
        await self.lines.end()

    async def register(self, name: str) -> None:
        """A new account. Its name is the peer's alone, whoever else is called `name`."""
        await self._signed_in("register", name=f"{name}-element{next(_NUMBER)}")

    async def login(self, user: UserId, password: str) -> None:
        """A new device of an account that exists."""
        self.password = password
        await self._signed_in("login", user=user)

    async def _signed_in(self, how: str, **words: Any) -> None:
        answer = await self.lines.do(how, homeserver=self.homeserver, password=self.password, **words)
        self.id, self.device_id = UserId(answer["userId"]), DeviceId(answer["deviceId"])

    async def start(self, isolation: Isolation = "strict", *, kept: bool = False) -> None:
        """Go online. `kept`: with a database that `restart` finds again."""
        await self.lines.do("start", isolation=isolation, kept=kept)

    async def restart(self, isolation: Isolation = "strict") -> None:
        """Everything in memory is gone; what is in the database is there."""
        await self.lines.do("restart", isolation=isolation)

    async def logout(self) -> None:
        await self.lines.do("logout")
