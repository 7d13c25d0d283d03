"""A verification as the person at Element does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nookterm.domain.ids import DeviceId, RoomId, UserId
from tests.interop.peer import Peer


@dataclass(frozen=True, slots=True)
class Code:
    """What stands on the screen to be compared."""

    emoji: tuple[str, ...]
    decimals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verifying:
    """The one verification that a peer takes part in."""

    peer: Peer

    async def ask_device(self, user: UserId, device: DeviceId) -> str:
        """Ask one device; the transaction id."""
        return await self._begun("ask", user=user, device=device)

    async def ask_in_room(self, user: UserId, room_id: RoomId) -> str:
        return await self._begun("askInRoom", user=user, roomId=room_id)

    async def ask_own(self) -> str:
        """Ask all other devices of the account."""
        return await self._begun("askOwn")

    async def asked(self, user: UserId) -> str:
        """Wait to be asked by that person."""
        return await self._begun("asked", user=user)

    async def _begun(self, command: str, **words: Any) -> str:
        txn: str = (await self.peer.lines.do(command, **words))["txn"]
        return txn

    async def accept(self) -> None:
        await self.peer.lines.do("accept")

    async def start(self) -> None:
        """Begin with the emoji, once both sides are ready."""
        await self.peer.lines.do("startSas")

    async def code(self) -> Code:
        answer = await self.peer.lines.do("code")
        return Code(tuple(answer["emoji"]), tuple(answer["decimals"]))

    async def same(self) -> None:
        await self.peer.lines.do("confirm")

    async def differ(self) -> None:
        await self.peer.lines.do("mismatch")

    async def cancel(self) -> None:
        await self.peer.lines.do("cancel")

    async def done(self) -> None:
        await self.peer.lines.do("phase", state="done")

    async def cancelled(self) -> tuple[str | None, str | None]:
        """Wait for the end: its code, and who ended it."""
        answer = await self.peer.lines.do("phase", state="cancelled")
        return answer["code"], answer["by"]

    async def show_code(self) -> bytes:
        """What stands in the QR code on the screen."""
        return bytes((await self.peer.lines.do("showCode"))["bytes"])

    async def scan_code(self, read: bytes) -> None:
        await self.peer.lines.do("scanCode", bytes=list(read))

    async def confirm_code(self) -> None:
        """Say that the other side has read the code."""
        await self.peer.lines.do("confirmCode")
