"""The rows of the left column as plain values, and which of them are shown: folded headings, what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Face, Notice

FAVOURITES, LOW = "favourites", "low"
"""Keys of the headings that tags make."""


class RowKind(StrEnum):
    """What a row of the tree is; picks its glyph and what Enter does."""

    DESK = "desk"
    HIGHLIGHTS = "highlights"
    REQUESTS = "requests"
    DIRECTORY = "directory"
    TRUST = "trust"
    HEADING = "heading"
    SPACE = "space"
    NOOK = "nook"
    ROOM = "room"
    PERSON = "person"
    OPEN = "open"
    """A nook that one can ask to join."""
    INVITE = "invite"


INSIDE = frozenset({RowKind.NOOK, RowKind.ROOM, RowKind.PERSON, RowKind.SPACE})
"""Rows of rooms that we are in."""


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row. `key` is stable over updates: the row's kind, or its room."""

    key: str
    kind: RowKind
    label: str
    room_id: RoomId | None = None
    depth: int = 0
    unread: int = 0
    """New messages that call."""
    mentions: int = 0
    waiting: int = 0
    """A count in the colour of waiting (desk, requests)."""
    note: str = ""
    """A word at the right: full, asked, asleep."""
    waits: bool = False
    """Whether `note` is about waiting."""
    quiet: int = 0
    """New messages that do not call, by the room's level."""
    level: Level = Level.ALL
    marked: bool = False
    """Marked as unread by hand."""
    tag: str = ""
    """`favourites`, `low`, or nothing."""
    section: str = ""
    """The key of the heading that it stands under."""

    @property
    def calls(self) -> bool:
        """Whether somebody who looks for what is new goes here."""
        return bool(self.unread or self.mentions or self.marked)

    @property
    def is_new(self) -> bool:
        """Whether there is something new, quiet news too, but for those of a muted room."""
        return self.calls or bool(self.quiet and self.level is not Level.MUTE)


@dataclass(frozen=True, slots=True)
class TreeView:
    """The whole column."""

    title: str = "nookterm"
    subtitle: str = ""
    rows: tuple[TreeRow, ...] = ()
    face: Face = Face.LOADING
    notice: Notice | None = None
    folded: frozenset[str] = field(default=frozenset({LOW}))
    """Headings whose rows are not shown."""
    sort: str = "place"
    """By what rooms are sorted under their headings."""


class Which(StrEnum):
    """Which rooms are shown."""

    ALL = "all"
    UNREAD = "unread"
    MENTIONS = "mentions"
    FAVOURITES = "favourites"
    PEOPLE = "people"
    NOOKS = "nooks"

    def fits(self, row: TreeRow) -> bool:
        """Whether a room is one of them."""
        match self:
            case Which.UNREAD:
                return row.is_new or row.kind is RowKind.INVITE
            case Which.MENTIONS:
                return bool(row.mentions)
            case Which.FAVOURITES:
                return row.tag == FAVOURITES
            case Which.PEOPLE:
                return row.kind is RowKind.PERSON
            case Which.NOOKS:
                return row.kind is RowKind.NOOK
            case _:
                return True


def shown(view: TreeView, which: Which = Which.ALL, letters: str = "", also: str = "") -> tuple[TreeRow, ...]:
    """The rows to draw. Where something is looked for, folded headings hide nothing.

    `also`: a row that is shown although its heading is folded, the open room's.
    """
    wanted = letters.strip().casefold()
    if which is Which.ALL and not wanted:
        return tuple(row for row in view.rows if row.key == also or row.section not in view.folded)
    fitting = [row for row in view.rows if row.room_id and which.fits(row) and wanted in row.label.casefold()]
    under = {row.section for row in fitting}
    kept = {row.key for row in fitting}
    return tuple(row for row in view.rows if (row.key in under if row.kind is RowKind.HEADING else row.key in kept))


def nothing_fits(which: Which, letters: str) -> tuple[str, str]:
    """What to say where no room fits, and how to see all of them again."""
    whose = {
        Which.ALL: "No room",
        Which.UNREAD: "Nothing new",
        Which.MENTIONS: "Nobody named you",
        Which.FAVOURITES: "No favourite",
        Which.PEOPLE: "No conversation of two",
        Which.NOOKS: "No nook",
    }[which]
    typed = letters.strip()
    words = f"{whose}{f' with “{typed}”' if typed else ''}."
    return words, "Esc shows all rooms."


def beneath(rows: tuple[TreeRow, ...], heading: str) -> TreeRow:
    """A folded heading's row: what is under it, added up, so that nothing new is hidden."""
    under = [row for row in rows if row.section == heading]
    found = next(row for row in rows if row.key == heading and row.kind is RowKind.HEADING)
    return TreeRow(
        found.key,
        found.kind,
        found.label,
        depth=found.depth,
        unread=sum(row.unread for row in under),
        mentions=sum(row.mentions for row in under),
        marked=any(row.marked for row in under),
        quiet=sum(row.quiet for row in under if row.level is not Level.MUTE),
        note=str(len(under)),
    )


def kept(view: TreeView) -> dict[str, Any]:
    """The column for the next start, as JSON."""
    return {
        "title": view.title,
        "subtitle": view.subtitle,
        "rows": [[getattr(row, name) for name in TreeRow.__slots__] for row in view.rows],
        "folded": sorted(view.folded),
        "sort": view.sort,
    }


def recalled(content: Mapping[str, Any]) -> TreeView:
    """The column as it was kept. Raises KeyError, TypeError, ValueError where that makes no sense (any more)."""
    folded = content.get("folded")
    return TreeView(
        str(content.get("title")),
        str(content.get("subtitle")),
        tuple(_rows(content["rows"])),
        Face.CONTENT,
        folded=frozenset(map(str, folded)) if isinstance(folded, list) else TreeView().folded,
        sort=str(content.get("sort", "place")),
    )


def _rows(listed: list[list[Any]]) -> Iterator[TreeRow]:
    names = TreeRow.__slots__
    for values in listed:
        told = dict(zip(names, values, strict=False))
        told["kind"] = RowKind(told["kind"])
        told["level"] = Level(told.get("level", Level.ALL))
        yield TreeRow(**told)
