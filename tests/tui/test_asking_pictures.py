"""Asking to join as people see it; each picture was looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.domain.ids import RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.themed import Look
from nookterm.viewmodels.directory import AskQuestion, Card
from tests.tui.fakes import FakeShell
from tests.tui.panel_samples import DIRECTORY, UNSURE

Snap = Callable[..., bool]
SIZES = [(140, 40), (80, 24)]
OUTSIDE = replace(
    DIRECTORY,
    cards=(
        Card(
            RoomId("!loom-space"),
            "Loom people",
            "Weavers of the valley.",
            "",
            61,
            None,
            "open",
            note="a space: join it first",
            can_join=True,
        ),
        Card(
            RoomId("!tablets"),
            "tablet-weavers",
            "Tablet weaving. Part of #looms:loom.example.",
            "",
            14,
            None,
            "+ ask to join",
            can_ask=True,
            questions=(AskQuestion("q1", "What do you weave?", 500),),
            readers=(
                (
                    "!",
                    (
                        "Your answers: kept here until you have said that you know who asks. "
                        "No space that you are in says who the facilitators of this nook are."
                    ),
                    "nook-warn",
                ),
                ("↗", "That you ask, and your name: 14 people in tablet-weavers, and river.example.", "nook-leaves"),
            ),
        ),
    ),
    summary="2 nooks, 1 open to ask",
)


def _press(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.pause()

    return press


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_requests_that_wait_for_a_word_of_their_person(snap_compare: Snap, size: tuple[int, int]) -> None:
    shell = FakeShell()
    shell.requests.show(UNSURE)
    app = NooktermApp(shell, Look(theme="dusk"))
    assert snap_compare(app, terminal_size=size, run_before=_press("alt+r", "c"))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_asking_at_a_nook_from_outside_its_space(snap_compare: Snap, size: tuple[int, int]) -> None:
    shell = FakeShell()
    shell.directory.show(OUTSIDE)
    app = NooktermApp(shell, Look(theme="dusk"))
    assert snap_compare(app, terminal_size=size, run_before=_press("alt+n", "down", "enter", *"Belts, mostly."))
