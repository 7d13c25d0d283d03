"""Taking highlights back: as their author, and as everybody's duty once a consent has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nookterm.client.begun_copies import block_of
from nookterm.client.consenting import Consenting
from nookterm.client.errors import NotAllowed
from nookterm.client.outbox import REDACTION
from nookterm.client.session import Session
from nookterm.client.share_reading import ShareReading
from nookterm.domain.consent import Mode
from nookterm.domain.events import Event, Membership
from nookterm.domain.ids import EventId
from nookterm.domain.power import FACILITATOR
from nookterm.domain.sharing import Copy, Share, ShareState, ended_content, is_copy
from nookterm.domain.vocabulary import HIGHLIGHT_ENDED

_MESSAGE = "m.room.message"
_OTHER_DEVICE = timedelta(minutes=10)
"""After so long another device of whoever took a copy down tells the nook, where the first one did not."""


class TakingDown:
    """Takes copies off the board where their consent has ended, and tells the nook."""

    def __init__(self, session: Session, reading: ShareReading, consenting: Consenting) -> None:
        """Act as this account."""
        self._session = session
        self._reading = reading
        self._consenting = consenting

    async def withdraw(self, request: str) -> Share:
        """Take a highlight back: an author ends the consent; copies go down where we may redact them.

        Raises:
            NotFound: there is no such highlight.
            NotAllowed: it does not quote us, and we may not take it down.

        """
        share, me = self._reading.find(request), self._session.gateway.user_id
        down = [copy for copy in share.up if self.may_take_down(share, copy)]
        if me in share.authors:
            share = await self._consenting.consent(request, Mode.WITHDRAWN)
        elif share.asked_by == me and share.copy is None:
            await self._session.outbox.send(share.nook, REDACTION, {"redacts": share.event_id})
            await self._session.sync_once()
            return replace(share, state=ShareState.WITHDRAWN)
        elif not down:
            message = "Only its author or a facilitator of the highlights room can take this back."
            raise NotAllowed(message, "Ask one of them.", code="not_allowed")
        if await self._take_down(share, down):
            await self._session.sync_once()
            await self._tell()
            await self._session.sync_once()
        return self._reading.find(request)

    async def run(self) -> int:
        """The duty: take down what may not be up any more, and tell the nook. Returns how much was done."""
        await self._read_back()
        taken = 0
        for share in self._reading.all():
            stays = share.copy is not None and self._is_shown(share, share.copy)
            ended = share.up if share.state == ShareState.WITHDRAWN else share.extra if stays else ()
            taken += await self._take_down(share, [copy for copy in ended if self.may_take_down(share, copy)])
        if taken:
            await self._session.sync_once()
        return max(taken, await self._tell())

    def may_take_down(self, share: Share, copy: Copy) -> bool:
        """Whether this very copy is on the board and ours to redact."""
        board = self._session.rooms.get(share.target)
        shown = next((h for h in self._reading.shown(share) if is_copy(share, copy, h)), None)
        if board is None or board.membership != Membership.JOIN or shown is None:
            return False
        return board.power.may_redact(self._session.gateway.user_id, shown.sender)

    def _is_shown(self, share: Share, copy: Copy) -> bool:
        """Whether the board shows it. A note of a copy that is not there takes no other one down."""
        return any(is_copy(share, copy, highlight) for highlight in self._reading.shown(share))

    async def _read_back(self) -> None:
        """Where somebody may have ended a consent in a part of the past that is missing here, that is read first."""
        me, rooms = self._session.gateway.user_id, self._session.rooms
        boards = {board.room_id for board in self._reading.boards.rooms() if board.power.of(me) >= FACILITATOR}
        for nook in rooms.nooks() if boards else ():
            if self._session.store.gaps(nook.room_id) and self._reading.of(nook):
                await self._session.fill_gaps(nook.room_id)

    async def _take_down(self, share: Share, copies: list[Copy]) -> int:
        waiting = [row.what.content.get("redacts") for row in self._session.store.outgoing()]
        due = [copy.event for copy in copies if copy.event and copy.event not in waiting]
        for event in due:
            self._session.outbox.queue(share.target, REDACTION, {"redacts": event, "reason": "Taken back."})
        if due:
            await self._session.outbox.flush()
        return len(due)

    async def _tell(self) -> int:
        """Tell the nook which copies are down; only who took one down does, so that it is told once."""
        told = 0
        for share in self._reading.all():
            for event in sorted(share.down - share.told):
                if self._is_mine_to_tell(share, event) and not self._is_told(event):
                    await self._session.outbox.send(share.nook, _MESSAGE, ended_content(share, event))
                    told += 1
        return told

    def _is_mine_to_tell(self, share: Share, copy: EventId) -> bool:
        redaction = next(iter(self._reading.redactions(share.target, copy)), None)
        nook, me = self._session.rooms[share.nook], self._session.gateway.user_id
        if redaction is None:
            return False
        inside = {member.user for member in nook.who(Membership.JOIN)}
        by = next((known.by for known in share.copies if known.event == copy), me)
        teller = redaction.sender if redaction.sender in inside else by
        return teller == me and self._is_first(redaction)

    def _is_first(self, redaction: Event) -> bool:
        """Whether it was this device, or nobody has told it for long."""
        return redaction.txn_id is not None or self._session.clock() - redaction.sent_at > _OTHER_DEVICE

    def _is_told(self, copy: EventId) -> bool:
        rows = self._session.store.outgoing()
        return any(block_of(row, HIGHLIGHT_ENDED).get("target_event") == copy for row in rows)
