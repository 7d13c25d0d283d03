"""Every screen by keyboard alone at 80x24, without colours and marks: reached, seen, left, no hint cut."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from nookterm.tui.look import Look
from nookterm.tui.themed import ThemedApp
from tests.tui.every_screen import BASES, ELSEWHERE, SCREENS, kinds_made, screen_kinds
from tests.tui.looking import (
    beyond_reach,
    coloured,
    cut_off,
    cutting,
    named,
    out_of_order,
    segments,
    shadowed,
    walk,
)

MEANT = frozenset({("enter", "settings.change"), ("enter", "keying.change")})
"""Keys that an outer command shares with an inner one on purpose."""
SMALL = (80, 24)
ASKED_FIRST = frozenset({
    "browser", "browser over ssh", "a new account", "sign in: ways", "sign in: no passwords",
    "first trust prove", "first trust link",
})  # fmt: skip
"""Where Esc asks the panel, which gives way; the samples only write it down."""
NOWHERE_TO_GO = frozenset({"sign in: server", "first trust working"})
"""The first page of all, which ctrl+q leaves, and one that goes by itself."""
OF_PEOPLE = frozenset("👍🔥")
"""What somebody wrote stays as it is."""
NEVER_THERE = frozenset({"a picture"})
"""Without marks or colours no picture is drawn (`tests/tui/test_pictures_drawn.py`)."""


async def opened(pilot: Pilot[Any], name: str) -> Screen[Any]:
    screen = SCREENS[name]()
    await pilot.app.push_screen(screen)
    await pilot.pause()
    return screen


async def unleft(pilot: Pilot[Any], name: str, screen: Screen[Any]) -> list[str]:
    """What is wrong with Esc, from wherever the keyboard is; the screen is gone after this."""
    app, before = pilot.app, asked_of(screen)
    for _ in range(3):
        if screen.is_current:
            await pilot.press("escape")
    left, asked = not screen.is_current, asked_of(screen) > before
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    if name in ASKED_FIRST:
        return [] if asked else ["Esc asks nobody"]
    return [] if left is (name not in NOWHERE_TO_GO) else ["Esc does not leave it"]


def asked_of(screen: Any) -> int:
    """How much was asked of the panel behind a screen."""
    panel = screen._panel if hasattr(screen, "_panel") else None
    return len(getattr(panel, "calls", ())) + len(getattr(panel, "done", ()))


def test_no_screen_is_left_out() -> None:
    assert all(any(issubclass(kind, base) and kind is not base for kind in kinds_made() | ELSEWHERE) for base in BASES)
    assert screen_kinds() - BASES - ELSEWHERE == kinds_made(), "put it into tests/tui/every_screen.py"


async def test_every_screen_can_be_walked_through_and_left_without_mouse_colours_and_marks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ThemedApp[None](Look(glyphs="ascii", motion=False))
    wrong: list[str] = []
    places: set[tuple[str, ...]] = set()
    with cutting(monkeypatch) as cut:
        async with app.run_test(size=SMALL) as pilot:
            await pilot.pause()
            for name in SCREENS:
                screen = await opened(pilot, name)
                chain = list(screen.focus_chain)
                found = await walk(pilot)
                places |= found.places
                told = [f"Tab does not reach {named(one)}" for one in chain if one not in found.been]
                told += [
                    f"the cursor of {named(one)} blinks" for one in found.been if getattr(one, "cursor_blink", False)
                ]
                told += [*out_of_order(chain), *found.unseen(), *beyond_reach(screen, found), *cut_off(screen), *cut()]
                drawn = list(segments(app))
                told += [f"in colour: {part.text!r}" for part in drawn if coloured(part)]
                marks = {sign for part in drawn for sign in part.text if not sign.isascii()} - OF_PEOPLE
                told += [f"no plain letters: {marks}"] if marks and name not in NEVER_THERE else []
                wrong += [f"{name}: {what}" for what in (*told, *await unleft(pilot, name, screen))]
    for preset in ("plain", "vim"):
        wrong += sorted(shadowed(places, preset, MEANT))
    assert not wrong, "\n".join(wrong)
