"""Highlights as this account knows them: read from the store after each change, and kept until the next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from nookterm.client.board import Board
from nookterm.client.desk_window import Kept
from nookterm.client.errors import NotFound
from nookterm.client.session import Session
from nookterm.client.surroundings import around
from nookterm.domain.acts import own_block
from nookterm.domain.board import Highlight, taken_back
from nookterm.domain.events import Event, Membership, Redaction
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.share_folding import shares
from nookterm.domain.share_sayings import OnBoard, named_in
from nookterm.domain.sharing import Share
from nookterm.domain.space import title
from nookterm.domain.vocabulary import HIGHLIGHT_CONSENT, HIGHLIGHT_ENDED, HIGHLIGHT_PUBLISHED, HIGHLIGHT_REQUEST

_BLOCKS = (HIGHLIGHT_REQUEST, HIGHLIGHT_CONSENT, HIGHLIGHT_PUBLISHED, HIGHLIGHT_ENDED)
_STAYS = timedelta(minutes=1)
"""How long a fold holds while nothing changes but the time; what runs out earlier is looked at then."""


@dataclass(frozen=True, slots=True)
class _Folded:
    shares: tuple[Share, ...]
    made_at: datetime
    until: datetime


class ShareReading:
    """What was asked, agreed to and published in our nooks."""

    def __init__(self, session: Session) -> None:
        """Look as this account."""
        self._session = session
        self.boards = Board(session)
        self._said = Kept[tuple[Event, ...]]()
        self._folded = Kept[_Folded]()

    def all(self) -> tuple[Share, ...]:
        """Every highlight asked for in our nooks, newest first: also where we are in a nook and not in its space."""
        store = self._session.store
        marked = store.rooms_marked(HIGHLIGHT_REQUEST) | store.rooms_marked(HIGHLIGHT_PUBLISHED)
        nooks = (self._session.rooms.get(room_id) for room_id in marked)
        found = [share for nook in nooks if nook and _counts(nook) for share in self.of(nook)]
        return tuple(sorted(found, key=lambda s: (s.asked_at, s.event_id), reverse=True))

    def asked_in(self, nook: Room) -> tuple[Share, ...]:
        """Those of one nook, oldest first; where nothing was ever asked, no other room is looked at."""
        if not _counts(nook) or nook.room_id not in self._session.store.rooms_marked(HIGHLIGHT_REQUEST):
            return ()
        return self.of(nook)

    def of(self, nook: Room) -> tuple[Share, ...]:
        """Those of one nook, oldest first."""
        now, boards = self._session.clock(), self.boards.rooms()

        def fold() -> _Folded:
            found = shares(nook, self._events(nook), now, {room.room_id: self._on(room, nook) for room in boards})
            ends = (share.asks.expires for share in found if share.asks.expires > now)
            return _Folded(found, now, min([now + _STAYS, *ends]))

        holds = self._folded.get(nook.room_id, (nook, *boards), fold, lambda kept: kept.made_at <= now < kept.until)
        return holds.shares

    def find(self, request: str) -> Share:
        """A highlight by its short word. Raises NotFound."""
        found = next((s for s in self.all() if s.request == request), None)
        if found is None:
            message = f"No highlight is called {request}."
            raise NotFound(message, "`nookterm highlights` and the desk list them.", code="unknown_request")
        return found

    def by_event(self, nook: RoomId, request: EventId) -> Share | None:
        """A highlight by its request; None where there is none (any more)."""
        room = self._session.rooms.get(nook)
        return next((s for s in self.of(room) if s.event_id == request), None) if room else None

    def target(self, nook: Room) -> Room:
        """The highlights room that a nook shares into. Raises NotFound."""
        board = around(self._session.rooms, nook).board
        if board is None:
            message = f"{title(nook)} has no highlights room to share into."
            hint = "Join the space's highlights room first, or ask a facilitator for one."
            raise NotFound(message, hint, code="no_highlights")
        return board

    def shown(self, share: Share) -> tuple[Highlight, ...]:
        """What the board shows of a highlight's copies, as far as their events are known here."""
        room = self._session.rooms.get(share.target)
        wanted = {copy.event for copy in share.copies}
        return tuple(h for h in self.boards.of(room) if h.event_id in wanted) if room and wanted else ()

    def redactions(self, board: RoomId, copy: EventId) -> tuple[Event, ...]:
        """Who took a copy down, as the server tells it, in order."""
        related = self._session.store.related(board, copy)
        return tuple(e for e in related if isinstance(e.payload, Redaction) and not e.encrypted)

    def name(self, nook: RoomId, user: UserId) -> str:
        """How somebody is called in a nook."""
        room = self._session.rooms.get(nook)
        return shown_name(user, room.name_of(user) if room else None)

    def _events(self, nook: Room) -> tuple[Event, ...]:
        """All that counts for a nook's highlights, however long ago it was said."""
        store = self._session.store

        def read() -> tuple[Event, ...]:
            marked = store.marked(nook.room_id, [HIGHLIGHT_REQUEST, HIGHLIGHT_PUBLISHED])
            return store.concerning(nook.room_id, _BLOCKS, named_in(marked))

        return self._said.get(nook.room_id, (nook,), read)

    def _on(self, board: Room, nook: Room) -> OnBoard:
        noted = set(_targets(self._events(nook)))
        store = self._session.store
        here = [event for copy in noted if (event := store.event(board.room_id, copy))]
        gone = taken_back([*here, *(r for copy in noted for r in self.redactions(board.room_id, copy))])
        return OnBoard(board, {h.event_id: h for h in self.boards.of(board)}, gone)


def _counts(nook: Room) -> bool:
    """Whether what is asked in a room holds for us: we are in it, and the server cannot have said it."""
    return nook.membership == Membership.JOIN and nook.encrypted


def _targets(events: Iterable[Event]) -> Iterable[EventId]:
    """Which copies the notes of a nook name."""
    for event in events:
        target = (own_block(event, HIGHLIGHT_PUBLISHED) or {}).get("target_event")
        if isinstance(target, str):
            yield EventId(target)
