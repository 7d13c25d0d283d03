"""My requests: each one's state in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from nookterm.domain.ids import RoomId
from nookterm.viewmodels.model import Face, Notice


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


@dataclass(frozen=True, slots=True)
class RequestsView:
    """All of them, open ones first."""

    lines: tuple[RequestLine, ...] = ()
    explains: str = "Your answers stay on this machine until a facilitator of that nook asks for them."
    face: Face = Face.LOADING
    notice: Notice | None = None
