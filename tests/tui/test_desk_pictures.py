"""The panels as people see them, inside the main screen; each picture was looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.found import FoundScreen
from nookterm.tui.screens.signin import SignInScreen
from nookterm.tui.themed import Look
from nookterm.viewmodels.desk import DeskView
from nookterm.viewmodels.directory import DirectoryView
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.requests import RequestsView
from nookterm.viewmodels.signin import SignInView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import Found, SignIn
from tests.tui.panel_samples import AWAY, DESK, DIRECTORY, EMPTY_DESK, REQUESTS, UNREACHED

Snap = Callable[..., bool]
FACES = list(Face)
SIZES = [(100, 30), (80, 24), (40, 12)]
KEYS = {"desk": "alt+d", "directory": "alt+n", "requests": "alt+r"}
EMPTY = {
    "desk": EMPTY_DESK,
    "directory": Notice(
        "This space lists no nooks yet", ("Begin one: ctrl+p, then Found a nook.", "Or ask who began it.")
    ),
    "requests": Notice(
        "You have asked nowhere yet", ("Find a nook lists what is open.", "Enter on a card asks to join.")
    ),
}
CONTENT: dict[str, Any] = {"desk": DESK, "directory": DIRECTORY, "requests": REQUESTS}
BARE: dict[str, Any] = {
    "desk": DeskView(),
    "directory": DirectoryView(space="Riverside Makers"),
    "requests": RequestsView(),
}


def _view(panel: str, face: Face) -> Any:
    if face is Face.CONTENT:
        return CONTENT[panel]
    if face is Face.OFFLINE:
        return replace(CONTENT[panel], face=face, notice=AWAY)
    notice = {Face.EMPTY: EMPTY[panel], Face.PROBLEM: UNREACHED}.get(face)
    return replace(BARE[panel], face=face, notice=notice)


def _app(panel: str, face: Face, theme: str = "dusk") -> NooktermApp:
    shell = FakeShell()
    getattr(shell, panel).show(_view(panel, face))
    return NooktermApp(shell, Look(theme=theme))


def _press(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.pause()

    return press


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("panel", KEYS)
def test_five_faces(snap_compare: Snap, panel: str, face: Face) -> None:
    assert snap_compare(_app(panel, face), terminal_size=(140, 40), run_before=_press(KEYS[panel]))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("panel", KEYS)
def test_content_in_every_width(snap_compare: Snap, panel: str, size: tuple[int, int]) -> None:
    assert snap_compare(_app(panel, Face.CONTENT), terminal_size=size, run_before=_press(KEYS[panel]))


@pytest.mark.parametrize("theme", ["linen", "beacon", "ansi"])
@pytest.mark.parametrize("panel", ["desk", "directory"])
def test_other_themes(snap_compare: Snap, panel: str, theme: str) -> None:
    app = _app(panel, Face.CONTENT, theme)
    assert snap_compare(app, terminal_size=(140, 40), run_before=_press(KEYS[panel], "down"))


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=str)
def test_words_for_a_decline(snap_compare: Snap, size: tuple[int, int]) -> None:
    keys = (KEYS["desk"], "down", "d", *"We are full until spring.")
    assert snap_compare(_app("desk", Face.CONTENT), terminal_size=size, run_before=_press(*keys))


def test_a_case_drilled_into(snap_compare: Snap) -> None:
    app = _app("desk", Face.CONTENT)
    assert snap_compare(app, terminal_size=(80, 24), run_before=_press(KEYS["desk"], "down", "enter"))


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (40, 12)], ids=str)
def test_the_form_that_asks_to_join(snap_compare: Snap, size: tuple[int, int]) -> None:
    keys = (KEYS["directory"], "down", "enter", *"How to read a draft before I warp.", "tab", *"Tea")
    assert snap_compare(_app("directory", Face.CONTENT), terminal_size=size, run_before=_press(*keys))


def test_the_question_before_a_request_is_taken_back(snap_compare: Snap) -> None:
    app = _app("requests", Face.CONTENT)
    assert snap_compare(app, terminal_size=(80, 24), run_before=_press(KEYS["requests"], "x"))


WRONG = Notice(
    "That name or password is not right",
    ("Nothing was changed, and what you typed is still here.", "Try again, or ask who runs river.example."),
)
SIGNIN = {
    "server": SignInView(),
    "working": SignInView("working", doing="Looking for river.example"),
    "password": SignInView("password", "river.example"),
    "problem": SignInView("password", "river.example", notice=WRONG),
}


@pytest.mark.parametrize("size", [(100, 30), (40, 12)], ids=str)
@pytest.mark.parametrize("step", SIGNIN)
def test_signing_in(snap_compare: Snap, step: str, size: tuple[int, int]) -> None:
    panel = SignIn(SIGNIN[step])

    async def sign_in(pilot: Pilot[Any]) -> None:
        await pilot.app.push_screen(SignInScreen(panel))
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(NooktermApp(FakeShell()), terminal_size=size, run_before=sign_in)


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (40, 12)], ids=str)
@pytest.mark.parametrize("mode", ["space", "nook"])
def test_beginning(snap_compare: Snap, mode: str, size: tuple[int, int]) -> None:
    async def begin(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        await pilot.app.push_screen(FoundScreen(Found(), mode))
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(NooktermApp(FakeShell()), terminal_size=size, run_before=begin)
