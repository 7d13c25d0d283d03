"""What one does about somebody in a room: invite, remove, keep out, let ask again, give and take power."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.client.errors import Changed, NotAllowed, WrongUsage
from nookterm.client.facilitators import Facilitators
from nookterm.client.session import Session
from nookterm.client.surroundings import set_levels, written
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId, is_user_id
from nookterm.domain.names import shown_name
from nookterm.domain.roles import Role, level_for, may_ban, why_no_role
from nookterm.domain.room import Member, Room
from nookterm.domain.space import Kind, title

LONGEST_WORDS = 500
"""Characters of words that go along with a removal: everybody in the room can read them."""
_PRESENT = frozenset({Membership.JOIN, Membership.INVITE})


class Members:
    """Acts on the people of a room. Each looks at the room anew before it does anything."""

    def __init__(self, session: Session) -> None:
        """Act as this account."""
        self._session = session

    async def look(self, room_id: RoomId) -> Room:
        """The room with its people as the server has them now."""
        await self._session.refresh_state(room_id)
        return self._session.rooms[room_id]

    async def invite(self, room_id: RoomId, user: UserId) -> None:
        """Invite somebody.

        Raises:
            WrongUsage: that is no Matrix id, or they are in the room.
            NotAllowed: we may not invite here, or they are kept out.

        """
        if not is_user_id(user):
            message = f"{user} is not a Matrix id."
            raise WrongUsage(message, "It looks like @name:server.")
        room = await self.look(room_id)
        member = room.members.get(user)
        now = member.membership if member else Membership.LEAVE
        if now in _PRESENT:
            already = "is in" if now is Membership.JOIN else "is invited to"
            message = f"{_name(room, user)} {already} {title(room)} already."
            raise Changed(message, "Nothing was done.", code="already")
        if now is Membership.BAN:
            message = f"{_name(room, user)} is kept out of {title(room)}."
            raise NotAllowed(message, "Let them ask again first, then invite them.", code="banned")
        if not room.power.may_invite(room.me):
            raise _not_allowed("invite people to", room)
        await self._session.gateway.invite(room_id, user)
        await self._again(room_id)

    async def remove(self, room_id: RoomId, user: UserId, words: str = "") -> None:
        """Remove a member, or take an invite back. Who asks to join is turned down at the desk, not here.

        Raises:
            Changed: they are not in the room any more, or ask to come in by now.
            NotAllowed: we have not more power than they.

        """
        room = await self.look(room_id)
        member = room.members.get(user)
        if member is not None and member.membership is Membership.KNOCK:
            message = f"{_name(room, user)} asks to join {title(room)}."
            raise Changed(message, "Requests are answered at the desk.", code="asks")
        if member is None or member.membership not in _PRESENT:
            message = f"{_name(room, user)} is not in {title(room)} any more."
            raise Changed(message, "Nothing was done.", code="changed")
        if not room.power.may_kick(room.me, user):
            raise _not_allowed(f"remove {_name(room, user)} from", room)
        await self._session.gateway.kick(room_id, user, words.strip()[:LONGEST_WORDS])
        await self._again(room_id)

    async def ban(self, room_id: RoomId, user: UserId, words: str = "") -> None:
        """Keep somebody out, whatever they are now. Raises Changed or NotAllowed."""
        room = await self.look(room_id)
        member = room.members.get(user)
        if member is not None and member.membership is Membership.BAN:
            raise _already(member, room, "is kept out of")
        if not may_ban(room, user):
            raise _not_allowed(f"keep {_name(room, user)} out of", room)
        await self._session.gateway.ban(room_id, user, words.strip()[:LONGEST_WORDS])
        await self._again(room_id)

    async def unban(self, room_id: RoomId, user: UserId) -> None:
        """Let somebody ask again. Raises Changed or NotAllowed."""
        room = await self.look(room_id)
        member = room.members.get(user)
        if member is None or member.membership is not Membership.BAN:
            message = f"{_name(room, user)} is not kept out of {title(room)}."
            raise Changed(message, "Nothing was done.", code="changed")
        if not may_ban(room, user) or not room.power.may_kick(room.me, user):
            raise _not_allowed(f"let {_name(room, user)} into", room)
        await self._session.gateway.unban(room_id, user)
        await self._again(room_id)

    async def give(self, room_id: RoomId, user: UserId, role: Role) -> None:
        """Make a member something else. In a nook, who decides is changed with all that belongs to it.

        Raises:
            WrongUsage: they are not in the room.
            NotAllowed: that is not ours to give or to take, or nobody would be left who decides.

        """
        room = await self.look(room_id)
        member = room.members.get(user)
        if member is None or member.membership is not Membership.JOIN:
            message = f"{_name(room, user)} is not in {title(room)}."
            raise WrongUsage(message, "Only members get power. Let them in first.", code="not_a_member")
        if why := why_no_role(room, user, role):
            message = f"{_name(room, user)} cannot become {role} in {title(room)}: {why}."
            raise NotAllowed(message, "Nothing was changed.", code="not_allowed")
        nook = self._session.rooms.kind(room) is Kind.NOOK
        use = Facilitators(self._session)
        if nook and role is Role.FACILITATOR and not room.power.may_decide(user):
            await use.add(room, user)
        elif nook and role is Role.MEMBER and room.power.may_decide(user):
            await use.remove(room, user)
        else:
            if role is Role.MEMBER and room.facilitators == (user,):
                message = f"{_name(room, user)} is the only one who decides in {title(room)}."
                raise NotAllowed(message, "Give somebody else that power first.", code="last_one")
            await self._level(room, user, level_for(room, role))

    async def _level(self, room: Room, user: UserId, level: int | None) -> None:
        found: Mapping[str, Any] = written(self._session, room.room_id, "m.room.power_levels")
        users = dict(found.get("users") or {})
        users.pop(user, None)
        if level is not None:
            users[user] = level
        await set_levels(self._session, room, {"users": users})

    async def _again(self, room_id: RoomId) -> None:
        await self._session.refresh_state(room_id)


def _name(room: Room, user: UserId) -> str:
    return shown_name(user, room.name_of(user))


def _already(member: Member, room: Room, what: str) -> Changed:
    message = f"{_name(room, member.user)} {what} {title(room)} already."
    return Changed(message, "Nothing was done.", code="already")


def _not_allowed(what: str, room: Room) -> NotAllowed:
    message = f"You may not {what} {title(room)}."
    return NotAllowed(message, "Nothing was changed. Somebody with more power there can.", code="not_allowed")
