"""The real client before somebody who presses keys and waits for what must stand on the screen."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from nookterm.cli.live import follow_settings, live_settings, settings_model
from nookterm.cli.screen import opener
from nookterm.client.engine import Engine
from nookterm.tui.app import NooktermApp
from nookterm.tui.look import Look
from nookterm.tui.screens.main import WIDE, MainScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.shell import ClientShell
from tools.gallery.still import small, standing_still
from tools.gallery.village import Village

if TYPE_CHECKING:
    from textual.app import App
    from textual.pilot import Pilot

PATIENCE = 30.0
"""Seconds until what was waited for is missed."""
_CALM = 3
"""Looks in a row at a screen that stays the same: then it is drawn."""


class Missed(Exception):
    """Something that must stand on the screen never came; says what stood there instead."""


@dataclass(frozen=True, slots=True)
class Stage:
    """An app that runs, and the pilot that drives it."""

    app: App[Any]
    pilot: Pilot[Any]

    @property
    def text(self) -> str:
        """All that is on the screen, row by row."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())  # noqa: SLF001 - Textual has no public way

    @property
    def is_wide(self) -> bool:
        """Whether lists have what is chosen beside them."""
        return self.app.size.width >= WIDE

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Let the program go on until this is so. Raises Missed."""
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise Missed(f"waited in vain for {what}; on the screen:\n{self.text}")
            await self.pilot.pause(0.02)

    async def sees(self, *words: str) -> None:
        """Wait until all these words stand on the screen."""
        await self.until(lambda: all(word in self.text for word in words), " and ".join(words))

    async def misses(self, word: str) -> None:
        """Wait until this stands nowhere any more."""
        await self.until(lambda: word not in self.text, f"the end of {word}")

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        await self.pilot.press(*keys)

    async def types(self, words: str) -> None:
        """Write these words wherever the cursor is."""
        await self.pilot.press(*words)

    async def says(self, command: str) -> None:
        """Give a slash command in the composer."""
        await self.until(lambda: isinstance(self.app.focused, Composer), "the composer")
        await self.types(command)
        await self.press("enter")

    @property
    def main(self) -> MainScreen:
        """The screen below all others."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    @property
    def shown(self) -> str:
        """The place of the main screen, or the kind of the screen that lies over it."""
        screen = self.app.screen
        return screen.place if isinstance(screen, MainScreen) else type(screen).__name__

    async def lives(self) -> None:
        """Wait until the account is open and has heard of its server."""
        stack = self.app.screen_stack
        await self.until(lambda: any(isinstance(screen, MainScreen) for screen in stack), "the main screen")
        await self.until(lambda: self.main.shell.status.view.connection == "live", "the server's answer")

    async def opens(self, room: str) -> None:
        """Go to a room by its name."""
        await self.press("ctrl+g")
        await self.sees("Enter goes there")
        await self.types(room)
        await self.press("enter")
        await self.until(lambda: self.app.screen is self.main, "the main screen")
        shell = self.main.shell

        def is_read() -> bool:
            here = [row for row in shell.tree.view.rows if row.room_id == shell.timeline.view.room_id]
            return any(row.label == room and not row.unread for row in here)

        await self.until(is_read, f"{room}, read")
        await self.until(lambda: bool(shell.directory.view.cards), "the nooks of the space")

    async def picture(self, title: str) -> str:
        """What stands there once it has come to rest, as a small SVG."""
        last, calm, end = "", 0, time.monotonic() + PATIENCE
        while calm < _CALM and time.monotonic() < end:
            await self.pilot.pause()
            await self.pilot.pause(0.06)
            now = self.text
            calm, last = (calm + 1 if now == last else 0), now
        return small(standing_still(self.app.export_screenshot(title=title)))


@asynccontextmanager
async def before(app: App[Any], size: tuple[int, int]) -> AsyncIterator[Stage]:
    """Run an app of this size."""
    async with app.run_test(size=size) as pilot:
        yield Stage(app, pilot)


def client(village: Village, engine: Engine, who: str, home: Path, theme: str) -> NooktermApp:
    """The client as somebody of the world."""
    live = live_settings(home, cast("Any", SimpleNamespace(sync="classic")))
    shell = ClientShell(engine, opener(village.parts, who), zone=UTC, settings=settings_model(live))
    return NooktermApp(follow_settings(shell, live), Look(theme=theme, motion=False))
