"""Signing in again: the page says what happened and what is safe; a password goes in, a wrong one stands corrected."""

from __future__ import annotations

import pytest

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.returning import ReturnScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.viewmodels.model import Model, Notice
from nookterm.viewmodels.returning import ReturnView
from nookterm.viewmodels.status import SIGNED_OUT, StatusView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, Recorder, clean, poisoned, seen, settle
from tests.tui.way_in_fakes import Browser

PAGE = ReturnView(
    "password",
    "The server has signed this device of @ana:river.example out.",
    ("Messages, search and the keys of old messages stay here.", "This becomes a new device."),
    "Sign in as a new device",
    "Read on",
    "@ana:river.example",
    "https://river.example",
)
WRONG = Notice("The server refused this user name or password.", ("Check it and try again.",))


class Return(Model[ReturnView], Recorder):
    """A server that the test speaks for."""

    def __init__(self, view: ReturnView) -> None:
        super().__init__(view)
        self.calls = []
        self.browser = Browser()

    async def choose(self, door: str) -> None:
        self.note("choose", door)

    async def look(self) -> None:
        self.note("look")

    async def sign_in(self, password: str) -> None:
        self.note("sign_in", password)


def password(app: Host) -> LineField:
    return app.screen.query_one("#return-password", LineField)


@pytest.mark.parametrize("size", [(100, 30), (80, 24), (40, 12)])
async def test_what_happened_is_said_and_a_password_signs_in(size: tuple[int, int]) -> None:
    app, panel = Host(), Return(ReturnView())
    async with app.run_test(size=size) as pilot:
        done: list[bool | None] = []
        await app.push_screen(ReturnScreen(panel), done.append)
        await settle(pilot, lambda: ("look",) in panel.calls)
        assert "Looking at what is here" in seen(app)
        panel.show(PAGE)
        await settle(pilot, lambda: app.focused is password(app))
        if size[1] > 12:
            assert "stay here" in seen(app)
            assert "Sign in as a new device" in seen(app)
        await pilot.press("enter")
        assert panel.calls == [("look",)], "nothing is sent while nothing is typed"
        await pilot.press(*"kiln", "enter")
        await settle(pilot, lambda: len(panel.calls) == 2)
        assert panel.calls[1] == ("sign_in", "kiln")
        assert "kiln" not in seen(app)
        panel.show(ReturnView("done"))
        await settle(pilot, lambda: done == [True])


async def test_a_wrong_password_is_said_in_place_and_one_can_still_read_on() -> None:
    app, panel = Host(), Return(PAGE)
    async with app.run_test(size=(80, 24)) as pilot:
        done: list[bool | None] = []
        await app.push_screen(ReturnScreen(panel), done.append)
        await settle(pilot, lambda: app.focused is password(app))
        await pilot.press(*"wrong", "enter")
        panel.show(ReturnView("working", PAGE.headline))
        await settle(pilot, lambda: "Signing in" in seen(app))
        await pilot.press("escape")
        assert done == [], "what is under way cannot be left"
        panel.show(ReturnView("password", PAGE.headline, notice=WRONG))
        await settle(pilot, lambda: "refused this user name" in seen(app))
        assert password(app).value == "wrong"
        await pilot.press("escape")
        await settle(pilot, lambda: done == [False])


async def test_the_buttons_do_as_they_say() -> None:
    app, panel = Host(), Return(PAGE)
    async with app.run_test(size=(80, 24)) as pilot:
        done: list[bool | None] = []
        await app.push_screen(ReturnScreen(panel), done.append)
        await settle(pilot, lambda: app.focused is password(app))
        await pilot.press(*"kiln")
        await pilot.click("#return-on")
        await settle(pilot, lambda: ("sign_in", "kiln") in panel.calls)
        assert app.screen.query_one("#return-stay", Choice)
        await pilot.click("#return-stay")
        await settle(pilot, lambda: done == [False])


async def test_a_session_that_had_ended_is_asked_about_at_the_start_and_stays_readable() -> None:
    shell = FakeShell()
    shell.status.show(StatusView(connection=SIGNED_OUT))
    app = NooktermApp(shell)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot, lambda: isinstance(app.screen, ReturnScreen))
        await settle(pilot, lambda: ("look",) in shell.done)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, ReturnScreen))
        assert "The server has ended this session." in seen(app)
        assert "/signin" in seen(app)
        await app.run_action("app.sign_in")
        await settle(pilot, lambda: shell.done.count(("look",)) == 2)
        assert isinstance(app.screen, ReturnScreen)


async def test_nobody_is_asked_who_is_signed_in() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(120, 30)) as pilot:
        await app.run_action("app.sign_in")
        await pilot.pause()
        assert not isinstance(app.screen, ReturnScreen)


async def test_a_disk_that_takes_nothing_is_said_and_what_was_typed_stays_in_its_place() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(120, 30)) as pilot:
        shell.status.show(StatusView(connection="not stored", detail="There is no space left."))
        await settle(pilot, lambda: "Nothing new can be stored." in seen(app))
        assert "There is no space left." in seen(app)
        shell.timeline.full = True
        composer = app.screen.query_one(Composer)
        composer.focus()
        await pilot.press(*"kept", "enter")
        await settle(pilot, lambda: ("send", "kept") in shell.done)
        await settle(pilot, lambda: composer.text == "kept")
        shell.timeline.full = False
        await pilot.press("enter")
        await settle(pilot, lambda: shell.done.count(("send", "kept")) == 2)
        assert composer.text == ""


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    app, panel = (
        Host(),
        Return(poisoned(ReturnView("password", "x", ("x",), "x", "x", "x", "x", WRONG), HOSTILE[attack])),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(ReturnScreen(panel))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
