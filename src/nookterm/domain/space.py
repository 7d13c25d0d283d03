"""The space as a tree: which rooms are nooks, in which order, what is open to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum

from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, localpart
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Child, Room
from nookterm.domain.upgrade import newest, replaced

_DEEPEST = 8
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """What a room is to a member."""

    SPACE = "space"
    NOOK = "nook"
    ROOM = "room"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Branch:
    """A room in its place in the tree; `depth` 0 is a top-level space."""

    room_id: RoomId
    kind: Kind
    depth: int
    children: tuple[Branch, ...] = ()


def kind_of(room: Room, rooms: Mapping[RoomId, Room]) -> Kind:
    """What a room is: a nook is an encrypted room that a joined space lists, and no facilitators' or vetting room."""
    return kind_among(room, listed_in(rooms))


def listed_in(rooms: Mapping[RoomId, Room]) -> frozenset[RoomId]:
    """Everything that the spaces we are in list; a room that goes on in another one lists that one, too."""
    listed = {child.room_id for space in joined_spaces(rooms) for child in space.children}
    return frozenset(listed | {newest(room_id, rooms) for room_id in listed})


def kind_among(room: Room, listing: frozenset[RoomId]) -> Kind:
    """What a room is, given everything that the spaces we are in list."""
    if room.is_space:
        return Kind.SPACE
    listed = room.room_id in listing
    if listed and room.encrypted and not room.facilitates and room.vets is None:
        return Kind.NOOK
    people = room.who(Membership.JOIN, Membership.INVITE)
    two = 2
    alone = not listed and not room.facilitates and room.vets is None and room.name is None and len(people) <= two
    return Kind.DIRECT if alone and people else Kind.ROOM


def joined_spaces(rooms: Mapping[RoomId, Room]) -> tuple[Room, ...]:
    """The spaces that we are in and that did not go on in another one, by id."""
    gone = replaced(rooms)
    spaces = (r for _, r in sorted(rooms.items()) if r.is_space and r.membership == Membership.JOIN)
    return tuple(space for space in spaces if space.room_id not in gone)


def ordered(children: Iterable[Child]) -> tuple[Child, ...]:
    """Children in the spec's order: those with `order` first, by it; then by age, then by id."""
    return tuple(sorted(children, key=lambda c: (c.order is None, c.order or "", c.since or _LONG_AGO, c.room_id)))


def tree(rooms: Mapping[RoomId, Room]) -> tuple[Branch, ...]:
    """The joined spaces that no joined space lists, each with what it lists that we are in.

    Cycles end where they close; spaces that only list each other, or that lie too deep, begin at the top. Under one top
    a space opens once, so that spaces which list each other over and over cost no more than their links.
    """
    spaces, grove = joined_spaces(rooms), _Grove(rooms, listed_in(rooms))
    nested = {
        room_id
        for space in spaces
        for child in space.children
        for room_id in (child.room_id, newest(child.room_id, rooms))
        if room_id != space.room_id
    }
    tops = [(space, grove.branch(space)) for space in spaces if space.room_id not in nested]
    tops += [(space, grove.branch(space)) for space in spaces if space.room_id not in grove.shown]
    return tuple(branch for _, branch in sorted(tops, key=lambda top: (title(top[0]), top[0].room_id)))


@dataclass(slots=True)
class _Grove:
    """The branches under the top-level spaces while they are built."""

    rooms: Mapping[RoomId, Room]
    listing: frozenset[RoomId]
    shown: set[RoomId] = field(default_factory=set)
    """Spaces that were opened under some top."""
    _opened: set[RoomId] = field(default_factory=set)
    """Spaces that were opened under this top."""

    def branch(self, top: Room) -> Branch:
        """A top-level space with all that is below it."""
        self._opened = set()
        return self._branch(top, 0, frozenset())

    def _branch(self, room: Room, depth: int, above: frozenset[RoomId]) -> Branch:
        inside: list[Branch] = []
        if room.is_space and depth < _DEEPEST and room.room_id not in self._opened:
            self._opened.add(room.room_id)
            self.shown.add(room.room_id)
            path = above | {room.room_id}
            # A room that goes on in another one: that one stands in its place.
            for room_id in dict.fromkeys(newest(child.room_id, self.rooms) for child in ordered(room.children)):
                found = self.rooms.get(room_id)
                if found and found.membership == Membership.JOIN and room_id not in path:
                    inside.append(self._branch(found, depth + 1, path))
        return Branch(room.room_id, kind_among(room, self.listing), depth, tuple(inside))


def parents(room_id: RoomId, rooms: Mapping[RoomId, Room]) -> tuple[Room, ...]:
    """The joined spaces that list a room, or one that goes on in it."""
    return tuple(
        s for s in joined_spaces(rooms) if any(room_id in {c.room_id, newest(c.room_id, rooms)} for c in s.children)
    )


def title(room: Room) -> str:
    """What a room is called: its name, else the other people in it, else its id."""
    if room.name:
        return room.name
    others = [m for m in room.who(Membership.JOIN, Membership.INVITE) if m.user != room.me]
    names = [shown_name(m.user, m.display_name) for m in others[:3]]
    return ", ".join(names) if names else localpart(room.me) if room.members else room.room_id
