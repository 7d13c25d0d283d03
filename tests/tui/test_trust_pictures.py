"""Sessions and trust and the dialog of comparing as people see them; each picture was looked at beside the design."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.themed import Look
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.tree import RowKind, TreeRow
from nookterm.viewmodels.trust import TrustView, Working
from nookterm.viewmodels.verify import Step, VerifyView
from tests.tui.fakes import TREE, FakeShell
from tests.tui.panel_host import settle
from tests.tui.test_verify_dialog import CHOOSE, DONE, OVER, SHOW
from tests.tui.trust_fakes import ASKED, COMPARE, TRUST

Snap = Callable[..., bool]
AWAY = Notice(
    "The server cannot be reached.",
    ("What stands here is from this disk.", "Comparing, signing out and renaming come when it answers."),
)
FIRST = Notice(
    "Nobody can tell yet that this device is yours.",
    ("r sets up your identity and gives you a recovery key.", "Then others read what you send, and send you keys."),
)
CLOSED = Notice("The server has ended this session.", ("Everything here is safe.", "/signin signs in again."))
FACES = {
    Face.LOADING: TrustView(),
    Face.EMPTY: TrustView(face=Face.EMPTY, notice=FIRST),
    Face.PROBLEM: TrustView(face=Face.PROBLEM, notice=CLOSED),
    Face.OFFLINE: replace(TRUST, face=Face.OFFLINE, notice=AWAY),
}


def an_app(view: TrustView = TRUST, page: VerifyView | None = None, look: Look | None = None) -> NooktermApp:
    shell = FakeShell()
    here = TreeRow("trust", RowKind.TRUST, "Sessions and trust", waiting=view.to_look_at)
    shell.tree.show(replace(TREE, rows=(*TREE.rows[:4], here, *TREE.rows[4:])))
    shell.trust.show(view)
    shell.verify.show(page or VerifyView())
    return NooktermApp(shell, look)


def press(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def run(pilot: Pilot[Any]) -> None:
        app = pilot.app
        app.animation_level = "none"
        app.screen.query_one(Composer).cursor_blink = False
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press("alt+t")
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", [(140, 40), (100, 30), (80, 24)], ids=str)
def test_every_width(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(an_app(), terminal_size=size, run_before=press("down", "down"))


@pytest.mark.parametrize("face", FACES)
def test_the_other_faces(snap_compare: Snap, face: Face) -> None:
    assert snap_compare(an_app(FACES[face]), terminal_size=(100, 30), run_before=press())


def test_a_form_and_what_goes_on(snap_compare: Snap) -> None:
    going = replace(TRUST, working=Working("Bringing keys from the backup", 120, 400))
    assert snap_compare(an_app(going), terminal_size=(80, 24), run_before=press("end"))


def test_exporting(snap_compare: Snap) -> None:
    assert snap_compare(an_app(), terminal_size=(80, 24), run_before=press("e", "tab"))


DIALOGS: list[tuple[str, VerifyView, tuple[int, int], Look]] = [
    ("compare", COMPARE, (120, 36), Look(theme="harbour")),
    ("compare-80", COMPARE, (80, 24), Look()),
    ("compare-ascii", COMPARE, (40, 14), Look(glyphs="ascii")),
    ("asked", replace(ASKED, others=1), (100, 30), Look()),
    ("choose", CHOOSE, (80, 24), Look(theme="linen")),
    ("code", SHOW, (140, 44), Look(theme="linen")),
    ("code-80", SHOW, (80, 24), Look()),
    ("done", DONE, (80, 24), Look(theme="ansi")),
    ("over", OVER, (80, 24), Look()),
]


@pytest.mark.parametrize(("page", "size", "look"), [d[1:] for d in DIALOGS], ids=[d[0] for d in DIALOGS])
def test_the_dialog(snap_compare: Snap, page: VerifyView, size: tuple[int, int], look: Look) -> None:
    assert page.step is not Step.NONE
    assert snap_compare(an_app(page=page, look=look), terminal_size=size, run_before=press("alt+v"))


def test_the_row_that_says_that_somebody_asks(snap_compare: Snap) -> None:
    assert snap_compare(an_app(page=ASKED), terminal_size=(80, 24), run_before=press("escape"))
