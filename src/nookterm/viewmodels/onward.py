"""Where the open room goes on, or what putting a new one in its place means: facts, a warning, what can be done."""

from __future__ import annotations

from typing import Protocol

from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.viewmodels.act_page import PagePanel, PageView


@dataclass(frozen=True, slots=True)
class OnwardView(PageView):
    """One page about it."""


class OnwardPanel(PagePanel[OnwardView], Protocol):
    """The way from a closed room to the next, and the act that closes one."""

    async def begin(self, version: str | None = None) -> None:
        """Show where the open room goes on; with a version (may be empty) what upgrading it means."""

    async def older(self) -> RoomId | None:
        """The room that the open one goes on from, where both say so."""
