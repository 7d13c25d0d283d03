"""The desk: a facilitator's queue over all nooks, and the case under the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from nookterm.domain.ids import RoomId, UserId
from nookterm.viewmodels.model import Face, Notice


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
    """The plain-text words that came with the request."""
    answers: tuple[tuple[str, str], ...] = ()
    """Question and answer."""
    reveals: str = ""
    """What approving shows of the past."""
    warning: str = ""
    unsigned: str = ""
    """Asking this person takes an exception for them: what that means, in a sentence."""


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


@dataclass(frozen=True, slots=True)
class DeskGroup:
    """Lines of one sort."""

    title: str
    lines: tuple[DeskLine, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision in its undo bar: not made yet."""

    case: str
    text: str
    """`Approving Bob into glaze-lab`."""
    seconds_left: int
    seconds: int


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
