"""How a room's door stands for a reader: who can read in it, how sure that is, whether one may write."""

from __future__ import annotations

from typing import TypedDict

from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_names
from nookterm.domain.room import Room
from nookterm.viewmodels.safety import Tone
from nookterm.viewmodels.status import WHY_READ_ONLY
from nookterm.viewmodels.words import people


class Door(TypedDict):
    """Fields of a `TimelineView`."""

    size: str
    safety: str
    safe: bool
    trust: tuple[str, ...]
    trust_warns: bool
    audience: str
    leaves: bool
    can_write: bool
    may_redact: bool
    why_not: str
    everybody: int


def door(room: Room, sure: Tone, *, read_only: bool) -> Door:
    """Who can read here, and whether we may write."""
    joined = len(room.who(Membership.JOIN))
    reads = people(joined) + (" can read this" if room.encrypted else ", not encrypted")
    return Door(
        size=f"{room.size}/{room.cap}" if room.cap else people(joined),
        safety="encrypted" if room.encrypted else "not encrypted",
        safe=room.encrypted,
        trust=sure.words,
        trust_warns=sure.warns,
        audience=reads,
        leaves=not room.encrypted,
        can_write=not _why_not(room, read_only=read_only),
        may_redact=room.power.of(room.me) >= room.power.redact,
        why_not=_why_not(room, read_only=read_only),
        everybody=joined - 1 if room.power.may_call_everybody(room.me) else 0,
    )


def _why_not(room: Room, *, read_only: bool) -> str:
    """Why we may not write; empty where we may."""
    if read_only:
        return f"Read-only: {WHY_READ_ONLY}."
    if room.membership != Membership.JOIN:
        return "You are not in here."
    if room.closing is not None:
        # What is written in a closed room goes along into the next one; that it is not sent is said elsewhere.
        return ""
    return "" if room.power.may_send(room.me) else "You may read here, not write."


def people_here(room: Room) -> tuple[tuple[str, UserId], ...]:
    """Names for completion, with whose they are."""
    names = shown_names(room.who(Membership.JOIN, Membership.INVITE))
    return tuple(
        sorted(((name, user) for user, name in names.items() if user != room.me), key=lambda p: p[0].casefold())
    )
