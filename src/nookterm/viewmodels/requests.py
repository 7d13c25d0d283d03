"""My requests: each one's state in plain words."""

from __future__ import annotations

from enum import StrEnum

from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Face, Notice


class Unsure(StrEnum):
    """What only the person who asked can say."""

    FACILITATOR = "facilitator"
    """Whether somebody is a facilitator there."""
    IDENTITY = "identity"
    """Whether to go on with another identity than before."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a request waits for: that its person says something about somebody."""

    user: UserId
    unsure: Unsure
    question: str
    """The whole question, with the full Matrix id."""
    yes: str
    shown: str = ""
    """The identity's key that the answer is bound to."""


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request of mine."""

    room_id: RoomId
    nook: str
    state: str
    """`sent`, `Ana asks`, `answers sent`, `welcome`, `declined`, ..."""
    meaning: str = ""
    age: str = ""
    words: tuple[str, ...] = ()
    """What is known, what will happen, what one can do."""
    can_withdraw: bool = False
    can_open: bool = False
    doubts: tuple[Doubt, ...] = ()
    """What it waits for; several where several people say that they ask for this nook."""
    talk: RoomId | None = None
    """The room of the request, where one is in it."""


@dataclass(frozen=True, slots=True)
class RequestsView:
    """All of them, open ones first."""

    lines: tuple[RequestLine, ...] = ()
    explains: str = (
        "Your answers stay on the machine where you wrote them until a facilitator of that nook asks for them. "
        "Nobody can be told anything while no client of theirs is open: a day without an answer means nothing."
    )
    face: Face = Face.LOADING
    notice: Notice | None = None
