"""Who is on a case: claimed, given back, handed over, so that two facilitators do not answer the same person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from nookterm.client.casework import Casework, Outcome, asked_again, held
from nookterm.client.changes import Happened
from nookterm.client.errors import Changed, NotFound, Problem, WrongUsage
from nookterm.client.queue import LISTED, ON_IT, called
from nookterm.domain.acts import CLAIM_LASTS, act_content, acts_on, holder
from nookterm.domain.desk import Kind
from nookterm.domain.events import Json, Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.knocking import reason_with_ref
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request

KNOCK = "knock"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a case is about, whatever kind of desk item it is."""

    case: str
    nook: Room
    user: UserId | None
    event: EventId | None
    knock: EventId | None
    holder: UserId | None
    words: str
    """`Bob`, or `a case of glaze-lab`."""
    request: Request | None = None


class Claims(Casework):
    """Says who is on what. Works with every case that this profile has listed, and with every request."""

    async def claim(self, case: str, *, anyway: bool = False, read: EventId | None = None) -> Outcome:
        """Tell the others that we are on it, or that we take it over once a claim has run out.

        `read`: the knock that was read, of a request. `anyway` takes it over from whoever is on it now, and is
        recorded. Raises Changed where somebody else is.
        """
        about, me = await self._subject(case, read), self._session.gateway.user_id
        if about.holder not in (None, me) and not anyway:
            raise held(about.nook, about.holder)
        if about.holder != me:
            more = {"anyway": True} if about.holder else {}
            ttl = int(CLAIM_LASTS / timedelta(milliseconds=1))
            self._say(about, "claim", f"{self.me(about.nook)} looks after {about.words}.", ttl_ms=ttl, **more)
            await self.send_and_see()
            fresh = await self._subject(case, read)
            if fresh.holder not in (None, me):
                raise held(fresh.nook, fresh.holder)
            self._keep(about, on_it=True)
        return self._outcome(about, "claimed")

    async def release(self, case: str, *, read: EventId | None = None) -> Outcome:
        """Tell the others that we are not on it any more. Raises Changed where we are not."""
        about = await self._subject(case, read)
        if about.holder != self._session.gateway.user_id:
            raise _not_yours(about)
        self._keep(about, on_it=False)
        self._say(about, "release", f"{self.me(about.nook)} hands {about.words} back.")
        await self.send_and_see()
        return self._outcome(about, "released")

    async def hand_over(self, case: str, to: UserId) -> Outcome:
        """Let another facilitator go on with it; they are asked into the vetting room, if we are in it.

        Raises:
            WrongUsage: that person may not decide there.
            Changed: we are not on it.
        """
        about, me = await self._subject(case), self._session.gateway.user_id
        if to == me or to not in about.nook.facilitators:
            names = ", ".join(user for user in about.nook.facilitators if user != me) or "nobody else"
            message = f"{to} cannot take a case of {title(about.nook)}."
            raise WrongUsage(message, f"Its other facilitators: {names}.", code="no_facilitator")
        if about.holder != me:
            raise _not_yours(about)
        ttl = int(CLAIM_LASTS / timedelta(milliseconds=1))
        words = f"{self.me(about.nook)} hands {about.words} to {called(about.nook, to)}."
        self._say(about, "handover", words, to=to, ttl_ms=ttl)
        self._keep(about, on_it=False)
        await self.send_and_see()
        try:
            await self._ask_in(about, to)
        except Problem as problem:
            text = f"{called(about.nook, to)} could not be asked into the room of {about.words}: {problem.message}"
            self._session.changes.tell(Happened(text, about.nook.room_id))
        return self._outcome(about, "handed over")

    async def _ask_in(self, about: Subject, to: UserId) -> None:
        room = self.vetting_room(about.request) if about.request else None
        member = room.members.get(to) if room else None
        if room and (member is None or member.membership not in {Membership.JOIN, Membership.INVITE}):
            reason = f"To go on with {about.words} for {title(about.nook)}"
            ref = about.request.ref if about.request else None
            await self._session.gateway.invite(room.room_id, to, reason_with_ref(reason, ref) if ref else reason)

    async def _subject(self, case: str, read: EventId | None = None) -> Subject:
        """What this word means now. Raises NotFound, NotAllowed, or Changed if a request is over or another one."""
        kept = self._session.store.recall(LISTED, case)
        if kept is None or kept.get("kind", KNOCK) == KNOCK:
            request = await self.find(case)
            if read and request.knock != read:
                raise asked_again(self.who(request))
            nook = self._session.rooms[request.nook]
            return Subject(
                case, nook, request.user, None, request.knock, request.holder, self.who(request), request=request
            )
        return self._other(case, kept)

    def _other(self, case: str, kept: Json) -> Subject:
        if kept.get("kind") == Kind.REPORT:
            # Here the others would read of it, and whom it is about may be one of them.
            message = "What is done about a report is said in the report's own room."
            raise WrongUsage(message, "Nothing was done. Open that room.", code="report")
        room = self._session.rooms.get(RoomId(str(kept.get("room"))))
        if room is None or room.membership != Membership.JOIN:
            message = f"The room of {case} is not here any more."
            raise NotFound(message, "`nookterm desk` lists what waits.", code="unknown_case")
        if not room.power.may_decide(room.me):
            raise self.not_allowed(room)
        user, event = _text(kept, "user"), _text(kept, "event")
        held_by = holder(acts_on(case, room, self.acts(room), self._session.clock()), self._session.clock())
        who = called(room, UserId(user)) if user else f"a case of {title(room)}"
        return Subject(
            case,
            room,
            UserId(user) if user else None,
            EventId(event) if event else None,
            None,
            held_by[0] if held_by else None,
            who,
        )

    def _keep(self, about: Subject, *, on_it: bool) -> None:
        """Remember a claim of ours on a request, to be told when somebody else decides it."""
        note = {"nook": about.nook.room_id, "user": about.user} if on_it and about.request else None
        with self._session.store.transaction():
            self._session.store.remember(ON_IT, about.case, note)

    def _say(self, about: Subject, act: str, body: str, **more: Any) -> None:
        if about.event:
            more["event"] = about.event
        content: Mapping[str, Any] = act_content(
            act, about.case, about.nook.room_id, body, user=about.user, knock=about.knock, **more
        )
        self.tell_facilitators(about.nook, content)

    def _outcome(self, about: Subject, outcome: str) -> Outcome:
        me = self._session.gateway.user_id
        return Outcome(about.case, me, outcome, about.nook.room_id, about.user, about.request, about.words)


def _text(kept: Json, key: str) -> str | None:
    value = kept.get(key)
    return value if isinstance(value, str) and value else None


def _not_yours(about: Subject) -> Changed:
    other = f"{called(about.nook, about.holder)} is." if about.holder else "Nobody is."
    return Changed(f"You are not on {about.words}. {other}", "Nothing was done.", code="not_yours")
