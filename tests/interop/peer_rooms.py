"""Rooms and messages as somebody at Element has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nookterm.domain.ids import EventId, RoomId, UserId
from tests.interop.peer_device import Device


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as Element would show it."""

    event_id: EventId
    sender: UserId
    type: str
    body: str | None
    failure: str | None
    """A `DecryptionFailureCode`, where it cannot be read."""
    encrypted: bool
    shield: str | None
    """none, grey or red."""
    reason: str | None
    """An `EventShieldReason`, in small letters."""


class Guest(Device):
    """Somebody at Element among others."""

    async def room(self, *invite: UserId, **more: Any) -> RoomId:
        """A new encrypted room. `more`: joinRule, history, encrypted, levels."""
        return RoomId((await self.lines.do("createRoom", invite=list(invite), **more))["roomId"])

    async def join(self, room_id: RoomId) -> None:
        """Take up an invite that has come or is coming."""
        await self.lines.do("join", roomId=room_id)

    async def enter(self, room_id: RoomId) -> None:
        """Go into a room that is open to all."""
        await self.lines.do("enter", roomId=room_id)

    async def knock(self, room_id: RoomId, reason: str) -> None:
        await self.lines.do("knock", roomId=room_id, reason=reason)

    async def invited_by(self, user: UserId) -> RoomId:
        """The room of an invite that has come or is coming."""
        return RoomId((await self.lines.do("invited", user=user))["roomId"])

    async def invite(self, room_id: RoomId, user: UserId) -> None:
        await self.lines.do("invite", roomId=room_id, user=user)

    async def sees_member(self, room_id: RoomId, user: UserId, membership: str = "join") -> None:
        await self.lines.do("member", roomId=room_id, user=user, membership=membership)

    async def say(self, room_id: RoomId, body: str) -> EventId:
        return EventId((await self.lines.do("send", roomId=room_id, body=body))["eventId"])

    async def reads(self, room_id: RoomId, event_id: EventId, *, again: bool | None = None) -> Seen:
        """The message, once it can be read. `again`: looking at it anew each time, as when the room is opened."""
        return self._seen(await self.lines.do("see", roomId=room_id, eventId=event_id, again=again))

    async def cannot_read(self, room_id: RoomId, event_id: EventId, reason: str | None = None) -> Seen:
        """The message, once it is clear that it cannot be read (for that reason)."""
        answer = await self.lines.do("see", roomId=room_id, eventId=event_id, reason=reason, state="failed")
        return self._seen(answer)

    @staticmethod
    def _seen(answer: dict[str, Any]) -> Seen:
        return Seen(EventId(answer.pop("eventId")), **answer)
