"""The main screen as people see it; each picture was looked at beside the design before it became the promise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from nookterm.domain.ids import EventId
from nookterm.tui.app import NooktermApp
from nookterm.tui.themed import Look
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.about import AboutView
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.timeline import Aside, TimelineView, Words
from nookterm.viewmodels.tree import TreeView
from tests.tui.fakes import ENTRIES, GLAZE, STATUS, TIMELINE, FakeShell
from tests.tui.panel_host import settle

Snap = Callable[..., bool]
EMPTY = Notice("glaze-lab is new and quiet", ("Say hello: everyone in here reads it.", "Find a nook lists the others."))
TROUBLE = Notice(
    "river.example does not know this room",
    ("All you have read is on this disk. Nothing was sent.", "Ask a facilitator for a new invite."),
)


def _shell(face: Face) -> FakeShell:
    shell = FakeShell()
    bare = TimelineView(room_id=GLAZE, title="glaze-lab", size="34/60", safety="encrypted", safe=True, face=face)
    if face is Face.LOADING:
        shell.tree.show(TreeView(face=face))
        shell.timeline.show(TimelineView(face=face))
        shell.about.show(AboutView(face=face))
        shell.status.show(replace(STATUS, connection="starting", unsent=0))
    elif face is Face.EMPTY:
        shell.timeline.show(replace(bare, notice=EMPTY, can_write=True, audience="34 people can read this"))
    elif face is Face.PROBLEM:
        shell.timeline.show(replace(bare, notice=TROUBLE, why_not="You cannot write here now", entries=ENTRIES[:5]))
    elif face is Face.OFFLINE:
        shell.status.show(replace(STATUS, connection="offline", detail="No answer for 3 minutes. Next try in 40 s."))
    return shell


def _press(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def press(pilot: Pilot[Any]) -> None:
        app = pilot.app
        app.animation_level = "none"
        composer = app.screen.query_one(Composer)
        composer.cursor_blink = False
        await settle(pilot, lambda: composer.has_focus or composer.disabled)
        await pilot.press(*keys)
        await pilot.pause()
        # A field of another screen blinks too: a slow machine would draw it without its cursor.
        if isinstance(app.focused, Input):
            app.focused.cursor_blink = False
        await pilot.pause()

    return press


@pytest.mark.parametrize("size", [(140, 40), (100, 30), (80, 24), (40, 12)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_conversation_in_every_width(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(NooktermApp(FakeShell()), terminal_size=size, run_before=_press())


@pytest.mark.parametrize("face", [Face.LOADING, Face.EMPTY, Face.PROBLEM, Face.OFFLINE])
def test_the_other_four_faces(snap_compare: Snap, face: Face) -> None:
    assert snap_compare(NooktermApp(_shell(face)), terminal_size=(140, 40), run_before=_press())


@pytest.mark.parametrize("theme", ["harbour", "linen", "frost", "beacon", "ansi"])
def test_every_other_theme(snap_compare: Snap, theme: str) -> None:
    app = NooktermApp(FakeShell(), Look(theme=theme))
    assert snap_compare(app, terminal_size=(140, 40), run_before=_press(*"The table is pinned, @de"))


def test_a_chosen_message(snap_compare: Snap) -> None:
    app = NooktermApp(FakeShell())
    assert snap_compare(app, terminal_size=(100, 30), run_before=_press("escape", "k", "k"))


def test_compact(snap_compare: Snap) -> None:
    locked = Aside(EventId("$lock"), "10:02", "Cannot be opened on this device yet.", locked=True)
    quiet = [e for e in ENTRIES if isinstance(e, Words)][-1]
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, entries=(*ENTRIES[:6], locked, *ENTRIES[6:], quiet), typing="Dee is writing"))
    assert snap_compare(NooktermApp(shell, Look(compact=True)), terminal_size=(80, 24), run_before=_press())


def test_the_rooms_in_one_column(snap_compare: Snap) -> None:
    assert snap_compare(NooktermApp(FakeShell()), terminal_size=(80, 24), run_before=_press("escape", "escape"))


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_key(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(NooktermApp(FakeShell()), terminal_size=size, run_before=_press("f1"))


def test_any_command(snap_compare: Snap) -> None:
    assert snap_compare(NooktermApp(FakeShell()), terminal_size=(140, 40), run_before=_press("ctrl+p"))


def test_plain_letters_instead_of_marks(snap_compare: Snap) -> None:
    app = NooktermApp(FakeShell(), Look(glyphs="ascii"))
    assert snap_compare(app, terminal_size=(100, 30), run_before=_press())


def test_nothing_but_the_conversation(snap_compare: Snap) -> None:
    assert snap_compare(NooktermApp(FakeShell()), terminal_size=(140, 40), run_before=_press("alt+p"))
