"""Where a closed room goes on, on one page before one goes there; and what putting a new room in its place means."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.act_page import ActPage
from nookterm.viewmodels.onward import OnwardPanel, OnwardView


class OnwardScreen(ActPage[OnwardView]):
    """The way from a closed room to the next; with a version the way to close one."""

    CONTEXT = "onward"
    CSS_PATH = "onward.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("onward")]

    def __init__(self, panel: OnwardPanel, version: str | None = None) -> None:
        """`version`: what the new room is to be, empty for what the server makes; None: the room is followed."""
        super().__init__(panel, "Looking where it goes on" if version is None else "Looking what it means")
        self._panel = panel
        self._version = version

    def begin(self) -> None:
        """Look."""
        self.app.run_worker(self._panel.begin(self._version), group="intents")

    def action_go(self) -> None:
        """Go into the new room."""
        self.ask("go")

    def action_ask(self) -> None:
        """Ask to be let in."""
        self.ask("ask")

    def action_renew(self) -> None:
        """Close the room for a new one."""
        self.ask("renew")

    def action_refresh(self) -> None:
        """Look anew."""
        self.begin()
