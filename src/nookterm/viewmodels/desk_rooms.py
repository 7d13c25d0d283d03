"""What the desk says of a room again and again (name, facilitators, door), worked out once for each change of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.desk_signals import Looks

_RULES = "m.room.join_rules"
_DOORS = frozenset({"knock", "invite", "knock_restricted"})


class Place:
    """One room as it is now; a change makes another one."""

    def __init__(self, room: Room) -> None:
        """Nothing is worked out before it is wanted."""
        self.room = room

    @cached_property
    def nook(self) -> str:
        """What it is called. Safe text."""
        return safe_line(title(self.room))

    @cached_property
    def looks(self) -> Looks:
        """How the names of its people look."""
        return Looks.of(self.room)

    @cached_property
    def others(self) -> tuple[tuple[UserId, str], ...]:
        """The other facilitators, to whom a case can be handed, and what they are called."""
        return tuple((user, self.name(user)) for user in self.room.facilitators if user != self.room.me)

    @cached_property
    def size(self) -> int:
        """Joined and invited people."""
        return self.room.size

    @cached_property
    def has_door(self) -> bool:
        """Whether people ask at it, or could until it was closed, and we may change that."""
        return self.room.join_rule in _DOORS and self.room.power.may_set(self.room.me, _RULES)

    def name(self, user: UserId) -> str:
        """What somebody is called in this room. Safe text."""
        return safe_line(shown_name(user, self.room.name_of(user)))


class Places:
    """The places of the desk's lines. A room that did not change keeps its place."""

    def __init__(self) -> None:
        """No room was looked at yet."""
        self._kept: dict[RoomId, Place] = {}

    def of(self, room: Room) -> Place:
        """The place of a room."""
        place = self._kept.get(room.room_id)
        if place is None or place.room is not room:
            place = self._kept[room.room_id] = Place(room)
        return place

    def keep(self, wanted: Iterable[RoomId]) -> tuple[Place, ...]:
        """Let go of all others; the places of these, in their order, each once."""
        self._kept = {room_id: self._kept[room_id] for room_id in dict.fromkeys(wanted) if room_id in self._kept}
        return tuple(self._kept.values())
