"""What is on the screen when the program ends begins its next start, and is typed on before the program is there."""

from __future__ import annotations

import os

from rich.console import RenderableType
from textual import events

from nookterm.tui.look import Look
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.themed import ThemedApp
from nookterm.tui.unlocking import UnlockingApp
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.frame import Frame
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.panels import Shell


class FramedApp(UnlockingApp):
    """Takes its last frame when it ends, and holds keys until there is something to give them to."""

    def __init__(self, shell: Shell, look: Look | None = None) -> None:
        """`shell` is not used here."""
        super().__init__(shell, look)
        self.last: Frame | None = None
        """What was on the screen at the end, where the next start may begin with it."""
        self._held: list[events.Event] | None = []
        """Keys that came too early; None once they are let in."""

    async def on_event(self, event: events.Event) -> None:
        """The last frame of the time before may be on the screen already: what is typed on it waits for the program."""
        if self._held is not None and isinstance(event, events.Key | events.Paste):
            self._held.append(event)
        else:
            await super().on_event(event)

    def let_keys_in(self) -> None:
        """The keyboard has its place; what was typed before goes there first."""
        held, self._held = self._held or [], None
        for event in held:
            self.post_message(event)

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End; what is on the screen now is what the next start begins with."""
        self.last = take_frame(self, self._main)
        super().exit(result, return_code, message)


def take_frame(app: ThemedApp[int], main: MainScreen) -> Frame | None:
    """What is on the screen, where that is the main screen with a conversation and nothing over it."""
    if not main.is_running or app.screen is not main or main.place != "room":
        return None
    view = main.query_one(Timeline).view
    if view.face is not Face.CONTENT or not view.entries or view.thread:
        return None
    look, compact = app.look, main.query_one(Conversation).compact
    fits = look.fits(os.environ, theme=app.theme, compact=compact)
    text = main._compositor.render_full_update().render_segments(app.console)  # noqa: SLF001 - Textual has no public way
    return Frame(text, app.size.width, app.size.height, fits, view)
