"""Members, settings, the privacy sheet and leaving as people see them; each picture was looked at first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.beside import Beside
from nookterm.tui.widgets.composer import Composer
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import settle

Snap = Callable[..., bool]
LARGE, SMALL = (140, 40), (80, 24)


@pytest.mark.parametrize(
    ("action", "keys", "size"),
    [
        ("members", (), LARGE),
        ("members", ("enter", "p"), SMALL),
        ("room_settings", ("down",), LARGE),
        ("room_settings", ("down", "down", "e", "enter"), SMALL),
        ("privacy", ("down",), LARGE),
        ("privacy", (), SMALL),
        ("leave_room", ("a",), LARGE),
        ("leave_room", (), SMALL),
    ],
)
def test_what_people_see(snap_compare: Snap, action: str, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        app = pilot.app
        app.animation_level = "none"
        composer = app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus)
        await app.run_action(action)
        if size == LARGE and action in {"members", "privacy"}:
            # It stands beside the conversation first; once more opens the whole page.
            await settle(pilot, lambda: app.screen.query_one(Beside).has_keyboard)
            await app.run_action(action)
        await settle(pilot, lambda: isinstance(app.screen, ModalScreen))
        for field in app.screen.query("Input"):
            field.cursor_blink = False  # type: ignore[attr-defined]  # all of these are fields
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await pilot.pause()

    assert snap_compare(NooktermApp(FakeShell()), terminal_size=size, run_before=run)
