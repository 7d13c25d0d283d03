"""Whether somebody sits in front of a room: then nothing new in it has to call them."""

from __future__ import annotations

import time
from collections.abc import Callable

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass

_IDLE = 60.0
"""Seconds without a key or the mouse after which a terminal that tells nothing of its focus counts as left alone."""


@dataclass(slots=True)
class Attention:
    """What the screen tells of one account. Each value is set in one step, from any thread."""

    room: RoomId | None = None
    """The open room."""
    in_view: bool = True
    """Whether its conversation is on the screen, not another panel or another account."""
    focus: bool | None = None
    """Whether the terminal has the keyboard; None: it does not tell."""
    touched: float | None = None
    """When a key was pressed or the mouse used last, by `tick`."""
    tick: Callable[[], float] = time.monotonic

    def touch(self) -> None:
        """A key, or the mouse: whoever uses them is there, whatever the terminal told last."""
        self.touched = self.tick()
        if self.focus is False:
            self.focus = True

    @property
    def here(self) -> bool:
        """Whether somebody is at the screen: it has the keyboard, or was used a moment ago where it does not tell."""
        if self.focus is not None:
            return self.focus
        return self.touched is not None and self.tick() - self.touched < _IDLE

    def sees(self, room_id: RoomId) -> bool:
        """Whether they have this room in front of them."""
        return self.here and self.in_view and room_id == self.room
