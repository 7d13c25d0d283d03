"""The record of decisions of one's nooks, from the server and the facilitators' room; written to a file on wish."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from nookterm.client.desk_window import Window, is_beginning
from nookterm.client.errors import NotAllowed, Offline, WrongUsage
from nookterm.client.noting import free_place, write_note
from nookterm.client.ports import Secret
from nookterm.client.queue import Queue
from nookterm.client.session import Session
from nookterm.domain.events import Event, MemberChange
from nookterm.domain.ids import RoomId
from nookterm.domain.record import Entry, entries
from nookterm.domain.record_words import fields, page
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.space import title

_MEMBER = "m.room.member"
_PAGE = 500
_PAGES = 40
"""More than 20,000 moves in and out of one nook are not read."""
_SAID_PAGE = 100
_SAID_PAGES = 30
"""Fetched of what the facilitators said, at one go; what is missing then comes with the next."""
KINDS = (".json", ".md")
"""What a record can be written as."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The record of one nook, and on what it rests."""

    nook: Room
    entries: tuple[Entry, ...]
    """Newest first."""
    whole: bool = True
    """Whether the room's memberships were read to their beginning, as far as the server shows them."""
    said_since: datetime | None = None
    """Since when all that the facilitators said is here; None where nothing is."""
    said_whole: bool = False
    """Whether that reaches to the room's beginning."""


class Record:
    """Who asked, who decided, when, with which words. Looks, and keeps nothing but what it fetched of the past."""

    def __init__(self, session: Session) -> None:
        """Look as this account."""
        self._session = session
        self._queue = Queue(session)

    def nooks(self) -> tuple[Room, ...]:
        """Where we may decide, and so may look."""
        return self._queue.doors()

    async def entries(self, nook: Room) -> Ledger:
        """The record of a nook or space as the server has it now. Raises NotAllowed, Offline."""
        self._check(nook)
        moves, whole = await self._moves(nook.room_id)
        helpers = self._queue.facilitators_room(nook)
        if helpers:
            await self._read_back(helpers.room_id)
        return self._ledger(self._session.rooms[nook.room_id], moves, whole=whole)

    def known(self, nook: Room) -> Ledger:
        """The same from the store, without the network: what came here so far. Raises NotAllowed."""
        self._check(nook)
        moves: tuple[Event, ...] = ()
        before, store = None, self._session.store
        while events := store.timeline(nook.room_id, _PAGE, before):
            moves = (*(e for e in events if isinstance(e.payload, MemberChange)), *moves)
            before = events[0].event_id
        return self._ledger(nook, moves, whole=False)

    def _check(self, nook: Room) -> None:
        if not nook.power.may_decide(nook.me):
            message = f"The record of {title(nook)} is for those who decide there."
            raise NotAllowed(message, "Ask one of its facilitators.", code="not_allowed")

    def _ledger(self, nook: Room, moves: Iterable[Event], *, whole: bool) -> Ledger:
        helpers = self._queue.facilitators_room(nook)
        since = Window(self._session).known_since(helpers.room_id) if helpers else None
        first = self._session.store.oldest(helpers.room_id) if helpers else None
        begins = self._session.store.event(helpers.room_id, first) if helpers and first else None
        found = entries(nook, moves, self._queue.acts(nook), self._session.clock(), since)
        return Ledger(nook, found, whole, since, begins is not None and is_beginning(begins))

    async def _moves(self, room_id: RoomId) -> tuple[tuple[Event, ...], bool]:
        """A room's membership events, oldest first, and whether those are all that the server shows."""
        found: list[Event] = []
        start: str | None = None
        for _ in range(_PAGES):
            got = await self._session.gateway.messages(room_id, start, _PAGE, types=(_MEMBER,))
            found += got.events
            start = got.end
            if start is None:
                return tuple(reversed(found)), True
        return tuple(reversed(found)), False

    async def _read_back(self, helpers: RoomId) -> None:
        """Fetch what the facilitators said, as far as it is not here."""
        await self._session.fill_gaps(helpers, _SAID_PAGES)
        for _ in range(_SAID_PAGES):
            if not await self._session.older(helpers, _SAID_PAGE):
                return

    def check_file(self, path: Path) -> Path:
        """Where a record can be written, before anything is read. Raises WrongUsage, CannotWrite."""
        if path.suffix.lower() not in KINDS:
            message = f"A record is written as JSON or Markdown; {path.name} is neither."
            raise WrongUsage(message, "End the name in .json or .md.", code="unknown_kind")
        return free_place(path)

    def write(self, path: Path, rows: Iterable[Entry]) -> Path:
        """Write these decisions into a new file for its owner alone. Returns where. Raises as `check_file`."""
        place, found, rooms = self.check_file(path), tuple(rows), self._session.rooms
        if place.suffix.lower() == ".json":
            text = json.dumps([_plain(row) for row in found], ensure_ascii=False, indent=1)
        else:
            nooks = {room_id: rooms[room_id] for room_id in dict.fromkeys(row.nook for row in found)}
            titles = {room_id: title(room) for room_id, room in nooks.items()}
            names = {room_id: partial(Room.name_of, room) for room_id, room in nooks.items()}
            text = page(found, titles, names, self._session.clock()).rstrip("\n")
        return write_note(place, Secret(text))


async def ledgers(record: Record, nooks: Iterable[Room]) -> tuple[Ledger, ...]:
    """The records of several nooks; from the store where the server cannot be reached."""
    found: list[Ledger] = []
    for nook in nooks:
        try:
            found.append(await record.entries(nook))
        except Offline:
            found.append(record.known(nook))
    return tuple(found)


def _plain(entry: Entry) -> dict[str, object]:
    """Its known fields as JSON has them."""
    known = {key: value for key, value in fields(entry).items() if value is not None}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in known.items()}
