"""What is told after a commit, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nookterm.domain.ids import RoomId, UserId


@dataclass(frozen=True, slots=True)
class RoomsChanged:
    """State, timeline or counts of these rooms are new in the store."""

    rooms: frozenset[RoomId]


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """Something was queued, sent, echoed or failed."""

    rooms: frozenset[RoomId]


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """`phase` is starting, live, offline or signed out; `detail` says why and when the next try is."""

    phase: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that a person may want to know although it was not their doing."""

    text: str
    room: RoomId | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """Something new waits for a person who may sit elsewhere, and wished to be called for it. Names nobody."""

    text: str


@dataclass(frozen=True, slots=True)
class TrustChanged:
    """What is known of these people's identities, or was decided about them, is new."""

    people: frozenset[UserId]


@dataclass(frozen=True, slots=True)
class VerificationsChanged:
    """These verifications (by their transactions) began, went on or ended."""

    flows: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeysChanged:
    """Room keys came, or more of them are in the backup, or what is known of the backup is new."""


@dataclass(frozen=True, slots=True)
class DraftMade:
    """Words to begin with were added to what is being written in a room."""

    room: RoomId


Change = (
    RoomsChanged
    | OutboxChanged
    | ConnectionChanged
    | Happened
    | Called
    | TrustChanged
    | VerificationsChanged
    | KeysChanged
    | DraftMade
)


class Changes:
    """Hands each change to everyone who listens, in the order of the commits."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners: list[Callable[[Change], None]] = []

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` with each change, on the engine's thread. Returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def tell(self, change: Change) -> None:
        """Tell everyone."""
        for listener in tuple(self._listeners):
            listener(change)
