"""The settings of a room on the screen: what each means is read first, and a yes changes one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.room_settings import RoomSettingsScreen
from nookterm.tui.widgets.forms import LineField
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.room_settings import RoomSettingsView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle
from tests.tui.people_fakes import SETTINGS, SPACE, FakeSettings

NARROW = (80, 24)


async def test_a_text_is_changed_from_what_it_is_and_the_question_shows_what_will_stand() -> None:
    app, panel = Host(), FakeSettings()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(RoomSettingsScreen(panel))
        await settle(pilot, lambda: "glaze-lab" in seen(app))
        await pilot.press("enter")
        await pilot.press(*"-2", "enter")
        await settle(pilot, lambda: "write “glaze-lab-2”?" in seen(app))
        assert not [call for call in panel.calls if call[0] == "do"]
        await pilot.press("y")
        await settle(pilot, lambda: ("do", "name", "glaze-lab-2", "") in panel.calls)
        await settle(pilot, lambda: "✓ name: done." in seen(app))


async def test_who_clicks_beside_the_question_loses_no_word_of_what_was_written() -> None:
    app, panel = Host(), FakeSettings()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(RoomSettingsScreen(panel))
        await settle(pilot, lambda: "glaze-lab" in seen(app))
        await pilot.press("enter", *"-2", "enter")
        await settle(pilot, lambda: "write “glaze-lab-2”?" in seen(app))
        rows = seen(app).split("\n")
        y = next(n for n, row in enumerate(rows) if "▎" in row and "glaze-lab" in row)
        await pilot.click(offset=(30, y))
        line = app.screen.query_one("#asking-words", LineField)
        await settle(pilot, lambda: line.has_focus and line.value == "glaze-lab-2")
        await pilot.press("escape")
        await settle(pilot, lambda: not line.display)
        await pilot.press("enter")
        await settle(pilot, lambda: line.has_focus and line.value == "glaze-lab")


async def test_a_choice_says_what_it_means_and_a_drift_is_set_right_by_its_own_key() -> None:
    app, panel = Host(), FakeSettings()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(RoomSettingsScreen(panel))
        await settle(pilot, lambda: "should be the charter's short form" in seen(app))
        await pilot.press("down", "f")
        await settle(pilot, lambda: "Set right: topic?" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: ("do", "fix k-topic22", "", "") in panel.calls)
        await pilot.press("down", "e")
        await settle(pilot, lambda: "anybody walks in" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: "by invitation only?" in seen(app))
        await pilot.press("n")
        await pilot.pause()
        assert len([call for call in panel.calls if call[0] == "do"]) == 1


async def test_what_is_not_ours_says_why_and_asks_nothing() -> None:
    app, panel = Host(), FakeSettings()
    async with app.run_test(size=(140, 40)) as pilot:
        await app.push_screen(RoomSettingsScreen(panel))
        await settle(pilot, lambda: "not yours to change: Ana and Cy Arden can" in seen(app))
        await pilot.press("down", "down", "down", "enter")
        await pilot.pause()
        assert not [call for call in panel.calls if call[0] == "do"]
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, RoomSettingsScreen))


async def test_the_rooms_of_a_space_are_moved_and_taken_off_with_keys_and_mouse() -> None:
    app, panel = Host(), FakeSettings(SPACE)
    async with app.run_test(size=(100, 36)) as pilot:
        await app.push_screen(RoomSettingsScreen(panel))
        await settle(pilot, lambda: "bike-kitchen" in seen(app))
        await pilot.press("down", "down", "down", "ctrl+down")
        await settle(pilot, lambda: ("move", "!glaze-lab", 1) in panel.calls)
        rows = seen(app).split("\n")
        y = next(n for n, row in enumerate(rows) if "x list no longer" in row)
        await pilot.click(offset=(rows[y].index("x list") + 1, y))
        await settle(pilot, lambda: "List glaze-lab no longer?" in seen(app))
        await pilot.click("#asked-yes")
        await settle(pilot, lambda: ("do", "unlist !glaze-lab", "", "") in panel.calls)


async def test_it_opens_by_slash_and_from_about() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        for keys in ([*"/room", "enter"], ["alt+i", "s"]):
            await pilot.press(*keys)
            await settle(pilot, lambda: isinstance(app.screen, RoomSettingsScreen))
            await pilot.press("escape")
            await settle(pilot, lambda: not isinstance(app.screen, RoomSettingsScreen))


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (RoomSettingsView(), "Looking how this room is set"),
        (RoomSettingsView(face=Face.EMPTY, notice=Notice("Open a room first.")), "Open a room first."),
        (RoomSettingsView(face=Face.PROBLEM, notice=Notice("The server refuses.")), "The server refuses."),
        (replace(SETTINGS, face=Face.OFFLINE, notice=Notice("The server cannot be reached.")), "glaze-lab"),
        (SETTINGS, "people ask to join"),
    ],
    ids=["loading", "empty", "problem", "offline", "content"],
)
async def test_each_face_says_what_it_is_and_can_be_left(view: RoomSettingsView, words: str) -> None:
    app = Host()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(RoomSettingsScreen(FakeSettings(view)))
        await settle(pilot, lambda: words in seen(app))
        assert view.notice is None or view.notice.headline in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, RoomSettingsScreen))


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    app, panel = Host(), FakeSettings(poisoned(replace(SETTINGS, result="x"), HOSTILE[attack]))
    async with app.run_test(size=(140, 40)) as pilot:
        await app.push_screen(RoomSettingsScreen(panel))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
