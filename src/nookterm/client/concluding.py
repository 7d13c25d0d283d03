"""A decision, once it holds: the others are told, the applicant too, the plain words go. Also after a crash between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from nookterm.client.casework import Casework
from nookterm.client.changes import Happened
from nookterm.client.decided import TOLD, Decision, act_words, read_note, word, written
from nookterm.client.errors import IdentityChanged, NotAllowed, NotFound, NotTrusted, Problem
from nookterm.client.interviewing import Interviews
from nookterm.client.invited_twice import WELCOMED
from nookterm.client.outbox import REDACTION
from nookterm.client.session import Session
from nookterm.domain.events import Json, MemberChange, Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import Member, Room
from nookterm.domain.vetting import Request

_BEGUN = "decided"
_TO_TELL = "to tell"
WATCHED = "declined"
"""What is kept of a decline for a while, to look whether it held."""
_CRASHED = timedelta(minutes=2)
"""Whoever began a decision longer ago is not at it any more."""
_AT_MOST = timedelta(minutes=1)
"""For so long one try to tell somebody keeps others from trying; also the longest pause that a server gets."""
_HOLDS: Mapping[str, frozenset[Membership]] = {
    "approved": frozenset({Membership.INVITE, Membership.JOIN}),
    "declined": frozenset({Membership.LEAVE}),
    "withdrawn": frozenset({Membership.LEAVE}),
    "banned": frozenset({Membership.BAN}),
}


class Concluding(Casework):
    """Carries decisions through to their end."""

    def __init__(self, session: Session) -> None:
        """Act as this account."""
        super().__init__(session)
        self._interviews = Interviews(session)

    def begin(self, decision: Decision) -> None:
        """Note what is about to be done, so that its end is found again after a crash."""
        with self._session.store.transaction():
            note = {**written(decision), "at": self._session.clock().isoformat()}
            self._session.store.remember(_BEGUN, decision.request.case, note)

    def forget(self, decision: Decision) -> None:
        """It was not done."""
        with self._session.store.transaction():
            self._session.store.remember(_BEGUN, decision.request.case, None)

    def conclude(self, decision: Decision) -> None:
        """It was done: queue, all or nothing, what the others and the applicant are told, and the scrub."""
        request, store = decision.request, self._session.store
        nook = self._session.rooms[request.nook]
        room = self.vetting_room(request)
        with store.transaction():
            body = act_words(decision, self.me(nook), nook)
            more: dict[str, object] = {"words": decision.words} if decision.words else {}
            if decision.anyway:
                more["anyway"] = True
            if room and decision.act in TOLD:
                more["told"] = True
                self._session.outbox.queue(room.room_id, "m.room.message", word(decision, nook))
            elif self._needs_a_room(decision):
                more["told"] = True
                store.remember(_TO_TELL, request.case, written(decision))
            self.record(request, decision.act, body, **more)
            if decision.act in _HOLDS:
                self.scrub(request)
            if decision.act == "approved":
                about = {"case": request.case, "nook": request.nook, "user": request.user, "knock": request.knock}
                at = self._session.clock().isoformat()
                store.remember(WELCOMED, request.case, {**about, "ref": request.ref, "at": at})
            if decision.act == "declined":
                note = {"nook": request.nook, "user": request.user, "at": self._session.clock().isoformat()}
                store.remember(WATCHED, request.case, note)
            store.remember(_BEGUN, request.case, None)

    def _needs_a_room(self, decision: Decision) -> bool:
        """Whether a room is made to tell it: not where somebody else has one, whose client passes it on."""
        request, speaks = decision.request, bool(decision.words) or decision.act == "waitlisted"
        others = request.asked_in is not None and request.asked_by != self._session.gateway.user_id
        return decision.act in TOLD and speaks and not others

    def scrub(self, request: Request) -> int:
        """Have the plain words of a request, and of earlier ones of the same person, taken back. Returns how many."""
        nook = self._session.rooms.get(request.nook)
        if nook is None or request.letter or not nook.power.may_redact(nook.me, request.user):
            return 0
        acts = (act.knock for act in self.acts(nook) if act.user == request.user and act.knock)
        known = [k for k in dict.fromkeys(acts) if k != request.knock and self.speaks(nook, request.user, k)]
        told = [request.knock] if request.reason or request.ref else []
        queued = {row.what.content.get("redacts") for row in self._session.store.outgoing()}
        due = [knock for knock in (*told, *known) if knock not in queued]
        for knock in due:
            self._session.outbox.queue(nook.room_id, REDACTION, {"redacts": knock})
        return len(due)

    def speaks(self, nook: Room, user: UserId, knock: EventId) -> bool:
        """Whether the words of this person's knock are still here; whatever else an act names is left alone."""
        event = self._session.store.event(nook.room_id, knock)
        move = event.payload if event else None
        theirs = isinstance(move, MemberChange) and (move.user, move.membership) == (user, Membership.KNOCK)
        return theirs and isinstance(move, MemberChange) and bool(move.reason)

    async def finish(self) -> int:
        """Conclude what was begun and broke off, if it happened. Returns how many."""
        done, now = 0, self._session.clock()
        for note in tuple(self._session.store.recall_all(_BEGUN).values()):
            decision, begun = read_note(note), datetime.fromisoformat(str(note["at"]))
            if now - begun < _CRASHED:
                continue
            request = decision.request
            nook = self._session.rooms.get(request.nook)
            if nook is None or nook.membership != Membership.JOIN:
                self.forget(decision)
                continue
            member = await self._session.gateway.member(request.nook, request.user)
            if member and _holds(decision, member, self._session.gateway.user_id, begun):
                self.conclude(decision)
                done += 1
            else:
                self.forget(decision)
        if done:
            await self._session.outbox.flush()
        return done

    async def tell(self) -> int:
        """Open a room for the words that could not be said yet, where nobody had asked the applicant anything."""
        done, troubles = 0, list[Problem]()
        for case, note in tuple(self._session.store.recall_all(_TO_TELL).items()):
            decision = read_note(note)
            nook = self._session.rooms.get(decision.request.nook)
            if nook is None or nook.membership != Membership.JOIN:
                self._keep(case, None)
            elif not _is_early(note, self._session.clock()):
                try:
                    done += await self._tell_in_room(decision, note, nook)
                except Problem as problem:
                    # One who cannot be reached keeps nobody else waiting.
                    troubles.append(problem)
        if troubles and not done:
            raise troubles[0]
        return done

    async def _tell_in_room(self, decision: Decision, note: Json, nook: Room) -> int:
        request, now = decision.request, self._session.clock()
        # Whoever decides and whoever looks after duties may come here at once: the second passes it by.
        self._keep(request.case, {**note, "after": (now + _AT_MOST).isoformat()})
        try:
            room_id = await self._room_for(decision, note, nook)
        except Problem as problem:
            kept = self._session.store.recall(_TO_TELL, request.case) or note
            later = self._session.clock() + timedelta(seconds=problem.retry_after or _AT_MOST.total_seconds())
            self._keep(request.case, {**kept, "after": later.isoformat()})
            raise
        with self._session.store.transaction():
            if room_id:
                self._session.outbox.queue(room_id, "m.room.message", word(decision, nook))
                if decision.act == "waitlisted":
                    more = {"ref": request.ref} if request.ref else {}
                    self.record(request, "asked", f"{self.me(nook)} told {self.who(request)}.", room=room_id, **more)
            self._keep(request.case, None)
        await self._session.outbox.flush()
        return 1

    async def _room_for(self, decision: Decision, note: Json, nook: Room) -> RoomId | None:
        """A new room with the applicant; None where they cannot be reached without letting others read along."""
        request, made = decision.request, note.get("room")
        try:
            await self._interviews.reachable(request, allow_unsigned=False)
        except (NotTrusted, IdentityChanged) as problem:
            if problem.code == "not_trusted":
                raise
            text = f"{self.who(request)} was not told: {problem.message}"
            self._session.changes.tell(Happened(text, nook.room_id))
            return None
        room_id = RoomId(made) if isinstance(made, str) else await self._interviews.make_room(request, nook)
        # A second try goes on in the same room.
        kept = self._session.store.recall(_TO_TELL, request.case) or note
        self._keep(request.case, {**kept, "room": room_id})
        asked = await self._session.gateway.member(room_id, request.user)
        if asked is None or asked.membership not in {Membership.INVITE, Membership.JOIN}:
            try:
                await self._interviews.invite(room_id, request, nook)
            except (NotAllowed, NotFound) as problem:
                # Their own settings or server turn it away, and would do so every time.
                text = f"{self.who(request)} was not told: {problem.message}"
                self._session.changes.tell(Happened(text, nook.room_id))
                await self._session.gateway.leave(room_id)
                return None
        return room_id

    def _keep(self, case: str, note: Json | None) -> None:
        with self._session.store.transaction():
            self._session.store.remember(_TO_TELL, case, note)


def _is_early(note: Json, now: datetime) -> bool:
    """Whether somebody is at it, or the server asked to wait for longer than this."""
    after = note.get("after")
    return isinstance(after, str) and timedelta() < datetime.fromisoformat(after) - now <= _AT_MOST


def _holds(decision: Decision, member: Member, me: UserId, begun: datetime) -> bool:
    """Whether the room shows that the decision was made, by us and not before."""
    if member.membership not in _HOLDS.get(decision.act, frozenset()):
        return False
    return member.membership == Membership.JOIN or (member.sender == me and member.since >= begun - _CRASHED)
