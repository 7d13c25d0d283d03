"""The program before anybody is signed in."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from nookterm.tui.screens.signin import SignInScreen
from nookterm.tui.themed import Look
from nookterm.tui.typing_ahead import KeysInOrderApp
from nookterm.viewmodels.panels import SignInPanel


class WelcomeApp(KeysInOrderApp[bool]):
    """Gives True when somebody has signed in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", id="app.quit", priority=True, show=False)
    ]

    def __init__(self, panel: SignInPanel, look: Look | None = None) -> None:
        """`panel` is the view-model of signing in."""
        super().__init__(look)
        self._panel = panel

    async def on_mount(self) -> None:
        """Ask."""
        self.follow_signals()
        await self.push_screen(SignInScreen(self._panel))

    @on(SignInScreen.Done)
    def _done(self) -> None:
        self.exit(result=True)
