"""Sessions and trust: which devices speak for us, whom we met, what keeps our keys, and what is to look at."""

from __future__ import annotations

from enum import StrEnum

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Face, Notice


class LineKind(StrEnum):
    """What a line is about."""

    DEVICE = "device"
    PERSON = "person"
    KEYS = "keys"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class TrustLine:
    """One line. All text is safe text."""

    key: str
    """Stable over updates."""
    kind: LineKind
    name: str
    about: str = ""
    """What follows the name: `this one`, `new, since today`, a Matrix id."""
    state: str = ""
    meaning: str = ""
    """A theme's `nook-*` name or empty."""
    when: str = ""
    words: tuple[str, ...] = ()
    """What it means and what one can do, a sentence each."""
    look: bool = False
    """Whether somebody should look at it."""
    actions: tuple[str, ...] = ()
    """Ids of the commands that work on this line: `trust.compare`, `trust.sign_out`, ..."""
    subject: str = ""
    """A device id or a Matrix id, as the intents want it."""
    shown: str = ""
    """The master key that this line shows: who accepts it accepts this one and no later one."""
    here: bool = False
    """Whether it is the device that runs here."""
    barred: bool = False
    room_id: RoomId | None = None


@dataclass(frozen=True, slots=True)
class TrustGroup:
    """Lines of one sort."""

    title: str
    lines: tuple[TrustLine, ...]


@dataclass(frozen=True, slots=True)
class Working:
    """Something that takes a while."""

    text: str
    done: int = 0
    total: int = 0
    """0 where it is not known."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The server wants to know that it is really us."""

    what: str
    """What it is about: `Sign out Phone`."""
    user: str
    link: str = ""
    """A page on which one says yes; empty where the password is asked for."""
    tries: int = 0
    """Answers before this one, all of them wrong."""


@dataclass(frozen=True, slots=True)
class TrustView:
    """The whole place."""

    groups: tuple[TrustGroup, ...] = ()
    to_look_at: int = 0
    ask: Ask | None = None
    working: Working | None = None
    result: str = ""
    """What the last act came to."""
    face: Face = Face.LOADING
    notice: Notice | None = None


def find_line(view: TrustView, key: str) -> TrustLine | None:
    """A line by its key."""
    return next((line for group in view.groups for line in group.lines if line.key == key), None)
