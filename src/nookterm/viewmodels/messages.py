"""What one does with messages beside writing them: the values that are shown, and what a screen may ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.desk import Pending
from nookterm.viewmodels.panel import Panel


@dataclass(frozen=True, slots=True)
class MessagesView:
    """What drains, and what the last one came to."""

    pending: Pending | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in a list: a thread's first one, a pinned one."""

    event_id: EventId
    author: str
    text: str
    when: str
    note: str = ""
    """`4 replies · 2 new`."""
    last: str = ""
    """The last words of a thread, with who said them."""
    fresh: int = 0
    here: bool = True
    """Whether it is on this disk."""


@dataclass(frozen=True, slots=True)
class Details:
    """Everything about one message that its row has no room for."""

    author: str
    sent: str
    sure: str
    """How sure it is who wrote it."""
    wordings: tuple[tuple[str, str], ...]
    """(when, words), the first one first; one where it was never edited."""
    reactions: tuple[tuple[str, str], ...]
    """(reaction, names)."""
    votes: tuple[tuple[str, str], ...] = ()
    """(answer, names)."""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Where something leads, or why it leads nowhere."""

    words: str = ""
    """To be said; empty where nothing is to be said."""
    room_id: RoomId | None = None
    event_id: EventId | None = None
    ask: str = ""
    """A room that one is not in: its address, for asking to join."""


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll as it was filled in."""

    question: str
    answers: tuple[str, ...]
    most: int = 1
    disclosed: bool = True
    thread: EventId | None = None
    """The thread in which it is asked."""


class MessagesPanel(Panel[MessagesView], Protocol):
    """About the open room. What is done returns what is to be said; nothing where all is well."""

    async def details(self, event_id: EventId) -> Details | None:
        """Earlier wordings, who reacted, who voted; None where it is not here."""

    async def take_back(self, event_id: EventId, reason: str = "") -> str:
        """Take a message back when the bar has drained; `reason` is for everybody to read."""

    async def undo(self) -> None:
        """What is in the bar is not done."""

    async def settle(self) -> None:
        """What is in the bar is done now."""

    async def react(self, event_id: EventId, shown: str) -> str:
        """Add a reaction that others gave, by how it is shown, or take the same one back."""

    async def threads(self) -> tuple[Listed, ...]:
        """The room's threads, the one in which something was said last first."""

    async def read_threads(self) -> None:
        """Everything in all threads has been seen."""

    async def pins(self) -> tuple[Listed, ...]:
        """The pinned messages, the newest pin first."""

    async def pin(self, event_id: EventId) -> str:
        """Pin a message for everybody, or let it go again."""

    async def vote(self, event_id: EventId, choices: Sequence[str]) -> str:
        """Vote in a poll, or change one's vote; no choices take it back."""

    async def begin_poll(self, draft: PollDraft) -> str:
        """Begin a poll in the open room, or in its thread where that is shown."""

    async def end_poll(self, event_id: EventId) -> str:
        """Close a poll: later votes do not count."""

    async def mention(self, before: EventId | None) -> Way:
        """The last message before this one that names us."""

    async def day(self, date: str) -> Way:
        """The first message of a day: `2026-11-01`, `yesterday`, `7d`."""

    async def link(self, event_id: EventId | None) -> str:
        """The address of a message, or of the open room."""

    async def follow(self, address: str) -> Way:
        """Where a matrix.to or matrix: address leads."""
