"""The rooms of an account as the store has them, kept in memory, and how people name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from nookterm.client.errors import NotFound, WrongUsage
from nookterm.client.ports import Store
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.room import Room, room_from_state
from nookterm.domain.space import Kind, kind_of, title


class Rooms(Mapping[RoomId, Room]):
    """Every room that has state in the store. `refresh` after a commit, never before."""

    def __init__(self, store: Store, me: UserId) -> None:
        """Load all rooms."""
        self._store = store
        self._me = me
        self._rooms = {row.room_id: self._load(row.room_id) for row in store.rooms()}

    def _load(self, room_id: RoomId) -> Room:
        return room_from_state(room_id, self._me, self._store.state(room_id))

    def refresh(self, room_ids: Iterable[RoomId]) -> None:
        """Read these rooms anew."""
        for room_id in room_ids:
            self._rooms[room_id] = self._load(room_id)

    def __getitem__(self, room_id: RoomId) -> Room:
        """The room. Raises KeyError."""
        return self._rooms[room_id]

    def __iter__(self) -> Iterator[RoomId]:
        """All room ids."""
        return iter(self._rooms)

    def __len__(self) -> int:
        """How many."""
        return len(self._rooms)

    def joined(self) -> tuple[Room, ...]:
        """The rooms that we are in."""
        return tuple(r for r in self._rooms.values() if r.membership == Membership.JOIN)

    def nooks(self) -> tuple[Room, ...]:
        """The nooks that we are in."""
        return tuple(r for r in self.joined() if kind_of(r, self) == Kind.NOOK)

    def spaces(self) -> tuple[Room, ...]:
        """The spaces that we are in, by name."""
        return tuple(sorted((r for r in self.joined() if r.is_space), key=title))

    def named(self, words: str) -> Room:
        """The room that a person means: an id, an alias, a matrix.to or matrix: link, or a name unique among theirs.

        Raises:
            NotFound: none of our rooms is called so.
            WrongUsage: several are.

        """
        wanted = room_word(words)
        if wanted.startswith("!"):
            if RoomId(wanted) in self._rooms:
                return self._rooms[RoomId(wanted)]
            raise _unknown(words)
        folded = wanted.casefold()
        found = [r for r in self._rooms.values() if title(r).casefold() == folded or wanted == r.name]
        inside = [r for r in found if r.membership == Membership.JOIN] or found
        if len(inside) > 1:
            ids = ", ".join(sorted(r.room_id for r in inside))
            message = f"Several rooms are called {words}."
            raise WrongUsage(message, f"Use one of their ids: {ids}")
        if not inside:
            raise _unknown(words)
        return inside[0]


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
