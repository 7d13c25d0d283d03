"""What people see of trust in a conversation and at the desk; looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.themed import Look
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.timeline import Blocked, TimelineView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import settle
from tests.tui.safety_samples import ABOUT_IT, CHANGED, DESK, DEVICE, EXCEPTION, VIOLATED, blocked

Snap = Callable[..., bool]
LARGE, SMALL = (140, 40), (80, 24)


def _app(view: TimelineView, **look: Any) -> NooktermApp:
    shell = FakeShell()
    shell.timeline.show(view)
    shell.about.show(ABOUT_IT)
    return NooktermApp(shell, Look(**look))


def _press(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        composer = pilot.app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus)
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.pause()

    return press


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
def test_an_exception_and_what_is_in_doubt(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(_app(EXCEPTION), terminal_size=size, run_before=_press())


def test_doubts_without_marks_and_in_few_rows(snap_compare: Snap) -> None:
    app = _app(EXCEPTION, glyphs="ascii", compact=True)
    assert snap_compare(app, terminal_size=SMALL, run_before=_press())


@pytest.mark.parametrize(
    ("what", "size", "keys"),
    [(DEVICE, LARGE, ()), (DEVICE, SMALL, ()), (CHANGED, SMALL, ()), (VIOLATED, LARGE, ("alt+g",))],
    ids=["device-large", "device-small", "changed-small", "violated-asked"],
)
def test_what_stops_sending(snap_compare: Snap, what: Blocked, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    assert snap_compare(_app(blocked(what)), terminal_size=size, run_before=_press(*keys))


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
def test_an_applicant_whose_devices_are_not_signed(snap_compare: Snap, size: tuple[int, int]) -> None:
    shell = FakeShell()
    shell.desk.show(DESK)
    assert snap_compare(NooktermApp(shell), terminal_size=size, run_before=_press("alt+d", "v"))
