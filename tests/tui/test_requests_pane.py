"""My requests: how each stands, and taking one back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.screens.requests import RequestsPane
from nookterm.tui.widgets.cards import BlockList
from nookterm.viewmodels.requests import RequestsView
from tests.tui.panel_host import HOSTILE, SIZES, Host, Requests, clean, poisoned, seen, settle
from tests.tui.panel_samples import REQUESTS, UNSURE

WIDE, ONE = (140, 40), (80, 24)


def _app(view: RequestsView = REQUESTS) -> tuple[Host, Requests]:
    requests = Requests(view)
    return Host(lambda: RequestsPane(requests)), requests


async def test_taking_back_says_what_happens_and_a_letter_answers() -> None:
    app, requests = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(RequestsPane).focus()
        await pilot.press("x", "enter")
        assert "Take back your request to join looms?" in seen(app)
        assert requests.calls == []
        await pilot.press("y")
        await settle(pilot, lambda: bool(requests.calls))
        assert requests.calls == [("withdraw", "!looms")]
        assert app.focused is app.query_one(BlockList)


@pytest.mark.parametrize("no", ["n", "escape"])
async def test_a_no_takes_nothing_back(no: str) -> None:
    app, requests = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(RequestsPane).focus()
        await pilot.press("x", no, "y")
        await pilot.pause()
        assert requests.calls == []
        assert "Take back" not in seen(app)


async def test_the_question_stays_about_the_request_that_it_named() -> None:
    app, requests = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(RequestsPane).focus()
        await pilot.press("x")
        requests.show(replace(REQUESTS, lines=REQUESTS.lines[1:]))
        await settle(pilot, lambda: "Tove asks" not in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: bool(requests.calls))
        assert requests.calls == [("withdraw", "!looms")]


async def test_what_is_over_cannot_be_taken_back() -> None:
    app, requests = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(RequestsPane).focus()
        await pilot.press("end", "x", "y", "o")
        await pilot.pause()
        assert requests.calls == []
        assert app.opened == []


async def test_a_welcome_opens() -> None:
    app, _requests = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(RequestsPane).focus()
        await pilot.press("down", "down", "enter")
        await settle(pilot, lambda: bool(app.opened))
        assert app.opened == ["!glaze"]


@pytest.mark.parametrize("size", [WIDE, (100, 30), ONE])
async def test_it_says_where_the_answers_are(size: tuple[int, int]) -> None:
    app, _requests = _app()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "Your answers stay on" in seen(app)


async def test_nobody_gets_answers_before_a_letter_named_them() -> None:
    app, requests = _app(UNSURE)
    async with app.run_test(size=ONE) as pilot:
        app.query_one(RequestsPane).focus()
        await pilot.press("c", "enter")
        assert "Tove (@tove:loom.example) asks for looms." in seen(app)
        await pilot.press("n", "c")
        assert "Tove (@tove:l00m.example) asks for looms." in seen(app)
        await pilot.press("n", "c")
        assert "Tove (@tove:loom.example) asks for looms." in seen(app)
        assert requests.calls == []
        await pilot.press("y")
        await settle(pilot, lambda: bool(requests.calls))
        assert requests.calls == [("answer", "!looms", "@tove:loom.example")]


async def test_another_identity_is_gone_on_with_or_compared() -> None:
    app, requests = _app(UNSURE)
    async with app.run_test(size=ONE) as pilot:
        app.query_one(RequestsPane).focus()
        await pilot.press("v")
        assert app.compared == []
        await pilot.press("down", "v")
        await settle(pilot, lambda: bool(app.compared))
        assert app.compared == ["@hal:loom.example"]
        await pilot.press("c", "y")
        await settle(pilot, lambda: bool(requests.calls))
        assert requests.calls == [("answer", "!radio", "@hal:loom.example")]


async def test_the_room_of_a_request_opens_while_one_waits() -> None:
    app, _requests = _app(UNSURE)
    async with app.run_test(size=ONE) as pilot:
        app.query_one(RequestsPane).focus()
        await pilot.press("end", "c", "o")
        await settle(pilot, lambda: bool(app.opened))
        assert app.opened == ["!talk"]


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    both = replace(REQUESTS, lines=(*UNSURE.lines, *REQUESTS.lines[1:2], *REQUESTS.lines[3:]))
    app, requests = _app(poisoned(both, HOSTILE[attack]))
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(RequestsPane).focus()
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.press("home", "x", "escape", "down")
            await pilot.click(offset=(size[0] // 2, size[1] // 3))
            assert clean(seen(app))
        assert app.is_running
        assert requests.calls == []
