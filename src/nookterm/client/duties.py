"""What a person already agreed to and any client of theirs may carry out: answers, welcomes, ended consents."""

from __future__ import annotations

from nookterm.client.asking import Asking, facilitator_of
from nookterm.client.changes import Happened
from nookterm.client.errors import Problem
from nookterm.client.session import Session
from nookterm.client.sharing import Sharing
from nookterm.client.vetting import Vetting
from nookterm.domain.applying import MyRequest, is_open
from nookterm.domain.events import Membership, StateChange
from nookterm.domain.ids import UserId
from nookterm.domain.knocking import answers_content, ref_in
from nookterm.domain.room import Room
from nookterm.domain.space import title


class Duties:
    """Runs after syncs. Each duty is safe to run again: it looks at what is, and does what is still missing."""

    def __init__(self, session: Session) -> None:
        """Act as this account."""
        self._session = session
        self._asking = Asking(session)
        self._vetting = Vetting(session)
        self._sharing = Sharing(session)

    async def run(self) -> int:
        """Do what is due; returns how much was done. A duty that fails is tried at the next run."""
        done = 0
        for duty in (
            self._read_all,
            self._come_in,
            self._answer,
            self._vetting.interviews.collect_answers,
            self._sharing.take_down_ended,
            self._session.reading.deliver,
            self._session.trust.settle,
        ):
            try:
                done += await duty()
            except Problem:
                continue
        return done

    async def _read_all(self) -> int:
        """Rooms in which a missing act would change something are read without holes: facilitators', and exceptions."""
        excepted = self._session.trust.exceptions.rooms()
        for room in self._session.rooms.joined():
            if room.facilitates or room.room_id in excepted:
                await self._session.fill_gaps(room.room_id)
        return 0

    async def _come_in(self) -> int:
        """Join the nooks that we asked to join and were let into, once for each request, and nothing else."""
        done = 0
        for standing in self._asking.all():
            mine = standing.request
            room = self._session.rooms.get(mine.nook)
            if room is None or not is_open(mine):
                continue
            if room.membership == Membership.JOIN:
                self._asking.fulfilled(mine)
            elif _turned_away(room, mine):
                self._asking.declined(mine)
            elif room.membership == Membership.INVITE:
                await self._session.gateway.join(mine.nook, mine.via)
                await self._session.sync_once()
                self._asking.fulfilled(mine)
                self._session.changes.tell(Happened(f"You are in {title(self._session.rooms[mine.nook])}.", mine.nook))
                done += 1
        return done

    async def _answer(self) -> int:
        """Give prepared answers to the first vetting room that a listed facilitator opened for this very request."""
        done = 0
        for standing in self._asking.all():
            mine = standing.request
            if not is_open(mine) or mine.answered_in:
                continue
            room = next((r for r in self._session.rooms.values() if self._asks_about(r, mine)), None)
            if room is None:
                continue
            if room.membership == Membership.INVITE:
                await self._session.gateway.join(room.room_id)
                await self._session.sync_once()
                await self._session.refresh_state(room.room_id)
            # What an invite says of its room is the inviter's server's word; what counts is the room as it is inside.
            facilitator = self._inviter(self._session.rooms[room.room_id], mine)
            if facilitator is None:
                await self._session.gateway.leave(room.room_id)
            elif mine.answers:
                self._queue_answers(room, mine, facilitator)
                await self._session.outbox.flush()
                done += 1
            else:
                self._asking.asked(mine, facilitator)
        return done

    def _queue_answers(self, room: Room, mine: MyRequest, facilitator: UserId) -> None:
        """Committed together with the mark that they are given, so that they go out once."""
        entry = next((s.entries[mine.nook] for s in self._session.rooms.spaces() if mine.nook in s.entries), None)
        questions = {q.id: q.text for q in entry.questions} if entry else {}
        content = answers_content(mine.ref, mine.answers, questions)
        with self._session.store.transaction():
            self._session.outbox.queue(room.room_id, "m.room.message", content)
            self._asking.answered(mine, room.room_id, facilitator)

    def _asks_about(self, room: Room, mine: MyRequest) -> bool:
        """An encrypted room into which a listed facilitator invited us with this request's label."""
        me = room.members.get(room.me)
        if me is None or not room.encrypted or not facilitator_of(self._session.rooms, mine.nook, me.sender):
            inviter = self._inviter(room, mine)
            return inviter is not None
        return room.membership == Membership.INVITE and ref_in(me.reason) == mine.ref

    def _inviter(self, room: Room, mine: MyRequest) -> UserId | None:
        """For a vetting room that we already joined: its own state says whose request it is about."""
        if room.membership != Membership.JOIN or room.vets != (mine.nook, room.me) or not room.encrypted:
            return None
        for event in self._session.store.state(room.room_id):
            if isinstance(event.payload, StateChange) and event.payload.type == "m.room.create":
                return event.sender if facilitator_of(self._session.rooms, mine.nook, event.sender) else None
        return None


def _turned_away(room: Room, mine: MyRequest) -> bool:
    """Whether the answer to this very request was no; an older no says nothing about it."""
    me = room.members.get(room.me)
    return me is not None and me.membership in {Membership.LEAVE, Membership.BAN} and me.since > mine.sent_at
