"""A closed room: its bar leads on by Enter, by a key and by the mouse; the page is read first; back is one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.onward import OnwardScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.onward_bar import OnwardBar
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.onward import OnwardView
from nookterm.viewmodels.timeline import TimelineView
from tests.tui.fakes import FakeShell
from tests.tui.onward_fakes import ASTRAY, CLOSED, HERE_CLOSED, OLDER, ONWARD, RENEW, UNSEALED, FakeOnward
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle

Snap = Callable[..., bool]
NARROW = (80, 24)


def shown(view: TimelineView) -> tuple[FakeShell, NooktermApp]:
    shell = FakeShell()
    shell.timeline.show(view)
    return shell, NooktermApp(shell)


@pytest.mark.parametrize("words", ["", "half a sentence"])
async def test_enter_sends_nothing_in_a_closed_room_and_leads_on(words: str) -> None:
    shell, app = shown(HERE_CLOSED)
    async with app.run_test(size=NARROW) as pilot:
        composer = app.screen.query_one(Composer)
        await settle(pilot, lambda: composer.has_focus and "This room goes on in a new one." in seen(app))
        assert "Ana closed it" in seen(app)
        await pilot.press(*words, "enter")
        await settle(pilot, lambda: isinstance(app.screen, OnwardScreen))
        assert ("begin onward", None) in shell.done
        assert not [call for call in shell.done if call[0] == "send"]
        await pilot.press("enter")
        await settle(pilot, lambda: ("do", "go") in shell.done and not isinstance(app.screen, OnwardScreen))
        await settle(pilot, lambda: ("open", "!bike") in shell.done)


async def test_the_whole_bar_is_a_button_and_goes_when_the_room_is_open_again() -> None:
    shell, app = shown(HERE_CLOSED)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot, lambda: app.screen.query_one(OnwardBar).display)
        await pilot.click(OnwardBar)
        await settle(pilot, lambda: isinstance(app.screen, OnwardScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, OnwardScreen))
        shell.timeline.show(replace(HERE_CLOSED, blocked=None))
        await settle(pilot, lambda: "goes on in a new one" not in seen(app))
        await pilot.press("alt+g")
        await pilot.pause()
        assert not isinstance(app.screen, OnwardScreen)


async def test_a_room_without_a_next_one_leads_nowhere() -> None:
    _shell, app = shown(replace(HERE_CLOSED, blocked=replace(CLOSED, headline="This room is closed.", yes="")))
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot, lambda: "This room is closed." in seen(app))
        await pilot.press("enter", "alt+g")
        await pilot.click(OnwardBar)
        await pilot.pause()
        assert not isinstance(app.screen, OnwardScreen)


async def test_where_encryption_would_end_a_question_says_so_before_one_goes() -> None:
    app, panel = Host(), FakeOnward(UNSEALED)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(OnwardScreen(panel))
        await settle(pilot, lambda: "! What is said here is encrypted." in seen(app))
        await pilot.press("g", "enter")
        await settle(pilot, lambda: "all the same?" in seen(app))
        assert ("do", "go") not in panel.calls
        await pilot.press("y")
        await settle(pilot, lambda: ("do", "go") in panel.calls and app.opened == ["!bike"])


async def test_a_room_is_upgraded_by_its_command_after_what_it_means_and_a_yes() -> None:
    shell, app = shown(replace(HERE_CLOSED, blocked=None))
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press(*"/upgrade 12", "enter")
        await settle(pilot, lambda: isinstance(app.screen, OnwardScreen) and "33 people get an invite" in seen(app))
        assert ("begin onward", "12") in shell.done
        await pilot.press("u", "enter", "n")
        assert ("do", "renew") not in shell.done
        await pilot.press("u", "y")
        await settle(pilot, lambda: ("do", "renew") in shell.done)


async def test_the_first_line_of_a_room_leads_to_the_one_before_it_by_enter() -> None:
    shell, app = shown(OLDER)
    async with app.run_test(size=(80, 60)) as pilot:
        composer = app.screen.query_one(Composer)
        await settle(pilot, lambda: ("start",) in shell.done and composer.has_focus and "an older one" in seen(app))
        timeline = app.screen.query_one(Timeline)
        timeline.focus()
        await pilot.pause()
        timeline.choose("~room~!old")
        await pilot.press("enter")
        await settle(pilot, lambda: ("open", "!old") in shell.done)


async def test_a_click_on_the_first_line_opens_the_older_room_and_its_command_does_too() -> None:
    shell, app = shown(OLDER)
    async with app.run_test(size=(80, 60)) as pilot:
        composer = app.screen.query_one(Composer)
        await settle(pilot, lambda: ("start",) in shell.done and composer.has_focus and "an older one" in seen(app))
        rows = seen(app).split("\n")
        y = next(n for n, row in enumerate(rows) if "goes on from an older" in row)
        await pilot.click(offset=(rows[y].index("goes on"), y))
        await settle(pilot, lambda: shell.done.count(("open", "!old")) == 1)
        await settle(pilot, lambda: composer.has_focus)
        await pilot.press(*"/upgraded", "enter")
        await settle(pilot, lambda: shell.done.count(("open", "!old")) == 2)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (OnwardView(), "Looking where it goes on"),
        (OnwardView(face=Face.EMPTY, notice=Notice("Open a room first.")), "Open a room first."),
        (OnwardView(face=Face.PROBLEM, notice=Notice("You may not close glaze-lab.")), "may not close"),
        (replace(ONWARD, face=Face.OFFLINE, notice=Notice("The server cannot be reached."), acts=()), "be reached"),
        (ONWARD, "looked at once you are inside"),
    ],
    ids=["loading", "empty", "problem", "offline", "content"],
)
async def test_each_face_says_what_it_is_and_can_be_left(view: OnwardView, words: str) -> None:
    app = Host()
    async with app.run_test(size=(80, 30)) as pilot:
        await app.push_screen(OnwardScreen(FakeOnward(view)))
        await settle(pilot, lambda: words in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, OnwardScreen))


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    app, panel = Host(), FakeOnward(poisoned(replace(UNSEALED, result="x", problem="x"), HOSTILE[attack]))
    async with app.run_test(size=(140, 40)) as pilot:
        await app.push_screen(OnwardScreen(panel))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running


@pytest.mark.parametrize("size", [(140, 40), NARROW], ids=["large", "small"])
@pytest.mark.parametrize("what", ["bar", "astray", "older"])
def test_the_bar_and_the_first_line(snap_compare: Snap, what: str, size: tuple[int, int]) -> None:
    view = {"bar": HERE_CLOSED, "astray": replace(HERE_CLOSED, blocked=ASTRAY), "older": OLDER}[what]

    async def run(pilot: Pilot[Any]) -> None:
        composer = pilot.app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus)
        if what == "older":
            timeline = pilot.app.screen.query_one(Timeline)
            timeline.focus()
            timeline.choose("~room~!old")
            timeline.scroll_home(animate=False)
        await pilot.pause()

    assert snap_compare(shown(view)[1], terminal_size=size, run_before=run)


@pytest.mark.parametrize(
    ("view", "keys", "size"),
    [(ONWARD, (), (140, 40)), (UNSEALED, ("g",), NARROW), (RENEW, ("u",), (140, 40)), (RENEW, (), NARROW)],
    ids=["onward", "unsealed", "upgrade", "upgrade-small"],
)
def test_the_page(snap_compare: Snap, view: OnwardView, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await pilot.app.push_screen(OnwardScreen(FakeOnward(view)))
        await settle(
            pilot,
            lambda: (
                (isinstance(pilot.app.screen, OnwardScreen) and "river.example" in seen(pilot.app))
                or "Upgrade" in seen(pilot.app)
            ),
        )
        for key in keys:
            await pilot.press(key)
        await pilot.pause()

    shell = FakeShell()
    assert snap_compare(NooktermApp(shell), terminal_size=size, run_before=run)
