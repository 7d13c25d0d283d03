"""The desk: a facilitator's queue over all nooks, the case under the cursor, and what is asked of it."""

from __future__ import annotations

from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Face, Notice


@dataclass(frozen=True, slots=True)
class Note:
    """What a facilitator said about a case: a vote, words with a decision."""

    who: str
    words: str
    age: str = ""
    mark: str = ""
    """`for`, `against`, or empty."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything that a decision needs, in the right column."""

    name: str
    user_id: UserId
    asked: str
    """`asked 2 h ago`."""
    nook: str
    members: int
    cap: int | None
    facts: tuple[tuple[str, str, str], ...] = ()
    """What, value, meaning (a `nook-*` name or empty)."""
    reason: str = ""
    """The plain-text words that came with the request, or the message that a line is about."""
    answers: tuple[tuple[str, str], ...] = ()
    """Question and answer."""
    reveals: str = ""
    """What approving shows of the past."""
    warnings: tuple[str, ...] = ()
    """What to know before deciding: whose name it looks like, who was turned away before."""
    unsigned: str = ""
    """Asking this person takes an exception for them: what that means, in a sentence."""
    title: str = "asks to join"
    """What stands before the nook's name."""
    quoting: str = "In their words"
    """What stands above `reason`."""
    notes: tuple[Note, ...] = ()
    needs: str = ""
    """`1 of 2 approvals`: what is still missing before somebody is let in; empty where nothing is."""
    why: tuple[str, ...] = ()
    """Why it is here, in sentences; may hold words of others."""
    ways: tuple[str, ...] = ()
    """What one can do about it, in sentences of ours; `{desk.open}` stands for a command's key."""


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One line of the queue."""

    case: str
    kind: str
    """ask, share, hello, ..."""
    who: str
    what: str
    """` -> glaze-lab`, `joined glaze-lab`: what follows the name."""
    state: str = ""
    """`yours`, `Cy is on it`, `waits for Bo`, `nook is full`."""
    state_meaning: str = ""
    age: str = ""
    nook_id: RoomId | None = None
    detail: Detail | None = None
    actions: tuple[str, ...] = ()
    """Ids of the commands that work on this line: desk.approve, desk.decline, desk.claim, desk.publish, ..."""
    read: str = ""
    """The very request or event that this line shows; what is decided is bound to it."""
    nook: str = ""
    """The nook's name, for finding it."""
    user_id: UserId | None = None
    server: str = ""
    fold: str = ""
    """Why it is set aside (`cooling down`, `on the wait-list`, `snoozed`, `withdrawn`); empty where it is not."""
    mine: bool = False
    """Whether this account is on it."""
    held: str = ""
    """Who else is on it."""
    full: bool = False
    """Whether one more would be too many in its nook."""
    stands_out: bool = False
    """Whether it is to be seen by itself although many wait from the same server."""
    opens: RoomId | None = None
    """The room that `open` shows: the vetting room, the nook, the report's room."""
    event: EventId | None = None
    """The message in that room that it is about."""
    draft: str = ""
    """Words to begin with, for a human to change and send."""


@dataclass(frozen=True, slots=True)
class DeskGroup:
    """Lines of one sort."""

    title: str
    lines: tuple[DeskLine, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants done about a case, bound to what they read of it."""

    act: str
    """approve, decline, waitlist, ban, claim, vet, message, snooze, wake, hand_over, vote, clean, settle, fix, ..."""
    case: str
    read: str = ""
    """`DeskLine.read`; empty: what is known now."""
    words: str = ""
    to: str = ""
    """For `hand_over`: to whom."""
    number: int = 0
    """`vote`: 1 or -1. `snooze`: days."""
    shared: bool = False
    """`snooze`: for every facilitator."""
    anyway: bool = False
    """Although another is on it, or it is full, or no device is signed: the person was asked, and said so."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of a batch: what is to be done, or why it is left out, and in the end what it came to."""

    line: DeskLine
    why_not: str = ""
    result: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The same for several cases: shown before it begins, while it runs, and when it is over."""

    act: str
    title: str
    """`Approve 12 people`."""
    rows: tuple[Planned, ...]
    words: str = ""
    days: int = 0
    shared: bool = False

    @property
    def meant(self) -> tuple[DeskLine, ...]:
        """The lines about which something would be done."""
        return tuple(row.line for row in self.rows if not row.why_not)


@dataclass(frozen=True, slots=True)
class Progress:
    """A batch that runs or has run."""

    plan: Plan
    done: int
    running: bool
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision in its undo bar: not made yet."""

    case: str
    text: str
    """`Approving Bob into glaze-lab`."""
    seconds_left: int
    seconds: int
    cases: frozenset[str] = frozenset()
    """All of them, where it is about several."""

    def has(self, case: str) -> bool:
        """Whether this case is being decided."""
        return case == self.case or case in self.cases


@dataclass(frozen=True, slots=True)
class Door:
    """A nook's door: whether people can ask to join, and whether we may change that."""

    nook_id: RoomId
    nook: str
    is_open: bool
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk."""

    groups: tuple[DeskGroup, ...] = ()
    summary: str = ""
    """`8 open · longest wait 1 d`."""
    since: str = ""
    """`based on history since ...`, where that matters."""
    pending: Pending | None = None
    result: str = ""
    """What the last act came to; empty before the first."""
    face: Face = Face.LOADING
    notice: Notice | None = None
    progress: Progress | None = None
    helpers: tuple[tuple[RoomId, tuple[tuple[UserId, str], ...]], ...] = ()
    """For each nook the other facilitators, to whom a case can be handed."""
    doors: tuple[Door, ...] = ()
    """The doors that we may open and close."""
