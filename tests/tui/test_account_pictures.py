"""The list of accounts as people see it; each picture was looked at before it became the promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.screens.account_adding import PassphraseScreen
from nookterm.tui.screens.accounts import AccountsScreen
from nookterm.tui.widgets.forms import LineField
from tests.tui.account_fakes import MANY, FakeAccounts
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import Host, seen, settle

Snap = Callable[..., bool]
SMALL = (80, 24)


async def _open(pilot: Pilot[Any]) -> None:
    pilot.app.animation_level = "none"
    await pilot.app.push_screen(AccountsScreen(FakeAccounts(FakeShell(), MANY)))
    await settle(pilot, lambda: "in front" in seen(pilot.app))
    await pilot.pause()


async def _leaving(pilot: Pilot[Any]) -> None:
    await _open(pilot)
    await pilot.press("down", "o")
    await settle(pilot, lambda: "Lost: 1 message" in seen(pilot.app))
    await pilot.pause()


async def _locked(pilot: Pilot[Any]) -> None:
    pilot.app.animation_level = "none"
    await pilot.app.push_screen(PassphraseScreen(FakeAccounts(FakeShell(), passphrase="open sesame"), "shut"))
    pilot.app.screen.query_one(LineField).cursor_blink = False
    await pilot.press(*"wrong", "enter")
    await settle(pilot, lambda: "does not open" in seen(pilot.app))
    await pilot.pause()


@pytest.mark.parametrize("size", [(140, 40), SMALL], ids=["large", "small"])
def test_how_each_account_stands(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(Host(), terminal_size=size, run_before=_open)


def test_what_is_lost_by_signing_out(snap_compare: Snap) -> None:
    assert snap_compare(Host(), terminal_size=SMALL, run_before=_leaving)


def test_a_locked_account(snap_compare: Snap) -> None:
    assert snap_compare(Host(), terminal_size=SMALL, run_before=_locked)
