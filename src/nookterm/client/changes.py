"""What is told after a commit, and to whom."""

from __future__ import annotations

from collections.abc import Callable

from nookterm.client.settings import Settings
from nookterm.domain.events import Event
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class RoomsChanged:
    """State, timeline or counts of these rooms are new in the store."""

    rooms: frozenset[RoomId]
    by_reading: bool = False
    """Nothing came: we have read further, that is all."""


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """A person looks at this room from now on; nothing in it need be new."""

    room: RoomId


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
    aloud: str = ""
    """Words for a note that the terminal shows; empty: its bell is enough."""


@dataclass(frozen=True, slots=True)
class News:
    """What a step of the sync brought, told once it is stored; also of an empty step."""

    events: tuple[Event, ...] = ()
    """What happened in rooms, in order."""
    late: tuple[Event, ...] = ()
    """What had come before and can be read only now."""
    invites: frozenset[RoomId] = frozenset()
    complete: bool = True
    """Whether nothing is left to fetch."""
    unbroken: bool = True
    """Whether it follows the step before; else much of it may have been here already."""


@dataclass(frozen=True, slots=True)
class QuietChanged:
    """Nothing calls from now on, or it does again."""


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


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """These settings hold from now on; `names` are the new ones. None is new: the file has a mistake, or had one."""

    settings: Settings
    names: frozenset[str]


Change = (
    RoomsChanged
    | RoomOpened
    | OutboxChanged
    | ConnectionChanged
    | Happened
    | Called
    | News
    | QuietChanged
    | TrustChanged
    | VerificationsChanged
    | KeysChanged
    | DraftMade
    | SettingsChanged
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
