"""Requests of our own: what this machine remembers of each, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.knocking import Told, Word
from nookterm.domain.records import dataclass

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


class Hitch(StrEnum):
    """What stands in the way of a request of mine until somebody does something about it."""

    DEVICE = "device"
    """This device is not signed by us: nobody could ask it, or read what it answers."""
    UNKNOWN = "unknown"
    """Somebody asks of whom we do not know that they may: answers wait until we have said so."""
    IDENTITY = "identity"
    """Whoever asks has another identity than before, or the server shows none of theirs any more."""
    COMPANY = "company"
    """Somebody else is in the room of the request, who is no facilitator that we know of."""
    UNREADABLE = "unreadable"
    """No device of whoever asks is signed by them: nobody could read the answers."""
    INVITES = "invites"
    """Our own account turns invites away."""


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
    ending: bool = False
    """Taken back here, and the server has not taken it yet."""
    declined: bool = False
    """The answer was no: what was agreed to with this request no longer holds."""
    answered_in: RoomId | None = None
    """The vetting room that our answers went to."""
    asked_by: UserId | None = None
    sent: bool = True
    """Whether the server has taken it. Else it goes out when the server can be reached."""
    reason: str = ""
    """The public words, while they have not left."""
    questions: Mapping[str, str] = field(default_factory=dict)
    """What was asked when the answers were written, by id."""
    answered_at: datetime | None = None
    asked_in: RoomId | None = None
    """The room of this request, where a facilitator asks and tells."""
    confirmed: frozenset[UserId] = frozenset()
    """Whom we know to be facilitators there, although no space of ours says so."""
    word: Word | None = None
    """What a facilitator told us last."""
    answer_by_days: int = UNANSWERED_AFTER.days
    """Within how many days the nook means to answer."""
    earlier: frozenset[RoomId] = frozenset()
    """Rooms of earlier requests to the same nook: what is said there is not about this one."""
    written_to: UserId | None = None
    """Where one cannot ask at the door: the facilitator to whom we wrote instead."""

    @property
    def heard_at(self) -> datetime:
        """When something happened last."""
        return max(filter(None, (self.sent_at, self.answered_at, self.word.at if self.word else None)))


def is_open(mine: MyRequest) -> bool:
    """Whether a welcome to this request is taken up by itself."""
    return bool(mine.ref) and not mine.withdrawn and not mine.declined


def is_late(mine: MyRequest, now: datetime) -> bool:
    """Whether nothing was heard for longer than the nook means to take. A nook that set no days takes two weeks."""
    days = mine.answer_by_days
    return now - mine.heard_at > (timedelta(days=days) if days else UNANSWERED_AFTER)


def my_state(mine: MyRequest, membership: Membership, now: datetime, *, asks: bool = False) -> State:
    """Where a request of mine stands, given my membership in the nook; `asks`: somebody does whom we may not know."""
    if membership == Membership.JOIN:
        return State.JOINED
    if mine.declined:
        return State.DECLINED
    if membership == Membership.INVITE:
        return State.APPROVED
    if mine.withdrawn:
        return State.WITHDRAWN
    if not mine.sent and membership != Membership.KNOCK:
        return State.PREPARED
    if membership == Membership.BAN or (membership == Membership.LEAVE and not mine.written_to):
        return State.DECLINED
    return _while_waiting(mine, now, asks=asks)


def _while_waiting(mine: MyRequest, now: datetime, *, asks: bool) -> State:
    match mine.word.state if mine.word else None:
        case Told.APPROVED | Told.BLOCKED:
            return State.APPROVED
        case Told.DECLINED:
            return State.DECLINED
        case Told.WAITLISTED:
            return State.WAITLISTED
    if mine.answered_in and not mine.written_to:
        return State.ANSWERED
    if mine.asked_by or asks:
        return State.ASKED
    return State.UNANSWERED if is_late(mine, now) else State.SENT
