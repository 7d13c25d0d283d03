"""Decisions about requests to join: each looks at the door anew before it acts, and is recorded for the others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator

from nookterm.client.aftercare import Aftercare
from nookterm.client.casework import Casework, Outcome, held
from nookterm.client.claiming import Claims
from nookterm.client.concluding import Concluding
from nookterm.client.decided import Decision
from nookterm.client.doors import Doors
from nookterm.client.errors import (
    INVITE_BLOCKED,
    Changed,
    NotAllowed,
    Offline,
    Problem,
    ServerTrouble,
    Throttled,
    WrongUsage,
)
from nookterm.client.interviewing import Interviews
from nookterm.client.queue import called
from nookterm.client.session import Session
from nookterm.client.upgrading import lead_on
from nookterm.domain.acts import act_content
from nookterm.domain.conflicts import conflicts
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request

_PATIENCE = 15.0
"""Seconds that an approval waits for a server that asks for a pause; one that asks for longer is told about."""
_ON_ITS_WAY = (0.3, 0.7, 2.0)
"""Seconds between looks after a refusal: Synapse refuses while another server's word about the same person comes in."""
_UNKNOWN = (Offline, ServerTrouble)
"""After these nobody knows whether the server did it."""


class Vetting(Casework):
    """Decisions about requests to join, as a facilitator."""

    def __init__(self, session: Session) -> None:
        """Decide as this account."""
        super().__init__(session)
        self.claims = Claims(session)
        self.interviews = Interviews(session)
        self.door = Doors(session)
        self.concluding = Concluding(session)
        self.aftercare = Aftercare(session, self.concluding)
        self._in_a_row = 0

    async def approve(
        self, case: str, *, read: EventId | None = None, anyway: bool = False, share_history: bool = False
    ) -> Outcome:
        """Let somebody in: an invite, after a fresh look at the door.

        `share_history`: hand them the past first, as far as the nook's rule lets it be given
        (`trust.history.past` says how far). Where that does not work nobody is invited.

        Comes out as `blocked` where the person's own settings take no invites: they are told, and still ask.
        """
        request, nook = await self.checked("approve", case, read, anyway=anyway)
        if share_history:
            await self._session.trust.history.share(nook.room_id, request.user)
            # That may have taken its time.
            request, nook = await self.checked("approve", case, request.knock, anyway=anyway)
        reason = f"Welcome [nt1:{request.ref}]" if request.ref else "Welcome"

        async def invite() -> None:
            await self._session.gateway.invite(nook.room_id, request.user, reason)
            await lead_on(self._session, nook.room_id, request.user, reason)

        decision = Decision("approved", request, anyway=anyway and self._overrides(request))
        try:
            await self._carry_out(decision, nook, invite, wait=True)
        except NotAllowed as problem:
            if problem.code != INVITE_BLOCKED:
                raise
            decision = Decision("blocked", request)
        return await self._concluded(decision)

    async def decline(
        self, case: str, *, read: EventId | None = None, words: str = "", anyway: bool = False
    ) -> Outcome:
        """Turn somebody away. Words go to their vetting room, end-to-end encrypted; the public record stays empty.

        A request that was taken back is only cleared away, and comes out as `withdrawn`.
        Raises as `vet` where there are words and nobody could read them; nothing was done then.
        """
        request, nook = await self.checked("decline", case, read, anyway=anyway)
        if words and request.asked_in is None and not request.withdrawn:
            await self.interviews.reachable(request, allow_unsigned=False)
        outcome = await self._turn_away(request, nook, words, anyway=anyway)
        if not self._in_a_row:
            await self._settled()
        return outcome

    @contextlib.contextmanager
    def in_a_row(self) -> Iterator[None]:
        """Turn many away, one after the other: what the others are told is queued, and leaves behind all of them.

        Each is still looked at anew. The first Throttled is the time to stop: the next would only end the same way.
        """
        self._in_a_row += 1
        try:
            yield
        finally:
            self._in_a_row -= 1

    async def _turn_away(self, request: Request, nook: Room, words: str, *, anyway: bool) -> Outcome:
        async def kick() -> None:
            # Who wrote instead of asking at the door is not in the room.
            if request.letter is None:
                await self._session.gateway.kick(nook.room_id, request.user)

        act = "withdrawn" if request.withdrawn else "declined"
        decision = Decision(act, request, words, anyway=anyway and self._overrides(request))
        await self._carry_out(decision, nook, kick)
        self.concluding.conclude(decision)
        return self.outcome(decision.request, decision.act)

    async def ban(self, case: str, *, read: EventId | None = None, words: str = "", anyway: bool = False) -> Outcome:
        """Turn somebody away for good: they cannot ask there again. Words as in `decline`."""
        request, nook = await self.checked("ban", case, read, anyway=anyway)
        if words and request.asked_in is None:
            await self.interviews.reachable(request, allow_unsigned=False)

        async def ban() -> None:
            await self._session.gateway.ban(nook.room_id, request.user)

        decision = Decision("banned", request, words, anyway=anyway and self._overrides(request))
        await self._carry_out(decision, nook, ban)
        return await self._concluded(decision)

    async def wait_list(self, case: str, *, read: EventId | None = None, anyway: bool = False) -> Outcome:
        """Keep a place for them: the order is that in which people were put on the list. They are told their place."""
        request, nook = await self.checked("waitlist", case, read, anyway=anyway)
        self._need_facilitators(nook)
        if request.waitlisted_at is None:
            places = (r.place for r in self.waiting(nook, nook.who(Membership.KNOCK)) if r.place)
            place = max(places, default=0) + 1
            over = anyway and self._overrides(request)
            await self._concluded(Decision("waitlisted", request, anyway=over, place=place))
        return self.outcome(request, "waitlisted")

    async def vote(self, case: str, vote: int, words: str = "", *, read: EventId | None = None) -> Outcome:
        """Say what we think of a request: 1 for it, -1 against it, 0 neither (any more). The last word counts."""
        request, nook = await self.checked("vote", case, read, anyway=False)
        self._need_facilitators(nook)
        view = {1: "is for letting in", -1: "is against letting in", 0: "has no view on"}[vote]
        more = {"words": words} if words else {}
        self.record(request, "vote", f"{self.me(nook)} {view} {self.who(request)}.", vote=vote, **more)
        await self.send_and_see()
        return self.outcome(request, "voted")

    async def settle(self, case: str, words: str = "", *, anyway: bool = False, read: EventId | None = None) -> Outcome:
        """Say that people have looked at what contradicted itself, and that it may stay as the room has it now.

        `read`: the knock that was decided about. Raises Changed where nothing contradicts itself there (any more), or
        somebody else is on it.
        """
        nook, user = self.locate(case)
        await self._session.refresh_state(nook.room_id)
        nook, now = self._session.rooms[nook.room_id], self._session.clock()
        found = next((c for c in conflicts(nook, self.acts(nook), now) if c.user == user), None)
        if found is None or (read and read != found.acts[-1].knock):
            message = f"Nothing contradicts itself about {case}."
            raise Changed(message, "Nothing was done. Look at the desk again.", code="changed")
        me = self._session.gateway.user_id
        if found.holder not in (None, me) and not anyway:
            raise held(nook, found.holder)
        body = f"{self.me(nook)}: settled, as {title(nook)} has it now."
        self.tell_facilitators(nook, act_content("settled", case, nook.room_id, body, user=user, words=words))
        await self.send_and_see()
        return Outcome(case, me, "settled", nook.room_id, user, who=called(nook, user))

    async def close_door(self, room: Room) -> bool:
        """Take the doormat in; see `Doors`."""
        return await self.door.close_door(room)

    async def open_door(self, room: Room) -> bool:
        """Put it out again."""
        return await self.door.open_door(room)

    # --- what decisions share ----------------------------------------------------------------------------------------

    def _need_facilitators(self, nook: Room) -> None:
        """Refuse what is kept nowhere but in the facilitators' room. Raises WrongUsage."""
        if self.facilitators_room(nook) is None:
            message = f"{title(nook)} has no facilitators' room that you are in: nobody would know of this."
            raise WrongUsage(
                message, "Nothing was done. `facilitator add` makes one right.", code="no_facilitators_room"
            )

    def _overrides(self, request: Request) -> bool:
        """Whether something spoke against it, so that `anyway` is worth recording."""
        me = self._session.gateway.user_id
        return request.holder not in (None, me) or request.is_full or request.votes.missing(me) > 0

    async def _carry_out(
        self, decision: Decision, nook: Room, do: Callable[[], Awaitable[None]], *, wait: bool = False
    ) -> None:
        """Do what was decided, noted before. `wait`: sit out a short pause that the server asks for, still on it."""
        self.concluding.begin(decision)
        try:
            try:
                await do()
            except Throttled as problem:
                if not wait or (problem.retry_after or 0.0) > _PATIENCE:
                    raise
                await self._sit_out(decision, problem)
                await do()
        except Throttled as problem:
            self.concluding.forget(decision)
            raise _come_back(self.who(decision.request), problem) from None
        except NotAllowed as problem:
            self.concluding.forget(decision)
            if problem.code == INVITE_BLOCKED:
                raise
            raise await self._refused(decision.request, nook) from None
        except Problem as problem:
            # After some nobody knows whether it happened: what was noted is looked at later.
            if not isinstance(problem, _UNKNOWN):
                self.concluding.forget(decision)
            raise

    async def _sit_out(self, decision: Decision, problem: Throttled) -> None:
        """Wait, then look at the door anew. Raises Changed where somebody else was there meanwhile."""
        request = decision.request
        await asyncio.sleep(problem.retry_after or 0.0)
        await self.checked("approve", request.case, request.knock, anyway=decision.anyway)

    async def _refused(self, request: Request, nook: Room) -> Problem:
        """Why the server did not allow it: they no longer ask, or we have lost the power."""
        for pause in (*_ON_ITS_WAY, 0.0):
            fresh = await self._session.gateway.member(nook.room_id, request.user)
            if fresh is None or fresh.membership != Membership.KNOCK or fresh.event_id != request.knock:
                return await self.over(nook, request.user, fresh)
            await self._session.refresh_state(nook.room_id)
            if not self._session.rooms[nook.room_id].power.may_decide(nook.me):
                message = f"You are no longer allowed to decide in {title(nook)}."
                return NotAllowed(message, "Nothing was done. Ask one of its facilitators.", code="not_allowed")
            await asyncio.sleep(pause)
        message = f"The server does not do this about {self.who(request)} just now."
        return Changed(message, "Nothing was done. Look at the desk again in a moment.", code="changed")

    async def _concluded(self, decision: Decision) -> Outcome:
        self.concluding.conclude(decision)
        await self._settled()
        return self.outcome(decision.request, decision.act)

    async def _settled(self) -> None:
        await self._session.outbox.flush(now=True)
        # The decision is made, and what is still to be said is noted: it goes out by itself.
        with contextlib.suppress(Problem):
            await self.concluding.tell()
        with contextlib.suppress(Problem):
            await self._session.sync_once()


def _come_back(who: str, problem: Throttled) -> Throttled:
    wait = problem.retry_after or 0.0
    hint = f"Nothing was done about {who}. Try again in about {wait:.0f} s; a claim of yours stays."
    return Throttled("The server asks to wait a moment.", hint, problem.retry_after, "throttled")
