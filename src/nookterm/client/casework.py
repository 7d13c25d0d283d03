"""What every act on a request begins and ends with: a fresh look at the door, and a word to the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from nookterm.client.errors import Changed, NotAllowed, Problem
from nookterm.client.queue import LISTED, Queue, called
from nookterm.domain.acts import knock_case
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Member, Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request, Verdict, check, request_act, waiting
from nookterm.domain.vocabulary import ACT
from nookterm.domain.votes import Votes

_WORD_COMES = timedelta(seconds=10)
"""How long the word of a facilitator about what they did may take to come here."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act on a case came to."""

    case: str
    by: UserId
    outcome: str
    nook: RoomId
    user: UserId | None = None
    """Whom it was about."""
    request: Request | None = None
    """For acts on a request to join: as it was read."""
    who: str = ""
    """How they are called on screen; of a case about nobody, what it is."""


class Casework(Queue):
    """The steps that acts on requests share."""

    async def find(self, case: str) -> Request:
        """A waiting request by its short word, fresh from the server. Raises as `locate`, or Changed if it is over."""
        nook, user = self.locate(case)
        fresh = await self.at_the_door(nook, user)
        request = self.request_now(nook, fresh)
        if request is None:
            raise await self.over(nook, user, fresh)
        return request

    def request_now(self, nook: Room, fresh: Member | None) -> Request | None:
        """The request that this knock is, among those that we know of; None where it is no knock."""
        if fresh is None or fresh.membership != Membership.KNOCK:
            return None
        acts = self.acts(nook)
        # Of the others only those matter who are before them in line: a thousand more may ask.
        listed = {act.user for act in acts if act.act == "waitlisted"} - {fresh.user}
        others = [nook.members[user] for user in sorted(listed) if user in nook.members]
        found = waiting(nook, (*others, fresh), acts, self._session.clock())
        return next((r for r in found if r.user == fresh.user), None)

    async def checked(self, decision: str, case: str, read: EventId | None, *, anyway: bool) -> tuple[Request, Room]:
        """The request and its nook, if the decision may still be made. Raises Changed or NotAllowed."""
        nook, user = self.locate(case)
        listed = self._session.store.recall(LISTED, case)
        # Of a line about a conflict the membership was read that it showed.
        knock = (listed.get("knock") or listed.get("event")) if listed else None
        seen = read or (EventId(str(knock)) if knock else None)
        fresh = await self.at_the_door(nook, user)
        # Looked up anew: power may have moved while we asked.
        nook = self._session.rooms[nook.room_id]
        request = self.request_now(nook, fresh)
        if request is None:
            raise await self.over(nook, user, fresh)
        verdict = check(decision, nook, request, fresh, seen, anyway=anyway)
        if verdict != Verdict.GO:
            raise self._stopped(verdict, request, nook)
        return request, nook

    async def over(self, nook: Room, user: UserId, fresh: Member | None) -> Problem:
        """What became of a request that no longer waits, and by whom."""
        await self._session.refresh_state(nook.room_id)
        now = self._session.rooms[nook.room_id]
        if not now.power.may_decide(now.me):
            return self.not_allowed(now)
        what = self.became(now, user, fresh or now.members.get(user))
        return Changed(what, "Nothing was done. Look at the desk again.", code="changed")

    def became(self, nook: Room, user: UserId, member: Member | None) -> str:
        """What became of somebody who asked, in a sentence."""
        who = shown_name(user, member.display_name if member else nook.name_of(user))
        by = self._by(nook, member) if member else ""
        match member.membership if member else None:
            case Membership.JOIN:
                return f"{who} is already in{by}."
            case Membership.INVITE:
                return f"{who} was already let in{by}."
            case Membership.BAN:
                return f"{who} was banned{by}."
            case Membership.LEAVE if by:
                return f"{who} no longer asks to join: declined{by}."
            case _:
                return f"{who} no longer asks to join: they took it back."

    def _by(self, nook: Room, member: Member) -> str:
        """` by Cy`, and ` by Cy, elsewhere` where they did it without a word to the other facilitators."""
        acts = [act for act in self.acts(nook) if act.case == knock_case(nook.room_id, member.user)]
        if member.sender == member.user:
            let_in = [act.sender for act in acts if act.act == "approved"]
            joined = member.membership == Membership.JOIN and let_in
            return f", let in by {self._name(nook, let_in[-1])}" if joined else ""
        ends = {Membership.INVITE: "approved", Membership.LEAVE: "declined", Membership.BAN: "banned"}
        said = any(act.sender == member.sender and act.act == ends.get(member.membership) for act in acts)
        late = self._session.clock() - member.since > _WORD_COMES
        return f" by {self._name(nook, member.sender)}" + (", elsewhere" if late and not said else "")

    def _name(self, nook: Room, user: UserId) -> str:
        return "you" if user == self._session.gateway.user_id else called(nook, user)

    def _stopped(self, verdict: Verdict, request: Request, nook: Room) -> Problem:
        who = self.who(request)
        match verdict:
            case Verdict.ANOTHER:
                return asked_again(who)
            case Verdict.HELD:
                return held(nook, request.holder)
            case Verdict.FULL:
                text = f"{title(nook)} is full: {request.size} of {request.cap}."
                hint = "Nothing was done. `waitlist` keeps a place for them; `--anyway` lets them in all the same."
                return Changed(text, hint, code="full")
            case Verdict.SECOND:
                hint = "Nothing was done. They say so with `vote`; `--anyway` goes on without, and is recorded."
                return Changed(_missing(nook, request.votes), hint, code="second_opinion")
            case Verdict.WITHDRAWN:
                text = f"{who} has taken the request back."
                return Changed(text, "Nothing was done. `decline` clears it away.", code="withdrawn")
            case Verdict.POWERLESS:
                return self.not_allowed(nook)
            case _:
                return Changed(f"{who} no longer asks to join.", "Nothing was done.", code="changed")

    def not_allowed(self, nook: Room) -> NotAllowed:
        """We lack the power for it, or have lost it."""
        text = f"You may not decide in {title(nook)}."
        return NotAllowed(text, "Nothing was done. Ask one of its facilitators.", code="not_allowed")

    def outcome(self, request: Request, outcome: str) -> Outcome:
        """What an act of ours on a request came to."""
        me = self._session.gateway.user_id
        return Outcome(request.case, me, outcome, request.nook, request.user, request, self.who(request))

    def record(self, request: Request, act: str, body: str, **more: object) -> None:
        """Queue an act for the other facilitators; nothing where they have no room. It leaves with the next flush."""
        nook = self._session.rooms[request.nook]
        self.tell_facilitators(nook, request_act(act, request, body, **more))

    def tell_facilitators(self, nook: Room, content: Mapping[str, Any]) -> None:
        """Queue a message for the facilitators' room, where there is one."""
        helpers = self.facilitators_room(nook)
        if helpers:
            self._session.outbox.queue(helpers.room_id, "m.room.message", content)

    async def send_and_see(self) -> None:
        """Let what was queued leave, and see it come back: who was first is told by the room."""
        await self._session.outbox.flush()
        await self._session.sync_once()

    def is_queued(self, case: str, act: str) -> bool:
        """Whether this act waits in the outbox, or has left it without its echo being here."""
        blocks = (row.what.content.get(ACT) for row in self._session.store.outgoing())
        return any(isinstance(b, Mapping) and (b.get("case"), b.get("act")) == (case, act) for b in blocks)

    def vetting_room(self, request: Request) -> Room | None:
        """The room in which this applicant is asked, where we are in it and it is what it says."""
        room = self._session.rooms.get(request.asked_in) if request.asked_in else None
        if room and room.membership == Membership.JOIN and room.encrypted and room.vets == (request.nook, request.user):
            return room
        return None


def asked_again(who: str) -> Changed:
    """Another request stands there than the one that was read."""
    text = f"{who} asked again since you looked."
    return Changed(text, "Nothing was done. Read the new request first.", code="changed")


def held(nook: Room, holder: UserId | None) -> Changed:
    """Somebody else is on it."""
    other = called(nook, holder) if holder else "Somebody"
    return Changed(f"{other} is on it.", "`--anyway` goes on all the same, and is recorded.", code="held")


def _missing(nook: Room, votes: Votes) -> str:
    """Who has to agree: `Foxes wants 2 facilitators to agree. With Ana, one more is needed: Cy or Dee.`."""
    me = nook.me
    agreed = ", ".join(called(nook, user) for user in dict.fromkeys((*votes.in_favour, me)))
    could = " or ".join(called(nook, user) for user in votes.could_help(me)) or "nobody else may decide there"
    missing = votes.missing(me)
    more = "one more is" if missing == 1 else f"{missing} more are"
    against = ", ".join(called(nook, user) for user in votes.against if user != me)
    but = f" Against it: {against}." if against else ""
    return f"{title(nook)} wants {votes.needed} facilitators to agree. With {agreed}, {more} needed: {could}.{but}"
