"""The rooms of an account as the store has them, kept in memory, and how people name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from urllib.parse import unquote

from nookterm.client.errors import NotFound, WrongUsage
from nookterm.client.ports import RoomStates
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room, room_from_state
from nookterm.domain.space import Kind, kind_among, title
from nookterm.domain.upgrade import newest, replaced


@dataclass(frozen=True, slots=True)
class _Overview:
    """What follows from all rooms together; made once after each change, however many ask."""

    joined: tuple[Room, ...]
    spaces: tuple[Room, ...]
    """By name."""
    listing: Mapping[RoomId, tuple[Room, ...]]
    """Which of the spaces list a room, or one that goes on in it, by the space's name."""
    kinds: Mapping[RoomId, Kind]
    vetting: Mapping[RoomId, tuple[Room, ...]]
    """The rooms that we are in where requests to a nook are talked about, by that nook."""
    lists: tuple[Room, ...]
    """The policy lists among them."""
    replaced: Mapping[RoomId, RoomId]
    """Those that went on in another one that we are in, each with the newest."""

    @classmethod
    def of(cls, rooms: Mapping[RoomId, Room]) -> _Overview:
        """Look at all of them once."""
        joined = tuple(room for room in rooms.values() if room.membership == Membership.JOIN)
        gone = replaced(rooms)
        spaces = tuple(sorted((room for room in joined if room.is_space and room.room_id not in gone), key=title))
        listing: dict[RoomId, tuple[Room, ...]] = {}
        for space in spaces:
            named = dict.fromkeys(child.room_id for child in space.children)
            for room_id in named | dict.fromkeys(newest(room_id, rooms) for room_id in named):
                listing[room_id] = (*listing.get(room_id, ()), space)
        listed = frozenset(listing)
        kinds = {room_id: kind_among(room, listed) for room_id, room in rooms.items()}
        vetting: dict[RoomId, tuple[Room, ...]] = {}
        for room in joined:
            if room.vets:
                vetting[room.vets[0]] = (*vetting.get(room.vets[0], ()), room)
        return cls(joined, spaces, listing, kinds, vetting, tuple(room for room in joined if room.rules), gone)


class Rooms(Mapping[RoomId, Room]):
    """Every room that has state in the store; read when first asked for. `refresh` after a commit, never before."""

    def __init__(self, store: RoomStates, me: UserId) -> None:
        """Read nothing yet."""
        self._store = store
        self._me = me
        self._rooms: dict[RoomId, Room] = {}
        self._unread: set[RoomId] | None = None
        """Rooms that have state and were not read yet; None before the store was asked which there are."""
        self._overview: _Overview | None = None
        self._in_nooks: Counter[UserId] | None = None

    def _load(self, room_id: RoomId) -> Room:
        return room_from_state(room_id, self._me, self._store.state(room_id))

    def _known(self) -> set[RoomId]:
        """Ask which rooms there are, once. Returns those that are still to be read."""
        if self._unread is None:
            self._unread = {row.room_id for row in self._store.rooms()} - self._rooms.keys()
        return self._unread

    def read_some(self, at_most: int) -> None:
        """Read some of the rooms ahead of need, so that nobody waits for all of them at once."""
        for room_id in tuple(islice(self._known(), at_most)):
            self._read(room_id)

    def _read(self, room_id: RoomId) -> Room:
        self._known().discard(room_id)
        found = self._rooms[room_id] = self._load(room_id)
        return found

    def _all(self) -> Mapping[RoomId, Room]:
        self.read_some(len(self._known()))
        return self._rooms

    def refresh(self, room_ids: Iterable[RoomId]) -> None:
        """Read these rooms anew."""
        for room_id in room_ids:
            self._read(room_id)
        self._overview = self._in_nooks = None

    def __getitem__(self, room_id: RoomId) -> Room:
        """The room. Raises KeyError."""
        if room_id in self._rooms:
            return self._rooms[room_id]
        if room_id not in self._known():
            raise KeyError(room_id)
        return self._read(room_id)

    def __iter__(self) -> Iterator[RoomId]:
        """All room ids."""
        return iter(self._all())

    def __len__(self) -> int:
        """How many."""
        return len(self._rooms) + len(self._known())

    def __contains__(self, room_id: object) -> bool:
        """Whether we know of it; reads nothing of it."""
        return room_id in self._rooms or room_id in self._known()

    def _look(self) -> _Overview:
        if self._overview is None:
            self._overview = _Overview.of(self._all())
        return self._overview

    def joined(self) -> tuple[Room, ...]:
        """The rooms that we are in."""
        return self._look().joined

    def nooks(self) -> tuple[Room, ...]:
        """The nooks that we are in; not those that went on in a newer one that we are in."""
        look = self._look()
        nooks = (room for room in look.joined if look.kinds[room.room_id] == Kind.NOOK)
        return tuple(room for room in nooks if room.room_id not in look.replaced)

    def spaces(self) -> tuple[Room, ...]:
        """The spaces that we are in and that did not go on in a newer one, by name."""
        return self._look().spaces

    def listing(self, room_id: RoomId) -> tuple[Room, ...]:
        """The spaces that we are in and that list a room, or one that went on in it, by name."""
        return self._look().listing.get(room_id, ())

    def vetting(self, nook: RoomId) -> tuple[Room, ...]:
        """The rooms that we are in where requests to a nook are talked about."""
        return self._look().vetting.get(nook, ())

    def nooks_with(self, user: UserId) -> int:
        """In how many of our nooks somebody is."""
        if self._in_nooks is None:
            self._in_nooks = Counter(member.user for nook in self.nooks() for member in nook.who(Membership.JOIN))
        return self._in_nooks[user]

    def kind(self, room: Room) -> Kind:
        """What a room is to us."""
        return self._look().kinds[room.room_id]

    def named(self, words: str) -> Room:
        """The room that a person means: an id, an alias, a matrix.to or matrix: link, or a name unique among theirs.

        Raises:
            NotFound: none of our rooms is called so.
            WrongUsage: several are.

        """
        wanted = room_word(words)
        if wanted.startswith("!"):
            if RoomId(wanted) in self:
                return self[RoomId(wanted)]
            raise _unknown(words)
        folded = wanted.casefold()
        found = [r for r in self.values() if title(r).casefold() == folded or wanted == r.name]
        gone = replaced_rooms(self)
        inside = [r for r in found if r.membership == Membership.JOIN and r.room_id not in gone] or found
        if len(inside) > 1:
            ids = ", ".join(sorted(r.room_id for r in inside))
            message = f"Several rooms are called {words}."
            raise WrongUsage(message, f"Use one of their ids: {ids}")
        if not inside:
            raise _unknown(words)
        return inside[0]


def policy_lists(rooms: Rooms) -> tuple[Room, ...]:
    """The rooms that we are in and that advise whom to keep out."""
    return rooms._look().lists  # noqa: SLF001 - the same module


def replaced_rooms(rooms: Rooms) -> Mapping[RoomId, RoomId]:
    """The rooms that went on in another one that we are in, each with the newest: nothing there waits for anybody."""
    return rooms._look().replaced  # noqa: SLF001 - the same module


def room_word(words: str) -> str:
    """The id, alias or name in what a person typed or pasted."""
    text = words.strip()
    for prefix in ("https://matrix.to/#/", "http://matrix.to/#/"):
        if text.startswith(prefix):
            return unquote(text.removeprefix(prefix).partition("?")[0].partition("/")[0])
    if text.startswith("matrix:"):
        kind, _, rest = text.removeprefix("matrix:").partition("?")[0].partition("/")
        sigil = {"roomid": "!", "r": "#"}.get(kind, "")
        return sigil + unquote(rest.partition("/")[0])
    return text


def _unknown(words: str) -> NotFound:
    return NotFound(f"No room of yours is called {words}.", "`nookterm rooms` lists them.", code="unknown_room")
