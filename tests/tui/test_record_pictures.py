"""The record of decisions as people see it; each picture was looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.record import RecordScreen
from nookterm.tui.widgets.composer import Composer
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import seen, settle

Snap = Callable[..., bool]


async def _open(pilot: Pilot[Any]) -> None:
    app = pilot.app
    app.animation_level = "none"
    composer = app.screen.query_one(Composer)
    composer.cursor_blink = False
    await settle(pilot, lambda: composer.has_focus)
    await pilot.press("alt+d", "r")
    await settle(pilot, lambda: isinstance(app.screen, RecordScreen) and "test tile" in seen(app))
    await pilot.pause()


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=["large", "small"])
def test_what_was_decided(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(NooktermApp(FakeShell()), terminal_size=size, run_before=_open)
