"""The board over all our spaces: read far enough back, reacted to, and the way from it into a nook."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from nookterm.client.desk_window import Kept, Window, is_beginning
from nookterm.client.errors import NotFound, Problem
from nookterm.client.outbox import REDACTION
from nookterm.client.session import Session
from nookterm.domain.board import Highlight, highlights
from nookterm.domain.events import Membership, Reaction
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.upgrade import newest
from nookterm.domain.vocabulary import HIGHLIGHT
from nookterm.domain.way_in import Listed, way_in

REACHES = timedelta(days=35)
"""How far back a board is read by itself: the weeks that people look at, and all that limits and offers count."""
_READ, _NAMES = "board.read_back", "board.names"
_PAGE, _PAGES = 100, 5
_LOOKS_AGAIN = timedelta(minutes=5)
_ASKING = frozenset({"knock", "knock_restricted"})


class Board:
    """What our spaces' highlights rooms show."""

    def __init__(self, session: Session) -> None:
        """Look as this account."""
        self._session = session
        self._window = Window(session)
        self._kept = Kept[tuple[Highlight, ...]]()
        self._looked: dict[RoomId, datetime] = {}

    def all(self) -> tuple[Highlight, ...]:
        """Everything that is up in the highlights rooms that we are in, newest first."""
        found = [highlight for room in self.rooms() for highlight in self.of(room)]
        return tuple(sorted(found, key=lambda h: (h.at, h.event_id), reverse=True))

    def of(self, board: Room) -> tuple[Highlight, ...]:
        """What is up in one highlights room, newest first."""
        read = self._session.store.marked
        return self._kept.get(board.room_id, (board,), lambda: highlights(board, read(board.room_id, [HIGHLIGHT])))

    def rooms(self) -> tuple[Room, ...]:
        """The highlights rooms that we are in, each once."""
        rooms = self._session.rooms
        named = dict.fromkeys(newest(space.highlights, rooms) for space in rooms.spaces() if space.highlights)
        found = (rooms.get(room_id) for room_id in named)
        return tuple(room for room in found if room and room.membership == Membership.JOIN)

    def missing(self) -> tuple[Room, ...]:
        """The spaces whose highlights room we are not in: what their nooks share is not here."""
        here = {room.room_id for room in self.rooms()}
        return tuple(s for s in self._session.rooms.spaces() if s.highlights and s.highlights not in here)

    def spaces(self, board: RoomId) -> tuple[Room, ...]:
        """The spaces whose highlights stand in a room; the limits of the first are what counts there."""
        return tuple(space for space in self._session.rooms.spaces() if space.highlights == board)

    def find(self, event_id: EventId) -> Highlight:
        """A highlight by its event. Raises NotFound."""
        found = next((highlight for highlight in self.all() if highlight.event_id == event_id), None)
        if found is None:
            message = "That highlight is not on the board."
            raise NotFound(message, "It may have been taken back. `nookterm highlights` lists what is up.", code="gone")
        return found

    async def read_back(self) -> int:
        """Fetch what is missing of the last weeks, some pages of each board. Returns how many pages. Raises Offline."""
        pages, since = 0, self._session.clock() - REACHES
        for room in self.rooms():
            await self._session.fill_gaps(room.room_id, _PAGES)
            left = _PAGES
            while left and self._lacks(room.room_id, since):
                more = await self._session.older(room.room_id, _PAGE)
                self._note(room.room_id, whole=not more)
                pages, left = pages + 1, left - 1
        return pages

    def _lacks(self, room_id: RoomId, since: datetime) -> bool:
        """Whether something from after `since` was never fetched."""
        store = self._session.store
        known = store.recall(_READ, room_id) or {}
        read_to = datetime.fromisoformat(str(known["to"])) if "to" in known else None
        oldest = store.oldest(room_id)
        event = store.event(room_id, oldest) if oldest else None
        if known.get("whole") or (event and is_beginning(event)):
            return False
        reached = [moment for moment in (read_to, self._window.known_since(room_id)) if moment]
        return not reached or min(reached) > since

    def _note(self, room_id: RoomId, *, whole: bool) -> None:
        """Remember how far it was read: highlights stay here when the past around them is let go."""
        since, store = self._window.known_since(room_id), self._session.store
        with store.transaction():
            store.remember(_READ, room_id, {"whole": whole, **({"to": since.isoformat()} if since else {})})

    async def react(self, event_id: EventId, key: str) -> None:
        """Add a reaction to a highlight, or take the same one back: clear text, for all to see. Raises NotFound."""
        room_id = self.find(event_id).room_id
        session, relation = self._session, {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        mine = [
            event.event_id
            for event in session.store.related(room_id, event_id)
            if event.sender == session.gateway.user_id and event.payload == Reaction(event_id, key)
        ]
        unsent = [row for row in session.store.outgoing() if row.what.content.get("m.relates_to") == relation]
        mine += [row.event_id for row in unsent if row.event_id]
        if mine:
            session.outbox.queue(room_id, REDACTION, {"redacts": mine[-1]})
        elif unsent:
            session.outbox.give_up(unsent[-1].txn_id)
        else:
            session.outbox.queue(room_id, "m.reaction", {"m.relates_to": relation})
        await session.outbox.flush()

    def way_in(self, highlight: Highlight) -> RoomId | None:
        """Where one may ask to join the nook of a highlight, as far as its name is known here (`look_for_ways`)."""
        listed = {room.room_id: room for space in self.spaces(highlight.room_id) for room in self._listed(space)}
        return way_in(highlight.nook_name, listed.values())

    def _listed(self, space: Room) -> list[Listed]:
        rooms, found = self._session.rooms, list[Listed]()
        for room_id, seen in (self._session.store.recall(_NAMES, space.room_id) or {}).items():
            mine = rooms.get(RoomId(room_id))
            inside = mine is not None and mine.membership != Membership.LEAVE
            name = title(mine) if mine and mine.membership == Membership.JOIN else str(seen.get("name", ""))
            holders = (space, *rooms.listing(RoomId(room_id)))
            card = next((s.entries[RoomId(room_id)] for s in holders if RoomId(room_id) in s.entries), None)
            found.append(Listed(RoomId(room_id), name, seen.get("rule") in _ASKING and not inside, card))
        return found

    async def look_for_ways(self) -> None:
        """Ask the server what the rooms of our spaces are called. What cannot be asked now stays as it was known."""
        now, store = self._session.clock(), self._session.store
        for space in self._session.rooms.spaces():
            if not space.highlights or now - self._looked.get(space.room_id, now - REACHES) < _LOOKS_AGAIN:
                continue
            with contextlib.suppress(Problem):
                seen = await self._session.gateway.hierarchy(space.room_id)
                self._looked[space.room_id] = now
                names = {str(s.room_id): {"name": s.name or "", "rule": s.join_rule} for s in seen if not s.is_space}
                with store.transaction():
                    store.remember(_NAMES, space.room_id, names)
