"""Upgrading a room: a new one in its place, what nookterm knows of the old one written there too, members invited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nookterm.client.errors import NotAllowed, Offline, Problem, ServerTrouble, Throttled, WrongUsage
from nookterm.client.room_settings import orders
from nookterm.client.session import Session
from nookterm.client.surroundings import written
from nookterm.domain.drift import may_fix
from nookterm.domain.events import Membership, StateChange
from nookterm.domain.ids import RoomId, UserId, server_of
from nookterm.domain.records import dataclass
from nookterm.domain.room import Child, Room
from nookterm.domain.space import ordered, title
from nookterm.domain.tombstone import TOMBSTONE
from nookterm.domain.upgrade import Standing, standing
from nookterm.domain.vocabulary import CHARTER, ENTRY, FACILITATES, FACILITATION, HIGHLIGHTS

_CHILD, _PARENT = "m.space.child", "m.space.parent"
_MOST_ORDERS = 30
"""Rooms that are given an order at most, so that a new one stands in its place; further down it stands last."""
_COPIED = frozenset({CHARTER, FACILITATION, HIGHLIGHTS, ENTRY, FACILITATES, _PARENT, "m.room.pinned_events"})
"""State that servers leave behind and that means the same in the new room; pins are of messages that stay readable."""
_POINTS = {FACILITATION: "facilitation", HIGHLIGHTS: "highlights"}
"""State of other rooms that names a room: it is written anew for the new one."""
_TRIES = 6
_CREATORS_FROM = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """What upgrading a room means, as things are now."""

    room: Room
    version: str
    default: str
    """What the server makes by itself."""
    invited: tuple[UserId, ...]
    """Who gets an invite: members who could not walk in."""
    walk_in: tuple[UserId, ...]
    """Members who can follow without one."""
    waiting: tuple[UserId, ...]
    """Who asks to join the old room: they have to ask anew."""
    spaces: tuple[Room, ...]
    """Spaces that list it, and where we may put the new one in its place."""
    others: tuple[Room, ...]
    """Spaces that list it, and where somebody else has to."""
    creators: tuple[UserId, ...] = ()
    """Who founds the new room with us, for good; empty below version 12."""
    successor: RoomId | None = None
    """The room that stands in its place already: only what is missing is done."""

    @property
    def founds(self) -> bool:
        """Whether who upgrades becomes its founder, whose power nobody can take."""
        return self.version.isdigit() and int(self.version) >= _CREATORS_FROM


@dataclass(frozen=True, slots=True)
class Renewed:
    """What came of it."""

    room_id: RoomId
    invited: tuple[UserId, ...]
    failed: Mapping[UserId, str]
    """Who could not be invited, and why."""


Told = Callable[[str], None]
"""Told what is being done, in words."""


class Renewing:
    """Puts new rooms in the place of old ones, as one account. Stopped half way, it can be repeated."""

    def __init__(self, session: Session) -> None:
        """Act as this account."""
        self._session = session

    async def plan(self, room_id: RoomId, version: str = "", creators: Sequence[UserId] = ()) -> Plan:
        """What would be done.

        Raises:
            NotAllowed: we may not close this room.
            WrongUsage: the server makes no rooms of this version, or it is closed without a new one.

        """
        session = self._session
        await session.refresh_state(room_id)
        room = session.rooms[room_id]
        known = await session.gateway.room_versions()
        wanted = version or known.default
        sure = standing(room, session.rooms)
        if sure is Standing.AGREED and room.successor:
            wanted = session.rooms[room.successor].version
        elif sure is not Standing.OPEN:
            message = f"{title(room)} is closed already."
            raise WrongUsage(message, "Follow it to where it goes on; nothing was changed.", code="closed")
        elif not may_fix(room, TOMBSTONE):
            message = f"You may not close {title(room)} for a new room."
            raise NotAllowed(message, _who_can(room), code="not_allowed")
        elif known.stable and wanted not in known.stable:
            message = f"The server makes no rooms of version {wanted}."
            raise WrongUsage(message, f"It makes {', '.join(sorted(known.stable, key=_number))}.", code="version")
        elif _number(wanted) < _number(room.version):
            message = f"{title(room)} has version {room.version} already."
            raise WrongUsage(message, "A new room of an older version would lose its founders' power.", code="version")
        new = session.rooms.get(room.successor) if room.successor else None
        members = [m.user for m in room.who(Membership.JOIN, Membership.INVITE) if m.user != room.me]
        there = {m.user for m in new.who(Membership.JOIN, Membership.INVITE, Membership.BAN)} if new else set()
        walk = self._can_walk(room, members)
        lists = [s for s in session.rooms.spaces() if room_id in {child.room_id for child in s.children}]
        mine = tuple(s for s in lists if may_fix(s, _CHILD))
        founders = tuple(dict.fromkeys(creators)) or tuple(sorted(room.power.creators - {room.me}))
        plan = Plan(
            room=room,
            version=wanted,
            default=known.default,
            invited=tuple(user for user in members if user not in walk and user not in there),
            walk_in=tuple(user for user in members if user in walk),
            waiting=tuple(m.user for m in room.who(Membership.KNOCK)),
            spaces=mine,
            others=tuple(s for s in lists if s not in mine),
            successor=room.successor if new else None,
        )
        return plan if not plan.founds or new else replace(plan, creators=founders)

    def _can_walk(self, room: Room, members: Iterable[UserId]) -> frozenset[UserId]:
        """Who can follow without an invite: everybody, or who is in a space that opens the door."""
        if room.join_rule == "public":
            return frozenset(members)
        if "restricted" not in room.join_rule:
            return frozenset()
        allow = written(self._session, room.room_id, "m.room.join_rules").get("allow")
        named = [a.get("room_id") for a in allow if isinstance(a, Mapping)] if isinstance(allow, list | tuple) else []
        spaces = (self._session.rooms.get(RoomId(str(one))) for one in named)
        inside = {m.user for space in spaces if space for m in space.who(Membership.JOIN)}
        return frozenset(inside & set(members))

    async def renew(self, plan: Plan, told: Told | None = None) -> Renewed:
        """Carry it out. What was done before is not done twice.

        Raises the Problem where a step could not be done; what came before it stays done.
        """
        say = told or _silent
        new = plan.successor or await self._upgrade(plan, say)
        session = self._session
        await session.sync_once()
        await session.refresh_state(new)
        say("Writing what servers leave behind")
        await self._copy(plan.room.room_id, new)
        await self._name_anew(plan.room.room_id, new)
        for space in plan.spaces:
            say(f"Listing it in {title(space)}")
            await list_instead(session, space.room_id, plan.room.room_id, new)
        invited, failed = await self._invite(plan, new, say)
        await session.sync_once()
        await session.refresh_state(new)
        return Renewed(new, invited, failed)

    async def _upgrade(self, plan: Plan, say: Told) -> RoomId:
        """Ask the server once. Where its answer is lost, the closed room itself says whether it was done."""
        session, old = self._session, plan.room.room_id
        say("Asking the server for the new room")
        try:
            new = await session.gateway.upgrade(old, plan.version, plan.creators)
        except (Offline, ServerTrouble):
            await session.refresh_state(old)
            found = session.rooms[old].successor
            if found is None:
                raise
            new = found
        await session.refresh_state(old)
        return new

    async def _copy(self, old: RoomId, new: RoomId) -> None:
        """State that servers leave behind, as far as we may write it."""
        session = self._session
        there = session.rooms[new]
        for event in session.store.state(old):
            change = event.payload
            if not isinstance(change, StateChange) or change.type not in _COPIED or not change.content:
                continue
            if not written(session, new, change.type, change.state_key) and may_fix(there, change.type):
                await session.gateway.set_state(new, change.type, change.state_key, change.content)

    async def _name_anew(self, old: RoomId, new: RoomId) -> None:
        """Where rooms of ours name the old room as theirs, they name the new one, as far as we may write that."""
        session = self._session
        for room in session.rooms.joined():
            for type_, field in _POINTS.items():
                if getattr(room, field) == old and may_fix(room, type_):
                    content = {**written(session, room.room_id, type_), "room_id": new, "via": via_of(session, new)}
                    await session.gateway.set_state(room.room_id, type_, "", content)
            if old in room.facilitates and new not in room.facilitates and may_fix(room, FACILITATES):
                back = written(session, room.room_id, FACILITATES, old)
                await session.gateway.set_state(room.room_id, FACILITATES, new, back)

    async def _invite(self, plan: Plan, new: RoomId, say: Told) -> tuple[tuple[UserId, ...], Mapping[UserId, str]]:
        """Invite who cannot walk in, one after the other, as fast as the server lets us."""
        there = self._session.rooms[new]
        already = {m.user for m in there.who(Membership.JOIN, Membership.INVITE, Membership.BAN)}
        waiting = [user for user in plan.invited if user not in already]
        invited: list[UserId] = []
        failed: dict[UserId, str] = {}
        for place, user in enumerate(waiting, 1):
            say(f"Inviting {place} of {len(waiting)}")
            try:
                await self._invite_one(new, user, title(plan.room))
            except (Offline, Throttled):
                raise
            except Problem as problem:
                failed[user] = problem.message
            else:
                invited.append(user)
        return tuple(invited), failed

    async def _invite_one(self, new: RoomId, user: UserId, name: str) -> None:
        for attempt in range(_TRIES):
            try:
                await self._session.gateway.invite(new, user, f"{name} goes on here.")
            except Throttled as problem:
                if attempt + 1 == _TRIES:
                    problem.hint = "The same command goes on where it stopped."
                    raise
                await asyncio.sleep(problem.retry_after or 1.0)
            else:
                return


async def list_instead(session: Session, space_id: RoomId, old: RoomId, new: RoomId) -> None:
    """A space lists the new room where it listed the old one, with its card. The old one goes last."""
    await session.refresh_state(space_id)
    space = session.rooms[space_id]
    before = written(session, space_id, _CHILD, old)
    if not any(child.room_id == new for child in space.children):
        content: dict[str, Any] = {**before, "via": via_of(session, new)}
        content |= await _keep_place(session, space, old, new)
        await session.gateway.set_state(space_id, _CHILD, new, content)
    card = written(session, space_id, ENTRY, old)
    if card and may_fix(space, ENTRY):
        if not written(session, space_id, ENTRY, new):
            await session.gateway.set_state(space_id, ENTRY, new, card)
        await session.gateway.set_state(space_id, ENTRY, old, {})
    if before:
        await session.gateway.set_state(space_id, _CHILD, old, {})
    await session.refresh_state(space_id)


async def _keep_place(session: Session, space: Room, old: RoomId, new: RoomId) -> Mapping[str, Any]:
    """What puts the new room where the old one stands: what has no order stands by its age, and this one is the newest.

    What stands above gets orders; what stands below stays below by having none.
    """
    listed = ordered(space.children)
    place = next((n for n, child in enumerate(listed) if child.room_id == old), len(listed))
    if place + 1 >= len(listed) or place >= _MOST_ORDERS or listed[place].order is not None:
        return {}
    wanted = (*listed[:place], Child(new))
    order = ""
    for child, order in orders(wanted):
        if child.room_id != new:
            content = {**written(session, space.room_id, _CHILD, child.room_id), "order": order}
            await session.gateway.set_state(space.room_id, _CHILD, child.room_id, content)
    return {"order": order}


def via_of(session: Session, room_id: RoomId) -> list[str]:
    """Servers through which a room of ours is found: newer ids name none, so they are those of its people."""
    room, home = session.rooms.get(room_id), server_of(session.gateway.user_id)
    people = sorted({server_of(m.user) for m in room.who(Membership.JOIN)} - {"", home}) if room else []
    return [home, *people[:2]]


def _who_can(room: Room) -> str:
    """Whom one can ask."""
    strong = sum(room.power.may_set(m.user, TOMBSTONE) for m in room.who(Membership.JOIN))
    if strong:
        return "Its founder can." if strong == 1 else f"{strong} of its people can."
    return "Nobody in it can, as it is set now: its power levels would have to be changed first."


def _number(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdigit() else (1 << 30, version)


def _silent(_words: str) -> None:
    """Nobody wants to know."""
