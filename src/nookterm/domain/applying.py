"""Requests of our own: what this machine remembers of each, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId

UNANSWERED_AFTER = timedelta(days=14)


class State(StrEnum):
    """Where a request of mine stands."""

    PREPARED = "prepared"
    SENT = "sent"
    ASKED = "asked"
    ANSWERED = "answered"
    WAITLISTED = "waitlisted"
    APPROVED = "approved"
    JOINED = "joined"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class MyRequest:
    """A request of mine, as this machine remembers it."""

    nook: RoomId
    name: str
    ref: str
    sent_at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    via: tuple[str, ...] = ()
    withdrawn: bool = False
    declined: bool = False
    """The answer was no: what was agreed to with this request no longer holds."""
    answered_in: RoomId | None = None
    """The vetting room that our answers went to."""
    asked_by: UserId | None = None


def is_open(mine: MyRequest) -> bool:
    """Whether a welcome to this request is taken up by itself."""
    return bool(mine.ref) and not mine.withdrawn and not mine.declined


def my_state(mine: MyRequest, membership: Membership, now: datetime) -> State:
    """Where a request of mine stands, given my membership in the nook."""
    if membership == Membership.JOIN:
        return State.JOINED
    if mine.declined:
        return State.DECLINED
    if membership == Membership.INVITE:
        return State.APPROVED
    if mine.withdrawn:
        return State.WITHDRAWN
    if membership in {Membership.LEAVE, Membership.BAN}:
        return State.DECLINED
    if mine.answered_in:
        return State.ANSWERED
    if mine.asked_by:
        return State.ASKED
    return State.UNANSWERED if now - mine.sent_at > UNANSWERED_AFTER else State.SENT
