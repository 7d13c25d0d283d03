"""Asking an applicant: an encrypted room with them, the nook's questions, and the answers brought to the others."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from nookterm.client.casework import Casework, Outcome, asked_again
from nookterm.client.claiming import Claims
from nookterm.client.errors import IdentityChanged, NotTrusted, Problem, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.client.queue import called
from nookterm.client.session import Session
from nookterm.domain.applying import UNANSWERED_AFTER
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.knocking import SAID, Told, reason_with_ref, word_block
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request
from nookterm.domain.vocabulary import VERSION, VETTING, WORD

UNSIGNED_APPLICANT = "unsigned_applicant"
"""The code of the problem that no device of an applicant is signed."""
_PAUSE = timedelta(minutes=2)
"""Who answers in several messages is let finish before the others are told."""
_ANSWERS_TAKE = UNANSWERED_AFTER.days
"""Days for which an applicant's unsigned devices may take part in the room that was made for asking them."""


class Interviews(Casework):
    """Rooms with applicants."""

    def __init__(self, session: Session) -> None:
        """Ask as this account."""
        super().__init__(session)
        self._claims = Claims(session)

    async def vet(
        self, case: str, *, allow_unsigned: bool = False, anyway: bool = False, read: EventId | None = None
    ) -> Outcome:
        """Claim, open an encrypted room with the applicant, and ask the nook's questions there.

        `allow_unsigned`: where the applicant's devices are not signed, let them take part in that room all the same.
        `anyway`: take it over from whoever is on it. `read`: the knock that was read; another one now is Changed.

        Raises:
            NotTrusted: no device of the applicant is signed, so that nobody can be asked; nothing was done.
            IdentityChanged: the applicant's identity is another one than before, and nobody here has looked at it.
        """
        found = await self.find(case)
        if read and found.knock != read:
            raise asked_again(self.who(found))
        excepted = await self.reachable(found, allow_unsigned=allow_unsigned)
        await self._claims.claim(case, anyway=anyway)
        request = await self.find(case)
        nook = self._session.rooms[request.nook]
        if request.asked_in and (request.asked_by == self._session.gateway.user_id or self.vetting_room(request)):
            message = f"{self.who(request)} has been asked already."
            raise WrongUsage(message, "The answers come to the same room.", code="already_asked")
        questions = nook.charter.questions if nook.charter else ()
        asked = "\n".join(f"{n}. {q.text}" for n, q in enumerate(questions, 1)) or "Tell us a little about yourself."
        readers = "Who decides there reads what you answer."
        words = f"You asked to join {title(nook)}. We would like to know:\n{asked}\n\n{readers}"
        room_id = await self.make_room(request, nook)
        try:
            await self.invite(room_id, request, nook, excepted=excepted)
        except Problem:
            # An empty room is of no use to anybody; the next try makes its own.
            with contextlib.suppress(Problem):
                await self._session.gateway.leave(room_id)
            raise
        said = {"msgtype": "m.text", "body": words, WORD: word_block(Told.ASKED, knock=request.knock)}
        self._session.outbox.queue(room_id, "m.room.message", said)
        more = {"ref": request.ref} if request.ref else {}
        self.record(request, "asked", f"{self.me(nook)} asks {self.who(request)}.", room=room_id, **more)
        await self.send_and_see()
        return self.outcome(request, "asked")

    async def message(self, case: str, text: str) -> Outcome:
        """Say something to the applicant, in their vetting room.

        Raises:
            WrongUsage: there is no such room yet, or we are not in it.
        """
        request = await self.find(case)
        room = self.vetting_room(request)
        if room is None:
            nook = self._session.rooms[request.nook]
            who = called(nook, request.asked_by) if request.asked_by else ""
            message = f"{who} asked {self.who(request)}, and you are not in that room." if who else "Nobody asked yet."
            hint = f"{who} can hand the case over to you." if who else "`vet` asks the questions of the nook."
            raise WrongUsage(message, f"Nothing was sent. {hint}", code="no_vetting_room")
        await self._session.outbox.send(room.room_id, "m.room.message", {"msgtype": "m.text", "body": text})
        return self.outcome(request, "told")

    async def follow(self) -> int:
        """Come into the vetting rooms of the cases that were handed over to us. Returns how many."""
        if not any(room.membership == Membership.INVITE for room in self._session.rooms.values()):
            return 0
        done = 0
        for request in self.known_requests():
            room = self._session.rooms.get(request.asked_in) if request.asked_in else None
            me = self._session.gateway.user_id
            if room is None or room.membership != Membership.INVITE or request.holder != me:
                continue
            if room.members[me].sender == request.asked_by:
                await self._session.gateway.join(room.room_id)
                await self._session.sync_once()
                done += 1
        return done

    async def collect_answers(self) -> int:
        """Bring answers that arrived in our vetting rooms to the other facilitators. Returns how many."""
        brought = 0
        for request in self.known_requests():
            room = self._session.rooms.get(request.asked_in) if request.asked_in else None
            brought_all = request.answers and SAID not in request.answers
            if room is None or brought_all or not self._brings(request, room):
                continue
            answers, came = self.answers_in(room, request)
            if answers == request.answers or (SAID in answers and came and self._session.clock() - came < _PAUSE):
                continue
            if answers and not self.is_queued(request.case, "dossier"):
                body = f"{self.who(request)} answered:\n" + "\n".join(answers.values())
                self.record(request, "dossier", body, answers=dict(answers))
                await self.send_and_see()
                brought += 1
        return brought

    def _brings(self, request: Request, room: Room) -> bool:
        """Whether it is for us to tell the others: for whoever is on it, if they are in that room, else who asked.

        A letter was written to one of us: it is brought when that one takes it on.
        """
        me = self._session.gateway.user_id
        on_it = room.members.get(request.holder) if request.holder else None
        if on_it and on_it.membership == Membership.JOIN:
            return request.holder == me
        return request.asked_by == me

    async def reachable(self, request: Request, *, allow_unsigned: bool) -> bool:
        """Whether it takes an exception to reach this applicant. Raises where they cannot be asked."""
        if self._session.trust.people.ready is False:
            message = "This device is not trusted yet: others could not read what it sends."
            raise NotTrusted(message, "Nothing was done. `nookterm trust` says what to do.", code="not_trusted")
        await self._session.gateway.key_server.query({request.user})
        known, who = self._session.trust.people.known(request.user), self.who(request)
        if known is None or known.signed:
            return False
        if known.blocks:
            message = f"The identity of {who} is another one than before."
            hint = "Nothing was done. Compare keys with them, or go on unverified, then ask."
            raise IdentityChanged(message, hint, code="identity_changed")
        if not (allow_unsigned and known.excepted_if_allowed):
            message = f"{who} cannot read you yet: no device of theirs is signed by them."
            hint = "Nothing was done. They have to sign one, in the app that they use."
            if known.excepted_if_allowed:
                hint += " `vet --unsigned` asks all the same, for their devices alone: their server could read it."
            raise NotTrusted(message, hint, code=UNSIGNED_APPLICANT)
        return True

    async def make_room(self, request: Request, nook: Room) -> RoomId:
        """Make an encrypted room for asking the applicant. Nobody is invited yet."""
        block = {"v": VERSION, "nook": nook.room_id, "user": request.user}
        spec = RoomSpec(
            f"{title(nook)} · {self.who(request)} asks to join",
            encrypted=True,
            join_rule="invite",
            history="invited",
            state=((VETTING, "", block),),
        )
        return await self._session.gateway.create_room(spec)

    async def invite(self, room_id: RoomId, request: Request, nook: Room, *, excepted: bool = False) -> None:
        """Ask the applicant into that room; `excepted`: let their unsigned devices take part there."""
        reason = f"About your request to join {title(nook)}"
        words = reason_with_ref(reason, request.ref) if request.ref else reason
        await self._session.gateway.invite(room_id, request.user, words)
        await self._session.sync_once()
        if excepted:
            await self._session.trust.exceptions.allow(room_id, {request.user}, _ANSWERS_TAKE)
