"""Several accounts on one screen: what was typed for one is never sent by another, and each keeps its own place."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.account_adding import AddAccountScreen, PassphraseScreen
from nookterm.tui.screens.accounts import AccountsScreen
from nookterm.tui.screens.farewell import FarewellScreen
from nookterm.tui.screens.leaving import LeavingScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.accounts import AccountsView
from tests.tui.account_fakes import BROKEN, CLUB, HOME, SHUT, VIEW, WORK, FakeAccounts
from tests.tui.fakes import BIKE, STATUS, TIMELINE, FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle

WIDE, NARROW = (140, 40), (80, 24)


def world(view: AccountsView = VIEW, **more: Any) -> tuple[NooktermApp, FakeAccounts]:
    """The program with the account `home` in front, and others."""
    shell = FakeShell()
    accounts = FakeAccounts(shell, view, **more)
    return NooktermApp(shell, None, accounts), accounts


async def writing(app: NooktermApp, pilot: Pilot[int]) -> None:
    """Wait until the composer has the keyboard."""
    await settle(pilot, lambda: isinstance(app.focused, Composer))


def strike(app: NooktermApp, *keys: str) -> None:
    """Press keys faster than the program can follow."""
    for key in keys:
        named = {"enter": "\r"}.get(key, key if len(key) == 1 else None)
        app.post_message(events.Key(key, named))


def sent(shell: FakeShell) -> list[object]:
    return [intent[1] for intent in shell.done if intent[0] == "send"]


async def test_what_is_typed_after_the_key_is_for_the_next_account_however_slowly_it_opens() -> None:
    app, accounts = world()
    accounts.slow = asyncio.Event()
    home, work = accounts.of["home"], accounts.shell("work")
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await writing(app, pilot)
        strike(app, *"half", "alt+o", *"for work", "enter")
        await settle(pilot, lambda: ("open", "work") in accounts.calls)
        for _ in range(5):
            await pilot.pause()
        assert sent(home) == []
        accounts.slow.set()
        await settle(pilot, lambda: sent(work) == ["for work"])
        assert sent(home) == []
        strike(app, "alt+o", "!", "enter")
        await settle(pilot, lambda: sent(home) == ["half!"])
        assert sent(work) == ["for work"]


async def test_what_was_sent_right_before_the_key_is_sent_by_the_account_it_was_written_in() -> None:
    app, accounts = world()
    home, work = accounts.of["home"], accounts.shell("work")
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await writing(app, pilot)
        strike(app, *"mine", "enter", "alt+o", *"its", "enter", "alt+o", *"again", "enter")
        await settle(pilot, lambda: sent(home) == ["mine", "again"])
    assert sent(work) == ["its"]


async def test_a_command_typed_right_before_the_key_is_carried_out_by_the_account_it_was_typed_in() -> None:
    app, accounts = world()
    home, work = accounts.of["home"], accounts.shell("work")
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await writing(app, pilot)
        strike(app, *"/retry", "enter", "alt+o")
        await settle(pilot, lambda: ("forward", "work") in accounts.calls)
        await settle(pilot, lambda: ("retry",) in home.done)
        strike(app, *"/leave", "enter")
        await settle(pilot, lambda: isinstance(app.screen, FarewellScreen))
    assert ("begin leaving", None) in work.done
    assert ("begin leaving", None) not in home.done
    assert ("retry",) not in work.done


async def test_keys_typed_for_an_account_that_does_not_open_reach_no_other_one() -> None:
    app, accounts = world(AccountsView((HOME, replace(BROKEN, is_open=True))))
    home = accounts.of["home"]
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await writing(app, pilot)
        strike(app, "alt+o", *"secret", "enter")
        await settle(pilot, lambda: "cannot be read" in seen(app))
        await pilot.press(*"ok", "enter")
        await settle(pilot, lambda: sent(home) == ["ok"])
    assert accounts.view.front == "home"


async def test_each_account_keeps_its_room_its_draft_its_panel_and_its_place() -> None:
    app, accounts = world()
    home, work = accounts.of["home"], accounts.shell("work")
    work.timeline.show(replace(TIMELINE, room_id=BIKE, title="bike-kitchen"))
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press(*"draft")
        await pilot.press("escape", "home")
        place = app.screen.query_one(Timeline).scroll_offset.y
        await pilot.press("alt+o")
        await settle(pilot, lambda: "Write to bike-kitchen" in seen(app))
        assert app.screen.query_one(Composer).text == ""
        await pilot.press("alt+h")
        await settle(pilot, lambda: app.front.main.place == "highlights")
        await pilot.press("alt+o")
        await settle(pilot, lambda: "Write to glaze-lab" in seen(app))
        assert app.screen.query_one(Composer).text == "draft"
        assert app.screen.query_one(Timeline).scroll_offset.y == place
        assert isinstance(app.focused, Timeline)
        await pilot.press("alt+o")
        await settle(pilot, lambda: app.front.shell is work)
        assert app.front.main.place == "highlights"
        assert ("open", BIKE) not in home.done
    assert [call[0] for call in accounts.calls].count("stop") == 1


async def test_what_comes_into_a_room_behind_another_account_is_not_taken_for_read() -> None:
    app, accounts = world()
    home, work = accounts.of["home"], accounts.shell("work")
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+o")
        await settle(pilot, lambda: app.front.shell is work)
        home.done.clear()
        home.timeline.show(replace(home.timeline.view, entries=home.timeline.view.entries[:-1]))
        home.status.show(replace(STATUS, toast="You are in looms."))
        for _ in range(5):
            await pilot.pause()
        assert ("read",) not in home.done
        assert "You are in looms." not in seen(app)
        accounts.show(replace(accounts.view, toast="ana: You are in looms.", told=1))
        await settle(pilot, lambda: "ana: You are in looms." in seen(app))
        await pilot.press("alt+o")
        await settle(pilot, lambda: ("read",) in home.done)


async def test_the_list_leads_anywhere_by_key_and_by_mouse() -> None:
    app, accounts = world()
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+w")
        await settle(pilot, lambda: isinstance(app.screen, AccountsScreen) and "@heron:club.example" in seen(app))
        await pilot.press("down", "enter")
        await settle(
            pilot, lambda: app.front.shell is accounts.of["work"] and not isinstance(app.screen, AccountsScreen)
        )
        await writing(app, pilot)
        await pilot.press(*"/account", "enter")
        await settle(pilot, lambda: isinstance(app.screen, AccountsScreen) and "@ana:river.example" in seen(app))
        rows = seen(app).split("\n")
        y = next(n for n, line in enumerate(rows) if " home" in line)
        await pilot.click(offset=(rows[y].index(" home") + 2, y))
        await settle(pilot, lambda: app.front.shell is accounts.of["home"])
        await writing(app, pilot)
        await pilot.press(*"/account work", "enter")
        await settle(pilot, lambda: app.front.shell is accounts.of["work"])
        await pilot.press(*"/account nobody", "enter")
        await settle(pilot, lambda: "There is no account nobody" in seen(app))


async def test_one_more_account_is_named_and_signed_in_within_the_client() -> None:
    app, accounts = world()
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+w", "a")
        await settle(pilot, lambda: "account-4" in seen(app))
        await pilot.press(*"work", "enter")
        await settle(pilot, lambda: "That name is taken." in seen(app))
        await pilot.press(*["backspace"] * 4, *".x", "enter")
        await settle(pilot, lambda: "Use letters" in seen(app))
        await pilot.press(*["backspace"] * 2, *"choir", "enter")
        await settle(pilot, lambda: isinstance(app.screen, AddAccountScreen))
        assert ("add", "choir") in accounts.calls
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is app.front.main)
        assert app.front.shell is accounts.of["home"]


async def test_what_is_lost_is_said_before_an_account_is_signed_out() -> None:
    app, accounts = world()
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+w", "down", "o")
        await settle(pilot, lambda: "Lost: 1 message" in seen(app) and "Sign @ana.holt:loom.example out" in seen(app))
        await pilot.press("enter")
        await pilot.press("n")
        await settle(pilot, lambda: "Lost: 1 message" not in seen(app))
        assert ("sign out", "work") not in accounts.calls
        await pilot.press("o")
        await settle(pilot, lambda: "Lost: 1 message" in seen(app))
        await pilot.click("#asked-yes")
        await settle(pilot, lambda: "work is signed out." in seen(app))
        assert "loom.example" not in seen(app)


async def test_signing_out_of_the_one_in_front_goes_to_another_first_and_from_the_last_one_ends() -> None:
    app, accounts = world(AccountsView((HOME, WORK)))
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+w", "o")
        await settle(pilot, lambda: "Lost: 1 message" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: ("sign out", "home") in accounts.calls)
        assert accounts.calls.index(("forward", "work")) < accounts.calls.index(("sign out", "home"))
        await writing(app, pilot)
        assert app.front.shell is accounts.of["work"]
        await pilot.press("alt+w", "o")
        await settle(pilot, lambda: "Lost: 1 message" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: app.return_value == 0)


async def test_an_account_that_is_closed_here_can_be_opened_anew() -> None:
    app, accounts = world()
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+o")
        await settle(pilot, lambda: app.front.shell is accounts.of["work"])
        await pilot.press("alt+o")
        await settle(pilot, lambda: app.front.shell is accounts.of["home"])
        await pilot.press("alt+w", "down", "c")
        await settle(pilot, lambda: ("close", "work") in accounts.calls)
        first = accounts.of.pop("work")
        await pilot.press("enter")
        await settle(pilot, lambda: app.screen is app.front.main and app.front.shell is not accounts.of["home"])
        assert app.front.shell is accounts.of["work"]
        assert first not in [seat.shell for seat in app.seats.values()]


async def test_a_locked_account_asks_for_its_passphrase_in_a_dialog_and_stops_nothing() -> None:
    app, accounts = world(AccountsView((HOME, SHUT)), passphrase="open sesame")
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+w", "down", "enter")
        await settle(pilot, lambda: isinstance(app.screen, PassphraseScreen))
        await pilot.press(*"wrong", "enter")
        await settle(pilot, lambda: "does not open the vault" in seen(app))
        assert "wrong" not in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is app.front.main)
        assert app.front.shell is accounts.of["home"]
        await pilot.press("alt+w", "down", "enter")
        await settle(pilot, lambda: isinstance(app.screen, PassphraseScreen))
        await pilot.press(*"open sesame", "enter")
        await settle(pilot, lambda: "shut" in accounts.of and app.front.shell is accounts.of["shut"])


async def test_quitting_asks_once_about_what_drains_in_any_account() -> None:
    app, accounts = world()
    accounts.pending = ("Approving Bob into glaze-lab", "Taking back a message")
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press("ctrl+q")
        await settle(pilot, lambda: isinstance(app.screen, LeavingScreen))
        assert "Approving Bob" in seen(app)
        assert "Taking back a message" in seen(app)
        await pilot.press("d")
        await settle(pilot, lambda: app.return_value == 0)
    assert [call for call in accounts.calls if call[0] == "decide"] == [("decide", False)]
    assert accounts.calls[-1][0] == "stop"


async def test_a_client_with_one_account_says_so() -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+o")
        await settle(pilot, lambda: "The demo shows one account." in seen(app))
        assert "start nookterm" in seen(app), "the way on is said, too"
        await pilot.press("alt+w")
        await pilot.pause()
        assert app.screen is app.front.main


async def test_the_footer_says_which_account_one_is_in_and_what_names_one_in_the_others() -> None:
    app, accounts = world()
    status = accounts.of["home"].status
    status.show(replace(STATUS, accounts=2, user="@ana:river.example", elsewhere=2))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await settle(pilot, lambda: "@2 elsewhere" in seen(app) and "@ana:river.example" in seen(app))
        await pilot.resize_terminal(*NARROW)
        await settle(pilot, lambda: "@2 elsewhere" in seen(app) and "ana  @1 11 unread" in seen(app))


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    view = AccountsView((HOME, *(replace(poisoned(line, HOSTILE[attack]), name=line.name) for line in (CLUB, BROKEN))))
    app = Host()
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(AccountsScreen(FakeAccounts(FakeShell(), replace(view, problem=HOSTILE[attack]))))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
