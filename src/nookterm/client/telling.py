"""How words reach a person who may sit elsewhere: the terminal's bell, a note on the desktop or in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from nookterm.client.changes import Called
from nookterm.client.session import Session
from nookterm.client.settings import Settings
from nookterm.domain.records import dataclass

HOW, WAY, SHOW = "notify.how", "notify.way", "notify.show"
OFF, BELL, DESKTOP = "off", "bell", "desktop"
AUTO, NOTIFY_SEND, TERMINAL = "auto", "notify-send", "terminal"


@dataclass(frozen=True, slots=True)
class Note:
    """What is told, in as many words as each place may have."""

    text: str
    """On the person's own screen, beside everything else that is read there."""
    plain: str
    """For everybody who could look: it says that something is new, and nothing about it."""
    more: str = ""
    """What the person wished to see on their desktop; empty: the plain words are all."""


class Show(Protocol):
    """Shows notes on the desktop."""

    async def __call__(self, note: Note, *, anyhow: bool) -> bool:
        """Show one. False where it cannot. `anyhow`: also where the desktop may be a far one."""


class Teller:
    """Tells one account's person, in the way that they chose."""

    def __init__(self, session: Session, settings: Callable[[], Settings], show: Show | None = None) -> None:
        """`settings` says what holds now; without `show` there is no desktop."""
        self._session = session
        self._settings = settings
        self._show = show

    async def tell(self, note: Note, how: str) -> None:
        """`how`: `bell` or `desktop`. Where no desktop shows it, the terminal does; what can show nothing rings."""
        way = self._settings().text(WAY)
        aloud = ""
        if how == DESKTOP:
            if way != TERMINAL and self._show and await self._show(note, anyhow=way == NOTIFY_SEND):
                return
            aloud = "" if way == NOTIFY_SEND else note.more or note.plain
        self._session.changes.tell(Called(note.text, aloud))
