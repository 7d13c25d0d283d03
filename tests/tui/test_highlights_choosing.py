"""Choosing what to share in a conversation: one message, several marked ones, or one with its answers."""

from __future__ import annotations

from nookterm.tui.app import NooktermApp
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.timeline import Words
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import seen, settle

ONE = (80, 24)


def drafted(shell: FakeShell) -> list[tuple[object, ...]]:
    """Which messages were to be shared."""
    return [call[2:] for call in shell.done if call[0] == "draft"]


def said(shell: FakeShell) -> list[str]:
    """What can be shared, in the order of the room."""
    return [e.event_id for e in shell.timeline.view.entries if isinstance(e, Words) and not e.state]


async def test_marked_messages_are_shared_in_the_order_of_the_room() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=ONE) as pilot:
        await pilot.press("escape")
        timeline = app.screen.query_one(Timeline)
        *_, before, last = said(shell)
        timeline.choose(last)
        await pilot.press("space")
        timeline.choose(before)
        await pilot.press("space")
        await settle(pilot, lambda: seen(app).count("◆ marked") == 2)
        assert "share 2 messages" in seen(app)
        await pilot.press("h")
        await settle(pilot, lambda: bool(drafted(shell)))
        assert drafted(shell) == [(before, last)]
        assert not timeline.marks


async def test_a_mark_is_taken_away_by_the_same_key_and_all_by_escape() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=ONE) as pilot:
        await pilot.press("escape")
        timeline = app.screen.query_one(Timeline)
        *_, before, last = said(shell)
        timeline.choose(last)
        await pilot.press("space", "space")
        assert not timeline.marks
        await pilot.press("space")
        timeline.choose(before)
        await pilot.press("space", "escape")
        assert not timeline.marks
        assert app.focused is timeline, "the first Esc only takes the marks"


async def test_a_message_is_shared_with_its_answers() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=ONE) as pilot:
        await pilot.press("escape")
        root = said(shell)[-1]
        app.screen.query_one(Timeline).choose(root)
        await pilot.press("T")
        await settle(pilot, lambda: bool(drafted(shell)))
        assert drafted(shell) == [(root, "$answer")]


async def test_what_is_not_sent_yet_cannot_be_marked() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=ONE) as pilot:
        await pilot.press("escape")
        timeline = app.screen.query_one(Timeline)
        unsent = next(e.event_id for e in shell.timeline.view.entries if isinstance(e, Words) and e.state)
        timeline.choose(unsent)
        await pilot.press("space")
        assert not timeline.marks
