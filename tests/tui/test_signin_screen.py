"""Signing in: server, then name and password; what went wrong stands there and what was typed stays."""

from __future__ import annotations

import pytest

from nookterm.tui.screens.signin import SignInScreen
from nookterm.tui.widgets.forms import LineField
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.signin import SignInView
from tests.tui.panel_host import HOSTILE, SIZES, Host, SignIn, clean, poisoned, seen, settle

PASSWORD = SignInView("password", "river.example")
WRONG = Notice(
    "That name or password is not right",
    ("Nothing was changed, and what you typed is still here.", "Try again, or ask who runs river.example."),
)


def _field(app: Host, name: str) -> LineField:
    return app.screen.query_one(f"#signin-{name}", LineField)


async def _app(view: SignInView = SignInView()) -> tuple[Host, SignIn]:  # noqa: B008 - frozen
    return Host(), SignIn(view)


@pytest.mark.parametrize("size", [(100, 30), (80, 24), (40, 12)])
async def test_server_then_name_and_password_then_the_client_opens(size: tuple[int, int]) -> None:
    app, panel = await _app()
    async with app.run_test(size=size) as pilot:
        done: list[bool | None] = []
        await app.push_screen(SignInScreen(panel), done.append)
        await pilot.pause()
        await pilot.press(*"river.example", "enter")
        await settle(pilot, lambda: bool(panel.calls))
        assert panel.calls == [("discover", "river.example")]
        panel.show(SignInView("working", doing="Looking for river.example…"))
        await settle(pilot, lambda: "Looking for river.example" in seen(app))
        panel.show(PASSWORD)
        await settle(pilot, lambda: app.focused is _field(app, "user"))
        await pilot.press(*"ana", "tab", *"kiln", "enter")
        await settle(pilot, lambda: len(panel.calls) == 2)
        assert panel.calls[1] == ("sign_in", "ana", "kiln")
        panel.show(SignInView("done"))
        await settle(pilot, lambda: done == [True])


async def test_a_password_is_never_shown() -> None:
    app, panel = await _app(PASSWORD)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(SignInScreen(panel))
        await pilot.pause()
        _field(app, "password").focus()
        await pilot.press(*"kilnkiln")
        await pilot.pause()
        assert _field(app, "password").value == "kilnkiln"
        assert "kiln" not in seen(app)


@pytest.mark.parametrize("size", [(100, 30), (80, 24), (40, 12)])
async def test_a_problem_is_said_in_place_and_nothing_typed_is_lost(size: tuple[int, int]) -> None:
    app, panel = await _app(PASSWORD)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(SignInScreen(panel))
        await pilot.pause()
        await pilot.press(*"ana", "tab", *"wrong", "enter")
        await settle(pilot, lambda: bool(panel.calls))
        panel.show(SignInView("working", "river.example", "Signing in"))
        await settle(pilot, lambda: "Signing in" in seen(app))
        panel.show(SignInView("password", "river.example", notice=WRONG))
        await settle(pilot, lambda: "That name or password" in seen(app))
        await settle(pilot, lambda: app.focused is _field(app, "password"))
        assert _field(app, "user").value == "ana"
        assert _field(app, "password").value == "wrong"


async def test_nothing_is_sent_while_a_field_is_empty_or_an_answer_is_awaited() -> None:
    app, panel = await _app(PASSWORD)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(SignInScreen(panel))
        await pilot.pause()
        await pilot.press(*"ana", "enter")
        assert app.focused is _field(app, "password")
        await pilot.press("enter")
        assert panel.calls == []
        panel.show(SignInView("working", doing="Signing in"))
        await settle(pilot, lambda: "Signing in" in seen(app))
        await pilot.click("#signin-on")
        assert panel.calls == []


async def test_escape_goes_back_to_the_choice_of_server() -> None:
    app, panel = await _app(PASSWORD)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(SignInScreen(panel))
        await pilot.pause()
        await pilot.press(*"ana", "escape")
        await settle(pilot, lambda: bool(panel.calls))
        assert panel.calls == [("back",)]
        panel.show(SignInView("server"))
        await settle(pilot, lambda: "Where is your account?" in seen(app))
        assert _field(app, "user").value == "ana"


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_of_a_server_are_words_at_every_size(attack: str) -> None:
    app, panel = await _app(poisoned(SignInView("password", "x", "x", WRONG), HOSTILE[attack]))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(SignInScreen(panel))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
