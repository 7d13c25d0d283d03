"""All ways in by key and by click: passwords, single sign-on, a new account; and the page for the browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.screens.browser import BrowserScreen
from nookterm.tui.screens.joining import JoinScreen
from nookterm.tui.screens.returning import ReturnScreen
from nookterm.tui.screens.signin import SignInScreen
from nookterm.tui.widgets.doors import Door
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.viewmodels.browsing import BrowserView
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.returning import ReturnView
from nookterm.viewmodels.signin import SignInView
from tests.tui.panel_host import HOSTILE, Host, SignIn, clean, poisoned, seen, settle
from tests.tui.test_return_screen import Return
from tests.tui.way_in_fakes import DOORS, NEW, WAITS, Browser

WAYS = SignInView("password", "river.example", doors=DOORS)
WRONG = Notice("That is not the address where this sign-in ends.", ("Copy the whole address from the browser.",))


@pytest.mark.parametrize("size", [(100, 30), (80, 24), (40, 12)])
async def test_every_way_in_has_a_row_and_a_key(size: tuple[int, int]) -> None:
    app, panel = Host(), SignIn(WAYS)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(SignInScreen(panel))
        await settle(pilot, lambda: len(app.screen.query(Door)) == 3)
        await settle(pilot, lambda: size[1] <= 12 or "Make an account" in seen(app))
        if size[1] > 12:
            assert all(words in seen(app) for words in ("River Works", "Guild of Potters", "F4"))
        await pilot.press(*"ana", "f3", "f9", "f4")
        await settle(pilot, lambda: len(panel.calls) == 2)
        assert panel.calls == [("choose", "by 1"), ("choose", "join")]


async def test_every_way_in_can_be_clicked_and_another_server_has_others() -> None:
    app, panel = Host(), SignIn(WAYS)
    async with app.run_test(size=(100, 40)) as pilot:
        await app.push_screen(SignInScreen(panel))
        await settle(pilot, lambda: "Make an account" in seen(app))
        await pilot.click(app.screen.query(Door).first())
        await settle(pilot, lambda: panel.calls == [("choose", "by 0")])
        panel.show(SignInView())
        await settle(pilot, lambda: not app.screen.query(Door))
        panel.show(replace(WAYS, doors=DOORS[2:]))
        await settle(pilot, lambda: len(app.screen.query(Door)) == 1)
        await pilot.press("f2", "f3")
        await settle(pilot, lambda: panel.calls[1:] == [("choose", "join")])


async def test_where_there_are_no_passwords_none_is_asked_for_and_enter_takes_the_first_way() -> None:
    app, panel = Host(), SignIn(replace(WAYS, by_password=False))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(SignInScreen(panel))
        await settle(pilot, lambda: isinstance(app.focused, Door))
        assert "no passwords" in seen(app)
        assert not app.screen.query_one("#signin-password", LineField).display
        await pilot.press("enter")
        await settle(pilot, lambda: panel.calls == [("choose", "by 0")])


@pytest.mark.parametrize("size", [(100, 30), (40, 12)])
async def test_the_page_for_the_browser_comes_by_itself_and_goes_when_one_is_back(size: tuple[int, int]) -> None:
    app, panel = Host(), SignIn(WAYS)
    async with app.run_test(size=size) as pilot:
        done: list[bool | None] = []
        await app.push_screen(SignInScreen(panel), done.append)
        panel.show(replace(WAYS, step="browser"))
        panel.browser.show(WAITS)
        await settle(pilot, lambda: isinstance(app.screen, BrowserScreen))
        await settle(pilot, lambda: isinstance(app.focused, Choice))
        await pilot.press("enter")
        await settle(pilot, lambda: panel.browser.calls == [("open",)])
        panel.browser.show(replace(WAITS, opened=True))
        await settle(pilot, lambda: size[1] <= 12 or "Your browser has it" in seen(app))
        panel.browser.show(BrowserView())
        panel.show(replace(WAYS, step="working", doing="Signing in"))
        await settle(pilot, lambda: isinstance(app.screen, SignInScreen))
        panel.show(SignInView("done"))
        await settle(pilot, lambda: done == [True])


async def test_the_address_stands_there_whole_with_its_true_host_and_can_be_copied() -> None:
    app, panel = Host(), Browser(WAITS)
    async with app.run_test(size=(80, 30)) as pilot:
        await app.push_screen(BrowserScreen(panel))
        await pilot.pause()
        shown = "".join(line.strip() for line in seen(app).splitlines())
        assert WAITS.address in shown
        assert "This is a page of matrix.river.example:" in seen(app)
        await pilot.click("#browser-copy")
        await settle(pilot, lambda: app.clipboard == WAITS.address)
        await pilot.press("escape")
        await settle(pilot, lambda: panel.calls == [("stop",)])


async def test_over_ssh_the_address_is_pasted_and_never_shown() -> None:
    app, panel = Host(), Browser(replace(WAITS, can_open=False, remote=True))
    async with app.run_test(size=(80, 30)) as pilot:
        await app.push_screen(BrowserScreen(panel))
        await settle(pilot, lambda: isinstance(app.focused, LineField))
        assert "on another machine" in seen(app)
        assert "It begins with http://127.0.0.1:46511/" in seen(app)
        await pilot.press(*"secret", "enter")
        await settle(pilot, lambda: panel.calls == [("paste", "secret")])
        assert "secret" not in seen(app)
        assert app.screen.query_one("#browser-paste", LineField).value == "", "another try begins anew"
        panel.show(replace(panel.view, notice=WRONG))
        await settle(pilot, lambda: "not the address" in seen(app))


async def test_a_page_that_brings_nothing_back_is_answered_by_hand() -> None:
    app, panel = Host(), Browser(replace(WAITS, comes_back="", title="The server wants a puzzle", again=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(BrowserScreen(panel))
        await pilot.pause()
        assert "has not heard of it yet" in seen(app)
        await pilot.click("#browser-on")
        await settle(pilot, lambda: panel.calls == [("go_on",)])


@pytest.mark.parametrize("size", [(100, 40), (40, 12)])
async def test_a_new_account_is_written_down_looked_at_and_made(size: tuple[int, int]) -> None:
    app, panel = Host(), SignIn(WAYS)
    async with app.run_test(size=size) as pilot:
        done: list[bool | None] = []
        await app.push_screen(SignInScreen(panel), done.append)
        panel.show(replace(WAYS, step="join"))
        await settle(pilot, lambda: isinstance(app.screen, JoinScreen))
        await settle(pilot, lambda: isinstance(app.focused, LineField))
        join = panel.joining
        await pilot.press(*"gus")
        await settle(pilot, lambda: ("name", "gus") in join.calls)
        join.show(replace(NEW, name_says="gus is free", name_good=True))
        if size[1] > 30:
            await settle(pilot, lambda: "gus is free" in seen(app))
            assert all(words in seen(app) for words in ("It will know", "House rules", "Agree, and make the account"))
        await pilot.press("tab", *"kiln", "tab", *"kiln", "enter")
        assert [call[0] for call in join.calls].count("make") == 0, "the token is missing"
        await pilot.press(*"t0k", "enter")
        await settle(pilot, lambda: ("make", "gus", "kiln", "kiln", "t0k") in join.calls)
        assert ("length", 4) in join.calls
        assert "kiln" not in seen(app)
        join.show(replace(NEW, working=True))
        panel.show(SignInView("done"))
        await settle(pilot, lambda: done == [True])


async def test_escape_goes_back_from_a_new_account_and_what_went_wrong_stands_there() -> None:
    app, panel = Host(), SignIn(WAYS)
    async with app.run_test(size=(80, 30)) as pilot:
        await app.push_screen(SignInScreen(panel))
        panel.show(replace(WAYS, step="join"))
        await settle(pilot, lambda: isinstance(app.screen, JoinScreen))
        panel.joining.show(replace(NEW, notice=Notice("The name gus is taken.", ("Choose another one.",))))
        await settle(pilot, lambda: "gus is taken" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: panel.calls == [("back",)])
        panel.show(WAYS)
        await settle(pilot, lambda: isinstance(app.screen, SignInScreen))


async def test_a_session_that_ended_offers_the_browser_too() -> None:
    page = ReturnView("password", "The session has expired.", by_password=False, doors=DOORS[:2])
    app, panel = Host(), Return(page)
    async with app.run_test(size=(80, 24)) as pilot:
        done: list[bool | None] = []
        await app.push_screen(ReturnScreen(panel), done.append)
        await settle(pilot, lambda: isinstance(app.focused, Door))
        await pilot.press("f3")
        await settle(pilot, lambda: ("choose", "by 1") in panel.calls)
        panel.browser.show(WAITS)
        await settle(pilot, lambda: isinstance(app.screen, BrowserScreen))
        panel.browser.show(BrowserView())
        panel.show(replace(page, step="done"))
        await settle(pilot, lambda: done == [True])


@pytest.mark.parametrize("attack", ["markup", "controls", "long"])
async def test_hostile_words_of_a_server_are_words_on_these_pages_too(attack: str) -> None:
    text = HOSTILE[attack]
    ways, new = SignIn(poisoned(replace(WAYS, notice=WRONG), text)), SignIn(replace(WAYS, step="join"))
    new.joining.show(poisoned(replace(NEW, notice=WRONG), text))
    waits = Browser(poisoned(replace(WAITS, notice=WRONG), text))
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        for screen in (SignInScreen(ways), JoinScreen(new), BrowserScreen(waits)):
            await app.push_screen(screen)
            for size in ((80, 24), (1, 1)):
                await pilot.resize_terminal(*size)
                await pilot.pause()
                assert clean(seen(app))
            await app.pop_screen()
        assert app.is_running
