"""Leaving: one room, or a space with its nooks; shown first, repeatable half way; and forgetting what was left."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from nookterm.client.changes import RoomsChanged
from nookterm.client.errors import Changed, NotFound
from nookterm.client.ports import Keep
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.domain.roles import Role, role_of
from nookterm.domain.room import Room
from nookterm.domain.space import Kind, title

_HERE = frozenset({Membership.JOIN, Membership.INVITE, Membership.KNOCK})
_FAR = timedelta(days=2)
"""Ahead of every clock that is taken for right: all that was said lies before."""
_BREATH = 0.01
THREAD_DRAFTS = "thread_drafts"
"""What is being written in the threads of a room, by the room: kept for the next start, and gone with the room."""


@dataclass(frozen=True, slots=True)
class Parting:
    """A room that is left, or stays although it belongs to what is left. `name` is what people chose."""

    room: RoomId
    name: str
    membership: Membership
    warning: str = ""
    """What should be known before."""
    stays: str = ""
    """Why we stay there; empty where it is left."""
    done: bool = False


Told = Callable[[Parting], None]


class Leaving:
    """Goes out of rooms, as one account."""

    def __init__(self, session: Session) -> None:
        """Leave as this account."""
        self._session = session

    def plan(self, room_id: RoomId, *, with_nooks: bool = False) -> tuple[Parting, ...]:
        """What would be left, in order; of a space its rooms come first, so that it can be repeated half way."""
        rooms = self._session.rooms
        room = rooms.get(room_id)
        if room is None:
            return ()
        inside = self._inside(room) if with_nooks and room.is_space else ()
        gone = {one.room_id for one in inside} | {room_id}
        partings = [self._parting(one, gone, room) for one in (*inside, room)]
        return tuple(one for one in partings if one is not None)

    def _inside(self, space: Room) -> tuple[Room, ...]:
        """All that a space lists, however deep, with its board and facilitators' rooms; each once, spaces last."""
        rooms, seen, waiting = self._session.rooms, {space.room_id}, [space]
        found: list[Room] = []
        while waiting:
            here = waiting.pop(0)
            elsewhere = any(one.room_id not in seen for one in rooms.listing(here.room_id)) and here is not space
            linked = () if elsewhere else (here.highlights, here.facilitation)
            for room_id in (*(child.room_id for child in here.children), *(link for link in linked if link)):
                room = rooms.get(room_id)
                if room is not None and room_id not in seen:
                    seen.add(room_id)
                    found.append(room)
                    waiting.append(room)
        return tuple(sorted(found, key=lambda room: (room.is_space, bool(room.facilitates))))

    def _parting(self, room: Room, gone: set[RoomId], target: Room) -> Parting | None:
        if room.membership not in _HERE:
            return None
        others = [title(s) for s in self._session.rooms.listing(room.room_id) if s.room_id not in gone]
        kept = [self._session.rooms[r] for r in room.facilitates if r in self._session.rooms and r not in gone]
        cares = [title(one) for one in kept if one.membership is Membership.JOIN]
        stays = ""
        if room.room_id != target.room_id and (others or cares):
            stays = f"{others[0]} lists it too" if others else f"it cares for {cares[0]} too"
        return Parting(room.room_id, title(room), room.membership, self.warning(room), stays)

    def warning(self, room: Room) -> str:
        """What should be known before one leaves; empty where nothing speaks against it."""
        me, people = room.me, room.who(Membership.JOIN)
        if room.membership is not Membership.JOIN:
            return ""
        if [m.user for m in people] == [me]:
            ends = self._session.rooms.kind(room) is not Kind.DIRECT and room.join_rule != "public"
            return "You are the last one in it: nobody can come in again." if ends else ""
        if room.facilitators == (me,):
            return "You are the only one who decides in it: nobody else could let people in, or give that power."
        strong = [m.user for m in people if room.power.may_set(m.user, "m.room.power_levels")]
        if strong == [me]:
            who = "founder" if role_of(room, me) is Role.FOUNDER else "admin"
            return f"You are its only {who}: nobody else can change who decides."
        return ""

    async def leave(
        self, room_id: RoomId, *, with_nooks: bool = False, told: Told | None = None
    ) -> tuple[Parting, ...]:
        """Leave what `plan` says now; what was left before is left out. Stopped half way, it can be repeated.

        Raises:
            NotFound: we are not in it.
            Problem: one of the rooms could not be left. Those before it are.

        """
        partings = self.plan(room_id, with_nooks=with_nooks)
        if not partings:
            message = "You are not in there."
            raise NotFound(message, "Nothing was done.", code="not_a_member")
        ended: list[Parting] = []
        for parting in partings:
            now = parting
            if not parting.stays:
                await self._session.gateway.leave(parting.room)
                now = replace(parting, done=True)
            ended.append(now)
            if told:
                told(now)
        await self._session.sync_once()
        return tuple(ended)

    async def forget(self, room_id: RoomId) -> None:
        """Let the server and this disk forget a room that we left: what was said there is gone from here.

        Raises:
            Changed: we are in it.
            Problem: the server would not. Nothing is removed here then.

        """
        session = self._session
        room = session.rooms.get(room_id)
        if room is not None and room.membership in _HERE:
            message = f"You are in {title(room)}."
            raise Changed(message, "Leave it first.", code="inside")
        # Where the server knows nothing of it any more, what is here goes all the same.
        with contextlib.suppress(NotFound):
            await session.gateway.forget(room_id)
        now = session.clock()
        keep = Keep(now, now + _FAR, blocks=False)
        more = True
        while more:
            more = bool(session.store.trim(room_id, keep))
            await asyncio.sleep(_BREATH)
        with session.store.transaction():
            session.store.drop_state(room_id)
            session.store.remember(THREAD_DRAFTS, room_id, None)
            session.receipts.forget(room_id)
        session.rooms.refresh({room_id})
        session.changes.tell(RoomsChanged(frozenset({room_id})))
