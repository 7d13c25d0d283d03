"""Decisions about requests to join: each looks at the door anew before it acts, and is recorded for the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from nookterm.client.errors import Changed, IdentityChanged, NotAllowed, NotTrusted, Problem, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.client.queue import LISTED, Queue
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vetting import (
    CLAIM_LASTS,
    UNANSWERED_AFTER,
    Request,
    Verdict,
    act_content,
    check,
    reason_with_ref,
)
from nookterm.domain.vocabulary import ACT, VERSION, VETTING

UNSIGNED_APPLICANT = "unsigned_applicant"
"""The code of the problem that no device of an applicant is signed."""
_ANSWERS_TAKE = UNANSWERED_AFTER.days
"""Days for which an applicant's unsigned devices may take part in the room that was made for asking them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act on a case came to."""

    case: str
    by: UserId
    outcome: str
    request: Request


class Vetting(Queue):
    """Decisions about requests to join, as a facilitator."""

    async def find(self, case: str) -> Request:
        """A waiting request by its short word, fresh from the server. Raises as `_locate`, or Changed if it is over."""
        nook, user = self._locate(case)
        knocks = await self._session.gateway.members(nook.room_id, Membership.KNOCK)
        found = next((r for r in self._waiting(nook, knocks) if r.user == user), None)
        if found is None:
            raise await self._over(nook, user)
        return found

    async def approve(
        self, case: str, *, read: EventId | None = None, anyway: bool = False, share_history: bool = False
    ) -> Outcome:
        """Let somebody in: an invite, after a fresh look at the door.

        `share_history`: hand them the past first, as far as the nook's rule lets it be given
        (`trust.history.past` says how far). Where that does not work nobody is invited.
        """
        request, nook = await self._checked("approve", case, read, anyway=anyway)
        if share_history:
            await self._session.trust.history.share(nook.room_id, request.user)
        reason = f"Welcome [nt1:{request.ref}]" if request.ref else "Welcome"
        await self._session.gateway.invite(nook.room_id, request.user, reason)
        await self._tell_applicant(request, f"You are welcome in {title(nook)}.")
        return await self._decided(request, nook, "approved", anyway=anyway)

    async def decline(
        self, case: str, *, read: EventId | None = None, words: str = "", anyway: bool = False
    ) -> Outcome:
        """Turn somebody away. Words go to their vetting room, end-to-end encrypted; the public record stays empty.

        Raises as `vet` where there are words and nobody could read them; nothing was done then.
        """
        request, nook = await self._checked("decline", case, read, anyway=anyway)
        if words and request.asked_in is None:
            await self._reachable(request, allow_unsigned=False)
        await self._session.gateway.kick(nook.room_id, request.user)
        if words and request.asked_in is None:
            await self._open_vetting_room(request, nook, words)
        else:
            await self._tell_applicant(request, words or f"The answer of {title(nook)} is no this time.")
        return await self._decided(request, nook, "declined", words=words, anyway=anyway)

    async def claim(self, case: str) -> Outcome:
        """Tell the others that we are on it; raises Changed where somebody else is."""
        request = await self.find(case)
        me = self._session.gateway.user_id
        nook = self._session.rooms[request.nook]
        if request.holder not in (None, me):
            raise self._held(request)
        if request.holder is None:
            ttl = int(CLAIM_LASTS / timedelta(milliseconds=1))
            await self._act(request, nook, "claim", f"{self._me(nook)} looks after {self._who(request)}.", ttl_ms=ttl)
            fresh = await self.find(case)
            if fresh.holder not in (None, me):
                raise self._held(fresh)
        return Outcome(case, me, "claimed", request)

    async def release(self, case: str) -> Outcome:
        """Tell the others that we are not on it any more."""
        request = await self.find(case)
        nook = self._session.rooms[request.nook]
        await self._act(request, nook, "release", f"{self._me(nook)} hands {self._who(request)} back.")
        return Outcome(case, self._session.gateway.user_id, "released", request)

    async def vet(self, case: str, *, allow_unsigned: bool = False) -> Outcome:
        """Claim, open an encrypted room with the applicant, and ask the nook's questions there.

        `allow_unsigned`: where the applicant's devices are not signed, let them take part in that room all the same.

        Raises:
            NotTrusted: no device of the applicant is signed, so that nobody can be asked; nothing was done.
            IdentityChanged: the applicant's identity is another one than before, and nobody here has looked at it.
        """
        excepted = await self._reachable(await self.find(case), allow_unsigned=allow_unsigned)
        await self.claim(case)
        request = await self.find(case)
        nook = self._session.rooms[request.nook]
        if request.asked_in:
            message = f"{self._who(request)} has been asked already."
            raise WrongUsage(message, "The answers come to the same room.", code="already_asked")
        questions = nook.charter.questions if nook.charter else ()
        asked = "\n".join(f"{n}. {q.text}" for n, q in enumerate(questions, 1)) or "Tell us a little about yourself."
        words = f"You asked to join {title(nook)}. We would like to know:\n{asked}"
        await self._open_vetting_room(request, nook, words, excepted=excepted)
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
                await self._act(request, nook, "dossier", body, answers=dict(answers))
                brought += 1
        return brought

    def _is_queued(self, case: str, act: str) -> bool:
        """Whether this act waits in the outbox, or has left it without its echo being here."""
        blocks = (row.what.content.get(ACT) for row in self._session.store.outgoing())
        return any(isinstance(b, Mapping) and (b.get("case"), b.get("act")) == (case, act) for b in blocks)

    async def _reachable(self, request: Request, *, allow_unsigned: bool) -> bool:
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

    async def _open_vetting_room(self, request: Request, nook: Room, words: str, *, excepted: bool = False) -> RoomId:
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
        await self._act(request, nook, "asked", f"{self._me(nook)} asks {self._who(request)}.", room=room_id)
        return room_id

    async def _checked(self, decision: str, case: str, read: EventId | None, *, anyway: bool) -> tuple[Request, Room]:
        """The request and its nook, if the decision may still be made. Raises Changed or NotAllowed."""
        nook, user = self._locate(case)
        listed = self._session.store.recall(LISTED, case)
        seen = read or (EventId(str(listed["knock"])) if listed else None)
        knocks = await self._session.gateway.members(nook.room_id, Membership.KNOCK)
        request = next((r for r in self._waiting(nook, knocks) if r.user == user), None)
        if request is None:
            raise await self._over(nook, user)
        fresh = next(m for m in knocks if m.user == user)
        verdict = check(decision, nook, request, fresh, seen, anyway=anyway)
        if verdict != Verdict.GO:
            raise self._stopped(verdict, request, nook)
        return request, nook

    async def _over(self, nook: Room, user: UserId) -> Problem:
        """What became of a request that no longer waits, and by whom."""
        await self._session.refresh_state(nook.room_id)
        now = self._session.rooms[nook.room_id].members.get(user)
        who = shown_name(user, now.display_name if now else None)
        by = f" ({shown_name(now.sender, nook.name_of(now.sender))})" if now and now.sender != user else ""
        words = {"join": "is already in", "invite": "was already let in", "ban": "was banned"}
        what = words.get(str(now.membership) if now else "", "no longer asks to join")
        return Changed(f"{who} {what}{by}.", "Nothing was done. Look at the desk again.", code="changed")

    def _stopped(self, verdict: Verdict, request: Request, nook: Room) -> Problem:
        who = self._who(request)
        match verdict:
            case Verdict.ANOTHER:
                text = f"{who} asked again since you looked."
                return Changed(text, "Nothing was done. Read the new request first.", code="changed")
            case Verdict.HELD:
                return self._held(request)
            case Verdict.FULL:
                text = f"{title(nook)} is full: {request.size} of {request.cap}."
                return Changed(text, "Nothing was done. `--anyway` lets them in all the same.", code="full")
            case Verdict.POWERLESS:
                return NotAllowed(
                    f"You may not decide in {title(nook)}.", "Ask one of its facilitators.", code="not_allowed"
                )
            case _:
                return Changed(f"{who} no longer asks to join.", "Nothing was done.", code="changed")

    def _held(self, request: Request) -> Changed:
        nook = self._session.rooms[request.nook]
        other = shown_name(request.holder, nook.name_of(request.holder)) if request.holder else "Somebody"
        return Changed(f"{other} is on it.", "`--anyway` decides all the same, and is recorded.", code="held")

    async def _decided(
        self, request: Request, nook: Room, act: str, *, words: str = "", anyway: bool = False
    ) -> Outcome:
        more: dict[str, object] = {"words": words} if words else {}
        if anyway and request.holder not in (None, self._session.gateway.user_id):
            more["anyway"] = True
        await self._act(request, nook, act, f"{self._me(nook)} {act} {self._who(request)} for {title(nook)}.", **more)
        await self._session.sync_once()
        return Outcome(request.case, self._session.gateway.user_id, act, request)

    async def _act(self, request: Request, nook: Room, act: str, body: str, **more: object) -> None:
        helpers = self._facilitators_room(nook)
        if helpers:
            content = act_content(act, request, body, **more)
            self._session.outbox.queue(helpers.room_id, "m.room.message", content)
            await self._session.outbox.flush()
            await self._session.sync_once()

    async def _tell_applicant(self, request: Request, words: str) -> None:
        room = self._session.rooms.get(request.asked_in) if request.asked_in else None
        if room and room.membership == Membership.JOIN and room.encrypted and room.vets == (request.nook, request.user):
            self._session.outbox.queue(room.room_id, "m.room.message", {"msgtype": "m.text", "body": words})
            await self._session.outbox.flush(now=True)
