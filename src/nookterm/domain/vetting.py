"""Who asks to come in, and whether a decision still means what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from nookterm.domain.acts import TERMINAL, Act, act_content, holder, knock_case, requests_acts, since_end
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.knocking import WITHDRAWN, ref_in, without_ref
from nookterm.domain.letters import letter_room
from nookterm.domain.outcomes import Earlier, cooling_until, earlier_ends
from nookterm.domain.records import dataclass
from nookterm.domain.room import Member, Room
from nookterm.domain.votes import Votes, nobody_yet, votes_on


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody waits at a nook's door."""

    case: str
    nook: RoomId
    user: UserId
    display_name: str | None
    since: datetime
    knock: EventId
    """The very knock that was read; a decision is bound to it."""
    reason: str = ""
    ref: str | None = None
    holder: UserId | None = None
    held_until: datetime | None = None
    asked_in: RoomId | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    cap: int | None = None
    asked_by: UserId | None = None
    """Who opened the vetting room."""
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    """When the answers were brought to the facilitators' room."""
    waitlisted_at: datetime | None = None
    place: int | None = None
    """The place on the wait-list, from 1; None for those who are not on it."""
    votes: Votes = field(default_factory=Votes)
    blocked_at: datetime | None = None
    """When letting this very request in failed because they take no invites."""
    earlier: tuple[Earlier, ...] = ()
    """How earlier requests of theirs ended, oldest first."""
    cooling_until: datetime | None = None
    """Set aside until then: they were declined a short while ago."""
    withdrawn: bool = False
    """They took it back, and only their server has not told: nothing is left but to clear it away."""

    @property
    def letter(self) -> RoomId | None:
        """The room in which they wrote to us, where one cannot ask at the door."""
        return letter_room(self.knock)

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many."""
        return self.cap is not None and self.size >= self.cap

    @property
    def is_folded(self) -> bool:
        """Whether it is set aside: on the wait-list of a nook that is full, cooling down, or withdrawn."""
        return self.withdrawn or self.cooling_until is not None or (self.waitlisted_at is not None and self.is_full)


def request_act(act: str, request: Request, body: str, **more: Any) -> dict[str, Any]:
    """The message that records an act on a request; `more`: further fields of its block."""
    return act_content(act, request.case, request.nook, body, user=request.user, knock=request.knock, **more)


def waiting(nook: Room, knocks: Iterable[Member], acts: Iterable[Act], now: datetime) -> tuple[Request, ...]:
    """The requests at one nook, longest wait first. Empty for those who may not decide there."""
    if nook.membership != Membership.JOIN or not nook.power.may_decide(nook.me):
        return ()
    about, terms = requests_acts(nook, acts, now), _Terms.of(nook)
    found = [
        _request(nook, member, about.get(member.user, ()), now, terms)
        for member in knocks
        if member.membership == Membership.KNOCK and not _is_answered_letter(member, about.get(member.user, ()))
    ]
    return _placed(sorted(found, key=lambda request: (request.since, request.user)), about)


def _is_answered_letter(member: Member, about: tuple[Act, ...]) -> bool:
    """Whether this is a letter, whose room stays, and it was decided about."""
    return letter_room(member.event_id) is not None and any(
        act.act in TERMINAL and act.knock == member.event_id for act in about
    )


def _placed(requests: Iterable[Request], about: Mapping[UserId, tuple[Act, ...]]) -> tuple[Request, ...]:
    """The same with their places on the wait-list: by the act that put them there, however old their request."""
    found = tuple(requests)
    listed = [(_waitlisting(about.get(r.user, ())), r.user) for r in found if r.waitlisted_at and not r.withdrawn]
    line = sorted((act.at, act.event_id, user) for act, user in listed if act)
    places = {user: number for number, (_, _, user) in enumerate(line, 1)}
    return tuple(replace(r, place=places[r.user]) if r.user in places else r for r in found)


def _waitlisting(acts: tuple[Act, ...]) -> Act | None:
    """The act that put them on the wait-list: the first since the last end, so that saying it twice costs no place."""
    return next((act for act in since_end(acts) if act.act == "waitlisted"), None)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What is the same for all requests at one nook: worked out once, however many ask."""

    size: int
    cap: int | None
    cooldown_days: int
    votes: Votes

    @classmethod
    def of(cls, nook: Room) -> _Terms:
        days = nook.charter.cooldown_days if nook.charter else 0
        return cls(nook.size, nook.cap, days, nobody_yet(nook))


def _request(nook: Room, member: Member, about: tuple[Act, ...], now: datetime, terms: _Terms) -> Request:
    acts = since_end(about)
    held = holder(acts, now)
    asked, dossiers = _asked_and_answered(member, acts)
    blocked = [act.at for act in acts if act.act == "blocked" and act.knock == member.event_id]
    listed = _waitlisting(about)
    reason = without_ref(member.reason)
    earlier = earlier_ends(about, member.event_id)
    return Request(
        case=knock_case(nook.room_id, member.user),
        nook=nook.room_id,
        user=member.user,
        display_name=member.display_name,
        since=member.since,
        knock=member.event_id,
        reason=reason,
        ref=ref_in(member.reason),
        holder=held[0] if held else None,
        held_until=held[1] if held else None,
        asked_in=asked[-1].room if asked else letter_room(member.event_id),
        answers=dossiers[-1].answers if dossiers else {},
        size=terms.size,
        cap=terms.cap,
        asked_by=asked[-1].sender if asked else None,
        asked_at=asked[-1].at if asked else None,
        answered_at=dossiers[-1].at if dossiers else None,
        waitlisted_at=listed.at if listed else None,
        votes=votes_on(terms.votes, member.event_id, acts),
        blocked_at=blocked[-1] if blocked else None,
        earlier=earlier,
        cooling_until=cooling_until(earlier, terms.cooldown_days, now),
        withdrawn=reason == WITHDRAWN,
    )


def _asked_and_answered(member: Member, acts: tuple[Act, ...]) -> tuple[list[Act], list[Act]]:
    """Who opened which room for this very request, and the answers that came from there.

    Who took a request back and asks anew is asked anew: their client knows the room of the other request no more.
    """
    if letter_room(member.event_id):
        return [], [act for act in acts if act.act == "dossier" and act.knock == member.event_id]
    ref = ref_in(member.reason)
    asked: list[Act] = []
    dossiers: list[Act] = []
    of_this = True
    for act in acts:
        if act.act == "asked" and act.room:
            of_this = ref is None or act.ref in (None, ref)
            asked = [*asked, act] if of_this else []
            dossiers = dossiers if of_this else []
        elif act.act == "dossier" and of_this:
            dossiers.append(act)
    return asked, dossiers


class Verdict(StrEnum):
    """Whether a decision may go on after the fresh re-read."""

    GO = "go"
    GONE = "gone"
    """They no longer ask: joined, were invited, left or withdrew."""
    ANOTHER = "another"
    """They asked anew since; read that first."""
    WITHDRAWN = "withdrawn"
    """They took it back: letting them in would be an invite that nobody asked for."""
    POWERLESS = "powerless"
    HELD = "held"
    """Another facilitator is on it."""
    FULL = "full"
    SECOND = "second_opinion"
    """The charter asks for more facilitators to be for it."""


DECISIONS = ("approve", "decline", "ban", "waitlist", "vote")


def check(
    decision: str, nook: Room, request: Request, fresh: Member | None, read: EventId | None, *, anyway: bool = False
) -> Verdict:
    """Whether a decision may be made, given the membership as the server has it now.

    `decision` is one of `DECISIONS`; `read` the knock that the person saw (None: whatever is there now). Only somebody
    who asks at this moment can be decided about, so a decline never removes a member.
    """
    if fresh is None or fresh.membership != Membership.KNOCK:
        return Verdict.GONE
    if read is not None and fresh.event_id != read:
        return Verdict.ANOTHER
    if request.withdrawn and decision not in {"decline", "ban"}:
        return Verdict.WITHDRAWN
    if not _may(decision, nook, request.user):
        return Verdict.POWERLESS
    return Verdict.GO if anyway or decision == "vote" else _advised(decision, request, nook.me)


def _advised(decision: str, request: Request, me: UserId) -> Verdict:
    """What speaks against it, though it could be done."""
    if request.holder not in (None, me):
        return Verdict.HELD
    if decision == "approve" and request.is_full:
        return Verdict.FULL
    return Verdict.SECOND if decision == "approve" and request.votes.missing(me) else Verdict.GO


def _may(decision: str, nook: Room, user: UserId) -> bool:
    me, power = nook.me, nook.power
    if decision == "decline":
        return power.may_kick(me, user)
    if decision == "ban":
        return power.of(me) >= power.ban and power.of(me) > power.of(user)
    return power.may_invite(me)


def reveals(nook: Room) -> str:
    """What approving shows a newcomer of the past, in a sentence."""
    words = {
        "joined": "New members see messages from the moment they join.",
        "invited": "New members see messages from their invite on.",
        "shared": "New members' apps may be handed everything said here so far.",
        "world_readable": "Anyone can read everything said here.",
    }
    return words.get(nook.history, "What new members see of the past is not known.")
