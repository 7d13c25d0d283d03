"""Finding a nook: its questions are answered beside its card, and nothing written is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.screens.directory import DirectoryPane
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.forms import Choice, Field
from nookterm.tui.widgets.forms_ask import AskForm
from nookterm.viewmodels.directory import DirectoryView
from nookterm.viewmodels.model import Notice
from tests.tui.panel_host import HOSTILE, SIZES, Directory, Host, clean, poisoned, seen, settle
from tests.tui.panel_samples import DIRECTORY, UNREACHED

WIDE, ONE = (140, 40), (80, 24)


def _app(view: DirectoryView = DIRECTORY, *, works: bool = True) -> tuple[Host, Directory]:
    directory = Directory(view, works=works)
    return Host(lambda: DirectoryPane(directory)), directory


async def test_enter_answers_the_questions_and_alt_enter_asks() -> None:
    app, directory = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down")
        await settle(pilot, lambda: "Ask to join looms" in seen(app))
        await pilot.press("enter", *"drafts", "tab", *"photos", "alt+enter")
        await settle(pilot, lambda: bool(directory.calls))
        assert directory.calls == [("ask", "!looms", {"learn": "drafts", "bring": "photos"}, "")]
        await settle(pilot, lambda: app.focused is app.query_one(BlockList))


async def test_who_reads_the_answers_is_said_above_the_button() -> None:
    app, _directory = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down")
        await settle(pilot, lambda: "Who reads this" in seen(app))
        rows = seen(app).splitlines()
        reads = next(n for n, row in enumerate(rows) if "Who reads this" in row)
        asks = next(n for n, row in enumerate(rows) if " Ask to join " in row and "Not now" in row)
        assert reads < asks
        assert "not verified by you" in seen(app)
        assert "loom.example" in seen(app)


async def test_the_button_asks_with_the_mouse_too() -> None:
    app, directory = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down")
        await settle(pilot, lambda: bool(app.query("#ask-yes")))
        await pilot.pause()
        await pilot.click("#ask-yes")
        await settle(pilot, lambda: bool(directory.calls))
        assert directory.calls == [("ask", "!looms", {"learn": "", "bring": ""}, "")]


async def test_an_answer_that_is_too_long_does_not_leave() -> None:
    app, directory = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down")
        await settle(pilot, lambda: len(app.query(Field)) == 2)
        app.query(Field).last().text = "much more than twenty"
        await pilot.pause()
        assert "21 of 20" in seen(app)
        await pilot.press("enter", "alt+enter")
        await pilot.pause()
        assert directory.calls == []
        assert app.focused is app.query(Field).last()


async def test_a_request_that_does_not_get_out_keeps_its_answers_and_says_why() -> None:
    app, directory = _app(works=False)
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down")
        await settle(pilot, lambda: bool(app.query(Field)))
        await pilot.press("enter", *"drafts")
        directory.show(replace(DIRECTORY, notice=UNREACHED))
        await pilot.press("alt+enter")
        await settle(pilot, lambda: "river.example does not answer" in seen(app))
        assert app.query(Field).first().text == "drafts"
        await settle(pilot, lambda: not app.query_one("#ask-yes", Choice).disabled)


async def test_answers_wait_where_they_were_left() -> None:
    app, directory = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down")
        await settle(pilot, lambda: bool(app.query(Field)))
        await pilot.press("enter", *"drafts", "escape", "down", "down", "up", "up")
        await settle(pilot, lambda: len(app.query(Field)) == 2)
        await pilot.press("enter")
        assert app.query(Field).first().text == "drafts"
        assert directory.calls == []


async def test_one_column_shows_cards_or_form() -> None:
    app, _directory = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down")
        await settle(pilot, lambda: bool(app.query(Field)))
        assert not app.query_one(AskForm).display or "Who reads this" not in seen(app)
        await pilot.press("enter")
        await settle(pilot, lambda: "Who reads this" in seen(app))
        assert "glaze-lab" not in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: "glaze-lab" in seen(app))


async def test_the_form_stays_with_its_nook_when_the_list_changes() -> None:
    app, directory = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down")
        await settle(pilot, lambda: bool(app.query(Field)))
        await pilot.press("enter", *"dra")
        directory.show(replace(DIRECTORY, cards=tuple(reversed(DIRECTORY.cards))))
        await pilot.pause()
        await pilot.press(*"fts", "alt+enter")
        await settle(pilot, lambda: bool(directory.calls))
        assert directory.calls == [("ask", "!looms", {"learn": "drafts", "bring": ""}, "")]


async def test_a_nook_without_questions_takes_a_few_plain_words() -> None:
    app, directory = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("end")
        await settle(pilot, lambda: "Ask to join open-bench" in seen(app))
        await pilot.press("enter", *"hello", "alt+enter")
        await settle(pilot, lambda: bool(directory.calls))
        assert directory.calls == [("ask", "!bench", {}, "hello")]


async def test_an_open_door_is_gone_through() -> None:
    app, directory = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down", "down", "enter")
        await settle(pilot, lambda: bool(app.opened))
        assert directory.calls == [("join", "!bikes")]
        assert app.opened == ["!bikes"]


async def test_a_nook_that_one_is_in_opens_and_a_closed_one_does_not() -> None:
    app, directory = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("enter")
        await settle(pilot, lambda: bool(app.opened))
        assert app.opened == ["!glaze"]
        await pilot.press("end", "up", "enter", "a", "e", "o")
        await pilot.pause()
        assert app.opened == ["!glaze"]
        assert directory.calls == []


async def test_a_door_that_did_not_open_says_so_above_the_cards() -> None:
    app, directory = _app(works=False)
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("down", "down", "e")
        await settle(pilot, lambda: bool(directory.calls))
        directory.show(replace(DIRECTORY, notice=Notice("bike-kitchen is full.", ("Ask again when somebody left.",))))
        await settle(pilot, lambda: "bike-kitchen is full." in seen(app))
        assert app.opened == []


async def test_what_was_looked_up_is_chosen() -> None:
    app, directory = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("end")
        await app.query_one(DirectoryPane).look_up("#looms:loom.example")
        assert directory.calls == [("look_up", "#looms:loom.example")]
        assert app.query_one(BlockList).key == DIRECTORY.cards[0].room_id


async def test_an_address_is_typed_and_what_is_not_found_stays_in_the_line() -> None:
    app, directory = _app(works=False)
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DirectoryPane).focus()
        await pilot.press("f", "enter")
        assert directory.calls == []
        await pilot.press(*"#a:b", "enter")
        await settle(pilot, lambda: bool(directory.calls))
        assert directory.calls == [("look_up", "#a:b")]
        assert "#a:b" in seen(app)
        directory.works = True
        await pilot.press("enter")
        await settle(pilot, lambda: app.focused is app.query_one(BlockList))
        assert "#a:b" not in seen(app)
        await pilot.press("f", "escape")
        assert app.focused is app.query_one(BlockList)
        assert "The address of a nook" not in seen(app)


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    app, directory = _app(poisoned(DIRECTORY, HOSTILE[attack]))
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DirectoryPane).focus()
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.press("home", "down", "enter", "escape")
            await pilot.click(offset=(size[0] // 2, size[1] // 3))
            assert clean(seen(app))
        assert app.is_running
        assert [call for call in directory.calls if call[0] != "join"] == []
