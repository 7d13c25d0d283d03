"""The forms about a nook as people see them; each picture was looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.screens.charter import CharterScreen
from nookterm.tui.screens.facilitators import FacilitatorsScreen
from nookterm.tui.widgets.forms import Field
from tests.tui.nook_fakes import FORM, STEPS, FakeCharter, FakeFacilitators
from tests.tui.panel_host import Host, seen, settle

Snap = Callable[..., bool]


def shown(make: Callable[[], ModalScreen[Any]], words: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def show(pilot: Pilot[Any]) -> None:
        pilot.app.animation_level = "none"
        await pilot.app.push_screen(make())
        for line in pilot.app.screen.query(Input):
            line.cursor_blink = False
        for field in pilot.app.screen.query(Field):
            field.cursor_blink = False
        await settle(pilot, lambda: words in seen(pilot.app))
        await pilot.pause()

    return show


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("page", "words"),
    [(0, "Who belongs"), (1, "Question 5"), (2, "Newcomers read"), (4, "stay on the board"), (5, "60 → 40")],
    ids=["texts", "questions", "door", "sharing", "look"],
)  # fmt: skip
def test_the_pages_of_a_charter(snap_compare: Snap, page: int, words: str, size: tuple[int, int]) -> None:
    before = shown(lambda: CharterScreen(FakeCharter(), FORM, page), words)
    assert snap_compare(Host(), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_steps_that_make_a_facilitator(snap_compare: Snap, size: tuple[int, int]) -> None:
    before = shown(lambda: FacilitatorsScreen(FakeFacilitators(STEPS)), "Make Bo Lindqvist")
    assert snap_compare(Host(), terminal_size=size, run_before=before)
