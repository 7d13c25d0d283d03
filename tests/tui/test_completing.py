"""Completion where one writes: the row above the field, its keys, the mouse, and an editor of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from nookterm.domain.ids import UserId
from nookterm.tui.app import NooktermApp
from nookterm.tui.emoji_names import emoji_called, find_emoji
from nookterm.tui.look import Look
from nookterm.tui.path_names import names_in
from nookterm.tui.screens.conversation import Conversation, write_again
from nookterm.tui.widgets.completion import Offer, draw_offer
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.composer_strip import Strip
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.completing import Suggestion
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, seen, settle

SMALL = (80, 24)


async def writes(app: NooktermApp, pilot: Pilot[int], words: str) -> Composer:
    """Write into the composer once it has the keyboard."""
    await settle(pilot, lambda: isinstance(app.focused, Composer))
    composer = app.screen.query_one(Composer)
    await pilot.press(*words)
    return composer


def above(app: NooktermApp) -> str:
    """The row above the field."""
    at = app.screen.query_one(Strip).region
    return seen(app).split("\n")[at.y][at.x : at.right]


async def test_enter_sends_what_is_written_while_nothing_is_chosen_by_hand() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "see @de")
        await settle(pilot, lambda: "@dee:river.example" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: ("send", "see @de") in shell.done)
        assert composer.text == ""
        assert not composer.found


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
        await settle(pilot, lambda: "Enter send" in seen(app))
        await pilot.press("down", "down")
        await settle(pilot, lambda: "Enter take" in above(app) and "Enter send" not in seen(app))
        await pilot.press("enter")
        assert composer.text == "@Dee Okafor "
        await settle(pilot, lambda: "Enter send" in seen(app))
        composer.load_draft("/poll")
        await settle(pilot, lambda: "Enter do it" in seen(app).splitlines()[-1])
        composer.load_draft("@Dee Okafor ")
        await settle(pilot, lambda: "Enter send" in seen(app))
        assert not [intent for intent in shell.done if intent[0] == "send"]
        await pilot.press("enter")
        await settle(pilot, lambda: ("send", "@Dee Okafor ") in shell.done)


async def test_escape_closes_the_row_and_leaves_the_words_and_the_field() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "@d")
        await pilot.press("escape")
        await settle(pilot, lambda: "@Dee Okafor" not in above(app))
        await pilot.press("e")
        assert not composer.found
        assert (composer.text, composer.has_focus) == ("@de", True)
        await pilot.press(*" @b")
        assert composer.found


async def test_a_click_takes_and_writing_goes_on() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "hi @")
        await settle(pilot, lambda: "@Dee Okafor" in above(app))
        assert await pilot.click(Strip, offset=(above(app).index("@Dee Okafor") + 3, 0))
        await settle(pilot, lambda: composer.text == "hi @Dee Okafor ")
        assert composer.has_focus


async def test_the_wheel_and_a_click_on_how_many_there_are_more_go_along_the_row() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, ":heart")
        await settle(pilot, lambda: f" +{len(composer.found) - 5}" in above(app))
        strip = app.screen.query_one(Strip)
        for wanted in (0, 1):
            assert await pilot._post_mouse_events([MouseScrollDown], Strip, offset=(9, 0))
            await settle(pilot, lambda wanted=wanted: composer.chosen == wanted)  # type: ignore[misc]  # bound at once
        assert await pilot._post_mouse_events([MouseScrollUp], Strip, offset=(9, 0))
        await settle(pilot, lambda: composer.chosen == 0)
        assert await pilot.click(Strip, offset=(above(app).index(" +") + 2, 0))
        await settle(pilot, lambda: composer.chosen == 5 and "+1 " in above(app))
        assert await pilot.click(Strip, offset=(above(app).index("+1 ") + 1, 0))
        await settle(pilot, lambda: composer.chosen == 0 and "+1 " not in above(app))
        assert (composer.text, composer.has_focus, strip.region.height) == (":heart", True, 1)


async def test_left_and_right_move_the_cursor_until_one_is_chosen_and_the_choice_then() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "ab @")
        await pilot.press("left")
        assert (composer.cursor_location, composer.chosen) == ((0, 3), None)
        await pilot.press("right", "down", "right")
        assert (composer.cursor_location, composer.chosen) == ((0, 4), 1)
        await pilot.press("left", "enter")
        assert composer.text == f"ab {'@Bo Lindqvist'} "


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


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (40, 12)], ids=["140x40", "80x24", "40x12"])
async def test_the_conversation_stands_still_while_suggestions_come_change_and_go(size: tuple[int, int]) -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=size) as pilot:
        composer = await writes(app, pilot, "hi ")
        timeline, strip = app.screen.query_one(Timeline), app.screen.query_one(Strip)

        def stands() -> tuple[object, ...]:
            drawn = seen(app).split("\n")[timeline.region.y : timeline.region.bottom]
            return timeline.region, timeline.scroll_offset, strip.region, composer.region, drawn

        before = stands()
        for keys, comes in ((("@",), "@Bo"), (("d",), "@Dee"), (("backspace", "down", "down"), "›@Dee")):
            await pilot.press(*keys)
            await settle(pilot, lambda comes=comes: comes in above(app))  # type: ignore[misc]  # bound at once
            assert stands() == before
        await pilot.press("escape")
        await settle(pilot, lambda: "@Dee" not in above(app))
        assert stands() == before


async def test_a_command_that_came_to_nothing_is_not_completed_until_it_is_changed() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=SMALL) as pilot:
        composer = await writes(app, pilot, "")
        write_again(app.screen.query_one(Conversation), "/jo", "There is no such room.")
        await settle(pilot, lambda: "! There is no such room." in above(app))
        assert not composer.found
        await pilot.press("i")
        await settle(pilot, lambda: "/join" in above(app))


MANY = tuple(Suggestion(f"n{number}", f"n{number}") for number in range(5000))


def row_of(found: tuple[Suggestion, ...], width: int, chosen: int | None = None, first: int = 0) -> str:
    return draw_offer(Offer(found, chosen, first), 7, width, ansi=False).content.plain


@pytest.mark.parametrize("width", [84, 69, 31, 9, 1])
@pytest.mark.parametrize("chosen", [None, 0, 3, 4999])
def test_a_row_is_no_wider_than_its_room_and_holds_what_is_chosen(width: int, chosen: int | None) -> None:
    drawn = draw_offer(Offer(MANY, chosen), 7, width, ansi=False)
    assert drawn.content.cell_length <= width + 7
    assert 1 <= len(drawn.shown) <= 5
    assert (chosen or 0) in drawn.shown
    if width > 30:
        behind, before = 5000 - drawn.shown.stop, drawn.shown.start
        assert (f" +{behind}" in drawn.content.plain) == bool(behind)
        assert drawn.content.plain.startswith(f"{f'+{before}' if before else '':>6} ")


def test_the_row_turns_only_when_what_is_chosen_would_not_be_seen() -> None:
    starts, first = [], 0
    for chosen in (0, 1, 4, 5, 6, 5, 2, 1):
        first = draw_offer(Offer(MANY, chosen, first), 7, 84, ansi=False).shown.start
        starts.append(first)
    assert starts == [0, 0, 0, 1, 2, 2, 2, 1]


def test_what_is_chosen_by_hand_has_a_mark_and_what_is_said_of_it_stands_in_the_same_row() -> None:
    found = (Suggestion("/away", "/away", "Nobody is called"), Suggestion("/ask", "/ask", "Ask to join"))
    assert row_of(found, 69).startswith("        /away  /ask   Nobody is called")
    assert row_of(found, 69, 1).startswith("        /away ›/ask   Ask to join")
    assert "Tab take" in row_of(found, 69)
    assert "Enter take" in row_of(found, 69, 1)


def test_two_of_one_name_show_their_ids_beside_each_other() -> None:
    found = tuple(Suggestion(user, "@Sam", user, UserId(user)) for user in ("@sam:a.example", "@sam:b.example"))
    assert "@Sam  @sam:a.example  @Sam  @sam:b.example" in row_of(found, 84)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_somebody_is_called_the_row_stays_one_row(text: str) -> None:
    found = (Suggestion("@x", text, text, UserId("@x:a.example")), Suggestion("@y", "@Bo", "", None))
    for width in (84, 31, 5):
        drawn = draw_offer(Offer(found, 0), 7, width, ansi=False).content
        assert drawn.cell_length <= width + 7
        assert not {"\n", "\x1b", "\u202e", "\u2066"} & set(drawn.plain)
    assert "…" in row_of((Suggestion("@x", "w" * 400), Suggestion("@y", "@Bo")), 84)


@pytest.mark.parametrize(
    ("size", "theme", "glyphs"),
    [
        ((140, 40), "linen", "unicode"),
        ((80, 24), "dusk", "unicode"),
        ((40, 12), "dusk", "ascii"),
        ((80, 24), "ansi", "unicode"),
    ],
    ids=["140x40", "80x24", "ascii", "ansi"],
)
def test_the_row_of_suggestions(
    snap_compare: Callable[..., bool], size: tuple[int, int], theme: str, glyphs: str
) -> None:
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

    assert snap_compare(NooktermApp(FakeShell(), Look(theme, glyphs=glyphs)), terminal_size=size, run_before=press)


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
