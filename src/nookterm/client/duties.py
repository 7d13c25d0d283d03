"""What a person already agreed to and any client of theirs may carry out: answers, welcomes, ended consents."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.answering import Answering
from nookterm.client.asking import Asking
from nookterm.client.board import Board
from nookterm.client.changes import Happened
from nookterm.client.desk_reading import ReadingBack
from nookterm.client.errors import NotAllowed, Problem
from nookterm.client.letters import Letters
from nookterm.client.my_requests import MyRequests
from nookterm.client.reports import Reports
from nookterm.client.session import Session
from nookterm.client.sharing import Sharing
from nookterm.client.upgrading import Upgrading
from nookterm.client.vetting import Vetting
from nookterm.domain.applying import MyRequest, is_open
from nookterm.domain.events import Membership
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title


class Duties:
    """Runs after syncs. Each duty is safe to run again: it looks at what is, and does what is still missing."""

    def __init__(self, session: Session) -> None:
        """Act as this account."""
        self._session = session
        self._asking = Asking(session)
        self._answering = Answering(session)
        self._letters = Letters(session)
        self._requests = MyRequests(session.store)
        self._looked_at_invites = False
        self._vetting = Vetting(session)
        self._sharing = Sharing(session)
        self._board = Board(session)
        self._reading_back = ReadingBack(session)
        self._reports = Reports(session)
        self._upgrading = Upgrading(session)

    async def run(self) -> int:
        """Do what is due; returns how much was done. A duty that fails is tried at the next run."""
        done = 0
        for duty in (
            self._read_all,
            self._reading_back.acts,
            self._board.read_back,
            self._take_back,
            self._send_prepared,
            self._come_in,
            self._answering.answer,
            self._answering.hear,
            self._look_at_invites,
            self._take_letters,
            self._vetting.interviews.collect_answers,
            self._vetting.aftercare.run,
            self._sharing.take_down_ended,
            self._reports.come_in,
            self._reports.reporting.go_on,
            self._session.reading.deliver,
            self._session.levels.deliver,
            self._session.tags.deliver,
            self._upgrading.settle,
            self._session.ignoring.look,
            self._session.trust.settle,
        ):
            try:
                done += await duty()
            except Problem:
                continue
        return done

    def due_in(self) -> float | None:
        """Seconds until something is due although nothing came; None where nothing is."""
        return self._vetting.aftercare.due_in()

    async def _read_all(self) -> int:
        """Rooms in which a missing act would change something are read without holes: facilitators', and exceptions."""
        excepted = self._session.trust.exceptions.rooms()
        for room in self._session.rooms.joined():
            if room.facilitates or room.room_id in excepted:
                await self._session.fill_gaps(room.room_id)
        return 0

    async def _take_back(self) -> int:
        """Requests that were taken back while the server was away."""
        due = [mine for mine in self._requests.all().values() if mine.ending]
        for mine in due:
            room = self._session.rooms.get(mine.nook)
            if room and room.membership == Membership.KNOCK:
                await self._asking.take_back(mine)
            else:
                self._requests.keep(replace(mine, ending=False))
        return len(due)

    async def _send_prepared(self) -> int:
        """Requests that were made while the server was away."""
        done = 0
        for mine in self._requests.all().values():
            if mine.sent or not is_open(mine):
                continue
            room = self._session.rooms.get(mine.nook)
            if room and room.membership != Membership.LEAVE:
                self._requests.keep(replace(mine, sent=True, reason=""))
                continue
            try:
                await self._asking.send(mine)
            except NotAllowed as problem:
                self._session.changes.tell(Happened(f"{safe_line(mine.name)}: {problem.message}"))
                continue
            done += 1
        return done

    async def _take_letters(self) -> int:
        """Letters of people who cannot ask at the door of a nook where we decide."""
        return await self._letters.take_in(self._vetting)

    async def _come_in(self) -> int:
        """Join the nooks that we asked to join and were let into, once for each request, and nothing else."""
        done = 0
        for mine in self._requests.all().values():
            room = self._session.rooms.get(mine.nook)
            if room is None or not is_open(mine):
                continue
            if room.membership == Membership.JOIN:
                self._requests.fulfilled(mine)
            elif _turned_away(room, mine):
                self._requests.declined(mine)
            elif room.membership == Membership.INVITE:
                try:
                    await self._session.gateway.join(mine.nook, mine.via)
                except Problem:
                    # A nook whose server does not let us in keeps us from no other one.
                    continue
                await self._session.sync_once()
                self._requests.fulfilled(self._requests.of(mine.nook) or mine)
                self._session.changes.tell(Happened(f"You are in {title(self._session.rooms[mine.nook])}.", mine.nook))
                done += 1
        return done

    async def _look_at_invites(self) -> int:
        """Whether our account turns invites away by now, for as long as a request waits: once for each process."""
        if not self._looked_at_invites and any(map(is_open, self._requests.all().values())):
            await self._asking.invites_blocked()
            self._looked_at_invites = True
        return 0


def _turned_away(room: Room, mine: MyRequest) -> bool:
    """Whether the answer to this very request was no; an older no says nothing about it."""
    me = room.members.get(room.me)
    return me is not None and me.membership in {Membership.LEAVE, Membership.BAN} and me.since > mine.sent_at
