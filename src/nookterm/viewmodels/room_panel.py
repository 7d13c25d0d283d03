"""What every panel over one room shows alike: which room, how it stands, what is being done there and came of it."""

from __future__ import annotations

from dataclasses import KW_ONLY

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Face, Notice


@dataclass(frozen=True, slots=True)
class RoomView:
    """Something about a room. All of it safe text."""

    room_id: RoomId | None = None
    room: str = ""
    """What it is called."""
    _: KW_ONLY
    face: Face = Face.LOADING
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class ActsView(RoomView):
    """Something about a room that can be changed, too."""

    _: KW_ONLY
    working: str = ""
    """What is being done."""
    result: str = ""
    problem: str = ""
    leads_to: RoomId | None = None
    """The room into which what was done leads."""
