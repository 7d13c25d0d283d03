"""Completion where one writes: the list above the field, its keys, the mouse, and an editor of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.emoji_names import emoji_called, find_emoji
from nookterm.tui.look import Look
from nookterm.tui.path_names import names_in
from nookterm.tui.widgets.completion import SuggestionList
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import seen, settle

SMALL = (80, 24)


async def writes(app: NooktermApp, pilot: Pilot[int], words: str) -> Composer:
    """Write into the composer once it has the keyboard."""
    await settle(pilot, lambda: isinstance(app.focused, Composer))
    composer = app.screen.query_one(Composer)
    await pilot.press(*words)
    return composer


async def test_enter_sends_what_is_written_while_nothing_is_chosen_by_hand() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "see @de")
        await settle(pilot, lambda: "@dee:river.example" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: ("send", "see @de") in shell.done)
        assert composer.text == ""
        assert not app.screen.query_one(SuggestionList).display


async def test_above_the_field_stands_who_will_be_called() -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "see @dee there")
        await settle(pilot, lambda: "calls Dee Okafor" in seen(app))
        composer.load_draft("see @Okafor **there**")
        await settle(pilot, lambda: "@Okafor calls nobody: choose who · will be: bold" in seen(app))
        composer.load_draft("")
        await settle(pilot, lambda: "calls" not in seen(app))


async def test_arrows_choose_enter_takes_and_a_second_enter_sends() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "@")
        await pilot.press("down", "down", "enter")
        assert composer.text == "@Dee Okafor "
        assert not [intent for intent in shell.done if intent[0] == "send"]
        await pilot.press("enter")
        await settle(pilot, lambda: ("send", "@Dee Okafor ") in shell.done)


async def test_escape_closes_the_list_and_leaves_the_words_and_the_field() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "@d")
        await pilot.press("escape")
        assert not app.screen.query_one(SuggestionList).display
        await pilot.press("e")
        assert not composer.found
        assert (composer.text, composer.has_focus) == ("@de", True)
        await pilot.press(*" @b")
        assert composer.found


async def test_a_click_takes_and_writing_goes_on() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "hi @")
        listed = app.screen.query_one(SuggestionList)
        await settle(pilot, lambda: listed.display and listed.region.height > 1)
        await pilot.click(SuggestionList, offset=(4, 1))
        await settle(pilot, lambda: composer.text == "hi @Dee Okafor ")
        assert composer.has_focus


async def test_an_emoji_comes_by_its_name_and_the_one_taken_last_stands_first_then() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "well :owl")
        await settle(pilot, lambda: any(one.insert == "🦉" for one in composer.found))
        await pilot.press("tab", *":thumbs_up_dark")
        await settle(pilot, lambda: bool(composer.found) and composer.found[0].insert == "👍🏿")
        await pilot.press("tab")
        assert composer.text == "well 🦉 👍🏿 "
        assert composer.cursor_location == (0, len(composer.text))
        await pilot.press(*":thumbs_up_dark")
        await settle(pilot, lambda: bool(composer.found))
        assert composer.found[0].insert == "👍🏿"


async def test_a_room_is_named_by_its_address_and_a_private_nook_is_not() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "#gla")
        await settle(pilot, lambda: "naming it here would tell" in seen(app))
        await pilot.press("tab")
        assert composer.text == "#gla"
        composer.text = ""
        await pilot.press(*"#lo")
        await settle(pilot, lambda: bool(composer.found) and composer.found[0].label == "lounge")
        await pilot.press("tab")
        assert composer.text == "#lounge:river.example "


async def test_a_path_is_found_folder_by_folder(tmp_path: Path) -> None:
    (tmp_path / "my pictures").mkdir()
    (tmp_path / "my pictures" / "heron.jpg").write_bytes(b"x")
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "")
        composer.load_draft(f"/upload {tmp_path}/")
        await settle(pilot, lambda: [one.label for one in composer.found] == ["my pictures/"])
        await pilot.press("tab")
        await settle(pilot, lambda: [one.label for one in composer.found] == ["heron.jpg"])
        await pilot.press("tab")
        assert composer.text == f"/upload {tmp_path}/my pictures/heron.jpg"


def test_a_folder_that_cannot_be_read_has_no_names(tmp_path: Path) -> None:
    assert names_in(f"{tmp_path}/none/x") == ()
    assert names_in("~nobody-of-that-name/x") == ()


def test_a_skin_tone_is_there_for_whoever_names_one() -> None:
    assert "👋🏿" in dict(find_emoji("waving dark", 9))
    assert all("skin tone" not in name for _, name in find_emoji("waving", 9))


async def test_without_a_terminal_of_its_own_an_editor_is_not_opened_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VISUAL", "true")
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "kept")
        await pilot.press("ctrl+o")
        assert any("No editor can be opened" in told.message for told in app._notifications)
        assert composer.text == "kept"


async def test_without_an_editor_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", " ")
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        await writes(app, pilot, "kept")
        await pilot.press("ctrl+o")
        assert any("No editor is set" in told.message for told in app._notifications)


async def test_the_list_pushes_the_conversation_up_hides_none_of_it_and_runs_to_the_edge() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=(100, 30)) as pilot:
        await writes(app, pilot, "hi ")
        newest = next(line.strip() for line in reversed(seen(app).split("\n")) if "waits its turn" in line)
        await pilot.press("@")
        listed, timeline = app.screen.query_one(SuggestionList), app.screen.query_one(Timeline)
        await settle(pilot, lambda: listed.region.height > 1 and timeline.region.bottom == listed.region.y)
        assert newest in seen(app)
        assert (listed.region.x, listed.region.width) == (timeline.region.x, timeline.region.width)
        rows = seen(app).split("\n")[listed.region.y : listed.region.bottom]
        assert all(row[listed.region.x :].lstrip().startswith("│") for row in rows), "no row looks like a message"
        await pilot.press("escape")
        await settle(pilot, lambda: timeline.at_end and not listed.display)


async def test_where_rows_are_few_the_list_turns_with_what_is_chosen_and_a_click_takes_what_it_shows() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=(40, 12)) as pilot:
        composer = await writes(app, pilot, ":heart")
        listed = app.screen.query_one(SuggestionList)
        await settle(pilot, lambda: listed.region.height == 3)
        assert len(composer.found) > listed.region.height
        await pilot.press("up")
        await settle(pilot, lambda: f"›{composer.found[-1].label}" in seen(app))
        wanted = composer.found[-2].insert
        assert await pilot.click(SuggestionList, offset=(8, 1))
        await settle(pilot, lambda: composer.text == f"{wanted} ")


@pytest.mark.parametrize(
    ("size", "theme"),
    [((80, 24), "dusk"), ((40, 12), "dusk"), ((80, 24), "ansi")],
    ids=["80x24", "40x12", "ansi"],
)
def test_the_list_of_suggestions(snap_compare: Callable[..., bool], size: tuple[int, int], theme: str) -> None:
    async def press(pilot: Pilot[Any]) -> None:
        pilot.app.animation_level = "none"
        composer = pilot.app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus)
        await pilot.press(*":thumbs_up_dark")
        await settle(pilot, lambda: bool(composer.found))
        await pilot.press("tab", *":heart")
        await settle(pilot, lambda: bool(composer.found))
        await pilot.press("down", "down")
        await pilot.pause()

    assert snap_compare(NooktermApp(FakeShell(), Look(theme)), terminal_size=size, run_before=press)


def test_the_usual_emoji_of_a_name_stands_first() -> None:
    assert find_emoji(":heart", 1)[0][0] == "❤️"
    assert find_emoji("fire", 1)[0][0] == "🔥"
    assert find_emoji("hea", 1)[0][0] == "❤️"
    assert (emoji_called("owl"), emoji_called("+1"), emoji_called("no such thing")) == ("🦉", "👍", "")


async def test_a_name_becomes_its_emoji_at_the_second_colon_and_one_key_takes_that_back() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "an :owl:")
        assert composer.text == "an 🦉"
        await pilot.press("backspace")
        assert composer.text == "an :owl:"
        await pilot.press("backspace")
        assert composer.text == "an :owl"
        await pilot.press(":")
        assert composer.text == "an 🦉"
        await pilot.press("ctrl+z")
        assert composer.text == "an :owl:"
        await pilot.press(*" `:owl: at 10:30: :zzz:")
        assert composer.text == "an :owl: `:owl: at 10:30: :zzz:"
        shell.timeline.show(replace(shell.timeline.view, markdown=False))
        composer.text = ""
        await settle(pilot, lambda: not composer.swaps)
        await pilot.press(*":owl:")
        assert composer.text == ":owl:"


async def test_what_hides_words_is_offered_and_explained() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "/spoi")
        await settle(pilot, lambda: bool(composer.found) and composer.found[0].insert == "/spoiler")
        await pilot.press("tab", *"the end")
        await settle(pilot, lambda: "hidden until somebody opens it" in seen(app))
