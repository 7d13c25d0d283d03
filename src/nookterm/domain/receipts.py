"""Read receipts: how far others say that they have read, which of two of them counts, and who has read a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from nookterm.domain.ids import EventId, UserId
from nookterm.domain.records import dataclass

MAIN = "main"
"""In place of a thread: what is in no thread."""

Place = Callable[[EventId], int | None]
"""Where an event stands in its room: a number that grows, None where it is not here."""


class Telling(StrEnum):
    """To whom we tell how far we have read."""

    OFF = "off"
    """Nobody: not even the server, and so no other device of ours."""
    PRIVATE = "private"
    """Our server and our other devices."""
    PUBLIC = "public"
    """Everybody in the room."""


_OPEN = (Telling.OFF, Telling.PRIVATE, Telling.PUBLIC)


def narrower(one: Telling, other: Telling) -> Telling:
    """The one of which fewer hear."""
    return min(one, other, key=_OPEN.index)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Somebody says that they have read up to an event."""

    user: UserId
    event_id: EventId
    thread: EventId | str | None
    """None: it holds for the whole room; `MAIN`: for what is in no thread; else the root of the thread it is about."""
    at: datetime

    def concerns(self, thread: EventId | None) -> bool:
        """Whether it says something of a thread, or with None of what is in no thread."""
        return self.thread is None or self.thread == (MAIN if thread is None else thread)


def is_newer(before: Receipt | None, now: Receipt, place: Place) -> bool:
    """Whether a receipt takes the place of the one that is kept: it never moves anybody back.

    What both are about is in the room's order; where one of them is not here (yet, or any more) their times decide.
    """
    if before is None:
        return True
    if before.event_id == now.event_id:
        return False
    old, new = place(before.event_id), place(now.event_id)
    return new > old if old is not None and new is not None else now.at > before.at


def merged(kept: Iterable[Receipt], came: Iterable[Receipt], place: Place) -> tuple[Receipt, ...]:
    """Those of the receipts that came which are new: one for each person and thread."""
    newest = {(receipt.user, receipt.thread): receipt for receipt in kept}
    new: dict[tuple[UserId, EventId | str | None], Receipt] = {}
    for receipt in came:
        key = (receipt.user, receipt.thread)
        if is_newer(newest.get(key), receipt, place):
            newest[key] = new[key] = receipt
    return tuple(new.values())


def stand(receipts: Iterable[Receipt], place: Mapping[EventId, int]) -> Mapping[UserId, int]:
    """How far down everybody stands, of those whose receipts are about something that has a place."""
    found: dict[UserId, int] = {}
    for receipt in receipts:
        here = place.get(receipt.event_id)
        if here is not None and here > found.get(receipt.user, -1):
            found[receipt.user] = here
    return found
