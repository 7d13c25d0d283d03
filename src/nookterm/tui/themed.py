"""What every nookterm program on a terminal has: its themes, its last line of defence, a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from textual import events
from textual.app import App
from textual.filter import Monochrome, NoColor

from nookterm.tui.commands import NO_KEY, keymap_for
from nookterm.tui.glyphs import AsciiGlyphs
from nookterm.tui.keyboard import teach_keys
from nookterm.tui.line_filter import Colourless, SafeLines
from nookterm.tui.look import DEFAULT
from nookterm.tui.look import Look as Look  # noqa: PLC0414 - what an app is made with
from nookterm.tui.pressing import LEFT, RIGHT, press, pressed
from nookterm.tui.terminal_note import TITLE_BACK
from nookterm.tui.themes import load_palettes
from nookterm.tui.toasts import LOOK, place

if TYPE_CHECKING:
    from nookterm.tui.emoji_shelf import Shelf

R = TypeVar("R")
_WITHOUT_COLOUR = "ansi"
"""The theme under NO_COLOR: it tells panes apart by lines and shows what is chosen by reverse video."""
_SHAKE = 1
"""Columns that the mouse may move between press and release of a click."""
_MISTAKE = "nookterm stopped because of a mistake of its own. What you sent is safe. Please report it."


class ThemedApp(App[R]):
    """An app in one of our themes."""

    TITLE = "nookterm"
    CSS = (
        LOOK
        + """
    App:nocolor Choice.-first { text-style: bold reverse; }
    App:nocolor Choice.-first:focus { text-style: bold reverse underline; }
    """
    )
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, look: Look | None = None) -> None:
        """A theme that cannot be used is said, and another one taken."""
        self.look = look or Look()
        self.palettes, self.trouble = load_palettes(self.look.own_themes)
        self.trouble += self.look.trouble
        super().__init__()
        teach_keys()
        if self.look.glyphs == "ascii":
            self._filters.append(AsciiGlyphs())
        self._filters.append(SafeLines())
        self.keymap: dict[str, str] = {}
        self._down = (0, 0)
        """Where a mouse button went down last."""
        self.pointed: tuple[int, int] | None = None
        """Where the right button went down, until something else is pressed: a menu that it asks for opens there."""
        self.use_keys(self.look.preset, self.look.keys)
        for palette in self.palettes.values():
            self.register_theme(palette.theme())
        if self.look.preset not in {"plain", "vim"}:
            self.trouble.append(f"There is no key preset {self.look.preset}.")
        if self.look.theme not in self.palettes:
            self.trouble.append(f"There is no theme {self.look.theme}.")
        self.theme = self.look.theme if self.look.theme in self.palettes else DEFAULT
        if not self.look.motion:
            self.use_motion(moves=False)
        if self.no_color:
            self._filters = [Colourless() if isinstance(one, Monochrome | NoColor) else one for one in self._filters]
            self.theme = _WITHOUT_COLOUR

    @property
    def own_emoji(self) -> Shelf | None:
        """Pictures of people's own emoji, where they are drawn."""
        return None

    def use_keys(self, preset: str, own: Mapping[str, str]) -> None:
        """The keys of a preset, and a person's own; those that a command lost do nothing any more."""
        self.look = replace(self.look, preset=preset, keys=own)
        self.keymap = keymap_for(preset, own)
        self.set_keymap({id_: keys.strip(" ,") or NO_KEY for id_, keys in self.keymap.items()})

    def use_motion(self, moves: bool) -> None:  # noqa: FBT001 - it says so itself
        """Whether pages slide and cursors blink from now on."""
        self.look = replace(self.look, motion=moves)
        self.animation_level = "full" if moves else "none"
        field = self.focused if self.is_running else None
        if field is not None and hasattr(field, "cursor_blink"):
            field.cursor_blink = moves

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A field has the keyboard: its cursor stands still where nothing is to move."""
        if not self.look.motion and hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    def repaint(self) -> None:
        """Draw all in the theme that is worn, whose colours are other ones now."""
        self.mutate_reactive(App.theme)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names, so that style sheets can be read before a theme is chosen."""
        return dict(self.palettes[DEFAULT].theme().variables)

    async def on_event(self, event: events.Event) -> None:
        """What was dragged is no click, and neither is what another button than the left or the right one did."""
        if isinstance(event, events.MouseDown) and not event.is_forwarded:
            self._down = (event.x, event.y)
            self.pointed = self._down if event.button == RIGHT else None
        elif isinstance(event, events.Key):
            self.pointed = None
        elif isinstance(event, events.MouseUp) and not event.is_forwarded:
            moved = event.y != self._down[1] or abs(event.x - self._down[0]) > _SHAKE
            if moved or event.button not in {LEFT, RIGHT}:
                self.screen.suppress_click()
        await super().on_event(event)

    async def on_click(self, event: events.Click) -> None:
        """Words that name a key can be clicked instead."""
        if what := pressed(event):
            event.stop()
            await press(self, what, self.get_widget_at(*event.screen_offset)[0], self.keymap)

    def _refresh_notifications(self) -> None:
        """What is told has its place when it appears."""
        super()._refresh_notifications()
        self.place_toasts()

    def place_toasts(self) -> None:
        """Notes cover neither the last row nor what is being written."""
        if self._notifications and self.screen_stack:
            self.screen.call_after_refresh(place, self.screen)

    def follow_signals(self) -> None:
        """A hangup or a polite kill ends the program like ctrl+q, so that the terminal is left clean."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            try:
                loop.add_signal_handler(number, self._told_to_end, number)
            except (NotImplementedError, RuntimeError, ValueError):
                return

    def _told_to_end(self, number: int) -> None:
        self._return_code = 128 + number
        self.exit(return_code=128 + number)

    def _fatal_error(self) -> None:
        """A crash says so in a line. Tracebacks would print tokens and messages that happen to be in variables."""
        self.bell()
        self._exit_renderables.append(_MISTAKE)
        self._return_code = 1
        self._close_messages_no_wait()


def run_app(app: App[Any]) -> int:
    """Run it. Returns the exit code. The window has its own title again, whatever ended it."""
    try:
        result = app.run()
    finally:
        if getattr(app, "has_title", False) and sys.__stderr__:
            # Where Textual writes, too; its own writer has ended.
            with contextlib.suppress(OSError, ValueError):
                sys.__stderr__.write(TITLE_BACK)
                sys.__stderr__.flush()
    return result if isinstance(result, int) and not isinstance(result, bool) else app.return_code or 0
