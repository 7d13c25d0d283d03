"""Highlights: the space's board, what waits for consent, and the form that shares one message."""

from __future__ import annotations

from dataclasses import dataclass

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.model import Face, Notice


@dataclass(frozen=True, slots=True)
class BoardItem:
    """A published highlight."""

    event_id: EventId
    nook: str
    body: str
    credit: str
    age: str
    can_withdraw: bool = False
    request: str = ""


@dataclass(frozen=True, slots=True)
class ShareLine:
    """A highlight on its way: asked for, consented, waiting."""

    request: str
    """The short word."""
    nook: str
    author: str
    draft: str
    state: str
    meaning: str
    age: str
    audience: str
    """`212 people, not encrypted, anyone can read the past`."""
    mine_to_answer: bool = False
    mine_to_publish: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The form that shares a message: exact text, audience, who must say yes."""

    room_id: RoomId
    event_id: EventId
    nook: str
    author: str
    text: str
    audience: str
    own: bool
    """The author is oneself: sharing is consent."""
    flagged: tuple[str, ...] = ()
    """Pieces of the text that look like names, ids, links, addresses, numbers."""


@dataclass(frozen=True, slots=True)
class HighlightsView:
    """The board and what is on its way."""

    waiting: tuple[ShareLine, ...] = ()
    board: tuple[BoardItem, ...] = ()
    room: str = ""
    audience: str = ""
    result: str = ""
    face: Face = Face.LOADING
    notice: Notice | None = None
