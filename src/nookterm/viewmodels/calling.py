"""Being called, for a screen: whether it is quiet and until when, and whether somebody sits in front of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from nookterm.client.attention import Attention
from nookterm.client.changes import QuietChanged
from nookterm.client.errors import Problem
from nookterm.client.quiet_hours import Quiet, QuietHours
from nookterm.client.telling import TERMINAL, WAY
from nookterm.domain.quiet import OFF
from nookterm.domain.records import dataclass
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Model, Told
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.problem_words import in_words

_TITLE = "title"
_A_DAY = timedelta(days=1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NOTHING = "It is not quiet. /quiet 2h, /quiet 18:30 or /quiet monday begins it; /done is for the rest of the day."
_NOWHERE = "Quiet can be set when the account is open."


@dataclass(frozen=True, slots=True)
class CallingView:
    """How it stands."""

    quiet: str = ""
    """`quiet until 07:00`, while nothing calls; empty: it is not quiet."""
    titled: bool = False
    """Whether the terminal's title says how many messages name us."""
    insists: bool = False
    """Whether notes are for the terminal although it is not known to show any."""


class CallingPanel(Panel[CallingView], Protocol):
    """What a screen may ask, and what it tells: the first port from there to the rest."""

    async def quiet(self, words: str) -> Told:
        """Let nothing call until then (`2h`, `18:30`, `monday`), or again (`off`); without words: how it stands."""

    async def done(self, words: str) -> Told:
        """Done for today: until tomorrow morning, or until then."""

    def focus(self, *, has: bool) -> None:
        """The terminal tells whether it has the keyboard."""

    def touch(self) -> None:
        """A key was pressed, or the mouse used."""

    def look_at(self, *, conversation: bool) -> None:
        """Whether the open room's conversation is on the screen."""


class CallingModel(Model[CallingView]):
    """Quiet hours of this data folder, and the attention of one account's screen."""

    def __init__(self) -> None:
        """Nobody is called before an account is open."""
        super().__init__(CallingView())
        self.hours: QuietHours | None = None
        """Whose they are; None: there are none here."""
        self._hub: Hub | None = None
        self._attention = Attention()

    def attach(self, hub: Hub) -> None:
        """Tell this account what is known of the screen so far."""
        before, self._attention = self._attention, hub.session.attention
        self._attention.focus, self._attention.touched = before.focus, before.touched
        self._attention.in_view = before.in_view
        self._hub = hub

    def rebuild(self, hub: Hub) -> None:
        """See how it stands. Engine's thread."""
        quiet = self.hours.now() if self.hours else Quiet()
        words = f"quiet until {self._when(quiet.until, hub)}" if quiet.until else ""
        settings = hub.settings
        self.show(CallingView(words, settings.text(_TITLE) == "on", settings.text(WAY) == TERMINAL))

    def _when(self, until: datetime, hub: Hub) -> str:
        """`07:00`; `Mon 07:00` from a day ahead on."""
        zone = self.hours.zone if self.hours else hub.zone
        day = f"{_DAYS[until.astimezone(zone).weekday()]} " if until - hub.session.clock() >= _A_DAY else ""
        return f"{day}{hub.forms.clock(until, zone)}"

    async def quiet(self, words: str) -> Told:
        """Let nothing call until then, or let it again."""
        said = words.strip()
        if not said:
            return Told(f"It is {self.view.quiet}. /quiet off ends it." if self.view.quiet else _NOTHING)
        if said.casefold() == OFF:
            return await self._set(self._end)
        return await self._set(lambda hours, hub: f"Nothing calls you until {self._when(hours.begin(said), hub)}.")

    async def done(self, words: str) -> Told:
        """Done for today."""
        return await self._set(
            lambda hours, hub: f"Nothing calls you until {self._when(hours.done(words), hub)}. /quiet off ends it."
        )

    def _end(self, hours: QuietHours, _hub: Hub) -> str:
        return "You are called again." if hours.end() else "It was not quiet."

    async def _set(self, change: Callable[[QuietHours, Hub], str]) -> Told:
        hours, hub = self.hours, self._hub
        if hours is None or hub is None:
            return Told(_NOWHERE, done=False)

        async def carry_out() -> Told:
            try:
                words = change(hours, hub)
            except Problem as problem:
                return Told(in_words(problem), done=False)
            self.rebuild(hub)
            hub.session.changes.tell(QuietChanged())
            return Told(words)

        told = await hub.do(carry_out())
        return told if isinstance(told, Told) else Told(_NOWHERE, done=False)

    def focus(self, *, has: bool) -> None:
        """The terminal tells whether it has the keyboard."""
        self._attention.focus = has

    def touch(self) -> None:
        """A key was pressed, or the mouse used."""
        self._attention.touch()

    def look_at(self, *, conversation: bool) -> None:
        """Whether the open room's conversation is on the screen."""
        self._attention.in_view = conversation
