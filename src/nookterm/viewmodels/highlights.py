"""Highlights: the space's board by week, what is on its way, what I shared, and the form that shares messages."""

from __future__ import annotations

from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Face, Notice


@dataclass(frozen=True, slots=True)
class BoardItem:
    """A published highlight."""

    event_id: EventId
    nook: str
    body: str
    credit: str
    """Whose words; empty where nobody agreed to be named."""
    age: str
    week: str = ""
    """The heading it stands under: `This week`, `Week of 9 November`."""
    picture: str = ""
    """What there is to see, in a line; empty without one."""
    reactions: tuple[tuple[str, int, bool], ...] = ()
    """Key, count, whether one of them is ours."""
    by_reaction: bool = False
    """Somebody agreed by a reaction only."""
    altered: bool = False
    """Other clients show other words than these."""
    way_in: RoomId | None = None
    """The nook, where one may ask to join it from here."""
    mine: bool = False
    """It quotes us, or we asked for it."""
    can_withdraw: bool = False
    request: str = ""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """How one author stands to a highlight."""

    name: str
    words: str
    """`agreed, with their name · in nookterm`; `has not answered`."""
    meaning: str = "nook-quiet"
    why: str = ""
    """Why an answer that was given does not count."""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class ShareLine:
    """A highlight asked for: what it says, who has to agree, how far it got."""

    request: str
    """The short word."""
    nook: str
    author: str
    """Everybody whose words it has, in a line."""
    draft: str
    state: str
    meaning: str
    age: str
    audience: str
    """Who can read it where it is to go: `212 people, not encrypted, anyone can read the past`."""
    mine_to_answer: bool = False
    mine_to_publish: bool = False
    may_answer: bool = False
    """We said no, and may think better of it."""
    event_id: EventId | None = None
    """The request, in the nook."""
    room_id: RoomId | None = None
    asked_by: str = ""
    asked_audience: str = ""
    """Who could read it there when it was asked, where that was not the same."""
    wider: bool = False
    """More can read it now: a yes would not count."""
    answers: tuple[AnswerLine, ...] = ()
    quoted: int = 1
    """How many messages it is made of."""
    picture: str = ""
    expires: str = ""
    """`until 29 Nov`."""
    busy: str = ""
    """Who is publishing it right now."""
    mine: bool = False
    """It quotes us, or we asked for it."""
    over: bool = False
    """Declined, expired, taken back: nothing more comes of it."""
    can_withdraw: bool = False


@dataclass(frozen=True, slots=True)
class BegunLine:
    """Words that were typed for a highlight and asked of nobody yet."""

    room_id: RoomId
    events: tuple[EventId, ...]
    nook: str
    text: str


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A message that a draft is made of."""

    author: str
    colour: int
    time: str
    text: str


@dataclass(frozen=True, slots=True)
class PictureLine:
    """A picture that could go along."""

    event_id: EventId
    words: str
    """`kiln.jpg, 340 kB`."""


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A piece of a draft that could tell more than is meant."""

    piece: str
    """Exactly as it stands in the text."""
    start: int
    end: int
    """Characters from the beginning of the text."""
    kind: str
    """`name`, `id`, `link`, `mail`, `phone`, `third person`."""
    words: str
    """What it is, for people."""


@dataclass(frozen=True, slots=True)
class DraftLook:
    """What is to be said of a text as it stands now."""

    text: str
    """The text that was looked at."""
    flags: tuple[FlagLine, ...] = ()
    tells: tuple[str, ...] = ()
    """By what one could be recognised although unnamed."""
    trouble: str = ""
    """Why it could not be shared like this; empty where it could."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The form that shares messages: exact text, audience, who must say yes."""

    room_id: RoomId
    events: tuple[EventId, ...]
    nook: str
    authors: tuple[str, ...]
    """Everybody whose yes it needs, oneself as `you`."""
    text: str
    audience: str
    own: bool
    """All words are one's own: sharing is consent."""
    among: bool = False
    """Some of the words are one's own."""
    board: str = ""
    """The room it goes to."""
    quotes: tuple[QuotedLine, ...] = ()
    longest: int = 1500
    """Characters."""
    left: str = ""
    """What the limits still allow, in a line."""
    pictures: tuple[PictureLine, ...] = ()
    kept: str = ""
    """What was typed before and not sent; empty where nothing was."""
    look: DraftLook = DraftLook("")


@dataclass(frozen=True, slots=True)
class OriginView:
    """Where a highlight came from, as far as it can be proved here."""

    event_id: EventId
    proved: bool
    headline: str
    rows: tuple[tuple[str, str], ...] = ()
    """What, and its value."""
    sources: tuple[QuotedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A week of the board, to be told on."""

    key: str
    """`2026-W46`."""
    label: str
    count: int
    nooks: str
    """The nooks that shared something, in a line."""
    text: str = ""
    markdown: str = ""
    file: str = ""
    """Where one would write it."""


@dataclass(frozen=True, slots=True)
class HighlightsView:
    """The board and what is on its way."""

    waiting: tuple[ShareLine, ...] = ()
    """Newest first; what waits for us before the rest."""
    board: tuple[BoardItem, ...] = ()
    """Newest week first, a nook's together."""
    ended: tuple[ShareLine, ...] = ()
    """What we had a part in and nothing more comes of."""
    begun: tuple[BegunLine, ...] = ()
    weeks: tuple[WeekLine, ...] = ()
    room: str = ""
    audience: str = ""
    result: str = ""
    doing: str = ""
    """What takes its time right now; it can be stopped."""
    origin: OriginView | None = None
    """The last one that was asked for."""
    face: Face = Face.LOADING
    notice: Notice | None = None

    @property
    def asked(self) -> int:
        """How many wait for our yes."""
        return sum(1 for line in self.waiting if line.mine_to_answer)
