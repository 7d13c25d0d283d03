"""The left column: what waits for you, then nooks, other rooms, people, and what is open to ask."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nookterm.domain.ids import RoomId
from nookterm.viewmodels.model import Face, Notice


class RowKind(StrEnum):
    """What a row of the tree is; picks its glyph and what Enter does."""

    DESK = "desk"
    HIGHLIGHTS = "highlights"
    REQUESTS = "requests"
    DIRECTORY = "directory"
    HEADING = "heading"
    SPACE = "space"
    NOOK = "nook"
    ROOM = "room"
    PERSON = "person"
    OPEN = "open"
    """A nook that one can ask to join."""
    INVITE = "invite"


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row. `key` is stable over updates: the row's kind, or its room."""

    key: str
    kind: RowKind
    label: str
    room_id: RoomId | None = None
    depth: int = 0
    unread: int = 0
    mentions: int = 0
    waiting: int = 0
    """A count in the colour of waiting (desk, requests)."""
    note: str = ""
    """A word at the right: full, asked, asleep."""
    waits: bool = False
    """Whether `note` is about waiting."""


@dataclass(frozen=True, slots=True)
class TreeView:
    """The whole column."""

    title: str = "nookterm"
    subtitle: str = ""
    rows: tuple[TreeRow, ...] = ()
    face: Face = Face.LOADING
    notice: Notice | None = None
