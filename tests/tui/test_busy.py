"""Where another nookterm has the account: one looks, leaves, or waits; and who only looks can do nothing by mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.busy import LEAVE, LOOK, OPEN, BusyApp
from nookterm.tui.commands import COMMANDS
from nookterm.tui.read_only import why_not
from nookterm.tui.widgets.forms import Choice
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.status import READ_ONLY, WHY_READ_ONLY
from tests.tui.fakes import BIKE, STATUS, FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, clean, seen, settle

WHO = "Another nookterm (process 7) has this account."
_LOOKS = {
    "seen", "menu",
    "open", "back", "refresh", "first_unread", "readers", "copy", "thread", "compose", "leave", "undo",
    "mark", "mark_down", "mark_up", "mark_all", "filter", "original", "return", "details", "mention", "link", "search",
    "board", "waiting", "mine", "digest", "origin", "exact", "form", "write", "stop", "next", "blank",
}  # fmt: skip
"""The last parts of commands that only look, in the panels."""


def busy(*, is_free: bool = False, who: str = WHO) -> BusyApp:
    return BusyApp(who, lambda: is_free)


@pytest.mark.parametrize(
    ("keys", "given"),
    [
        (("r",), LOOK), (("enter",), LOOK), (("q",), LEAVE), (("escape",), LEAVE), (("ctrl+q",), LEAVE),
        (("ctrl+c",), LEAVE), (("tab", "enter"), LEAVE), (("right", "space"), LEAVE),
    ],
)  # fmt: skip
async def test_a_key_says_what_one_wants(keys: tuple[str, ...], given: str) -> None:
    app = busy()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Choice))
        assert WHO in seen(app)
        await pilot.press(*keys)
    assert app.return_value == given


@pytest.mark.parametrize(("button", "given"), [("#busy-look", LOOK), ("#busy-leave", LEAVE)])
async def test_so_does_the_mouse(button: str, given: str) -> None:
    app = busy()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(button)
    assert app.return_value == given


async def test_it_opens_by_itself_when_the_other_one_is_closed() -> None:
    app = busy(is_free=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.return_value == OPEN)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
async def test_who_has_it_is_text_and_nothing_else_in_every_size(attack: str, size: tuple[int, int]) -> None:
    app = busy(who=attack)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert clean(seen(app))


async def read_only(shell: FakeShell, app: NooktermApp, pilot: Pilot[int]) -> None:
    """Wait until the client shows that it only reads."""
    await settle(pilot, lambda: ("start",) in shell.done)
    shell.status.show(replace(STATUS, connection=READ_ONLY, detail=WHY_READ_ONLY))
    await settle(pilot, lambda: f"read-only: {WHY_READ_ONLY}" in seen(app))


async def test_acting_keys_say_why_they_do_nothing() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(140, 40)) as pilot:
        await read_only(shell, app, pilot)
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, Timeline))
        app.screen.query_one(Timeline).choose(BIKE)
        before = len(shell.done)
        await pilot.press("x", "e", "plus", "r")
        await settle(pilot, lambda: ["Here you can only read" in n.message for n in app._notifications] == [True])
        await pilot.press("alt+d")
        await settle(pilot, lambda: bool(app.screen.query("#pane-desk")))
        await pilot.press("a", "d", "c", "v", "ctrl+r")
        await pilot.pause()
        asked = [intent for intent in shell.done[before:] if intent[0] not in {"read", "open"}]
    assert asked == []


def test_every_command_of_a_panel_acts_or_looks_and_the_acting_ones_are_named() -> None:
    status = replace(STATUS, connection=READ_ONLY)
    panels = {"timeline", "desk", "directory", "requests", "highlights", "asking", "sharing", "founding"}
    acting = [c for c in COMMANDS if c.context in panels and c.word not in _LOOKS and c.id != "highlights.ask"]
    assert acting
    assert [c.id for c in acting if not why_not(c.action, status)] == []
    assert [c.id for c in acting if why_not(c.action, STATUS)] == []
