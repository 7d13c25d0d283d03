"""Sessions and trust: every act by key and by mouse, bound to the line that was meant; nothing happens unasked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.first_trust import FirstTrustScreen
from nookterm.tui.screens.trust import TrustPane
from nookterm.tui.screens.trust_forms import FormScreen, ProveScreen
from nookterm.tui.screens.verify import VerifyScreen
from nookterm.tui.widgets import cards_pane
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.trust import Ask, TrustGroup, TrustView, Working
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, clean, poisoned, seen, settle
from tests.tui.trust_fakes import COMPARE, TRUST, Done

ACTS = {
    "sign_out", "rename", "bar", "back_up", "restore", "export", "take_in", "stop", "accept", "forbid", "prove",
    "ask_person", "ask_device",
}  # fmt: skip


def an_app(view: TrustView = TRUST) -> tuple[NooktermApp, FakeShell]:
    shell = FakeShell()
    shell.trust.show(view)
    shell.verify.after = COMPARE
    return NooktermApp(shell), shell


def acts(shell: FakeShell) -> Done:
    return [call for call in shell.done if call[0] in ACTS]


async def arrived(pilot: Pilot[int]) -> TrustPane:
    await settle(pilot, lambda: isinstance(pilot.app.focused, Composer))
    await pilot.press("alt+t")
    await settle(pilot, lambda: bool(pilot.app.screen.query(TrustPane)))
    pane = pilot.app.screen.query_one(TrustPane)
    await settle(pilot, lambda: pane.query_one(BlockList).has_focus)
    return pane


async def on(pilot: Pilot[int], key: str) -> None:
    blocks = pilot.app.screen.query_one("#trust-list", BlockList)
    while blocks.key != key:
        blocks.choose(key)
        await pilot.pause()
    await pilot.pause()


ASKED_FIRST = [
    ("device KESTREL", "s", ("sign_out", "KESTREL")),
    ("device KESTREL", "x", ("bar", "KESTREL", True)),
    ("person @dee:river.example", "a", ("accept", "@dee:river.example", "NEWKEY")),
    ("room !looms", "f", ("forbid", "!looms")),
    ("device PHONE", "b", ("restore",)),
]


async def test_what_matters_asks_first_and_is_bound_to_what_it_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards_pane, "GRACE", 0.0)
    app, shell = an_app()
    async with app.run_test(size=(100, 30)) as pilot:
        pane = await arrived(pilot)
        assert "2 to look at" in seen(app)
        for key, letter, wanted in ASKED_FIRST:
            shell.done.clear()
            await on(pilot, key)
            await pilot.press(letter)
            await settle(pilot, lambda: isinstance(app.focused, Confirm))
            await pilot.press("enter", "n")
            await settle(pilot, lambda: pane.query_one(BlockList).has_focus)
            assert acts(shell) == []
            await pilot.press(letter)
            await settle(pilot, lambda: isinstance(app.focused, Confirm))
            shell.trust.show(replace(TRUST, groups=TRUST.groups[2:]))
            await pilot.pause()
            await pilot.press("y")
            await settle(pilot, lambda: bool(acts(shell)))
            assert acts(shell) == [wanted]
            shell.trust.show(TRUST)
            await settle(pilot, lambda: pane.query_one(BlockList).has_focus)
        assert pane.query_one(BlockList).has_focus


async def test_a_key_works_only_where_the_line_allows_it_and_not_on_a_line_that_just_came() -> None:
    app, shell = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await arrived(pilot)
        for key in ("device HERON", "backup", "room !looms"):
            await on(pilot, key)
            await pilot.press("s", "y", "x", "y", "a", "y", "v")
        assert acts(shell) == []
        await on(pilot, "device KESTREL")
        devices = TRUST.groups[0]
        fewer = TrustGroup(devices.title, tuple(line for line in devices.lines if line.subject != "KESTREL"))
        shell.trust.show(replace(TRUST, groups=(fewer, *TRUST.groups[1:])))
        await settle(pilot, lambda: "kestrel" not in seen(app))
        await pilot.press("s", "y")
        await settle(pilot, lambda: "Look again" in seen(app))
        assert acts(shell) == []


@pytest.mark.parametrize(
    ("key", "wanted"),
    [("device KESTREL", ("ask_device", "KESTREL")), ("person @bo:river.example", ("ask_person", "@bo:river.example"))],
)
async def test_comparing_begins_and_its_dialog_opens(key: str, wanted: tuple[str, str]) -> None:
    app, shell = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await arrived(pilot)
        await on(pilot, key)
        hint = next((row.index("v compare"), y) for y, row in enumerate(seen(app).split("\n")) if "v compare" in row)
        await pilot.click(offset=hint)
        await settle(pilot, lambda: isinstance(app.screen, VerifyScreen))
        assert acts(shell) == [wanted]


async def test_what_goes_on_is_said_and_stops_by_a_key() -> None:
    app, shell = an_app(replace(TRUST, working=Working("Bringing keys from the backup", 120, 400)))
    async with app.run_test(size=(80, 24)) as pilot:
        await arrived(pilot)
        assert "120 of 400" in seen(app)
        await pilot.press("b", "y", "e", "i")
        assert app.screen is app._main
        await pilot.press("c")
        await settle(pilot, lambda: bool(acts(shell)))
        assert acts(shell) == [("stop",)]
        shell.trust.show(replace(TRUST, result="400 keys came from the backup."))
        await settle(pilot, lambda: "400 keys came" in seen(app))


async def test_forms_keep_what_was_typed_and_say_what_went_wrong() -> None:
    app, shell = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await arrived(pilot)
        await pilot.press("e")
        await settle(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("tab", *"seven words", "tab", *"other words", "enter")
        await settle(pilot, lambda: "not the same" in seen(app))
        assert acts(shell) == []
        app.screen.query_one("#form-2", LineField).value = "seven words"
        shell.trust.problem = "The disk is full."
        await pilot.press("enter")
        await settle(pilot, lambda: "The disk is full." in seen(app))
        shell.trust.problem = ""
        await pilot.click("#form-yes")
        await settle(pilot, lambda: app.screen is app._main)
        assert acts(shell)[-1] == ("export", "~/nookterm-keys.txt", "seven words")
        assert "seven words" not in seen(app)

        await on(pilot, "device PHONE")
        await pilot.press("n", "end", *"!", "enter")
        await settle(pilot, lambda: app.screen is app._main)
        assert acts(shell)[-1] == ("rename", "PHONE", "Phone!")
        await pilot.press("i", *"keys.txt", "enter", *"pw", "escape")
        await settle(pilot, lambda: app.screen is app._main)
        assert acts(shell)[-1][0] == "rename"


async def test_the_proof_that_it_is_us_stays_until_it_is_given_or_given_up() -> None:
    app, shell = an_app()
    ask = Ask("Sign out Phone", "@ana:river.example")
    async with app.run_test(size=(80, 24)) as pilot:
        await arrived(pilot)
        shell.trust.show(replace(TRUST, ask=ask))
        await settle(pilot, lambda: isinstance(app.screen, ProveScreen))
        await pilot.press(*"wrong", "enter")
        await settle(pilot, lambda: ("prove", "wrong") in shell.done)
        assert isinstance(app.screen, ProveScreen)
        shell.trust.show(replace(TRUST, ask=replace(ask, tries=1)))
        await settle(pilot, lambda: "did not take that" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: ("prove", None) in shell.done)
        shell.trust.show(TRUST)
        await settle(pilot, lambda: app.screen is app._main)

        shell.trust.show(replace(TRUST, ask=replace(ask, link="https://river.example/account?action=sign_out")))
        await settle(pilot, lambda: "https://river.example/account" in seen(app))
        assert isinstance(app.screen.focused, Choice)
        await pilot.press("o")
        await settle(pilot, lambda: ("open_page", "https://river.example/account?action=sign_out") in shell.done)
        await pilot.press("enter")
        await settle(pilot, lambda: ("prove", "") in shell.done)
        shell.trust.show(TRUST)
        await settle(pilot, lambda: app.screen is app._main)


async def test_the_recovery_key_has_its_own_page_also_where_nothing_is_set_up() -> None:
    app, _shell = an_app(TrustView(face=Face.EMPTY, notice=Notice("Nobody can tell yet.", ("r sets it up.",))))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press("alt+t")
        await settle(pilot, lambda: "r sets it up." in seen(app))
        await pilot.press("r")
        await settle(pilot, lambda: isinstance(app.screen, FirstTrustScreen))


async def test_hostile_names_are_names_at_every_size() -> None:
    app, shell = an_app(poisoned(TRUST, HOSTILE["controls"]))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press("alt+t")
        for attack in HOSTILE.values():
            view = poisoned(replace(TRUST, result="x", working=Working("x", 1, 2)), attack)
            shell.trust.show(replace(view, notice=Notice(attack, (attack,))))
            await pilot.pause()
            await pilot.press("s", "escape", "down")
            assert clean(seen(app))
        shell.trust.show(poisoned(TRUST, HOSTILE["markup"]))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.press("home", "x", "escape", "n", "escape")
            assert clean(seen(app))
        assert app.is_running
        assert acts(shell) == []
