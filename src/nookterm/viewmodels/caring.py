"""What is wrong with a message, a better place for it, being noticed when away: views and what a screen may ask."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from nookterm.domain.forms import PLAIN, Forms
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.model import Told


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """A message that somebody wants to report, and who would read the report."""

    room_id: RoomId
    event_id: EventId
    nook: str
    author: str
    text: str
    """What it says; empty where it cannot be read here."""
    natures: tuple[tuple[str, str], ...]
    """(word, in plain words): what can be wrong with it."""
    readers: tuple[str, ...]
    """Names of those who would read it: two, one, or nobody."""
    read_by: tuple[UserId, ...] = ()
    """The same by their ids: nobody else is told."""
    server: str = ""
    """What the server's administrator would and would not get."""


@dataclass(frozen=True, slots=True)
class LeadDraft:
    """A message that would be better off elsewhere, and the nooks that one could lead its author to."""

    room_id: RoomId
    event_id: EventId
    author: str
    nooks: tuple[tuple[RoomId, str, str], ...]
    """(room, name, purpose)."""


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """Being noticed in one nook, as it stands."""

    room_id: RoomId
    nook: str
    on: bool
    days: int
    away_until: date | None = None
    cost: str = ""
    """What the wish gives away."""
    why_not: str = ""
    """Why one cannot wish for it here; empty where one can."""
    forms: Forms = PLAIN
    """How its person writes dates."""


@dataclass(frozen=True, slots=True)
class Went(Told):
    """How it went: what to say, and where it leads."""

    room_id: RoomId | None = None


class CaringPanel(Protocol):
    """Care and safety of members. Nothing here raises: what goes wrong comes back in words."""

    async def report_draft(self, room_id: RoomId, event_id: EventId) -> ReportDraft | Went:
        """Begin to report a message; else why that cannot be."""

    async def report(self, draft: ReportDraft, nature: str, words: str, *, quote: bool) -> Went:
        """Tell those who were named, and nobody else."""

    async def tell_server(self, draft: ReportDraft, nature: str, words: str) -> Went:
        """Tell the server's administrator as well."""

    async def lead_draft(self, room_id: RoomId, event_id: EventId) -> LeadDraft | Went:
        """Begin to lead somebody to a nook that fits better; else why that cannot be."""

    async def lead(self, draft: LeadDraft, to: RoomId) -> Went:
        """A private draft to the author; `room_id` is where it stands."""

    async def notice_form(self, room_id: RoomId | None) -> NoticeForm | Went:
        """How being noticed stands in a nook."""

    async def notice(self, form: NoticeForm, days: int, away_until: date | None) -> Went:
        """Wish to be noticed."""

    async def stop_notice(self, form: NoticeForm) -> Went:
        """Wish it no more."""
