"""What every nookterm program on a terminal has: its themes, its last line of defence, a clean end."""

from __future__ import annotations

import asyncio
import signal
from typing import Any, TypeVar

from textual.app import App
from textual.filter import Monochrome, NoColor

from nookterm.tui.commands import keymap_for
from nookterm.tui.glyphs import AsciiGlyphs
from nookterm.tui.keyboard import teach_keys
from nookterm.tui.line_filter import SafeLines
from nookterm.tui.look import DEFAULT
from nookterm.tui.look import Look as Look  # noqa: PLC0414 - what an app is made with
from nookterm.tui.themes import load_palettes

R = TypeVar("R")
_WITHOUT_COLOUR = "ansi"
"""The theme under NO_COLOR: it tells panes apart by lines and shows what is chosen by reverse video."""
_MISTAKE = "nookterm stopped because of a mistake of its own. What you sent is safe. Please report it."


class ThemedApp(App[R]):
    """An app in one of our themes."""

    TITLE = "nookterm"
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
        self.keymap = keymap_for(self.look.preset, self.look.keys)
        self.set_keymap(self.keymap)
        for palette in self.palettes.values():
            self.register_theme(palette.theme())
        if self.look.preset not in {"plain", "vim"}:
            self.trouble.append(f"There is no key preset {self.look.preset}.")
        if self.look.theme not in self.palettes:
            self.trouble.append(f"There is no theme {self.look.theme}.")
        self.theme = self.look.theme if self.look.theme in self.palettes else DEFAULT
        if self.no_color:
            self._filters = [NoColor() if isinstance(one, Monochrome) else one for one in self._filters]
            self.theme = _WITHOUT_COLOUR

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names, so that style sheets can be read before a theme is chosen."""
        return dict(self.palettes[DEFAULT].theme().variables)

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
    """Run it. Returns the exit code."""
    result = app.run()
    return result if isinstance(result, int) and not isinstance(result, bool) else app.return_code or 0
