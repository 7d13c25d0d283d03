"""Where decisions about a person contradict each other, or the room: for humans to look at, never settled by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from nookterm.domain.acts import Act, holder, knock_case, requests_acts, since_end
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Member, Room

SETTLES_IN = timedelta(minutes=1)
"""How long a room may take to show what was decided: servers tell each other, and clients hear of it by and by."""
SAME_TIME = timedelta(minutes=10)
"""A change of the room within this time after a decision was not made in its knowledge."""
_YES = frozenset({"approved"})
_NO = frozenset({"declined", "banned"})
_IN = frozenset({Membership.JOIN, Membership.INVITE})


class Clash(StrEnum):
    """What does not fit together."""

    DECISIONS = "decisions"
    """Two facilitators decided otherwise about the same request."""
    IS_IN = "is in"
    """They were turned away, and are in or invited."""
    IS_OUT = "is out"
    """They were let in, and somebody removed them at about the same time."""
    STILL_ASKS = "still asks"
    """It was decided, and the room still shows the request."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A case on which people have to agree."""

    nook: RoomId
    user: UserId
    case: str
    clash: Clash
    acts: tuple[Act, ...]
    """The decisions in question, oldest first; the last is what was meant to hold."""
    membership: Membership
    """What the room says they are now."""
    member_event: EventId | None
    by: UserId | None
    """Who made them that."""
    since: datetime
    holder: UserId | None = None
    held_until: datetime | None = None


def conflicts(nook: Room, acts: Iterable[Act], now: datetime) -> tuple[Conflict, ...]:
    """The conflicts of one nook, oldest first, for those who may decide there. A `settled` act ends one."""
    if nook.membership != Membership.JOIN or not nook.power.may_decide(nook.me):
        return ()
    found: list[Conflict] = []
    for user, about in requests_acts(nook, acts, now).items():
        settled = [place for place, act in enumerate(about) if act.act == "settled"]
        open_acts = about[settled[-1] + 1 :] if settled else about
        conflict = _conflict(nook, user, open_acts, now)
        if conflict:
            found.append(conflict)
    return tuple(sorted(found, key=lambda c: (c.since, c.case)))


def _conflict(nook: Room, user: UserId, acts: tuple[Act, ...], now: datetime) -> Conflict | None:
    decisions = [act for act in acts if act.act in _YES | _NO]
    if not decisions:
        return None
    last, member = decisions[-1], nook.members.get(user)
    against = [act for act in decisions if act.knock and act.knock == last.knock and (act.act in _YES) != _is_yes(last)]
    clash = Clash.DECISIONS if against else _with_room(last, member, now)
    if clash is None:
        return None
    held = holder(since_end(acts), now)
    return Conflict(
        nook=nook.room_id,
        user=user,
        case=knock_case(nook.room_id, user),
        clash=clash,
        acts=(*against, last),
        membership=member.membership if member else Membership.LEAVE,
        member_event=member.event_id if member else None,
        by=member.sender if member else None,
        since=last.at,
        holder=held[0] if held else None,
        held_until=held[1] if held else None,
    )


def _is_yes(act: Act) -> bool:
    return act.act in _YES


def _with_room(last: Act, member: Member | None, now: datetime) -> Clash | None:
    """What the room says against the last decision; None where it agrees, or has moved on since."""
    if member is None or now - last.at < SETTLES_IN:
        return None
    if member.membership == Membership.KNOCK:
        return Clash.STILL_ASKS if last.knock == member.event_id else None
    if member.since > last.at + SAME_TIME or (member.sender == last.sender and member.since > last.at):
        return None
    if _is_yes(last):
        turned_out = member.membership in {Membership.LEAVE, Membership.BAN} and member.sender != member.user
        return Clash.IS_OUT if turned_out else None
    return Clash.IS_IN if member.membership in _IN else None
