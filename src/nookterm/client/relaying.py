"""Passing on what others decided: to an applicant whom our vetting room reaches, and to whoever was on the case."""

from __future__ import annotations

from datetime import timedelta

from nookterm.client.beside import do_each
from nookterm.client.casework import Casework
from nookterm.client.changes import Happened
from nookterm.client.decided import Decision, word
from nookterm.client.queue import ON_IT, Acts
from nookterm.domain.acts import TERMINAL, Act, counting, knock_case, own_block
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.knocking import Told, read_word
from nookterm.domain.room import Member, Room
from nookterm.domain.vetting import Request
from nookterm.domain.vocabulary import WORD

_SETTLES_IN = timedelta(seconds=30)
"""For so long the client of whoever decided may still tell it itself."""


class Relaying(Casework):
    """Duties of whoever asked an applicant, or was on their case."""

    async def run(self) -> int:
        """Do what is due. Returns how much was done."""
        return await do_each(self.tell_decided, self.tell_places, self.notice)

    async def tell_decided(self) -> int:
        """Tell in our vetting rooms what other facilitators decided, in any client: no server tells a refusal."""
        done, acts = 0, Acts(self)
        for room in self._session.rooms.joined():
            nook = self._session.rooms.get(room.vets[0]) if room.vets else None
            if room.vets is None or nook is None or room.vets[1] == self._session.gateway.user_id:
                continue
            decision = self._untold(room, nook, room.vets[1], acts)
            if decision:
                self._session.outbox.queue(room.room_id, "m.room.message", word(decision, nook))
                done += 1
        if done:
            await self._session.outbox.flush()
        return done

    def _untold(self, room: Room, nook: Room, user: UserId, read: Acts) -> Decision | None:
        """What was decided since we asked, by somebody else, and not told them yet."""
        me, now = self._session.gateway.user_id, self._session.clock()
        member, case = nook.members.get(user), knock_case(nook.room_id, user)
        if member is None or member.membership not in _ENDS or now - member.since < _SETTLES_IN:
            return None
        acts = [act for act in counting(nook, read.of(nook), now) if act.case == case]
        asked = next((act for act in acts if act.act == "asked" and act.room == room.room_id), None)
        if asked is None or asked.sender != me:
            return None
        ended = next((act for act in acts if act.act in TERMINAL and act.at >= asked.at and act.act != "settled"), None)
        if ended is None:
            return self._by_another_app(room, nook, member, asked)
        if ended.sender == me or ended.told or ended.act == "withdrawn" or self._was_told(room, ended.knock):
            return None
        return Decision(ended.act, _request(nook, member, asked, ended.knock), ended.words)

    def _by_another_app(self, room: Room, nook: Room, member: Member, asked: Act) -> Decision | None:
        """Somebody declined without a word to us, from an app that knows nothing of ours."""
        by_hand = member.membership in {Membership.LEAVE, Membership.BAN} and member.sender != member.user
        if not by_hand or member.since < asked.at or self._was_told(room, asked.knock):
            return None
        act = "declined" if member.membership == Membership.LEAVE else "banned"
        return Decision(act, _request(nook, member, asked, asked.knock))

    def _was_told(self, room: Room, knock: EventId | None) -> bool:
        """Whether this request's end was told there, or is on its way there."""
        told = [about for state, _, about in self._words(room) if state not in {Told.ASKED, Told.WAITLISTED}]
        return self._waits(room) or any(knock in {about, None} for about in told)

    async def tell_places(self) -> int:
        """Tell those on the wait-list whom we asked when their place has moved. Returns how many."""
        done, me = 0, self._session.gateway.user_id
        asks = any(room.vets and room.vets[1] != me for room in self._session.rooms.joined())
        for request in self.known_requests() if asks else ():
            room = self.vetting_room(request) if request.place and request.asked_by == me else None
            if room is None or self._waits(room):
                continue
            told = [place for state, place, _ in self._words(room) if state == Told.WAITLISTED]
            if not told or told[-1] != request.place:
                nook = self._session.rooms[request.nook]
                decision = Decision("waitlisted", request, place=request.place)
                self._session.outbox.queue(room.room_id, "m.room.message", word(decision, nook, moved=bool(told)))
                done += 1
        if done:
            await self._session.outbox.flush()
        return done

    def _words(self, room: Room) -> list[tuple[Told, int | None, object]]:
        """What facilitators told there, in order: how it stands, the place, and which request it is about."""
        found: list[tuple[Told, int | None, object]] = []
        for event in self._session.store.marked(room.room_id, [WORD]):
            word, block = read_word(event), own_block(event, WORD)
            if word and block and room.vets and word.by != room.vets[1]:
                found.append((word.state, word.place, block.get("knock")))
        return found

    def _waits(self, room: Room) -> bool:
        """Whether a word of ours is on its way there."""
        rows = self._session.store.outgoing()
        return any(row.room_id == room.room_id and WORD in row.what.content for row in rows)

    async def notice(self) -> int:
        """Say when a request that we were on was decided by somebody else. Needs no network."""
        done, store = 0, self._session.store
        for case, note in tuple(store.recall_all(ON_IT).items()):
            nook, user = self._session.rooms.get(RoomId(str(note["nook"]))), UserId(str(note["user"]))
            member = nook.members.get(user) if nook else None
            if nook and member and member.membership == Membership.KNOCK:
                continue
            with store.transaction():
                store.remember(ON_IT, case, None)
            if nook and member and member.sender not in (self._session.gateway.user_id, user):
                self._session.changes.tell(Happened(self.became(nook, user, member), nook.room_id))
                done += 1
        return done


_ENDS = frozenset({Membership.LEAVE, Membership.BAN, Membership.INVITE, Membership.JOIN})


def _request(nook: Room, member: Member, asked: Act, knock: EventId | None) -> Request:
    return Request(
        case=asked.case,
        nook=nook.room_id,
        user=member.user,
        display_name=member.display_name,
        since=member.since,
        knock=knock or asked.knock or member.event_id,
        asked_in=asked.room,
        asked_by=asked.sender,
    )
