"""The way out of a room and past an invite: what it means is read first, and nothing happens without a yes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.domain.ids import RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.messages import ShowInvite
from nookterm.tui.screens.farewell import FarewellScreen
from nookterm.viewmodels.leaving_room import LeavingView
from nookterm.viewmodels.model import Face, Notice
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle
from tests.tui.people_fakes import INVITED, LEAVING, FakeLeaving

NARROW = (80, 24)


async def test_a_space_is_left_with_its_nooks_after_the_plan_was_read_and_a_yes() -> None:
    app, panel = Host(), FakeLeaving()
    async with app.run_test(size=(100, 40)) as pilot:
        await app.push_screen(FarewellScreen(panel))
        await settle(pilot, lambda: "stays: River lists it too" in seen(app))
        await pilot.press("a", "enter")
        await settle(pilot, lambda: "all 3 of its rooms?" in seen(app))
        await pilot.press("n")
        await pilot.pause()
        assert not [call for call in panel.calls if call[0] == "do"]
        await pilot.press("a", "y")
        await settle(pilot, lambda: ("do", "leave_all") in panel.calls and "✓ bike-kitchen" in seen(app))
        assert "✓ river-watch" not in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, FarewellScreen))


async def test_an_invite_says_who_sent_it_and_is_turned_down_or_taken_up_with_the_mouse() -> None:
    app, panel = Host(), FakeLeaving(INVITED)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(FarewellScreen(panel))
        await settle(pilot, lambda: "@mia.holt:river.example" in seen(app))
        rows = seen(app).split("\n")
        y = next(n for n, row in enumerate(rows) if "d decline" in row)
        await pilot.click(offset=(rows[y].index("d decline") + 3, y))
        await settle(pilot, lambda: "Turn the invite to looms down?" in seen(app))
        await pilot.click("#asked-yes")
        await settle(pilot, lambda: ("do", "decline") in panel.calls)
        await pilot.press("g", "y")
        await settle(pilot, lambda: ("do", "enter") in panel.calls)
        panel.show(replace(panel.view, leads_to=RoomId("!looms")))
        await settle(pilot, lambda: app.opened == ["!looms"] and not isinstance(app.screen, FarewellScreen))


async def test_it_opens_by_slash_and_from_an_invite() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        await pilot.press(*"/leave", "enter")
        await settle(pilot, lambda: isinstance(app.screen, FarewellScreen))
        assert ("begin leaving", None) in shell.done
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, FarewellScreen))
        app.screen.post_message(ShowInvite(RoomId("!looms")))
        await settle(pilot, lambda: ("begin leaving", "!looms") in shell.done)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (LeavingView(), "Looking what leaving means"),
        (LeavingView(face=Face.EMPTY, notice=Notice("Open a room first.")), "Open a room first."),
        (LeavingView(face=Face.PROBLEM, notice=Notice("Another nookterm has this account.")), "Another nookterm"),
        (replace(LEAVING, problem="The server cannot be reached. Try again."), "cannot be reached"),
        (LEAVING, "only founder"),
    ],
    ids=["loading", "empty", "problem", "offline", "content"],
)
async def test_each_face_says_what_it_is_and_can_be_left(view: LeavingView, words: str) -> None:
    app = Host()
    async with app.run_test(size=(80, 30)) as pilot:
        await app.push_screen(FarewellScreen(FakeLeaving(view)))
        await settle(pilot, lambda: words in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, FarewellScreen))


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    app, panel = Host(), FakeLeaving(poisoned(replace(LEAVING, result="x", problem="x"), HOSTILE[attack]))
    async with app.run_test(size=(140, 40)) as pilot:
        await app.push_screen(FarewellScreen(panel))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
