"""Formatted words as typed values: whatever a stranger's markup was, past this module there is none left."""

from __future__ import annotations

from dataclasses import field
from enum import Flag, auto

from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.formatting.code import Pieces


class Mark(Flag):
    """How letters are set apart."""

    NONE = 0
    BOLD = auto()
    ITALIC = auto()
    STRIKE = auto()
    UNDERLINE = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the web or of a mailbox."""

    url: str
    """Printable ASCII, the host in the form that names are looked up by."""
    host: str
    """Where it truly leads: the host, or the address of a mailbox."""
    plain: bool = True
    """Whether the address begins with its host; False where it has a user's name before it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is mentioned. Drawn by the name that the room has for them, never by the words of the link."""

    user: UserId


@dataclass(frozen=True, slots=True)
class Place:
    """A room, or a message in one."""

    room: str
    """An id or an alias."""
    event: str = ""


@dataclass(frozen=True, slots=True)
class Emoji:
    """Somebody's own emoji (MSC2545), by its name; the words of its run are that name, as often as it stands there."""

    address: str
    """Where its picture lies (`mxc://`); it is not encrypted."""
    name: str
    """`:celadon:`, as it came."""


Address = Link | Person | Place
"""What leads somewhere."""
Target = Address | Emoji


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that look alike and lead to the same place. The text is as it came: nothing in it is safe to show yet."""

    text: str
    marks: Mark = Mark.NONE
    target: Target | None = None
    spoiler: int = 0
    """Which spoiler it is in, counted from 1; 0 outside."""
    colour: str = ""
    """`#rrggbb` as its author wished; empty where they wished none. Kept as data (docs/adr/0016)."""
    ground: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words; a newline in them is a line break that was meant."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, from 1, the greatest, to 6."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Quoted:
    """What somebody else said, or what is set apart like that."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None
    """The number of the first item; None where there are bullets."""


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code, blanks and all."""

    text: str
    language: str = ""
    pieces: Pieces = ()
    """The text in pieces of one kind each; empty where it was not taken apart."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; all rows have as many as the longest."""

    head: tuple[Runs, ...]
    """Empty where there is none."""
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is shown on wish, and what is said of it before."""

    summary: Runs
    blocks: tuple[Block, ...]


Block = Paragraph | Heading | Quoted | Listing | Code | Table | Line | Details


@dataclass(frozen=True, slots=True)
class Text:
    """A whole message. Two are equal when they were read from the same words."""

    source: str
    blocks: tuple[Block, ...] = field(compare=False)
    spoilers: tuple[str, ...] = field(default=(), compare=False)
    """Why the letters of spoiler 1, 2, ... are hidden; empty where nobody said."""
    people: tuple[UserId, ...] = field(default=(), compare=False)
    """Who is mentioned, each once."""
    emoji: tuple[str, ...] = field(default=(), compare=False)
    """Addresses of the own emoji in it, each once; more than a few of them are names only."""
