"""Which rooms can be named in another one: an address tells everybody who reads it that there is such a room."""

from __future__ import annotations

import re

from nookterm.client.errors import Problem
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import Kind, title
from nookterm.viewmodels.completing import RoomAddress
from nookterm.viewmodels.hub import Hub

_ALIAS = re.compile(r"#[^\s:]+:[^\s]+")
_ASKABLE = frozenset({"knock", "knock_restricted", "restricted"})
_PRIVATE = "private: naming it here would tell others that it exists"
_NAMELESS = "it has no address"


class RoomAddresses:
    """Asked when somebody begins to name a room, so that no start waits for it."""

    def __init__(self) -> None:
        """No account is open."""
        self._hub: Hub | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    async def all(self) -> tuple[RoomAddress, ...]:
        """Our rooms with the addresses that may be given away, or why there is none."""
        hub = self._hub
        if hub is None:
            return ()

        async def look() -> tuple[RoomAddress, ...]:
            rooms = hub.session.rooms
            return tuple(
                address(room, rooms.kind(room))
                for room in rooms.joined()
                if rooms.kind(room) != Kind.DIRECT and room.vets is None and not room.facilitates
            )

        try:
            found: tuple[RoomAddress, ...] = await hub.do(look())
        except Problem:
            return ()
        return found


def address(room: Room, kind: Kind) -> RoomAddress:
    """A room's address for other rooms: never a nook's that is not open to everybody, nor that of a closed room."""
    name = safe_line(title(room))
    told = room.join_rule == "public" or (room.join_rule in _ASKABLE and kind not in {Kind.NOOK, Kind.DIRECT})
    if not told:
        return RoomAddress(name, why_not=_PRIVATE)
    alias = room.alias or ""
    fits = _ALIAS.fullmatch(alias) and safe_line(alias) == alias
    return RoomAddress(name, alias) if fits else RoomAddress(name, why_not=_NAMELESS)
