"""Settings on the screen: found by typing, changed by keys or mouse, each as what it is; keys by pressing them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.commands import command, keymap_for
from nookterm.tui.glyphs import AsciiGlyphs
from nookterm.tui.keying import losers, refusal, taken_from
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.screens.press_key import PressScreen
from nookterm.tui.screens.setting_value import ValueScreen
from nookterm.tui.screens.settings import SettingsScreen
from nookterm.tui.screens.settings_keys import KeysScreen
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle
from tests.tui.settings_fakes import SETTINGS, FakeSettingsPanel

WIDE, NARROW, SMALL = (140, 40), (80, 24), (40, 12)


async def _opened(app: NooktermApp, pilot: Pilot[int], *keys: str) -> None:
    await settle(pilot, lambda: isinstance(app.focused, Composer))
    await pilot.press(*(keys or ("f2",)))
    await settle(pilot, lambda: isinstance(app.screen, SettingsScreen))


async def _click(pilot: Pilot[Any], words: str) -> None:
    await settle(pilot, lambda: words in seen(pilot.app))
    rows = seen(pilot.app).split("\n")
    y = next(n for n, row in enumerate(rows) if words in row)
    await pilot.click(offset=(rows[y].index(words) + 1, y))


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL])
async def test_a_choice_is_found_by_typing_and_changed_by_keys_alone(size: tuple[int, int]) -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=size) as pilot:
        await _opened(app, pilot)
        await pilot.press(*"dens", "enter")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("down", "enter")
        await settle(pilot, lambda: app._main.query_one(Conversation).compact)
        await settle(pilot, lambda: "✓ Density: compact." in seen(app))
        assert ("put", "density", "compact") in shell.done
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: ("reset", "density") in shell.done)
        await settle(pilot, lambda: not app._main.query_one(Conversation).compact)
        await pilot.press("escape", "escape")
        await settle(pilot, lambda: app.screen is app._main)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_choice_is_changed_by_the_mouse_alone(size: tuple[int, int]) -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        app.action_settings()
        await settle(pilot, lambda: isinstance(app.screen, SettingsScreen))
        await _click(pilot, "Clock")
        await settle(pilot, lambda: app.screen.query_one(BlockList).key == "clock")
        await _click(pilot, "Enter change")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await _click(pilot, "it is 12")
        await settle(pilot, lambda: ("put", "clock", "12") in shell.done)


async def test_each_row_says_what_holds_and_why_and_what_it_may_be() -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=NARROW) as pilot:
        await _opened(app, pilot)
        await settle(pilot, lambda: "linen" in seen(app))
        shown = seen(app)
        assert "config.toml:1" in shown
        assert "theme in config.toml:1" in shown
        assert "may be a theme's name" in shown
        assert "~/.local/share/nookterm/config.toml" in shown
        await pilot.press("down", "down")
        await settle(pilot, lambda: "! NOOKTERM_GLYPHS decides it" in seen(app))
        assert "Enter change" not in seen(app)
        await pilot.press("enter")
        await settle(pilot, lambda: "cannot be changed here." in seen(app))
        assert isinstance(app.screen, SettingsScreen)


async def test_a_number_is_typed_and_what_makes_no_sense_is_said_where_it_was_typed() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=NARROW) as pilot:
        await _opened(app, pilot)
        await pilot.press(*"days", "enter")
        await settle(pilot, lambda: isinstance(app.screen, ValueScreen))
        shell.settings.refuses = "keep.days cannot be 'soon'."
        await pilot.press(*["backspace"] * 3, *"soon", "enter")
        await settle(pilot, lambda: "! keep.days cannot be 'soon'." in seen(app))
        assert "soon" in app.screen.query_one("LineField").value  # type: ignore[attr-defined]  # a field has a value
        shell.settings.refuses = ""
        await pilot.press(*["backspace"] * 4, *"30", "enter")
        await settle(pilot, lambda: isinstance(app.screen, SettingsScreen))
        assert ("put", "keep.days", "30") in shell.done


async def test_the_theme_is_worn_at_once_and_what_was_only_tried_on_stays_otherwise() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press(*"/set theme harbour", "enter")
        await settle(pilot, lambda: app.theme == "harbour")
        await pilot.press(*"/theme frost", "enter")
        await settle(pilot, lambda: app.theme == "frost")
        await pilot.press(*"/set theme heron", "enter")
        await settle(pilot, lambda: any("Themes: " in note.message for note in app._notifications))
        assert ("put", "theme", "heron") not in shell.done
        assert await shell.settings.put("markdown", "off")
        await pilot.pause()
        assert app.theme == "frost"


async def test_plain_letters_take_the_place_of_marks_at_once_and_go_again() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer) and "●" in seen(app))
        shell.settings.show(replace(SETTINGS, values={**SETTINGS.values, "glyphs": "ascii"}))
        await settle(pilot, lambda: "* live" in seen(app) and "●" not in seen(app))
        assert any(isinstance(one, AsciiGlyphs) for one in app._filters)
        shell.settings.show(SETTINGS)
        await settle(pilot, lambda: "●" in seen(app))


async def test_a_slash_command_tells_and_sets_and_opens() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        for line, words in (
            ("/set", "Write /set and"),
            ("/set clock", "Clock: auto (default)."),
            ("/set clock 12", "Clock: 12."),
            ("/set heron 3", "heron: 3."),
        ):
            app.clear_notifications()
            await pilot.press(*line, "enter")
            await settle(pilot, lambda words=words: any(words in note.message for note in app._notifications))  # type: ignore[misc]  # bound now
        await pilot.press(*"/settings keep", "enter")
        await settle(pilot, lambda: isinstance(app.screen, SettingsScreen) and "Days" in seen(app))
        assert "Clock" not in [row.strip().split("  ")[0] for row in seen(app).split("\n")]


# --- keys -------------------------------------------------------------------------------------------------------------


async def _keys(app: NooktermApp, pilot: Pilot[int], typed: str) -> None:
    await _opened(app, pilot)
    await pilot.press(*"keys of", "enter")
    await settle(pilot, lambda: isinstance(app.screen, KeysScreen))
    await pilot.press(*typed, "enter")
    await settle(pilot, lambda: isinstance(app.screen, PressScreen))


async def test_a_key_is_given_by_pressing_it_works_at_once_and_the_old_one_is_free() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=NARROW) as pilot:
        await _keys(app, pilot, "go.desk")
        await pilot.press("f9")
        await settle(pilot, lambda: ("put", "keys.go.desk", "f9") in shell.done)
        await settle(pilot, lambda: isinstance(app.screen, KeysScreen) and "F9" in seen(app))
        await settle(pilot, lambda: app.keymap.get("go.desk") == "f9")
        await pilot.press("escape", "escape", "escape", "escape")
        await settle(pilot, lambda: app.screen is app._main)
        await pilot.press("alt+d")
        await pilot.pause()
        assert app._main.place == "room"
        await pilot.press("f9")
        await settle(pilot, lambda: app._main.place == "desk")


async def test_whom_a_key_is_taken_from_is_said_before_and_only_once_more_takes_it() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=NARROW) as pilot:
        await _keys(app, pilot, "go.desk")
        await pilot.press("alt+n")
        await settle(pilot, lambda: "It is the key of “Find a nook” (everywhere)." in seen(app))
        assert not [call for call in shell.done if call[0] == "put"]
        await pilot.press("alt+n")
        await settle(pilot, lambda: ("put", "keys.go.desk", "alt+n") in shell.done)
        assert ("put", "keys.go.directory", "") in shell.done
        await settle(pilot, lambda: app.keymap.get("go.directory") == "")
        await settle(pilot, lambda: isinstance(app.screen, KeysScreen))
        assert "means both" not in seen(app)


async def test_keys_that_are_needed_for_writing_are_refused_with_the_reason() -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=NARROW) as pilot:
        await _keys(app, pilot, "go.desk")
        for key, words in (("x", "x is needed for writing"), ("enter", "Enter is needed"), ("tab", "Tab is needed")):
            await pilot.press(key)
            await settle(pilot, lambda words=words: words in seen(app))  # type: ignore[misc]  # bound now
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.screen, KeysScreen))


async def test_a_command_can_have_one_more_key_none_or_those_that_it_comes_with() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await _keys(app, pilot, "timeline.answer")
        await pilot.press("escape", "ctrl+n", "A")
        await settle(pilot, lambda: ("put", "keys.timeline.answer", "r,A") in shell.done)
        await settle(pilot, lambda: isinstance(app.screen, KeysScreen) and "r A" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: isinstance(app.screen, PressScreen))
        await _click(pilot, "no key")
        await settle(pilot, lambda: ("put", "keys.timeline.answer", "") in shell.done)
        await settle(pilot, lambda: app.keymap.get("timeline.answer") == "")
        await settle(pilot, lambda: isinstance(app.screen, KeysScreen))
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: ("reset", "keys.timeline.answer") in shell.done)
        await settle(pilot, lambda: "timeline.answer" not in app.keymap)


def test_a_key_for_everywhere_is_taken_from_every_place_and_one_of_a_place_never_wins_over_it() -> None:
    desk, answer, keymap = command("go.desk"), command("timeline.answer"), keymap_for("plain", {})
    assert "timeline.edit" in {c.id for c in taken_from(desk, "e", keymap)}
    assert taken_from(answer, "e", keymap) == (command("timeline.edit"),)
    assert losers(answer, taken_from(answer, "alt+d", keymap)).endswith("it would never come here.")
    assert taken_from(desk, "f9", keymap) == ()
    assert losers(desk, ()) == ""


@pytest.mark.parametrize(
    ("id_", "key", "character", "refused"),
    [
        ("go.desk", "x", "x", True), ("go.desk", "alt+x", None, False), ("go.desk", "f5", None, False),
        ("go.desk", "left", None, True), ("composer.send", "x", "x", True), ("composer.send", "enter", "\r", False),
        ("timeline.answer", "x", "x", False), ("timeline.answer", "ctrl+c", None, True),
        ("list.up", "left", None, False),
    ],
)  # fmt: skip
def test_only_a_place_where_one_writes_keeps_its_letters(
    id_: str, key: str, character: str | None, *, refused: bool
) -> None:
    assert bool(refusal(command(id_), key, character)) is refused


@pytest.mark.parametrize("attack", ["markup", "controls"])
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    view = replace(SETTINGS, rows=SETTINGS.rows[:3], result="x", trouble=("x",))
    panel = FakeSettingsPanel([], poisoned(view, HOSTILE[attack]))
    app = Host()
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(SettingsScreen(panel))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
