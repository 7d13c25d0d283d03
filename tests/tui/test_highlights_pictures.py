"""Highlights as people see them, inside the main screen; each picture was looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.highlights import HighlightsPane
from nookterm.tui.themed import Look
from nookterm.viewmodels.highlights import Draft, HighlightsView
from nookterm.viewmodels.model import Face
from tests.tui.fakes import FakeShell
from tests.tui.highlight_samples import CALM, DRAFT, HIGHLIGHTS, MINE, ORIGIN, OWN
from tests.tui.panel_host import Highlights
from tests.tui.panel_samples import AWAY, GLAZE, UNREACHED

Snap = Callable[..., bool]
Go = Callable[[Pilot[Any], HighlightsPane], Awaitable[None]]
WIDE, TWO, ONE, TINY = (140, 40), (100, 30), (80, 24), (40, 12)
FACES = {
    Face.LOADING: HighlightsView(),
    Face.EMPTY: HighlightsView(face=Face.EMPTY),
    Face.CONTENT: CALM,
    Face.PROBLEM: HighlightsView(face=Face.PROBLEM, notice=UNREACHED),
    Face.OFFLINE: replace(CALM, face=Face.OFFLINE, notice=AWAY),
}


def picture(
    snap: Snap,
    view: HighlightsView,
    size: tuple[int, int],
    go: Go | None = None,
    *,
    draft: Draft = DRAFT,
    theme: str = "dusk",
) -> None:
    """Compare what is seen there after `go`."""
    shell = FakeShell()
    shell.highlights = Highlights(view, draft, tells=("the detail “12 of 12”",))
    app = NooktermApp(shell, Look(theme=theme))

    async def there(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        await pilot.press("alt+h")
        await pilot.pause()
        if go is not None:
            await go(pilot, pilot.app.screen.query_one(HighlightsPane))
        for _ in range(3):
            await pilot.pause()

    assert snap(app, terminal_size=size, run_before=there)


def press(*keys: str) -> Go:
    """Press keys."""

    async def go(pilot: Pilot[Any], _pane: HighlightsPane) -> None:
        await pilot.press(*keys)

    return go


def form(*keys: str) -> Go:
    """Begin to share, then press keys."""

    async def go(pilot: Pilot[Any], pane: HighlightsPane) -> None:
        await pane.begin(GLAZE, *DRAFT.events)
        await pilot.pause()
        await pilot.press(*keys)

    return go


def asked(*keys: str) -> Go:
    """Open what asks for our yes, then press keys."""

    async def go(pilot: Pilot[Any], pane: HighlightsPane) -> None:
        await pane.begin(GLAZE, MINE.event_id or DRAFT.events[0])
        await pilot.pause()
        await pilot.press(*keys)

    return go


@pytest.mark.parametrize("face", FACES)
def test_five_faces(snap_compare: Snap, face: Face) -> None:
    picture(snap_compare, FACES[face], WIDE)


@pytest.mark.parametrize("size", [TWO, ONE, TINY], ids=str)
def test_the_board_in_every_width(snap_compare: Snap, size: tuple[int, int]) -> None:
    picture(snap_compare, CALM, size)


@pytest.mark.parametrize("theme", ["linen", "ansi"])
def test_what_is_on_the_way(snap_compare: Snap, theme: str) -> None:
    picture(snap_compare, HIGHLIGHTS, WIDE if theme == "linen" else ONE, theme=theme)


def test_who_has_answered_how(snap_compare: Snap) -> None:
    picture(snap_compare, CALM, ONE, press("2", "down", "enter"))


@pytest.mark.parametrize("shelf", ["3", "4"])
def test_mine_and_the_weeks(snap_compare: Snap, shelf: str) -> None:
    picture(snap_compare, HIGHLIGHTS, TWO, press(shelf))


@pytest.mark.parametrize("size", [WIDE, ONE], ids=str)
def test_the_question_before_something_is_published(snap_compare: Snap, size: tuple[int, int]) -> None:
    picture(snap_compare, CALM, size, press("2", "p"))


def test_the_question_before_something_is_taken_back(snap_compare: Snap) -> None:
    picture(snap_compare, CALM, ONE, press("down", "x"))


@pytest.mark.parametrize("size", [WIDE, ONE], ids=str)
def test_where_it_came_from(snap_compare: Snap, size: tuple[int, int]) -> None:
    picture(snap_compare, replace(CALM, origin=ORIGIN), size, press("o"))


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "linen"), (TWO, "dusk"), (ONE, "dusk"), (TINY, "dusk")])
def test_the_form_that_shares(snap_compare: Snap, size: tuple[int, int], theme: str) -> None:
    picture(snap_compare, HIGHLIGHTS, size, form("ctrl+n"), theme=theme)


def test_recognisable_anyway(snap_compare: Snap) -> None:
    picture(snap_compare, HIGHLIGHTS, ONE, form("tab", "tab", "tab", "enter"), draft=OWN)


@pytest.mark.parametrize("size", [WIDE, TINY], ids=str)
def test_the_exact_json(snap_compare: Snap, size: tuple[int, int]) -> None:
    picture(snap_compare, HIGHLIGHTS, size, form("ctrl+t"))


@pytest.mark.parametrize("size", [WIDE, TWO, ONE, TINY], ids=str)
def test_the_form_that_asks_for_a_yes(snap_compare: Snap, size: tuple[int, int]) -> None:
    picture(snap_compare, HIGHLIGHTS, size, asked())


@pytest.mark.parametrize("size", [TWO, ONE], ids=str)
def test_messages_are_marked_with_a_word(snap_compare: Snap, size: tuple[int, int]) -> None:
    app = NooktermApp(FakeShell(), Look(theme="dusk"))

    async def mark(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        await pilot.press("escape", "space", "up", "up", "space")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=mark)
