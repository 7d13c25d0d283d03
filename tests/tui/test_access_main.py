"""The main screen by keyboard alone, wide and at 80x24, without colours and marks: every place reached and seen."""

from __future__ import annotations

import pytest
from textual.widget import Widget

from nookterm.tui.app import NooktermApp
from nookterm.tui.look import Look
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.reactions import ReactionStrip
from nookterm.tui.widgets.timeline import Timeline
from tests.tui.fakes import FakeShell
from tests.tui.highlight_samples import DRAFT, HIGHLIGHTS
from tests.tui.looking import (
    beyond_reach,
    coloured,
    cut_off,
    cutting,
    draw_anew,
    named,
    out_of_order,
    segments,
    shadowed,
    walk,
)
from tests.tui.panel_host import Highlights, seen, settle
from tests.tui.panel_samples import DESK, DIRECTORY, REQUESTS
from tests.tui.trust_fakes import TRUST

MEANT: frozenset[tuple[str, str]] = frozenset()
"""Keys that an outer command shares with an inner one on purpose."""
SIZES = ((140, 40), (80, 24))
PLACES = ("room", "desk", "highlights", "requests", "directory", "trust")
OF_PEOPLE = frozenset("👍🔥")


def a_shell() -> FakeShell:
    """Something to see in every place."""
    shell = FakeShell()
    shell.desk.show(DESK)
    shell.directory.show(DIRECTORY)
    shell.requests.show(REQUESTS)
    shell.trust.show(TRUST)
    shell.highlights = Highlights(HIGHLIGHTS, DRAFT)
    return shell


async def test_every_place_of_the_main_screen_is_walked_through_without_mouse_colours_and_marks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = NooktermApp(a_shell(), Look(glyphs="ascii", motion=False))
    wrong: list[str] = []
    places: set[tuple[str, ...]] = set()
    with cutting(monkeypatch) as cut:
        async with app.run_test(size=SIZES[0]) as pilot:
            await settle(pilot, lambda: isinstance(app.focused, Composer))
            screen = app.screen
            assert isinstance(screen, MainScreen)
            for size in SIZES:
                await pilot.resize_terminal(*size)
                for place in PLACES:
                    await screen.action_go(place)
                    await pilot.pause()
                    cut()
                    draw_anew(screen)
                    await pilot.pause()
                    chain: list[Widget] = list(screen.focus_chain)
                    found = await walk(pilot)
                    places |= found.places
                    told = [f"Tab does not reach {named(one)}" for one in chain if one not in found.been]
                    told += [*out_of_order(chain), *found.unseen(), *beyond_reach(screen, found), *cut_off(screen)]
                    drawn = list(segments(app))
                    told += [*cut(), *(f"in colour: {part.text!r}" for part in drawn if coloured(part))]
                    marks = {sign for part in drawn for sign in part.text if not sign.isascii()} - OF_PEOPLE
                    told += [f"no plain letters: {marks}"] if marks else []
                    told += [] if "keys" in seen(app).split("\n")[-1] else ["the way to all keys is not named"]
                    if place != "room":
                        await pilot.press("escape")
                        await pilot.press("escape")
                        told += [] if screen.place == "room" else ["Esc does not lead back to the conversation"]
                    wrong += [f"{place} {size}: {what}" for what in told]
            await pilot.resize_terminal(*SIZES[0])
            screen.query_one(Timeline).focus()
            await settle(pilot, lambda: isinstance(app.focused, Timeline))
            screen.query_one(Timeline).choose("$e2")
            await pilot.press("plus")
            await settle(pilot, lambda: "1 thumbs up   2 heart" in seen(app))
            await pilot.press(*"fire")
            strip = screen.query_one(ReactionStrip)
            await settle(pilot, lambda: "fire" in seen(app) and bool(strip._typed))
            wrong += [] if all(row.plain.isascii() for row in strip._rows(120)) else ["emoji that cannot be seen"]
    for preset in ("plain", "vim"):
        wrong += sorted(shadowed(places, preset, MEANT))
    assert not wrong, "\n".join(wrong)
