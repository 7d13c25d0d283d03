"""Find a nook: the cards of a space, and the form that asks to join one."""

from __future__ import annotations

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Face, Notice


@dataclass(frozen=True, slots=True)
class AskQuestion:
    """A question of the form; `longest` in characters."""

    id: str
    text: str
    longest: int


@dataclass(frozen=True, slots=True)
class Card:
    """A nook as one sees it from the space."""

    room_id: RoomId
    name: str
    purpose: str
    who_belongs: str
    members: int
    cap: int | None
    way_in: str
    """`+ ask to join`, `you are in`, `asked 2 d ago`, `by invite`, `open`."""
    way_meaning: str = ""
    note: str = ""
    can_ask: bool = False
    can_join: bool = False
    questions: tuple[AskQuestion, ...] = ()
    readers: tuple[tuple[str, str, str], ...] = ()
    """Who reads what when one asks: (glyph word, text, meaning)."""


@dataclass(frozen=True, slots=True)
class DirectoryView:
    """The directory of a space."""

    space: str = ""
    cards: tuple[Card, ...] = ()
    summary: str = ""
    face: Face = Face.LOADING
    notice: Notice | None = None
