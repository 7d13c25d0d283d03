"""The rooms around a nook, as the server has them now: its spaces, its board, its facilitators' room."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from nookterm.client.errors import Problem
from nookterm.client.rooms import Rooms
from nookterm.client.session import Session
from nookterm.domain.events import Membership, StateChange
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.upgrade import newest, older

_POWER = "m.room.power_levels"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A nook and the rooms that belong to it, as far as this account is in them."""

    nook: Room
    spaces: tuple[Room, ...]
    """Those that list it, by name."""
    board: Room | None
    """Where its space's highlights stand."""
    helpers: Room | None
    """Its facilitators' room: both name each other, or the room and a space above."""
    linked: Room | None
    """The room that the nook itself says is its facilitators' room, whether that agrees or not."""
    before: tuple[Room, ...] = ()
    """The rooms that it went on from, where both say so, the nearest first."""


def around(rooms: Rooms, nook: Room) -> Surroundings:
    """The surroundings as they are known here."""
    spaces, above = _spaces(rooms, nook.room_id)
    boards = (rooms.get(newest(space.highlights, rooms)) for space in (*spaces, *above) if space.highlights)
    linked = rooms.get(newest(nook.facilitation, rooms)) if nook.facilitation else None
    return Surroundings(
        nook,
        spaces,
        next((room for room in boards if room and room.membership == Membership.JOIN), None),
        facilitators_room(rooms, nook.room_id),
        linked if linked and linked.membership == Membership.JOIN else None,
        tuple(rooms[room_id] for room_id in older(nook.room_id, rooms)),
    )


def is_desk_of(rooms: Rooms, desk: Room, nook_id: RoomId) -> bool:
    """Whether this is the facilitators' room of a nook that we need not be in."""
    found = facilitators_room(rooms, nook_id)
    return found is not None and found.room_id == desk.room_id


def _spaces(rooms: Rooms, room_id: RoomId) -> tuple[tuple[Room, ...], tuple[Room, ...]]:
    """Those that list a room, and those that list them."""
    spaces = rooms.listing(room_id)
    return spaces, tuple(holder for space in spaces for holder in rooms.listing(space.room_id))


def facilitators_room(rooms: Rooms, nook_id: RoomId) -> Room | None:
    """The facilitators' room of a nook, of a space that lists it, or of a space above: both name each other."""
    nook = rooms.get(nook_id)
    spaces, above = _spaces(rooms, nook_id)
    for holder in (*((nook,) if nook else ()), *spaces, *above):
        room = rooms.get(newest(holder.facilitation, rooms)) if holder.facilitation else None
        named = room is not None and bool({holder.room_id, nook_id} & room.facilitates)
        if nook and room and nook.facilitation and newest(nook.facilitation, rooms) != room.room_id:
            # A nook that names its facilitators' room has no other one, whoever else lists the nook.
            continue
        if room and named and room.membership == Membership.JOIN and room.encrypted:
            return room
    return None


async def fresh(session: Session, nook_id: RoomId) -> Surroundings:
    """The surroundings, read anew from the server. Raises the Problem where one cannot be read."""
    await session.refresh_state(nook_id)
    here = around(session.rooms, session.rooms[nook_id])
    others = {room.room_id for room in (*here.spaces, here.board, here.helpers, here.linked) if room}
    await asyncio.gather(*(session.refresh_state(room_id) for room_id in sorted(others)))
    return around(session.rooms, session.rooms[nook_id])


def written(session: Session, room_id: RoomId, type_: str, key: str = "") -> Mapping[str, Any]:
    """The content of a piece of state as it was last read, with what this version does not know; empty where unset."""
    for event in session.store.state(room_id):
        change = event.payload
        if isinstance(change, StateChange) and (change.type, change.state_key) == (type_, key):
            return dict(change.content)
    return {}


async def set_levels(session: Session, room: Room, changed: Mapping[str, Any]) -> None:
    """Set some keys of a room's power levels; the rest stays as it was last read.

    Raises:
        Problem: the levels could not be read, so that nothing is written over them.

    """
    levels = written(session, room.room_id, _POWER)
    if not levels:
        message = "The room's power levels could not be read."
        raise Problem(message, "Try again.")
    await session.gateway.set_state(room.room_id, _POWER, "", {**levels, **changed})
    await session.refresh_state(room.room_id)
