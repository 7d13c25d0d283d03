"""Putting an agreed highlight on the board: claimed in the nook first, looked at until the last moment, never twice."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

from nookterm.client.begun_copies import Begun, BegunCopies, block_of
from nookterm.client.errors import Changed, NotAllowed, Offline, Problem, ServerTrouble, SignedOut, Throttled
from nookterm.client.outbox import NOT_ANY_MORE, REDACTION
from nookterm.client.ports import Outgoing
from nookterm.client.publish_looks import PublishLooks
from nookterm.client.session import Session
from nookterm.client.share_asking import ShareAsking
from nookterm.client.share_pictures import SharePictures
from nookterm.client.share_reading import ShareReading
from nookterm.domain.ids import EventId
from nookterm.domain.room import Room
from nookterm.domain.sharing import Share, ShareState, publishing_content
from nookterm.domain.vocabulary import HIGHLIGHT, HIGHLIGHT_PUBLISHED

_MESSAGE = "m.room.message"
_CANNOT_TELL = (Offline, Throttled, ServerTrouble, SignedOut)
_LOOKS_FOR_COPY = 500
"""How many of a board's newest events are looked at for a copy whose sending nobody heard the end of."""


class Publishing:
    """Publishes as somebody whom the board lets write."""

    def __init__(self, session: Session, reading: ShareReading, asking: ShareAsking, pictures: SharePictures) -> None:
        """Publish as this account."""
        self._session = session
        self._reading = reading
        self._asking = asking
        self._pictures = pictures
        self._begun = BegunCopies(session)
        self.looks = PublishLooks(session, reading, asking)

    async def publish(self, request: str) -> Share:
        """Put an agreed highlight on the board. Once more is no harm.

        Raises:
            Offline: the server cannot be reached. Nothing is begun, unless the copy was on its way already.
            Changed: it is not agreed to (any more), or somebody else publishes it.
            NotAllowed: the board does not let us, a limit is reached, words of somebody are in it who is not asked.

        """
        try:
            return await self._publish(request)
        except Changed:
            # What was said of it in the nook is taken back at once.
            await self._session.outbox.flush()
            raise

    async def _publish(self, request: str) -> Share:
        await self._session.sync_once()
        nook = self._reading.find(request).nook
        while await self._session.fill_gaps(nook):
            pass
        # The limits are counted on it.
        await self._reading.boards.read_back()
        if begun := self._begun.of(request):
            await self._finish(begun)
        share = self._reading.find(request)
        mine = share.copy is not None and share.copy.by == self._session.gateway.user_id
        if share.state == ShareState.PUBLISHED and mine:
            return share
        self.looks.look(share)
        begun = await self._claim(share)
        share = self._reading.find(request)
        await self._put_up(share, begun, self.looks.look(share))
        return self._reading.find(request)

    async def last_look(self, row: Outgoing) -> None:
        """The last look at a copy before it leaves: it may have waited here while its author thought otherwise.

        Raises:
            Changed: with the code `NOT_ANY_MORE`: it must not leave, now or later.
            Offline: whether it may cannot be told now.

        """
        if not (block := block_of(row, HIGHLIGHT)):
            return
        begun = next((known for known in self._begun.all() if known.copy.id == block.get("id")), None)
        if begun is None:
            message = "A highlight waited here of which nobody knows any more who agreed to it."
            raise Changed(message, "It has not left the nook.", code=NOT_ANY_MORE)
        await self._session.sync_once()
        # While the row waited, an author may have said no in a part of the past that this step left out.
        while await self._session.fill_gaps(begun.nook):
            pass
        if self._posted(begun):
            # It left before, and nobody heard of it: once more is no harm, and what is up has to be told of.
            return
        try:
            share = self._reading.by_event(begun.nook, begun.request)
            if share is None:
                message = "The request for this highlight was taken back."
                raise Changed(message)
            self.looks.look(share)
            self.looks.held(share, begun)
            self.looks.same(share, begun, row.what.content)
        except _CANNOT_TELL:
            raise
        except Problem as problem:
            self._let_go(begun)
            hint = f"It has not left the nook. {problem.hint}".strip()
            raise Changed(problem.message, hint, code=NOT_ANY_MORE) from problem

    async def go_on(self) -> int:
        """Tell the nook about copies whose sending went through unheard; forget what can go on no more."""
        done = 0
        for begun in self._begun.all():
            if self._posted(begun):
                # Where the nook does not take this note, the others still get theirs.
                with contextlib.suppress(NotAllowed):
                    done += await self._finish(begun)
                continue
            share = self._reading.by_event(begun.nook, begun.request)
            if (share is None or share.state != ShareState.CONSENTED) and self._begun.row(begun) is None:
                self._let_go(begun)
        return done

    async def _claim(self, share: Share) -> Begun:
        """Tell the nook that we publish it, and go on only where nobody was faster."""
        begun, now = self._begun.begin(share), self._session.clock()
        if share.held_by(begun.server_now(share, now)) is None:
            begun = self._begun.keep(replace(begun, claimed_at=now))
            try:
                await self._session.outbox.send(share.nook, _MESSAGE, publishing_content(share, begun.copy))
            except Problem:
                # Nothing begins by itself later: whoever wants it publishes once more.
                for row in self._begun.claims(begun):
                    self._session.outbox.give_up(row.txn_id)
                raise
            await self._session.sync_once()
            share = self._reading.find(share.request)
        try:
            self.looks.held(share, begun)
        except Changed:
            self._let_go(begun)
            raise
        return begun

    async def _put_up(self, share: Share, begun: Begun, board: Room) -> None:
        """Post the copy, then the note that ties it to its source. A second run after a crash posts neither twice."""
        copy = replace(begun.copy, consents=tuple(answer.event for answer in share.answers if answer.event))
        picture: dict[str, Any] | None = None
        if share.asks.picture:
            clean = await self._pictures.checked(share, self._asking.limits(board))
            picture = (await self._pictures.for_board(clean, board)).content()
        note = publishing_content(share, replace(copy, event=EventId("-")))
        begun = self._begun.keep(replace(begun, copy=copy, note=note))
        row = self._session.outbox.queue(board.room_id, _MESSAGE, self.looks.content(share, copy, picture))
        begun = self._begun.keep(replace(begun, txn=row.txn_id))
        await self._session.outbox.resend(row.txn_id)
        await self._finish(begun)

    async def _finish(self, begun: Begun) -> bool:
        """Bring what is in the outbox to its end, and tell the nook. False where no copy left this device."""
        row = self._begun.row(begun)
        event = self._posted(begun)
        if event is None and row is not None:
            event = await self._session.outbox.resend(row.txn_id)
        if event is None or begun.note is None:
            return False
        notes = self._begun.notes(begun)
        if not notes:
            block = {**begun.note[HIGHLIGHT_PUBLISHED], "target_event": event}
            await self._session.outbox.send(begun.nook, _MESSAGE, {**begun.note, HIGHLIGHT_PUBLISHED: block})
        elif notes[0].event_id is None:
            await self._session.outbox.resend(notes[0].txn_id)
        self._begun.forget(begun)
        await self._session.sync_once()
        return True

    def _posted(self, begun: Begun) -> EventId | None:
        """The copy's event, where the server has it; also where it was taken down since."""
        row, board = self._begun.row(begun), self._session.rooms.get(begun.board)
        if row:
            return row.event_id
        shown = self._reading.boards.of(board) if board else ()
        found = next((h.event_id for h in shown if h.id == begun.copy.id and h.sender == begun.copy.by), None)
        if found or begun.txn is None:
            return found
        newest = self._session.store.timeline(begun.board, _LOOKS_FOR_COPY)
        return next((event.event_id for event in newest if event.txn_id == begun.txn), None)

    def _let_go(self, begun: Begun) -> None:
        """Forget it, and take back what was said about it in the nook."""
        share = self._reading.by_event(begun.nook, begun.request)
        for claim in share.claims if share else ():
            if claim.id == begun.copy.id and claim.by == begun.copy.by:
                self._session.outbox.queue(begun.nook, REDACTION, {"redacts": claim.event})
        self._begun.forget(begun)
