"""What a room says of the one before it and the one after it: who closed it, with which words, and for where."""

from __future__ import annotations

from collections.abc import Mapping

from nookterm.domain.events import Json
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass

TOMBSTONE = "m.room.tombstone"
_LONGEST_ID = 255
"""Characters of an id (spec: Identifiers)."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A room was closed. Nothing here proves that the other room knows of it."""

    by: UserId
    successor: RoomId | None
    """Where it goes on, as whoever closed it says; None where it only ended."""
    words: str = ""
    """Their words, as they came: to be shown through `safe_text` only."""


def read_closing(content: Json, sender: UserId | None) -> Closing | None:
    """What a tombstone says (spec: Room Upgrades); None without one, or where it was emptied."""
    if sender is None or not content:
        return None
    words = content.get("body")
    return Closing(sender, _room_id(content.get("replacement_room")), words if isinstance(words, str) else "")


def read_predecessor(create: Json) -> RoomId | None:
    """The room that this one says it goes on from (`predecessor` of `m.room.create`); its own word, unproved."""
    found = create.get("predecessor")
    return _room_id(found.get("room_id")) if isinstance(found, Mapping) else None


def _room_id(value: object) -> RoomId | None:
    """A room id as it may stand there; version 12 ids name no server."""
    whole = isinstance(value, str) and value.startswith("!") and 1 < len(value) <= _LONGEST_ID
    return RoomId(str(value)) if whole else None
