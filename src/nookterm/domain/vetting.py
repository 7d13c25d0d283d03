"""Who asks to come in, and whether a decision still means what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from nookterm.domain.acts import Act, act_content, holder, knock_case, live_acts
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.knocking import ref_in, without_ref
from nookterm.domain.room import Member, Room


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

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many."""
        return self.cap is not None and self.size >= self.cap


def request_act(act: str, request: Request, body: str, **more: Any) -> dict[str, Any]:
    """The message that records an act on a request; `more`: further fields of its block."""
    return act_content(act, request.case, request.nook, body, user=request.user, knock=request.knock, **more)


def waiting(nook: Room, knocks: Iterable[Member], acts: Iterable[Act], now: datetime) -> tuple[Request, ...]:
    """The requests at one nook, longest wait first. Empty for those who may not decide there."""
    if nook.membership != Membership.JOIN or not nook.power.may_decide(nook.me):
        return ()
    known, size = tuple(acts), nook.size
    found = [
        _request(nook, member, live_acts(nook, member.user, known, now), now, size)
        for member in knocks
        if member.membership == Membership.KNOCK
    ]
    return tuple(sorted(found, key=lambda request: (request.since, request.user)))


def _request(nook: Room, member: Member, acts: tuple[Act, ...], now: datetime, size: int) -> Request:
    held = holder(acts, now)
    asked = [act.room for act in acts if act.act == "asked" and act.room]
    dossiers = [act.answers for act in acts if act.act == "dossier"]
    return Request(
        case=knock_case(nook.room_id, member.user),
        nook=nook.room_id,
        user=member.user,
        display_name=member.display_name,
        since=member.since,
        knock=member.event_id,
        reason=without_ref(member.reason),
        ref=ref_in(member.reason),
        holder=held[0] if held else None,
        held_until=held[1] if held else None,
        asked_in=asked[-1] if asked else None,
        answers=dossiers[-1] if dossiers else {},
        size=size,
        cap=nook.cap,
    )


class Verdict(StrEnum):
    """Whether a decision may go on after the fresh re-read."""

    GO = "go"
    GONE = "gone"
    """They no longer ask: joined, were invited, left or withdrew."""
    ANOTHER = "another"
    """They asked anew since; read that first."""
    HELD = "held"
    """Another facilitator is on it."""
    FULL = "full"
    POWERLESS = "powerless"


def check(
    decision: str, nook: Room, request: Request, fresh: Member | None, read: EventId | None, *, anyway: bool = False
) -> Verdict:
    """Whether `approve` or `decline` may be done, given the membership as the server has it now.

    `read` is the knock that the person saw (None: whatever is there now). A decline of somebody who is in can never
    come out as GO, so it never removes a member.
    """
    me = nook.me
    if fresh is None or fresh.membership != Membership.KNOCK:
        return Verdict.GONE
    if read is not None and fresh.event_id != read:
        return Verdict.ANOTHER
    allowed = nook.power.may_invite(me) if decision == "approve" else nook.power.may_kick(me, request.user)
    if not allowed:
        return Verdict.POWERLESS
    if request.holder not in (None, me) and not anyway:
        return Verdict.HELD
    if decision == "approve" and request.is_full and not anyway:
        return Verdict.FULL
    return Verdict.GO


def reveals(nook: Room) -> str:
    """What approving shows a newcomer of the past, in a sentence."""
    words = {
        "joined": "New members see messages from the moment they join.",
        "invited": "New members see messages from their invite on.",
        "shared": "New members' apps may be handed everything said here so far.",
        "world_readable": "Anyone can read everything said here.",
    }
    return words.get(nook.history, "What new members see of the past is not known.")
