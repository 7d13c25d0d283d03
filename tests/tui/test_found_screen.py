"""Beginning a space or a nook: who reads what is written is said first, and nothing typed is lost."""

from __future__ import annotations

import pytest

from nookterm.domain.charter import Charter, Question
from nookterm.domain.ids import RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.found import FoundScreen
from nookterm.tui.widgets.forms import Field, LineField
from nookterm.viewmodels.model import Told
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Found, Host, clean, seen, settle

WIDE = (140, 40)


async def test_a_space_begins_with_a_name_and_a_purpose() -> None:
    app, panel = Host(), Found()
    async with app.run_test(size=WIDE) as pilot:
        done: list[RoomId | Told | None] = []
        await app.push_screen(FoundScreen(panel, "space"), done.append)
        await pilot.pause()
        assert "clear text" in seen(app)
        await pilot.press(*"Makers", "enter", *"We make", "alt+enter")
        await settle(pilot, lambda: done == [Told("")])
        assert panel.calls == [("space", "Makers", "We make")]


async def test_a_nook_begins_with_its_charter() -> None:
    app, panel = Host(), Found()
    async with app.run_test(size=WIDE) as pilot:
        done: list[RoomId | Told | None] = []
        await app.push_screen(FoundScreen(panel, "nook"), done.append)
        await pilot.pause()
        await pilot.press(*"looms", "enter", *"Drafts", "enter", *"weavers", "enter")
        app.screen.query_one("#found-cap", LineField).value = "12"
        app.screen.query_one(Field).text = "What do you weave?\n\nWhich loom?\n"
        app.screen.query_one("#found-with", LineField).value = " @bo:river.example "
        app.screen.query_one("#found-yes").focus()
        await pilot.press("enter")
        await settle(pilot, lambda: done == ["!begun"])
        asked = (Question("q1", "What do you weave?"), Question("q2", "Which loom?"))
        assert panel.calls == [
            ("nook", "looms", Charter("Drafts", "weavers", cap=12, questions=asked), "@bo:river.example")
        ]


async def test_one_stands_in_the_nook_that_one_began() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.focused is not None)
        app.action_found_nook()
        await settle(pilot, lambda: isinstance(app.focused, LineField))
        assert "alt+Enter begin   Esc not now" in seen(app)
        await pilot.press(*"looms", "alt+enter")
        await settle(pilot, lambda: ("open", "!begun") in shell.done)


@pytest.mark.parametrize(
    ("name", "cap", "questions", "problem"),
    [
        ("", "60", "", "It needs a name."),
        ("looms", "1", "", "A nook holds 2 to 150 people."),
        ("looms", "many", "", "A nook holds 2 to 150 people."),
        ("looms", "²", "", "A nook holds 2 to 150 people."),
        ("looms", "60", "a\nb\nc\nd\ne\nf", "A nook asks at most 5 questions; these are 6."),
    ],
)
async def test_what_cannot_be_is_said_before_anything_leaves(name: str, cap: str, questions: str, problem: str) -> None:
    app, panel = Host(), Found()
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(FoundScreen(panel, "nook"))
        await pilot.pause()
        app.screen.query_one("#found-name", LineField).value = name
        app.screen.query_one("#found-cap", LineField).value = cap
        app.screen.query_one(Field).text = questions
        await pilot.press("alt+enter")
        await settle(pilot, lambda: problem in seen(app))
        assert panel.calls == []


async def test_what_went_wrong_is_said_and_the_form_stays() -> None:
    app, panel = Host(), Found("You may not begin nooks in this space.")
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(FoundScreen(panel, "space"))
        await pilot.pause()
        await pilot.press(*"Makers", "alt+enter")
        await settle(pilot, lambda: "You may not begin nooks" in seen(app))
        assert app.screen.query_one("#found-name", LineField).value == "Makers"
        panel.problem = ""
        await pilot.press("alt+enter")
        await settle(pilot, lambda: not isinstance(app.screen, FoundScreen))
        assert len(panel.calls) == 2


async def test_escape_begins_nothing() -> None:
    app, panel = Host(), Found()
    async with app.run_test(size=WIDE) as pilot:
        done: list[RoomId | Told | None] = []
        await app.push_screen(FoundScreen(panel, "nook"), done.append)
        await pilot.pause()
        await pilot.press(*"looms", "escape")
        await settle(pilot, lambda: done == [None])
        assert panel.calls == []


@pytest.mark.parametrize("mode", ["space", "nook"])
@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_problems_are_words_at_every_size(attack: str, mode: str) -> None:
    app, panel = Host(), Found(HOSTILE[attack])
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(FoundScreen(panel, mode))
        await pilot.pause()
        await pilot.press("x", "alt+enter")
        await settle(pilot, lambda: bool(panel.calls))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
