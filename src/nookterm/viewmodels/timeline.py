"""The conversation: prepared rows, who can read, what can be written."""

from __future__ import annotations

from dataclasses import dataclass

from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.viewmodels.model import Face, Notice


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that is answered, in a line."""

    author: str
    colour: int
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A message, ready to draw. All text is safe text."""

    event_id: EventId
    author: str
    author_id: UserId
    colour: int
    """1-6 for other people, 0 for oneself."""
    time: str
    """`09:12`, by the reader's clock."""
    body: str
    first: bool = True
    """First of the author's run: shows time and name."""
    emote: bool = False
    quiet: bool = False
    """A notice: drawn in the soft tone."""
    role: str = ""
    """`facilitator`, or empty."""
    newcomer: bool = False
    quote: Quote | None = None
    edited: bool = False
    redacted: bool = False
    reactions: tuple[tuple[str, int, bool], ...] = ()
    """Key, count, whether one of them is ours."""
    replies: int = 0
    last_reply: str = ""
    mention: bool = False
    """It names the reader."""
    names: tuple[str, ...] = ()
    """Pieces of `body` that name people, to be drawn as pills (`@ana`)."""
    state: str = ""
    """Empty, `queued` or `failed`."""
    problem: str = ""
    """Why it was not sent, and when the next try is; for a queued one: what it waits for."""
    verified: bool = False
    """Somebody here compared keys with its author."""
    warning: str = ""
    """What is not proved about this message; empty when nothing is wrong."""
    attachment: str = ""
    """Name and size of a picture or file; the body is then its caption."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across: a day, what is new, a gap."""

    text: str
    meaning: str
    """day, new, gap."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A quiet line: people came or left, a message that cannot be read."""

    event_id: EventId
    time: str
    text: str
    locked: bool = False


Entry = Words | Rule | Aside


@dataclass(frozen=True, slots=True)
class Blocked:
    """What stands in the way of sending in a room. What is written stays; a key leads on."""

    kind: str
    """`device`: this one is not trusted. `changed`, `violated`: somebody's identity is another one."""
    headline: str
    short: str
    """The same for the composer's line."""
    safe: str
    user: UserId | None = None
    name: str = ""
    shown: str = ""
    """The new master key: a decision means this one and no later one."""
    question: str = ""
    """What is asked before going on unverified."""
    yes: str = ""


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The middle column."""

    room_id: RoomId | None = None
    title: str = ""
    purpose: str = ""
    size: str = ""
    """`34/60`, or `34 people` without a cap."""
    safety: str = ""
    """`encrypted`, `not encrypted`."""
    safe: bool = False
    trust: tuple[str, ...] = ()
    """How sure one can be of the devices in here, for the title, longest words first; empty while it is not known."""
    trust_warns: bool = False
    """Whether something is to be looked at."""
    blocked: Blocked | None = None
    """Why nothing is sent here."""
    exception: str = ""
    """`until 5 Dec`, where unsigned devices may take part."""
    may_except: bool = False
    """Whether we decide about that."""
    entries: tuple[Entry, ...] = ()
    at_start: bool = False
    """Whether the first entry is the room's beginning."""
    audience: str = ""
    """Who can read what is written here: `34 people can read this`."""
    leaves: bool = False
    """Whether what is written here leaves encryption."""
    can_write: bool = False
    why_not: str = ""
    """Why one cannot write, when one cannot."""
    draft: str = ""
    drafted: int = 0
    """How often the draft was written by something else than the composer."""
    editing: EventId | None = None
    answering: Quote | None = None
    thread: EventId | None = None
    """The message whose thread is shown instead of the room; what is written goes into it."""
    typing: str = ""
    people: tuple[tuple[str, UserId], ...] = ()
    """Names for completion: (name, id)."""
    face: Face = Face.EMPTY
    notice: Notice | None = None
