"""What somebody who is invited will be able to read of the past, said before anybody agrees to it."""

from __future__ import annotations

from datetime import datetime

from nookterm.domain.records import dataclass

SHARING = frozenset({"shared", "world_readable"})
"""History visibilities under which the past may be given to newcomers."""


@dataclass(frozen=True, slots=True)
class Past:
    """The encrypted messages of a room that are on this device, as far as a newcomer is concerned."""

    allowed: bool
    """Whether the room's rule lets the past be given away at all."""
    messages: int = 0
    """How many a newcomer would be able to read."""
    since: datetime | None = None
    """When the oldest of them was sent."""
    closed: int = 0
    """How many stay closed to them: said while the room kept its past, or by people whose apps do not share."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to give."""
        return not self.allowed or self.messages == 0


def past_words(past: Past) -> str:
    """Say what handing over the past means, in a sentence or two."""
    if not past.allowed:
        return "This room keeps its past to itself: newcomers read what is said from their invite on."
    if past.messages == 0:
        return "There is nothing to hand over: no key on this device is one that newcomers may have."
    since = f", the oldest of {past.since:%Y-%m-%d}" if past.since else ""
    what = f"{_messages(past.messages)} of what was said before{since}"
    verb = "stays" if past.closed == 1 else "stay"
    stays = f" {_messages(past.closed)} of it {verb} closed to them." if past.closed else ""
    return f"They will be able to read {what}. That cannot be taken back.{stays}"


def _messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"
