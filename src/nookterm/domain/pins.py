"""Pinned messages: which ones a room names, and the list as it is after pinning one or letting one go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.domain.ids import EventId

Json = Mapping[str, Any]

PINS = "m.room.pinned_events"
MOST = 100
"""Pins that are looked at, the newest; clients disagree on how many there may be."""


def read_pins(content: Json) -> tuple[EventId, ...]:
    """The pinned messages, in the order in which they were pinned, each once."""
    given = content.get("pinned")
    ids = [name for name in given if isinstance(name, str) and name.startswith("$")] if isinstance(given, list) else []
    return tuple(EventId(name) for name in dict.fromkeys(reversed(ids)))[:MOST][::-1]


def toggled(pins: tuple[EventId, ...], event: EventId) -> dict[str, list[EventId]]:
    """The content of a new `PINS`: with this message as the newest pin, or without it where it is pinned."""
    if event in pins:
        return {"pinned": [pin for pin in pins if pin != event]}
    return {"pinned": [*pins, event]}
