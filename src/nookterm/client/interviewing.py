"""Asking an applicant: an encrypted room with them, the nook's questions, and the answers brought to the others."""

from __future__ import annotations

from collections.abc import Mapping

from nookterm.client.casework import Casework, Outcome
from nookterm.client.claiming import Claims
from nookterm.client.errors import IdentityChanged, NotTrusted, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.client.session import Session
from nookterm.domain.applying import UNANSWERED_AFTER
from nookterm.domain.ids import RoomId
from nookterm.domain.knocking import reason_with_ref
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request
from nookterm.domain.vocabulary import ACT, VERSION, VETTING

UNSIGNED_APPLICANT = "unsigned_applicant"
"""The code of the problem that no device of an applicant is signed."""
_ANSWERS_TAKE = UNANSWERED_AFTER.days
"""Days for which an applicant's unsigned devices may take part in the room that was made for asking them."""


class Interviews(Casework):
    """Rooms with applicants."""

    def __init__(self, session: Session) -> None:
        """Ask as this account."""
        super().__init__(session)
        self._claims = Claims(session)

    async def vet(self, case: str, *, allow_unsigned: bool = False) -> Outcome:
        """Claim, open an encrypted room with the applicant, and ask the nook's questions there.

        `allow_unsigned`: where the applicant's devices are not signed, let them take part in that room all the same.

        Raises:
            NotTrusted: no device of the applicant is signed, so that nobody can be asked; nothing was done.
            IdentityChanged: the applicant's identity is another one than before, and nobody here has looked at it.
        """
        excepted = await self.reachable(await self.find(case), allow_unsigned=allow_unsigned)
        await self._claims.claim(case)
        request = await self.find(case)
        nook = self._session.rooms[request.nook]
        if request.asked_in:
            message = f"{self._who(request)} has been asked already."
            raise WrongUsage(message, "The answers come to the same room.", code="already_asked")
        questions = nook.charter.questions if nook.charter else ()
        asked = "\n".join(f"{n}. {q.text}" for n, q in enumerate(questions, 1)) or "Tell us a little about yourself."
        words = f"You asked to join {title(nook)}. We would like to know:\n{asked}"
        await self.open_room(request, nook, words, excepted=excepted)
        return Outcome(case, self._session.gateway.user_id, "asked", request)

    async def collect_answers(self) -> int:
        """Bring answers that arrived in our vetting rooms to the other facilitators. Returns how many."""
        brought = 0
        for request in self.known_requests():
            room = self._session.rooms.get(request.asked_in) if request.asked_in else None
            if room is None or request.answers or self._session.gateway.user_id != request.holder:
                continue
            answers = self._answers_in(room, request.user)
            if answers and not self._is_queued(request.case, "dossier"):
                nook = self._session.rooms[request.nook]
                body = f"{self._who(request)} answered:\n" + "\n".join(answers.values())
                await self.act(request, nook, "dossier", body, answers=dict(answers))
                brought += 1
        return brought

    def _is_queued(self, case: str, act: str) -> bool:
        """Whether this act waits in the outbox, or has left it without its echo being here."""
        blocks = (row.what.content.get(ACT) for row in self._session.store.outgoing())
        return any(isinstance(b, Mapping) and (b.get("case"), b.get("act")) == (case, act) for b in blocks)

    async def reachable(self, request: Request, *, allow_unsigned: bool) -> bool:
        """Whether it takes an exception to reach this applicant. Raises where they cannot be asked."""
        if self._session.trust.people.ready is False:
            message = "This device is not trusted yet: others could not read what it sends."
            raise NotTrusted(message, "Nothing was done. `nookterm trust` says what to do.", code="not_trusted")
        await self._session.gateway.key_server.query({request.user})
        known, who = self._session.trust.people.known(request.user), self._who(request)
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

    async def open_room(self, request: Request, nook: Room, words: str, *, excepted: bool = False) -> RoomId:
        """Open an encrypted room with the applicant and say `words` there."""
        gateway = self._session.gateway
        block = {"v": VERSION, "nook": nook.room_id, "user": request.user}
        spec = RoomSpec(
            f"{title(nook)} · your request",
            encrypted=True,
            join_rule="invite",
            history="invited",
            state=((VETTING, "", block),),
        )
        room_id = await gateway.create_room(spec)
        reason = f"About your request to join {title(nook)}"
        await gateway.invite(room_id, request.user, reason_with_ref(reason, request.ref) if request.ref else reason)
        await self._session.sync_once()
        if excepted:
            await self._session.trust.exceptions.allow(room_id, {request.user}, _ANSWERS_TAKE)
        await self._session.outbox.send(room_id, "m.room.message", {"msgtype": "m.text", "body": words})
        await self.act(request, nook, "asked", f"{self._me(nook)} asks {self._who(request)}.", room=room_id)
        return room_id
