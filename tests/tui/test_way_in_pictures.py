"""The ways in as they look: the welcome screen with all of them, a new account, the page for the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.browser import BrowserScreen
from nookterm.tui.screens.joining import JoinScreen
from nookterm.tui.screens.signin import SignInScreen
from nookterm.viewmodels.signin import SignInView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import SignIn
from tests.tui.way_in_fakes import DOORS, NEW, WAITS, Browser

Snap = Callable[..., bool]
WAYS = SignInView("password", "https://matrix.river.example", doors=DOORS)


def _join() -> Screen[None]:
    panel = SignIn(replace(WAYS, step="join"))
    panel.joining.show(replace(NEW, name_says="gus is free", name_good=True))
    return JoinScreen(panel)


PAGES: dict[str, Callable[[], Screen[Any]]] = {
    "ways": lambda: SignInScreen(SignIn(WAYS)),
    "no passwords": lambda: SignInScreen(SignIn(replace(WAYS, by_password=False))),
    "new account": _join,
    "browser": lambda: BrowserScreen(Browser(WAITS)),
    "over ssh": lambda: BrowserScreen(Browser(replace(WAITS, can_open=False, remote=True))),
}


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=str)
@pytest.mark.parametrize("page", PAGES)
def test_the_ways_in(snap_compare: Snap, page: str, size: tuple[int, int]) -> None:
    async def show(pilot: Pilot[Any]) -> None:
        await pilot.app.push_screen(PAGES[page]())
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(NooktermApp(FakeShell()), terminal_size=size, run_before=show)
