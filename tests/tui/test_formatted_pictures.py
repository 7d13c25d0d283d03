"""How messages with a form look; change them on purpose only (`pytest --snapshot-update`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.themed import Look
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from tests.tui.fakes import TIMELINE, FakeShell
from tests.tui.formatted_samples import ENTRIES
from tests.tui.panel_host import settle

Snap = Callable[..., bool]


def _app(**look: Any) -> NooktermApp:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, entries=ENTRIES))
    return NooktermApp(shell, Look(**look))


def _press(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        pilot.app.animation_level = "none"
        composer = pilot.app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus)
        if keys:
            await pilot.press("escape")
            await settle(pilot, lambda: pilot.app.screen.query_one(Timeline).has_focus)
            await pilot.press(*keys)
        await pilot.pause()
        await pilot.pause()

    return press


@pytest.mark.parametrize("size", [(140, 70), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_messages_with_a_form(snap_compare: Snap, size: tuple[int, int]) -> None:
    keys = () if size[1] > 24 else ("home", "down")
    assert snap_compare(_app(), terminal_size=size, run_before=_press(*keys))


def test_opened_with_a_key(snap_compare: Snap) -> None:
    keys = ("home", "enter", "down", "down", "down", "down", "enter")
    assert snap_compare(_app(), terminal_size=(100, 70), run_before=_press(*keys))


@pytest.mark.parametrize("theme", ["linen", "ansi"])
def test_in_other_themes(snap_compare: Snap, theme: str) -> None:
    assert snap_compare(_app(theme=theme), terminal_size=(100, 70), run_before=_press())


def test_with_plain_letters(snap_compare: Snap) -> None:
    assert snap_compare(_app(glyphs="ascii", compact=True), terminal_size=(100, 60), run_before=_press())
