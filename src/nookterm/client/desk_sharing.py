"""The desk's lines about sharing: what waits, what has to come down, what is over a limit, what could come in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from nookterm.client.desk_window import Kept
from nookterm.client.session import Session
from nookterm.client.sharing import Sharing
from nookterm.client.surroundings import around
from nookterm.domain.desk import Item
from nookterm.domain.desk_sharing import overrun_item, share_items
from nookterm.domain.events import Message, Trust
from nookterm.domain.highlight_limits import limits_of, overruns
from nookterm.domain.ids import EventId
from nookterm.domain.inflow import is_posted, offer_item, offer_of_week
from nookterm.domain.room import Room
from nookterm.domain.sharing import Share, is_copy

_LOOKS_AT = 300
"""How many of a nook's newest events are looked at for the words of an offered highlight: a week of a small nook."""


class SharingLines:
    """Everything about highlights that needs a facilitator."""

    def __init__(self, session: Session) -> None:
        """Look as this account."""
        self._session = session
        self._sharing = Sharing(session)
        self._board = self._sharing.reading.boards
        self._said = Kept[tuple[str, ...]]()

    def items(self, now: datetime) -> tuple[Item, ...]:
        """The lines, without what people did about them."""
        shares = self._sharing.all()
        return (*share_items(shares, self._up(shares)), *self._offers(shares, now), *self._overruns(now))

    async def read_back(self) -> int:
        """Fetch what these lines rest on."""
        return await self._board.read_back()

    def _up(self, shares: Iterable[Share]) -> set[EventId]:
        """The copies that are on the board and are what the nook's notes say."""
        noted = [(share, copy) for share in shares for copy in share.copies if copy.event]
        board = {highlight.event_id: highlight for highlight in self._board.all()} if noted else {}
        return {
            copy.event
            for share, copy in noted
            if copy.event and copy.event in board and is_copy(share, copy, board[copy.event])
        }

    def _offers(self, shares: tuple[Share, ...], now: datetime) -> Iterable[Item]:
        for nook in self._session.rooms.nooks():
            if not (nook.charter and nook.charter.offers and nook.power.may_decide(nook.me)):
                continue
            board = around(self._session.rooms, nook).board
            own = {copy.event for share in shares if share.nook == nook.room_id for copy in share.copies if copy.event}
            offer = offer_of_week(nook, self._board.of(board), own, now) if board else None
            if offer and not is_posted(offer.highlight.body, self._words(nook)):
                yield offer_item(nook, offer)

    def _words(self, nook: Room) -> tuple[str, ...]:
        """What was said in a nook lately."""

        def read() -> tuple[str, ...]:
            said = self._session.store.timeline(nook.room_id, _LOOKS_AT)
            return tuple(e.payload.body for e in said if isinstance(e.payload, Message) and e.trust != Trust.UNPROVED)

        return self._said.get(nook.room_id, (nook,), read)

    def _overruns(self, now: datetime) -> Iterable[Item]:
        for space in self._session.rooms.spaces():
            board = self._session.rooms.get(space.highlights) if space.highlights else None
            if board and space.power.may_decide(space.me):
                found = overruns(limits_of(space), self._board.of(board), now)
                yield from (overrun_item(space.room_id, overrun) for overrun in found)
