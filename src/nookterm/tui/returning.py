"""The program where an account cannot be opened: its database is lost, and one leaves or begins anew."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from nookterm.tui.look import Look
from nookterm.tui.screens.returning import ReturnScreen
from nookterm.tui.typing_ahead import KeysInOrderApp
from nookterm.viewmodels.panels import ReturnPanel


class ReturnApp(KeysInOrderApp[bool]):
    """Gives True when somebody has signed in again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", id="app.quit", priority=True, show=False)
    ]

    def __init__(self, panel: ReturnPanel, look: Look | None = None) -> None:
        """`panel` is the view-model of signing in again."""
        super().__init__(look)
        self._panel = panel

    async def on_mount(self) -> None:
        """Ask."""
        self.follow_signals()
        await self.push_screen(ReturnScreen(self._panel), self._answered)

    def _answered(self, done: bool | None) -> None:  # noqa: FBT001 - a screen's result comes by place
        self.exit(result=bool(done))
