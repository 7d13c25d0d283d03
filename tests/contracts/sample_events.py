"""Events for the tests of the store, with as few words as possible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nookterm.domain.events import Event, Message, Payload, Trust
from nookterm.domain.ids import EventId, RoomId, UserId

ROOM = RoomId("!nook:river.example")
ANA = UserId("@ana:river.example")
BEN = UserId("@ben:river.example")
START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def event(
    name: str,
    payload: Payload | str = "",
    *,
    room: RoomId = ROOM,
    sender: UserId = ANA,
    minute: int = 0,
    encrypted: bool = True,
    trust: Trust = Trust.SIGNED,
) -> Event:
    """An event `$name`; a string is the body of a text message."""
    said = Message("text", payload or name) if isinstance(payload, str) else payload
    return Event(EventId(f"${name}"), room, sender, START + timedelta(minutes=minute), said, encrypted, trust)


def names(events: tuple[Event, ...]) -> list[str]:
    """The ids without their dollar."""
    return [event.event_id[1:] for event in events]
