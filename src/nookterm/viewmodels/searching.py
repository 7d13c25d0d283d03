"""What the search screen shows and may ask; how a line that is being typed is completed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from nookterm.domain.found_words import Piece
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.panel import Panel

FILTERS: tuple[tuple[str, str], ...] = (
    ("from:", "who said it: a name, an id, or me"),
    ("in:", "a room, or a space with all its rooms"),
    ("is:", "mention: it names you · unread: you have not seen it"),
    ("has:", "file, image, video, audio or link"),
    ("before:", "2026-03-21, 2026-03, 2026, yesterday, 7d, 2w"),
    ("after:", "from that day on"),
    ("on:", "that day, month or year"),
)
"""Each filter with what it means."""
WORDS: tuple[tuple[str, str], ...] = (
    ("heron sta", "words that begin so, in any order"),
    ('"the heron"', "exactly these words"),
    ("-night", "without this word"),
)
"""What can be written beside filters."""
MENTION, UNREAD = "mention", "unread"
_DATES = ("today", "yesterday", "7d", "2w")
_VALUES = {"has": ("file", "image", "video", "audio", "link"), "is": (MENTION, UNREAD)}
_LAST = re.compile(r'(?:([a-z]+):)?([^\s"]*)$', re.IGNORECASE)
_LAST_QUOTED = re.compile(r'(?:([a-z]+):)?("[^"]*)$', re.IGNORECASE)
_MOST = 5


@dataclass(frozen=True, slots=True)
class Names:
    """Whom and what a line may name."""

    people: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the end of a line could become."""

    text: str
    """In place of what is being typed."""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A message that was found, or a room with something new."""

    key: str
    room_id: RoomId
    event_id: EventId | None
    room: str
    author: str
    when: str
    pieces: tuple[Piece, ...]
    note: str = ""
    """`in a thread`, `3 new`."""
    doubt: str = ""
    """Why it may not be from whom it says."""
    calls: bool = False
    """Whether it names us."""
    away: bool = False
    """We are not in this room any more."""
    server: bool = False
    """The server found it; it is not on this disk."""
    said_at: datetime | None = None
    """When it was said; what was found here and there stands in one order by it."""


@dataclass(frozen=True, slots=True)
class Near:
    """A message of those around a hit."""

    author: str
    when: str
    pieces: tuple[Piece, ...]
    """With line breaks."""
    hit: bool = False


@dataclass(frozen=True, slots=True)
class SearchView:
    """A line, and what was found for it."""

    line: str = ""
    """What the rows answer."""
    rows: tuple[Found, ...] = ()
    more: bool = False
    """Whether older ones may be found."""
    reached: str = ""
    """How far back was looked, where that is not everything."""
    looking: bool = False
    hint: str = ""
    """What is not right yet at the end of the line."""
    names: Names = Names()
    near: tuple[Near, ...] = ()
    near_to: str = ""
    """The row that `near` is about."""
    server: str = ""
    """What asking the server means, where it could be asked: `also ask the server: 3 rooms ...`."""
    asking: bool = False
    """Whether the server is looking."""
    face: Face = Face.EMPTY
    notice: Notice | None = None


class SearchPanel(Panel[SearchView], Protocol):
    """Finding messages on this disk. No server is asked before somebody wishes it."""

    async def begin(self) -> None:
        """See whom and what a line may name."""

    async def look(self, line: str, *, settled: bool = False) -> None:
        """Find what a line means; `settled`: it is not being typed any more, so that what is wrong with it is said.

        A newer line puts an older one that is still looked for aside.
        """

    async def more(self) -> None:
        """Find older ones, too."""

    async def ask_server(self) -> None:
        """Have the server look, too, in rooms that are not encrypted; again: for older ones."""

    async def around(self, key: str) -> None:
        """What was said before and after a row."""

    async def line_in(self, room_id: RoomId | None) -> str:
        """The line to begin with for finding something in one room."""


def last_piece(line: str) -> tuple[int, str, str]:
    """What is being typed at the end of a line: where it begins, its filter (may be empty), its words."""
    match = (_LAST_QUOTED if line.count('"') % 2 else _LAST).search(line)
    if match is None:
        return len(line), "", ""
    return match.start(), (match[1] or "").lower(), match[2]


def is_open(line: str) -> bool:
    """Whether a line ends with a filter that may not be whole yet."""
    _, key, _ = last_piece(line)
    return bool(key) and any(f"{key}:" == name for name, _ in FILTERS)


def suggestions(line: str, names: Names) -> tuple[Suggestion, ...]:
    """What the end of a line could become, best first; every filter where nothing is being typed."""
    _, key, typed = last_piece(line)
    if not key:
        fitting = [(name, about) for name, about in FILTERS if name.startswith(typed.lower())]
        return tuple(Suggestion(name, about if typed else "") for name, about in fitting)
    values = {"from": ("me", *names.people), "in": names.rooms, **_VALUES}.get(key, ())
    if key in {"before", "after", "on"}:
        values = _DATES
    wanted = typed.strip('"').casefold()
    begin = [value for value in values if value.casefold().startswith(wanted)]
    inside = [value for value in values if wanted in value.casefold() and value not in begin]
    return tuple(Suggestion(f"{key}:{quoted(value)}") for value in (*begin, *inside)[:_MOST])


def completed(line: str, suggestion: Suggestion) -> str:
    """The line with a suggestion at its end, ready to be typed on."""
    start, _, _ = last_piece(line)
    return f"{line[:start]}{suggestion.text}" + ("" if suggestion.text.endswith(":") else " ")


def quoted(value: str) -> str:
    """A value as it is written behind a filter."""
    return f'"{value}"' if any(map(str.isspace, value)) else value


def sayable(names: Sequence[str]) -> tuple[str, ...]:
    """Names in the order of the alphabet, each once."""
    return tuple(sorted(dict.fromkeys(names), key=str.casefold))
