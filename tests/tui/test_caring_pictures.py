"""The dialogs of care as people see them; each picture was looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from nookterm.tui.app import NooktermApp
from nookterm.tui.widgets.composer import Composer
from tests.tui.caring_fakes import NOTICE
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import settle

Snap = Callable[..., bool]
LARGE, SMALL = (140, 40), (80, 24)


def _press(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        app = pilot.app
        app.animation_level = "none"
        composer = app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus)
        await pilot.press(*keys)
        await settle(pilot, lambda: len(app.screen_stack) > 2 or "alt+enter" in keys)
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()
        await pilot.pause()

    return press


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
@pytest.mark.parametrize(
    "keys",
    [("escape", "exclamation_mark"), ("escape", "exclamation_mark", "alt+enter"), ("escape", "R")],
    ids=["report", "server", "lead"],
)
def test_a_message_that_is_wrong_or_in_the_wrong_place(
    snap_compare: Snap, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    assert snap_compare(NooktermApp(FakeShell()), terminal_size=size, run_before=_press(*keys))


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
def test_being_noticed(snap_compare: Snap, size: tuple[int, int]) -> None:
    shell = FakeShell()
    shell.caring.form = replace(NOTICE, on=True, away_until=date(2026, 12, 20))
    app = NooktermApp(shell)
    assert snap_compare(app, terminal_size=size, run_before=_press(*"/noticed", "enter"))
