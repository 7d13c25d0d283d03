"""What stops sending: the words stay, nothing leaves, and each way on is one key that asks before it does anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.app import NooktermApp
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.viewmodels.timeline import Blocked
from tests.tui.fakes import TIMELINE, FakeShell
from tests.tui.panel_host import settle
from tests.tui.safety_samples import BO, CHANGED, DESK, DEVICE, VIOLATED, blocked


def stopped(what: Blocked) -> tuple[FakeShell, NooktermApp]:
    shell = FakeShell()
    shell.timeline.show(replace(blocked(what), draft=""))
    return shell, NooktermApp(shell)


def did(shell: FakeShell, act: str) -> list[tuple[object, ...]]:
    return [done for done in shell.done if done[0] == act]


@pytest.mark.parametrize("what", [CHANGED, VIOLATED], ids=["changed", "violated"])
async def test_enter_sends_nothing_keeps_the_words_and_asks(what: Blocked) -> None:
    shell, app = stopped(what)
    async with app.run_test(size=(80, 24)) as pilot:
        composer = app.screen.query_one(Composer)
        await settle(pilot, lambda: composer.has_focus)
        await pilot.press(*"hello", "enter")
        confirm = app.screen.query_one("Conversation Confirm", Confirm)
        await settle(pilot, lambda: confirm.has_focus)
        await pilot.press("enter")
        assert confirm.has_focus
        await pilot.press("n")
        await settle(pilot, lambda: composer.has_focus)
        assert composer.text == "hello"
        assert did(shell, "send") == did(shell, "go_on") == []


async def test_going_on_means_the_identity_that_was_asked_about() -> None:
    shell, app = stopped(CHANGED)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press("alt+g")
        await settle(pilot, lambda: app.screen.query_one("Conversation Confirm", Confirm).has_focus)
        shell.timeline.show(replace(shell.timeline.view, blocked=replace(CHANGED, shown="A LATER KEY")))
        await pilot.press("y")
        await settle(pilot, lambda: bool(did(shell, "go_on")))
        assert did(shell, "go_on") == [("go_on", BO, "KEY")]
        shell.timeline.show(TIMELINE)
        await settle(pilot, lambda: not app.screen.query_one(Composer).stopped)
        await pilot.press(*"hi", "enter")
        await settle(pilot, lambda: bool(did(shell, "send")))


async def test_a_key_compares_with_whoever_changed_and_one_makes_this_device_trusted() -> None:
    shell, app = stopped(CHANGED)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press("alt+c")
        await settle(pilot, lambda: bool(did(shell, "ask_person")))
        assert did(shell, "ask_person") == [("ask_person", BO)]
        shell.timeline.show(blocked(DEVICE))
        await settle(pilot, lambda: shell.timeline.view.blocked is not None)
        await pilot.press("alt+g")
        await settle(pilot, lambda: app.screen is not app._main)
        assert did(shell, "go_on") == []


async def test_commands_can_be_typed_although_nothing_is_sent() -> None:
    shell, app = stopped(CHANGED)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press(*"/plain", "enter")
        await settle(pilot, lambda: app._main.has_class("-plain"))
        assert did(shell, "send") == []


async def test_where_nothing_stops_sending_the_keys_do_nothing() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press("alt+g", "alt+c")
        await pilot.press(*"hello", "enter")
        await settle(pilot, lambda: bool(did(shell, "send")))
        assert did(shell, "go_on") == did(shell, "ask_person") == []


async def test_who_wrote_a_message_can_be_compared_with() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press("escape", "v")
        await pilot.press("up", "up", "v")
        await settle(pilot, lambda: bool(did(shell, "ask_person")))
        assert did(shell, "ask_person") == [("ask_person", BO)]


@pytest.mark.parametrize(("answer", "asked"), [("y", [("vet", "k-mia", "anyway")]), ("n", [])])
async def test_an_unsigned_applicant_is_asked_only_after_a_yes(answer: str, asked: list[object]) -> None:
    shell = FakeShell()
    shell.desk.show(DESK)
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press("alt+d", "v")
        confirm = app.screen.query_one("DeskPane Confirm", Confirm)
        await settle(pilot, lambda: confirm.has_focus)
        await pilot.press("enter", answer)
        await settle(pilot, lambda: not confirm.has_focus)
        await pilot.pause()
        assert did(shell, "vet") == asked


async def test_a_signed_applicant_is_asked_at_once() -> None:
    shell = FakeShell()
    shell.desk.show(DESK)
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press("alt+d", "down", "v")
        await settle(pilot, lambda: bool(did(shell, "vet")))
        assert did(shell, "vet") == [("vet", "k-bob")]


@pytest.mark.parametrize(("exception", "allow"), [("", True), ("until 5 Dec", False)])
async def test_a_facilitator_lets_unsigned_devices_in_and_ends_it_after_a_question(
    exception: str,
    allow: bool,  # noqa: FBT001 - a table
) -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, may_except=True, exception=exception))
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press(*"/unsigned", "enter")
        await settle(pilot, lambda: app.screen.query_one("Conversation Confirm", Confirm).has_focus)
        await pilot.press("enter", "y")
        await settle(pilot, lambda: bool(did(shell, "let_unsigned")))
        assert did(shell, "let_unsigned") == [("let_unsigned", allow)]


async def test_a_member_is_told_that_it_is_not_theirs_to_decide() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.screen.query_one(Composer).has_focus)
        await pilot.press(*"/unsigned", "enter")
        await settle(pilot, lambda: bool(app._notifications))
        assert not app.screen.query_one("Conversation Confirm", Confirm).has_focus
        assert did(shell, "let_unsigned") == []
