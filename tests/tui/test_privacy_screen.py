"""The privacy sheet on the screen: one page, and Enter on a point leads where something can be done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.members import MembersScreen
from nookterm.tui.screens.privacy import PrivacyScreen
from nookterm.tui.screens.room_settings import RoomSettingsScreen
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.privacy import PrivacyView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle
from tests.tui.people_fakes import PRIVACY, FakePrivacy

NARROW = (80, 24)


async def test_a_point_leads_to_where_it_can_be_changed_and_back_leads_back() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        await pilot.press(*"/privacy", "enter")
        await settle(pilot, lambda: isinstance(app.screen, PrivacyScreen) and "2 to look at" in seen(app))
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PrivacyScreen), "a point that leads nowhere stays"
        await pilot.press("down", "enter")
        await settle(pilot, lambda: isinstance(app.screen, MembersScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, MembersScreen))
        await pilot.press(*"/privacy", "enter")
        await settle(pilot, lambda: isinstance(app.screen, PrivacyScreen))
        for _ in range(3):
            await pilot.press("down")
        rows = seen(app).split("\n")
        y = next(n for n, row in enumerate(rows) if "go where it leads" in row)
        await pilot.click(offset=(rows[y].index("go where") + 1, y))
        await settle(pilot, lambda: isinstance(app.screen, RoomSettingsScreen))


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (PrivacyView(), "Looking who reads this"),
        (PrivacyView(face=Face.EMPTY, notice=Notice("Open a room first.")), "Open a room first."),
        (PrivacyView(face=Face.PROBLEM, notice=Notice("The server refuses.")), "The server refuses."),
        (replace(PRIVACY, face=Face.OFFLINE, notice=Notice("The server cannot be reached.")), "34 people"),
        (PRIVACY, "End-to-end encrypted"),
    ],
    ids=["loading", "empty", "problem", "offline", "content"],
)
async def test_each_face_says_what_it_is_and_can_be_left(view: PrivacyView, words: str) -> None:
    app = Host()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(PrivacyScreen(FakePrivacy(view)))
        await settle(pilot, lambda: words in seen(app))
        assert view.notice is None or view.notice.headline in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, PrivacyScreen))


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    app = Host()
    async with app.run_test(size=(140, 40)) as pilot:
        await app.push_screen(PrivacyScreen(FakePrivacy(poisoned(PRIVACY, HOSTILE[attack]))))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
