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
    html: str | None = None
    """The same words with their form."""


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

    async def upgrade(self, room_id: RoomId, version: str) -> RoomId:
        """Put a new room in the place of an old one."""
        return RoomId((await self.lines.do("upgrade", roomId=room_id, version=version))["roomId"])

    async def successor(self, room_id: RoomId) -> RoomId:
        """Where a room goes on, once it is closed."""
        return RoomId((await self.lines.do("successor", roomId=room_id))["roomId"])

    async def predecessor(self, room_id: RoomId) -> RoomId:
        """What a room goes on from."""
        return RoomId((await self.lines.do("predecessor", roomId=room_id))["roomId"])

    async def sees_member(self, room_id: RoomId, user: UserId, membership: str = "join") -> None:
        await self.lines.do("member", roomId=room_id, user=user, membership=membership)

    async def say(self, room_id: RoomId, body: str) -> EventId:
        return EventId((await self.lines.do("send", roomId=room_id, body=body))["eventId"])

    async def post(self, room_id: RoomId, content: dict[str, Any]) -> EventId:
        """A message of any content, as Element's engine encrypts it."""
        return EventId((await self.lines.do("send", roomId=room_id, content=content))["eventId"])

    async def answer(self, room_id: RoomId, event_id: EventId, body: str) -> EventId:
        """A reply."""
        relation = {"m.in_reply_to": {"event_id": event_id}}
        return await self.post(room_id, {"msgtype": "m.text", "body": body, "m.relates_to": relation})

    async def edit(self, room_id: RoomId, event_id: EventId, body: str) -> EventId:
        """Other words for a message of one's own."""
        new, relation = {"msgtype": "m.text", "body": body}, {"rel_type": "m.replace", "event_id": event_id}
        return await self.post(room_id, {**new, "body": f"* {body}", "m.new_content": new, "m.relates_to": relation})

    async def react(self, room_id: RoomId, event_id: EventId, key: str) -> EventId:
        return EventId((await self.lines.do("reactTo", roomId=room_id, eventId=event_id, key=key))["eventId"])

    async def take_back(self, room_id: RoomId, event_id: EventId) -> None:
        await self.lines.do("takeBack", roomId=room_id, eventId=event_id)

    async def leave(self, room_id: RoomId) -> None:
        await self.lines.do("leave", roomId=room_id)

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
