"""What something would mean for a room, said on one page before anybody does it."""

from __future__ import annotations

from typing import Protocol, TypeVar

from nookterm.domain.records import dataclass
from nookterm.viewmodels.members import Act, Line
from nookterm.viewmodels.panel import Panel
from nookterm.viewmodels.room_panel import ActsView

P_co = TypeVar("P_co", bound="PageView", covariant=True)


@dataclass(frozen=True, slots=True)
class PageView(ActsView):
    """The facts, what to mind, what can be done. All of it safe text; `leads_to` is the room into which it led."""

    head: str = ""
    facts: tuple[Line, ...] = ()
    warning: str = ""
    acts: tuple[Act, ...] = ()

    def act(self, word: str) -> Act | None:
        """What a key would do."""
        return next((act for act in self.acts if act.word == word), None)


class PagePanel(Panel[P_co], Protocol[P_co]):
    """Somebody who shows such a page and does what is asked there."""

    async def do(self, act: Act) -> None:
        """Carry it out, as it was shown."""
