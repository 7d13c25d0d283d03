"""One device of a second, independent engine (mautrix over libolm), in a process and an environment of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nookterm.domain.ids import DeviceId, EventId, RoomId, UserId
from tests.interop.lines import Program

SCRIPT = Path(__file__).parent / "second" / "second.py"


@dataclass(frozen=True, slots=True)
class Said:
    """A message as this engine has it."""

    body: str | None
    failure: str | None
    trust: str | None
    """What it makes of the device that sent it: unverified, cross_signed_tofu, and so on."""
    encrypted: bool = True


class Second:
    """Somebody at a client with this engine."""

    def __init__(self, lines: Program) -> None:
        self.lines = lines
        self.id = UserId("")
        self.device_id = DeviceId("")

    @classmethod
    async def spawn(cls, homeserver: str, home: Path, name: str = "second") -> Self:
        """Start the process. `homeserver`: its base URL; `home`: where the engine is installed."""
        return cls(await Program.begin(name, home / "environment" / "bin" / "python", SCRIPT, homeserver))

    async def end(self) -> None:
        await self.lines.end()

    async def login(self, user: UserId, password: str) -> None:
        """A new device of an account that exists; online at once."""
        self.id = user
        self.device_id = DeviceId((await self.lines.do("login", user=user, password=password))["deviceId"])

    async def sign(self, passphrase: str | None = None) -> str:
        """Make an identity and secret storage: the recovery key."""
        key: str = (await self.lines.do("sign", passphrase=passphrase))["recoveryKey"]
        return key

    async def unlock(self, recovery_key: str) -> None:
        """Open secret storage, and sign this device with what is in it."""
        await self.lines.do("unlock", recoveryKey=recovery_key)

    async def room(self, *invite: UserId) -> RoomId:
        """A new encrypted room."""
        return RoomId((await self.lines.do("room", invite=list(invite)))["roomId"])

    async def promote(self, room_id: RoomId, user: UserId) -> None:
        """Let somebody change the room's settings."""
        await self.lines.do("promote", roomId=room_id, user=user)

    async def join(self, room_id: RoomId) -> None:
        await self.lines.do("join", roomId=room_id)

    async def say(self, room_id: RoomId, body: str) -> EventId:
        return EventId((await self.lines.do("send", roomId=room_id, body=body))["eventId"])

    async def sees(self, event_id: EventId) -> Said:
        return Said(**await self.lines.do("see", eventId=event_id))
