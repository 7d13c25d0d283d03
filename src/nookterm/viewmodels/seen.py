"""Who has read a message, and what is told of our own reading and writing: the values shown, what a screen may ask."""

from __future__ import annotations

from typing import Protocol

from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.records import dataclass

NOT_MEANT = (
    "Only people who tell everybody how far they have read can stand here. Who is missing may have read it all the "
    "same: many tell nobody but their own devices, and some nobody at all."
)
"""What the list does not mean."""


@dataclass(frozen=True, slots=True)
class SeenBy:
    """Somebody who has read a message. Safe text."""

    name: str
    when: str
    """`19 Nov 10:02`, or `by 19 Nov 10:02` for those who have read on since."""
    wrote: bool = False
    """They told nothing, but wrote something after it."""


@dataclass(frozen=True, slots=True)
class SeenView:
    """Who has read up to a message. Safe text."""

    author: str
    text: str
    sent: str
    people: tuple[SeenBy, ...] = ()
    """In the order of their times."""
    shown: bool = True
    """Whether receipts of others are shown on this machine."""
    own: str = ""
    """Who hears how far we have read here."""


class SeenPanel(Protocol):
    """About the open room."""

    async def who(self, event_id: EventId | None) -> SeenView | None:
        """Who has read up to a message, None: to the newest one. None where there is no such message here."""

    async def put(self, word: str) -> str:
        """Who hears of our reading in this room: `public`, `private`, `off`; `default`: as everywhere; else how it is.

        Returns what is to be said.
        """

    def due(self, room_id: RoomId, *, writing: bool) -> bool:
        """Whether `write` has something to tell. Quick: asked at each key."""

    async def write(self, room_id: RoomId, *, writing: bool) -> None:
        """Somebody is writing in a room, or is not any more."""
