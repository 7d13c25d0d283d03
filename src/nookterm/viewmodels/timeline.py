"""The conversation: prepared rows, who can read, what can be written."""

from __future__ import annotations

from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.formatting.text import Text
from nookterm.viewmodels.model import Face, Notice


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that is answered, in a line."""

    author: str
    colour: int
    text: str


@dataclass(frozen=True, slots=True)
class PollLine:
    """One answer of a poll."""

    id: str
    text: str
    votes: int = 0
    share: float = 0.0
    """Its part of all voters, 0 to 1."""
    mine: bool = False
    best: bool = False
    """It has most votes, once the poll has ended."""


@dataclass(frozen=True, slots=True)
class PollView:
    """A poll as it stands."""

    question: str
    lines: tuple[PollLine, ...]
    note: str
    """`4 votes · you can choose 2`."""
    most: int = 1
    ended: bool = False
    hidden: bool = False
    """How it stands is not shown before it ends."""
    may_end: bool = False


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
    more_reactions: int = 0
    """How many kinds of reactions are not among these."""
    replies: int = 0
    last_reply: str = ""
    mention: bool = False
    """It names the reader, alone or with everybody."""
    everybody: bool = False
    """It calls everybody in the room."""
    names: tuple[str, ...] = ()
    """Pieces of `body` that name people, to be drawn as pills (`@ana`)."""
    formatted: Text | None = None
    """The same words with their form, where they have one. Its texts are as they came: safe only once drawn."""
    called: tuple[tuple[UserId, str], ...] = ()
    """What the people whom the formatted words mention are called in this room."""
    state: str = ""
    """Empty, `queued` or `failed`."""
    asked: str = ""
    """What it asks of the reader, and waits for."""
    problem: str = ""
    """Why it was not sent, and when the next try is; for a queued one: what it waits for."""
    verified: bool = False
    """Somebody here compared keys with its author."""
    warning: str = ""
    """What is not proved about this message; empty when nothing is wrong."""
    warned: bool = False
    """Whether a message above says the same of itself already, as many do that a backup gave back: a sign is enough."""
    attachment: str = ""
    """Name and size of a picture or file; the body is then its caption."""

    answers: EventId | None = None
    """The message that it answers, whether that is here or not."""
    poll: PollView | None = None
    """The poll that it began, in place of its words."""
    fresh: int = 0
    """How many of the answers in its thread are new to the reader."""
    pinned: bool = False
    seen: tuple[str, ...] = ()
    """People who have told that they have read up to here, and no further: `read by Bo, Dee`, else `read by 2`."""


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
    leads: RoomId | None = None
    """The room that Enter opens."""


Entry = Words | Rule | Aside


@dataclass(frozen=True, slots=True)
class Blocked:
    """What stands in the way of sending in a room. What is written stays; a key leads on."""

    kind: str
    """`device`: this one is not trusted. `changed`, `violated`: somebody's identity is another one. `closed`: the room
    goes on in a new one; `astray`: it names one that is in doubt."""
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
    may_redact: bool = False
    """Whether we may take back what others wrote."""
    entries: tuple[Entry, ...] = ()
    times: int = 5
    """Letters of the longest time, so that words begin in one column."""
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
    target: EventId | None = None
    """The message to which one went last."""
    jumps: int = 0
    """How often one went somewhere; another number means: go to `target`, or to the end where there is none."""
    past: bool = False
    """Whether newer messages are behind those that are shown."""
    markdown: bool = True
    """Whether what is written is read as Markdown."""
    typing: str = ""
    people: tuple[tuple[str, UserId], ...] = ()
    """Names for completion: (name, id)."""
    everybody: int = 0
    """How many others `@room` calls; 0 where one may not call everybody."""
    face: Face = Face.EMPTY
    notice: Notice | None = None
