"""Somebody at Element: its own engine (matrix-js-sdk with its Rust crypto) at the tests' service."""

from __future__ import annotations

from dataclasses import dataclass

from nookterm.domain.ids import DeviceId, UserId
from tests.interop.peer_rooms import Guest

ALL_KEYS = ["masterKey", "selfSigningKey", "userSigningKey"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the device has of its own identity."""

    public: bool
    secrets: list[str]
    """Which of the three private halves; `ALL_KEYS` is all."""
    ready: bool
    storage: bool
    signed: bool
    backup: str | None
    """The version that keys go to."""
    backup_key: bool
    master: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the device makes of somebody."""

    verified: bool
    was_verified: bool
    needs_approval: bool
    known: bool
    master: str | None


class Peer(Guest):
    """Identity, secret storage and backup at Element, and what it makes of others."""

    async def set_up(self, passphrase: str | None = None) -> str:
        """An identity, secret storage and a backup, as Element makes them for a new account: the recovery key."""
        self.recovery_key = (await self.lines.do("setUp", passphrase=passphrase))["recoveryKey"]
        return self.recovery_key

    async def unlock(self, *, recovery_key: str | None = None, passphrase: str | None = None) -> None:
        """Open secret storage: this device becomes a trusted one of its account."""
        await self.lines.do("unlock", recoveryKey=recovery_key, passphrase=passphrase)

    async def reset_identity(self) -> str:
        """A new identity in place of the old one: the new recovery key."""
        self.recovery_key = (await self.lines.do("resetIdentity"))["recoveryKey"]
        return self.recovery_key

    async def standing(self) -> Standing:
        return Standing(**await self.lines.do("standing"))

    async def knows(self, user: UserId) -> Known:
        return Known(**await self.lines.do("person", user=user))

    async def sees_verified(self, user: UserId) -> None:
        """Wait until they are verified: the signature goes to the server and comes back."""
        await self.lines.do("verified", user=user)

    async def sees_signed(self, user: UserId, device: DeviceId) -> None:
        """Wait until the device is one that its owner has signed."""
        await self.lines.do("signed", user=user, device=device)

    async def sees_device(self, user: UserId, device: DeviceId) -> None:
        """Wait until the device is known: what an unknown one asks is dropped."""
        await self.lines.do("seesDevice", user=user, device=device)

    async def pin(self, user: UserId) -> None:
        """Go on with somebody whose identity changed."""
        await self.lines.do("pin", user=user)

    async def withdraw(self, user: UserId) -> None:
        """Give up that somebody was verified, and go on with them as they are now."""
        await self.lines.do("withdraw", user=user)

    async def sign_device(self, device: DeviceId) -> None:
        """Sign another device of this account."""
        await self.lines.do("signDevice", device=device)

    async def trusts(self, user: UserId, device: DeviceId) -> bool:
        """Whether it takes the device for one that its owner, as this account knows them, has signed."""
        told = await self.lines.do("device", user=user, device=device)
        return bool(told and told.get("signedByOwner"))

    async def backed_up(self, count: int) -> None:
        """Wait until the server holds that many keys of this account."""
        await self.lines.do("backedUp", count=count)

    async def new_backup(self) -> str:
        """A new backup in place of the old one: its version."""
        version: str = (await self.lines.do("newBackup"))["version"]
        return version

    async def restore(self) -> tuple[int, int]:
        """Take everything out of the backup: how many there were, and how many were taken."""
        answer = await self.lines.do("restore")
        return answer["total"], answer["imported"]
