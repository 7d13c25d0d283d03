"""How it looks where people have read and write; change them on purpose only (`pytest --snapshot-update`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.seen import SeenScreen
from nookterm.tui.themed import Look
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.timeline import Words
from tests.tui.fakes import TIMELINE, FakeShell
from tests.tui.panel_host import settle
from tests.tui.test_message_acts import among

Snap = Callable[..., bool]
_SEEN = {
    "$e2": ("read by Bo Lindqvist", "read by 1"),
    "$e4": ("read by 5",),
    "$e5": ("read by Dee Okafor", "read by 1"),
    "$e6": ("read by Cy Arden, Eli Marsh", "read by 2"),
}


def _app(**look: Any) -> NooktermApp:
    shell = FakeShell()
    entries = tuple(
        replace(entry, seen=_SEEN[entry.event_id]) if isinstance(entry, Words) and entry.event_id in _SEEN else entry
        for entry in TIMELINE.entries
    )
    shell.timeline.show(replace(TIMELINE, entries=entries, typing="Bo Lindqvist and Dee Okafor are typing"))
    return NooktermApp(shell, Look(**look))


async def _still(pilot: Pilot[Any]) -> None:
    pilot.app.animation_level = "none"
    composer = pilot.app.screen.query_one(Composer)
    composer.cursor_blink = False
    await settle(pilot, lambda: composer.has_focus)
    await pilot.pause()


async def _page(pilot: Pilot[Any]) -> None:
    await _still(pilot)
    app = pilot.app
    assert isinstance(app, NooktermApp)
    await among(app, pilot, "$e6")
    await pilot.press("s")
    await settle(pilot, lambda: isinstance(pilot.app.screen, SeenScreen))
    await pilot.pause()


def test_marks_and_typing(snap_compare: Snap) -> None:
    assert snap_compare(_app(), terminal_size=(140, 40), run_before=_still)


def test_the_page_with_plain_letters(snap_compare: Snap) -> None:
    assert snap_compare(_app(glyphs="ascii"), terminal_size=(80, 24), run_before=_page)
