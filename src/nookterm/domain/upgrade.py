"""Where a closed room goes on, and what it goes on from: believed only where both rooms say so, never in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, server_of
from nookterm.domain.room import Room

LONGEST = 32
"""Links that are followed at most. A room that is further back stands for itself."""
_SEEN_INSIDE = frozenset({Membership.JOIN, Membership.LEAVE})
_MOST_SERVERS = 4


class Standing(StrEnum):
    """How sure it is where a room goes on."""

    OPEN = "open"
    """It is not closed."""
    ENDED = "ended"
    """It is closed, and names no other room."""
    AHEAD = "ahead"
    """It names a room in which we are not: whether that one agrees is not known yet."""
    AGREED = "agreed"
    """We are in that room, and it says that it goes on from this one."""
    DENIED = "denied"
    """We are in that room, and it does not say so."""
    CIRCLE = "circle"
    """It leads back to itself."""


def standing(room: Room, rooms: Mapping[RoomId, Room]) -> Standing:
    """How sure it is where this room goes on."""
    if room.closing is None:
        return Standing.OPEN
    if room.closing.successor is None:
        return Standing.ENDED
    if room.closing.successor == room.room_id:
        return Standing.CIRCLE
    there = rooms.get(room.closing.successor)
    if there is None or there.membership is not Membership.JOIN:
        return Standing.AHEAD
    if there.predecessor != room.room_id:
        return Standing.DENIED
    return Standing.AGREED if newest(room.room_id, rooms) != room.room_id else Standing.CIRCLE


def newest(room_id: RoomId, rooms: Mapping[RoomId, Room]) -> RoomId:
    """The last room that this one goes on in and that we are in; itself where there is none, or a circle."""
    last, here, seen = room_id, rooms.get(room_id), {room_id}
    while here is not None and (there := _next(here, rooms)) is not None:
        if there.room_id in seen or len(seen) > LONGEST:
            return room_id
        seen.add(there.room_id)
        last = there.room_id if there.membership is Membership.JOIN else last
        here = there
    return last


def replaced(rooms: Mapping[RoomId, Room]) -> Mapping[RoomId, RoomId]:
    """The rooms that we are in twice over, each with the newer one that stands for it."""
    closed = (room.room_id for room in rooms.values() if room.closing and room.membership is Membership.JOIN)
    ends = ((room_id, newest(room_id, rooms)) for room_id in closed)
    return {room_id: end for room_id, end in ends if room_id != end}


def older(room_id: RoomId, rooms: Mapping[RoomId, Room]) -> tuple[RoomId, ...]:
    """The rooms that this one goes on from, the nearest first, as far as they are known and say so too."""
    found: list[RoomId] = []
    here = rooms.get(room_id)
    while here is not None and here.predecessor is not None and len(found) < LONGEST:
        before = rooms.get(here.predecessor)
        if before is None or before.successor != here.room_id or before.room_id in {room_id, *found}:
            break
        found.append(before.room_id)
        here = before
    return tuple(found)


def names_before(room: Room, old: RoomId) -> bool | None:
    """Whether a room says that it goes on from `old`; None where we never saw it from inside or by an invite's word."""
    if room.membership in {Membership.JOIN, Membership.INVITE} and room.creator is not None:
        return room.predecessor == old
    return None


def servers(room: Room, spaces: Iterable[Room], home: str) -> tuple[str, ...]:
    """Through which servers one may come into the room where this one goes on (spec: `via`), the likeliest first."""
    if room.closing is None:
        return ()
    wanted = room.closing.successor
    listed = [server for space in spaces for child in space.children if child.room_id == wanted for server in child.via]
    named = (server_of(room.closing.by), server_of(wanted or ""), *listed, home)
    return tuple(dict.fromkeys(server for server in named if server))[:_MOST_SERVERS]


def _next(room: Room, rooms: Mapping[RoomId, Room]) -> Room | None:
    """The room in which this one goes on, where both say so."""
    there = rooms.get(room.successor) if room.successor else None
    agreed = there is not None and there.predecessor == room.room_id and there.membership in _SEEN_INSIDE
    return there if agreed else None
