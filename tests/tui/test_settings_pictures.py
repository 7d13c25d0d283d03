"""Settings and keys as people see them, and times in another form; each picture was looked at first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.timeline import Aside, Entry, Words
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import settle
from tests.tui.settings_fakes import SETTINGS

Snap = Callable[..., bool]
LARGE, SMALL, LEAST = (108, 36), (80, 24), (40, 12)
KEYS_OF = (*"keys of", "enter")


@pytest.mark.parametrize(
    ("keys", "size"),
    [
        ((), LARGE),
        (("down", "down"), SMALL),
        ((*"days", "enter"), SMALL),
        ((*"clock", "enter"), LEAST),
        ((*KEYS_OF, *"composer."), LARGE),
        ((*KEYS_OF, *"go.desk", "enter", "alt+n"), SMALL),
    ],
    ids=["all", "decided-elsewhere", "number", "choice-least", "keys", "key-of-another"],
)
def test_what_people_see(snap_compare: Snap, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    shell = FakeShell()
    wrong = "config.toml:7: density cannot be 'narrow'; it is cosy or compact."
    shell.settings.show(replace(SETTINGS, trouble=(wrong,) if size == LARGE else ()))

    async def run(pilot: Pilot[Any]) -> None:
        pilot.app.animation_level = "none"
        composer = pilot.app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus)
        for key in ("f2", *keys):
            await pilot.press(key)
            await pilot.pause()
            for field in pilot.app.screen.query("Input"):
                field.cursor_blink = False  # type: ignore[attr-defined]  # all of these are fields
        await pilot.pause()

    assert snap_compare(NooktermApp(shell), terminal_size=size, run_before=run)


def _twelve(entry: Entry) -> Entry:
    if not isinstance(entry, Words | Aside) or not entry.time:
        return entry
    return replace(entry, time=f"{int(entry.time[:2]) - 6}{entry.time[2:]} am")


@pytest.mark.parametrize("size", [SMALL, LEAST], ids=["small", "least"])
def test_times_with_twelve_hours_have_their_room(snap_compare: Snap, size: tuple[int, int]) -> None:
    shell = FakeShell()
    view = shell.timeline.view
    shell.timeline.show(replace(view, times=8, entries=tuple(map(_twelve, view.entries))))

    async def run(pilot: Pilot[Any]) -> None:
        pilot.app.animation_level = "none"
        composer = pilot.app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus)
        await pilot.pause()

    assert snap_compare(NooktermApp(shell), terminal_size=size, run_before=run)
