"""Going in by an address: one that does not work is still there, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.domain.ids import RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.help import HelpScreen
from nookterm.tui.screens.join import GoInScreen
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.widgets.forms import LineField
from nookterm.viewmodels.model import Notice
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import seen, settle

NO = "There is no room with this address."


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> FakeShell:
    """One where no door opens but `#kiln:river.example`."""
    shell = FakeShell()

    async def join(room: RoomId) -> bool:
        if room == "#kiln:river.example":
            return True
        shell.directory.show(replace(shell.directory.view, notice=Notice(NO)))
        return False

    monkeypatch.setattr(shell.directory, "join", join)
    return shell


async def test_an_address_that_leads_nowhere_stands_there_again_with_why_and_can_be_mended(shell: FakeShell) -> None:
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: isinstance(app.screen, MainScreen) and app.focused is not None)
        await pilot.press("alt+j")
        await settle(pilot, lambda: isinstance(app.screen, GoInScreen) and isinstance(app.focused, LineField))
        await pilot.press(*"#kln:river.example", "enter")
        await settle(pilot, lambda: NO in seen(app) and isinstance(app.focused, LineField))
        line = app.screen.query_one(LineField)
        assert (line.value, line.cursor_position) == ("#kln:river.example", len("#kln:river.example"))
        line.value = "#kiln:river.example"
        await pilot.press("enter")
        await settle(pilot, lambda: isinstance(app.screen, MainScreen) and bool(app._notifications))
        assert [note.message for note in app._notifications] == ["You are in. It stands in the list of rooms now."]


async def test_who_is_at_something_else_by_then_keeps_that_and_reads_why(
    shell: FakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = NooktermApp(shell)
    join = shell.directory.join

    async def late(room: RoomId) -> bool:
        app.push_screen(HelpScreen())
        return await join(room)

    monkeypatch.setattr(shell.directory, "join", late)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: isinstance(app.screen, MainScreen) and app.focused is not None)
        await pilot.press("alt+j")
        await settle(pilot, lambda: isinstance(app.screen, GoInScreen) and isinstance(app.focused, LineField))
        await pilot.press(*"#kln:river.example", "enter")
        await settle(pilot, lambda: [note.message for note in app._notifications] == [NO])
        assert isinstance(app.screen, HelpScreen)
