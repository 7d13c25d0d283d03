"""The desk with every kind of line, a flood and a batch, as people see it; each picture was looked at first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.themed import Look
from nookterm.viewmodels.desk import DeskView
from tests.tui.desk_samples import EVERYTHING, SHARING, flood, running
from tests.tui.fakes import FakeShell

Snap = Callable[..., bool]
SIZES = [(140, 40), (80, 24), (40, 12)]


def _app(view: DeskView, theme: str = "dusk") -> NooktermApp:
    shell = FakeShell()
    shell.desk.show(view)
    return NooktermApp(shell, Look(theme=theme))


def _press(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        await pilot.press("alt+d")
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.pause()

    return press


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_kind_of_line(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(_app(EVERYTHING), terminal_size=size, run_before=_press("down", "down"))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_flood(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(_app(flood()), terminal_size=size, run_before=_press("down"))


def test_what_was_set_aside(snap_compare: Snap) -> None:
    keys = (*["down"] * 11, "enter", "down")
    assert snap_compare(_app(EVERYTHING), terminal_size=(140, 40), run_before=_press(*keys))


def test_a_setting_that_drifted(snap_compare: Snap) -> None:
    assert snap_compare(_app(EVERYTHING), terminal_size=(140, 40), run_before=_press("end", "up", "i"))


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=str)
def test_the_look_before_a_batch(snap_compare: Snap, size: tuple[int, int]) -> None:
    keys = ("down", "down", "space", "down", "space", "down", "space", "a")
    assert snap_compare(_app(EVERYTHING), terminal_size=size, run_before=_press(*keys))


@pytest.mark.parametrize("size", [(80, 24), (40, 12)], ids=str)
def test_a_batch_under_way(snap_compare: Snap, size: tuple[int, int]) -> None:
    view = replace(EVERYTHING, pending=None, progress=running(4))
    assert snap_compare(_app(view), terminal_size=size, run_before=_press())


@pytest.mark.parametrize("theme", ["linen", "ansi"])
def test_marks_in_other_themes(snap_compare: Snap, theme: str) -> None:
    keys = ("down", "down", "shift+down", "shift+down")
    assert snap_compare(_app(EVERYTHING, theme), terminal_size=(140, 40), run_before=_press(*keys))


def test_the_question_before_a_ban(snap_compare: Snap) -> None:
    assert snap_compare(_app(EVERYTHING), terminal_size=(80, 24), run_before=_press(*["down"] * 6, "b"))


def test_a_filter(snap_compare: Snap) -> None:
    assert snap_compare(_app(EVERYTHING), terminal_size=(80, 24), run_before=_press("f", *"free ask"))


def test_for_how_long_something_is_put_aside(snap_compare: Snap) -> None:
    assert snap_compare(_app(EVERYTHING), terminal_size=(80, 24), run_before=_press("Z"))


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=str)
def test_what_is_shared_and_what_could_come_in(snap_compare: Snap, size: tuple[int, int]) -> None:
    view = replace(EVERYTHING, groups=(SHARING,), pending=None, summary="3 open · longest wait 2 d")
    assert snap_compare(_app(view), terminal_size=size, run_before=_press("down"))
