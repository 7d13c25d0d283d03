"""The desk's people who wait: whoever asks to join, whom nobody answers, whom nobody let in, on whom two disagree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from nookterm.domain.cases import case_word
from nookterm.domain.conflicts import Clash, Conflict
from nookterm.domain.desk import Item, Kind
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.room import Member, Room
from nookterm.domain.vetting import Request

SILENT_AFTER = timedelta(days=7)
"""How long somebody who was asked may take before the desk says so."""
INVITE_WAITS = timedelta(days=14)
_CLASHES = {
    Clash.DECISIONS: "two facilitators decided otherwise",
    Clash.IS_IN: "was turned away, and is in all the same",
    Clash.IS_OUT: "was let in, and removed at about the same time",
    Clash.STILL_ASKS: "was decided about, and the room still shows the request",
}


def people_items(
    nook: Room, requests: Iterable[Request], conflicts: Iterable[Conflict], now: datetime
) -> tuple[Item, ...]:
    """Every line about people who wait at one nook, in no order. Who is in conflict has no second line for asking."""
    asking, clashes = {r.user: r for r in requests}, {c.user: c for c in conflicts}
    found = [_conflict(clash, asking.get(user)) for user, clash in clashes.items()]
    found += [ask_item(request) for user, request in asking.items() if user not in clashes]
    found += [item for request in asking.values() if (item := _nudge(nook, request, now))]
    found += _slot(nook, asking.values())
    return (*found, *invite_items(nook, now))


def ask_item(request: Request) -> Item:
    """The line of a request to join."""
    return Item(
        case=request.case,
        kind=Kind.ASK,
        room=request.nook,
        since=request.since,
        user=request.user,
        event=request.knock,
        why=_standing(request),
        quote=request.reason,
        holder=request.holder,
        held_until=request.held_until,
        folded=request.is_folded,
        place=request.place,
        request=request,
    )


def _standing(request: Request) -> str:
    """Why the line is where it is."""
    if request.withdrawn:
        return "took it back; their server has not told"
    if request.cooling_until:
        return f"was declined, and asks again before {request.cooling_until:%Y-%m-%d}"
    if request.blocked_at:
        return "was let in, and takes no invites"
    return "waits for a place" if request.place else "asks to join"


def _conflict(clash: Conflict, request: Request | None) -> Item:
    return Item(
        case=clash.case,
        kind=Kind.CONFLICT,
        room=clash.nook,
        since=clash.since,
        user=clash.user,
        event=clash.member_event,
        why=_CLASHES[clash.clash],
        holder=clash.holder,
        held_until=clash.held_until,
        request=request,
        details={
            "clash": str(clash.clash),
            "membership": str(clash.membership),
            "decided": " ".join(f"{act.act}:{act.sender}" for act in clash.acts),
            **({"by": clash.by} if clash.by else {}),
        },
    )


def _nudge(nook: Room, request: Request, now: datetime) -> Item | None:
    """Somebody was asked and says nothing, or answered and hears nothing."""
    days = nook.charter.answer_by_days if nook.charter else 0
    if request.withdrawn or request.cooling_until or request.waitlisted_at:
        return None
    if request.answered_at and days and now - request.answered_at >= timedelta(days=days):
        return _about(request, Kind.NUDGE, request.answered_at, "answered, and nobody has decided")
    if request.asked_at and not request.answered_at and now - request.asked_at >= SILENT_AFTER:
        return _about(request, Kind.NUDGE, request.asked_at, "was asked, and has not answered")
    return None


def _slot(nook: Room, requests: Iterable[Request]) -> list[Item]:
    """A line for the first on the wait-list while a place is free."""
    waiting = sorted((r.place, r.user, r) for r in requests if r.place and not r.withdrawn)
    free = None if nook.cap is None else nook.cap - nook.size
    if not waiting or (free is not None and free <= 0):
        return []
    request = waiting[0][2]
    gone = [member.since for member in nook.who(Membership.LEAVE, Membership.BAN)]
    since = max([request.waitlisted_at or request.since, *gone])
    return [_about(request, Kind.SLOT, since, "is next on the wait-list, and a place is free")]


def _about(request: Request, kind: Kind, since: datetime, why: str) -> Item:
    """A line about a request beside its own; what is done about it is done by the request's own word."""
    details = {"case": request.case, **({"asked_in": request.asked_in} if request.asked_in else {})}
    return Item(
        case=case_word(str(kind), request.nook, request.user),
        kind=kind,
        room=request.nook,
        since=since,
        user=request.user,
        event=request.knock,
        why=why,
        place=request.place if kind == Kind.SLOT else None,
        request=request,
        details=details,
    )


def invite_items(nook: Room, now: datetime) -> tuple[Item, ...]:
    """A line for each invite that nobody took up for two weeks."""
    return tuple(_invite(nook, m) for m in nook.who(Membership.INVITE) if now - m.since >= INVITE_WAITS)


def _invite(nook: Room, member: Member) -> Item:
    user: UserId = member.user
    return Item(
        case=case_word(str(Kind.INVITE), nook.room_id, user),
        kind=Kind.INVITE,
        room=nook.room_id,
        since=member.since,
        user=user,
        event=member.event_id,
        why="was invited, and has not come",
        details={"by": member.sender},
    )
