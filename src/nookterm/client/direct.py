"""The room between us and one other person: found where there is one, made encrypted where there is none."""

from __future__ import annotations

import asyncio

from nookterm.client.errors import Problem
from nookterm.client.ports import Gateway, RoomSpec
from nookterm.client.rooms import Rooms
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.space import Kind

_DIRECT = "m.direct"


class Direct:
    """Direct rooms of one account."""

    def __init__(self, gateway: Gateway, rooms: Rooms) -> None:
        """Look among `rooms`."""
        self._gateway = gateway
        self._rooms = rooms
        self._making = asyncio.Lock()

    async def room_with(self, user: UserId) -> tuple[RoomId, bool]:
        """The encrypted direct room with a person, and whether it had to be made."""
        async with self._making:
            if found := self.known(user):
                return found, False
            spec = RoomSpec("", preset="trusted_private_chat", encrypted=True, invite=(user,), is_direct=True)
            made = await self._gateway.create_room(spec)
            await self._list_as_direct(user, made)
        return made, True

    def known(self, user: UserId) -> RoomId | None:
        """The encrypted direct room that there is with a person."""
        found = [room for room in self._rooms.joined() if self._is_direct(room, user)]
        # Rather one that they have come into: there they see what we write.
        return min(found, key=lambda room: (not _has_come(room, user), room.room_id)).room_id if found else None

    def _is_direct(self, room: Room, user: UserId) -> bool:
        people = {member.user for member in room.who(Membership.JOIN, Membership.INVITE)}
        return room.encrypted and people == {room.me, user} and self._rooms.kind(room) == Kind.DIRECT

    async def _list_as_direct(self, user: UserId, room_id: RoomId) -> None:
        """Other clients of ours show it among the direct rooms. Where that fails, they show it elsewhere."""
        server = self._gateway.key_server
        try:
            listed = dict(await server.account_data(_DIRECT))
            known = listed.get(user)
            listed[user] = [*(known if isinstance(known, list) else []), room_id]
            await server.set_account_data(_DIRECT, listed)
        except Problem:
            return


def _has_come(room: Room, user: UserId) -> bool:
    member = room.members.get(user)
    return member is not None and member.membership == Membership.JOIN
