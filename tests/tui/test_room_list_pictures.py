"""The list of rooms and a room's menu as people see them; each picture was looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.tree import Tree
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import settle
from tests.tui.room_list_samples import ROOMS

Snap = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")


def _app(**more: Any) -> NooktermApp:
    shell = FakeShell()
    shell.tree.show(replace(ROOMS, **more))
    return NooktermApp(shell)


def _at(key: str, *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, NooktermApp)
        app.animation_level = "none"
        composer, tree = app.screen.query_one(Composer), app.screen.query_one(Tree)
        composer.cursor_blink = False
        shell = app._shell
        assert isinstance(shell, FakeShell)
        await settle(pilot, lambda: composer.has_focus and ("start",) in shell.done)
        app.screen.add_class("-tree")
        tree.focus()
        tree.choose(key)
        await settle(pilot, lambda: tree.has_focus)
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.pause()

    return press


@SIZES
def test_levels_favourites_marks_and_a_folded_heading(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(_app(sort="activity"), terminal_size=size, run_before=_at("people"))


@SIZES
def test_letters_that_were_typed(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(_app(), terminal_size=size, run_before=_at("!glaze", "slash", "l", "a"))


def test_a_rooms_menu_where_there_is_hardly_any_room(snap_compare: Snap) -> None:
    assert snap_compare(_app(), terminal_size=(40, 12), run_before=_at("!glaze", "m", "down"))


@SIZES
def test_a_rooms_menu(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(_app(), terminal_size=size, run_before=_at("!glaze", "m", "down"))
