"""What a screen may ask of Highlights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nookterm.domain.ids import EventId, RoomId
from nookterm.viewmodels.highlights import Draft, DraftLook, HighlightsView
from nookterm.viewmodels.panel import Panel


class HighlightsPanel(Panel[HighlightsView], Protocol):
    """The board and what is on its way to it."""

    async def refresh(self) -> None:
        """Look again."""

    async def thread(self, room_id: RoomId, root: EventId) -> tuple[EventId, ...]:
        """A message and what is said in the thread below it."""

    async def draft(self, room_id: RoomId, events: Sequence[EventId]) -> Draft | None:
        """Begin to share messages; None where they cannot be (the view says why)."""

    async def look_at(self, draft: Draft, text: str) -> DraftLook:
        """What is to be said of a text as it is typed, and keep it."""

    async def forget(self, draft: Draft) -> None:
        """What was typed is not wanted any more."""

    async def exact(self, draft: Draft, text: str, picture: EventId | None) -> str:
        """The exact JSON that would leave the nook."""

    async def exact_of(self, request: str) -> str:
        """The exact JSON that would leave, of what was asked already."""

    async def share(self, draft: Draft, text: str, *, anonymous: bool = False, picture: EventId | None = None) -> bool:
        """Ask the authors to agree to exactly this text (where all is one's own: agreed with this)."""

    async def answer(self, request: str, mode: str) -> bool:
        """As an author: `named`, `anonymous`, `declined`."""

    async def tells(self, request: str) -> tuple[str, ...]:
        """By what we could be recognised in a text although unnamed."""

    async def publish(self, request: str) -> None:
        """Put an agreed highlight on the board."""

    async def stop(self) -> None:
        """Give up what takes its time."""

    async def withdraw(self, request: str) -> None:
        """Take a highlight back."""

    async def origin(self, event_id: EventId) -> None:
        """Show who shared a highlight, and from what."""

    async def react(self, event_id: EventId, key: str) -> None:
        """Add a reaction on the board, or take the same one back."""

    async def export(self, week: str, file: str) -> None:
        """Write a week of the board into a new file: Markdown for `.md`, else text."""
