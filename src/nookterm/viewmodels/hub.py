"""What all view-models of an open account share: the session, the way onto its thread, the reader's zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import field
from datetime import tzinfo
from typing import Any, TypeVar

from nookterm.client.asking import Asking
from nookterm.client.care import Care
from nookterm.client.charters import Charters
from nookterm.client.desk import Desk
from nookterm.client.directory import Directory, Listing
from nookterm.client.facilitators import Facilitators
from nookterm.client.founding import Founding
from nookterm.client.reports import Reports
from nookterm.client.session import Session
from nookterm.client.settings import Settings
from nookterm.client.sharing import Sharing
from nookterm.client.vetting import Vetting
from nookterm.client.welcoming import Welcoming
from nookterm.domain.desk import Item
from nookterm.domain.forms import Forms
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass

T = TypeVar("T")
Do = Callable[[Coroutine[Any, Any, Any]], Awaitable[Any]]
"""Runs work on the engine's thread and waits for it."""


@dataclass(slots=True)
class Hub:
    """An open account and its use cases. Everything but `do` belongs to the engine's thread."""

    session: Session
    do: Do
    zone: tzinfo
    asking: Asking
    directory: Directory
    founding: Founding
    sharing: Sharing
    vetting: Vetting
    desk: Desk
    care: Care
    reports: Reports
    welcoming: Welcoming
    charters: Charters
    facilitators: Facilitators
    listings: tuple[Listing, ...] = ()
    """The directory as last read."""
    desk_items: tuple[Item, ...] | None = None
    """What waits on the desk, as its view last showed it; None before it was made."""
    to_look_at: int = 0
    """Devices and people about whom somebody should decide something."""
    drafts: Counter[RoomId] = field(default_factory=Counter)
    """How often words to begin with were put where one writes, by room."""
    settings: Settings = field(default_factory=Settings)
    """What holds now; replaced before `SettingsChanged` is told."""
    forms: Forms = field(default_factory=Forms)
    """How this person writes times and dates."""
    read_only: bool = False
    """Another process has the account: nothing can be done here, and nothing kept."""

    @property
    def open_room(self) -> RoomId | None:
        """The room that is shown."""
        return self.session.attention.room

    @open_room.setter
    def open_room(self, room_id: RoomId | None) -> None:
        self.session.attention.room = room_id

    @classmethod
    def of(cls, session: Session, do: Do, zone: tzinfo, *, read_only: bool = False) -> Hub:
        """The hub of a session."""
        return cls(
            session,
            do,
            zone,
            Asking(session),
            Directory(session),
            Founding(session),
            Sharing(session),
            Vetting(session),
            Desk(session),
            Care(session),
            Reports(session),
            Welcoming(session),
            Charters(session),
            Facilitators(session),
            read_only=read_only,
        )
