"""One room in the list: what of it calls, whether it is a favourite or read, and where one goes on from there."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Protocol

from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Told
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.room_panel import RoomView

LEVELS = {
    Level.ALL: "Every message calls you",
    Level.MENTIONS: "Only messages that name you",
    Level.MUTE: "Nothing: muted",
}
"""What a level means to its reader."""


@dataclass(frozen=True, slots=True)
class MenuLine:
    """Something that can be done about a room. All of it safe text."""

    word: str
    """A level, a mark (`favourite`, `up`, `down`, `low`, `read`, `unread`), or `settings`, `address`, `leave_room`."""
    label: str
    on: bool | None = None
    """Whether it holds; None: it is no state."""
    note: str = ""
    """What to know before."""


@dataclass(frozen=True, slots=True)
class RoomMenuView(RoomView):
    """What can be done about a room."""

    _: KW_ONLY
    lines: tuple[MenuLine, ...] = ()
    address: str = ""
    """What `address` copies."""


class RoomMenuPanel(Panel[RoomMenuView], Protocol):
    """One room of the list, or all of them."""

    async def open(self, room_id: RoomId | None) -> bool:
        """Show what can be done about a room, or about the open one. False where we are in no such room."""

    async def do(self, word: str, room_id: RoomId | None = None) -> Told:
        """Do it with a room, or with the open one.

        `word`: a level, `level` (the next one), `read`, `unread`, or `favourite` and `low`, alone the other way round
        than it is, else with `on` or `off` behind a blank. A favourite moves `up`, `down`, `first`, `last`.
        """

    async def to_read(self) -> int:
        """How many rooms have something new."""

    async def read_all(self) -> Told:
        """Take all rooms for read."""
