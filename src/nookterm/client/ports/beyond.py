"""What only the server can do with rooms: put a new one in an old one's place, and search what is not encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Protocol

from nookterm.domain.events import Event
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class RoomVersions:
    """Which room versions a server can make."""

    default: str
    stable: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What a server found, newest first."""

    events: tuple[Event, ...]
    count: int = 0
    """How many there are in all, as the server estimates."""
    next: str | None = None
    """Where the next page begins; None at the end."""


class Upgrades(Protocol):
    """Room upgrades (spec: Room Upgrades)."""

    async def room_versions(self) -> RoomVersions:
        """What the server can make."""

    async def upgrade(self, room_id: RoomId, version: str, creators: Sequence[UserId] = ()) -> RoomId:
        """Put a new room in the place of this one, which is closed by it. Never asked twice by itself.

        `creators` found it with us (heeded from room version 12 on).
        """


class ServerSearch(Protocol):
    """The server's own search."""

    async def search_rooms(
        self, words: str, rooms: Sequence[RoomId], senders: Sequence[UserId], start: str | None, limit: int
    ) -> SearchPage:
        """Messages with all of these words in these rooms; the server reads the words.

        `senders`: only what they said; nobody named means everybody. Events of other rooms are dropped.
        """
