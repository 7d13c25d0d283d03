"""The dialogs about files as people see them; each picture was looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from nookterm.tui.app import NooktermApp
from nookterm.tui.look import Look
from nookterm.tui.screens.file_picture import PictureScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.files import Shown
from tests.tui.fakes import FakeShell
from tests.tui.file_fakes import CARD
from tests.tui.panel_host import settle

Snap = Callable[..., bool]
SMALL = (80, 24)


def _press(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        app = pilot.app
        app.animation_level = "none"
        composer = app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus)
        await pilot.press(*keys[:-1])
        await settle(pilot, lambda: len(app.screen_stack) > 2)
        await pilot.press(keys[-1])
        await settle(pilot, lambda: keys[-1] != "l" or isinstance(app.screen, PictureScreen))
        app.clear_notifications()
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()
        await pilot.pause()

    return press


@pytest.mark.parametrize(
    "keys",
    [("escape", "o", "o"), (*"/upload ~/kiln.jpg", "enter", "tab")],
    ids=["question", "leaving"],
)
def test_a_file_that_came_or_is_to_leave(snap_compare: Snap, keys: tuple[str, ...]) -> None:
    assert snap_compare(NooktermApp(FakeShell()), terminal_size=SMALL, run_before=_press(*keys))


def test_a_file_that_is_only_saved(snap_compare: Snap) -> None:
    shell = FakeShell()
    shell.files.its_card = replace(
        CARD, name="invoice.desktop", what="file, 812 bytes", is_picture=False, may_open=False, encrypted=False
    )
    assert snap_compare(NooktermApp(shell), terminal_size=SMALL, run_before=_press("escape", "o", "right"))


def test_a_picture_in_half_blocks(snap_compare: Snap) -> None:
    shell = FakeShell()
    rows = (
        bytes((255 - y, x, 90)) if (x - 60) ** 2 + (y - 40) ** 2 > 900 else b"\xff\xd0\x40"
        for y in range(80)
        for x in range(120)
    )
    shell.files.shown = Shown("tiles-cone6.jpg", b"".join(rows), 120, 80)
    app = NooktermApp(shell, Look(pictures="blocks"))
    assert snap_compare(app, terminal_size=SMALL, run_before=_press("escape", "o", "l"))
