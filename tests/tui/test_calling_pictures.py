"""Quiet as people see it: counts for whoever looks, and a mark that says until when; looked at before it was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.widgets.composer import Composer
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import settle

Snap = Callable[..., bool]


async def _wait(pilot: Pilot[Any]) -> None:
    pilot.app.animation_level = "none"
    composer = pilot.app.screen.query_one(Composer)
    composer.cursor_blink = False
    await settle(pilot, lambda: composer.has_focus or composer.disabled)
    await pilot.pause()


def test_while_it_is_quiet_nothing_calls_for_attention(snap_compare: Snap) -> None:
    shell = FakeShell()
    shell.calling.show(replace(shell.calling.view, quiet="quiet until 07:00"))
    assert snap_compare(NooktermApp(shell), terminal_size=(100, 30), run_before=_wait)
