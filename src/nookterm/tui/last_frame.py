"""What is on the screen when the program ends begins its next start, and is typed on before the program is there."""

from __future__ import annotations

import os
from collections.abc import Callable

from rich.color import ColorSystem
from rich.console import RenderableType
from rich.style import Style
from textual import events
from textual._xterm_parser import XTermParser

from nookterm.tui.look import Look
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.themed import ThemedApp
from nookterm.tui.unlocking import UnlockingApp
from nookterm.tui.widgets.beside_faces import Faces
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.timeline_emoji import without_pictures
from nookterm.viewmodels.frame import Frame, Pen
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.panels import Shell

COLOURS = {
    "standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR,
    "windows": ColorSystem.WINDOWS,
}  # fmt: skip
"""What a console calls its colours."""


class FramedApp(UnlockingApp):
    """Takes its last frame when it ends, and holds keys until there is something to give them to."""

    def __init__(self, shell: Shell, look: Look | None = None) -> None:
        """`shell` is not used here."""
        super().__init__(shell, look)
        self.last: Frame | None = None
        """What was on the screen at the end, where the next start may begin with it."""
        self.take_over: Callable[[], bytes] | None = None
        """Called right before the terminal is ours; gives what was typed until then, as the terminal sent it."""
        # What was on the screen the time before may be there already: what is typed on it waits for the program.
        self.hold_keys()

    def on_load(self) -> None:
        """What was typed on the last frame comes before all that is typed from here on."""
        typed = self.take_over() if self.take_over else b""
        for event in XTermParser().feed(typed.decode("utf-8", "replace")) if typed else ():
            if isinstance(event, events.Key | events.Paste):
                event.set_sender(self)
                self._keep(event)

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End; what is on the screen now is what the next start begins with."""
        self.last = take_frame(self, self.front.main)
        super().exit(result, return_code, message)


def take_frame(app: ThemedApp[int], main: MainScreen) -> Frame | None:
    """What is on the screen, where that is the main screen with a conversation and nothing over it."""
    if not main.is_running or app.screen is not main or main.place != "room":
        return None
    if main.beside.face is not Faces.ABOUT:
        return None
    view = main.query_one(Timeline).view
    if view.face is not Face.CONTENT or not view.entries or view.thread:
        return None
    look, compact = app.look, main.query_one(Conversation).compact
    fits = look.fits(os.environ, theme=app.theme, compact=compact)
    text = main._compositor.render_full_update().render_segments(app.console)  # noqa: SLF001 - Textual has no public way
    text = without_pictures(text) if app.own_emoji else text
    return Frame(text, app.size.width, app.size.height, fits, view, _pen(main))


def _pen(main: MainScreen) -> Pen | None:
    """Where the first letter would stand, if one can write and nothing is written yet."""
    here = main.query_one(Composer)
    if here.text or here.disabled or here.read_only or not here.display:
        return None
    column, row = here.cursor_screen_offset
    width = here.content_region.right - column
    # The last cell of the line has the field's own background: nothing stands there.
    style = main.get_style_at(column + width - 1, row)
    if style.bgcolor:
        style += Style(color=here.rich_style.color)
    begins, _, ends = style.render("|", color_system=COLOURS.get(main.app.console.color_system or "")).partition("|")
    return Pen(row, column, width, begins, ends) if width > 1 else None
