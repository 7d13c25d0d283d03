"""The record on the screen: read, narrowed by words, written into a file; whatever strangers called themselves."""

from __future__ import annotations

import pytest

from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.record import RecordScreen
from nookterm.tui.widgets.cards import BlockList, Look
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.record import RecordView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle
from tests.tui.record_fakes import RECORD, FakeRecord

NARROW = (80, 24)


async def test_a_decision_is_chosen_and_shows_its_words_and_votes() -> None:
    app, panel = Host(), FakeRecord()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(RecordScreen(panel))
        await settle(pilot, lambda: "Bring a test tile." in seen(app))
        assert "Cy Arden for: knows kilns" in seen(app)
        assert "words and votes are known since 2 Nov" in seen(app)
        await pilot.press("down", "down")
        await settle(pilot, lambda: "Made with another app" in seen(app))
        assert panel.calls == [("begin record",)]


@pytest.mark.parametrize("size", [(140, 40), (100, 30), NARROW], ids=str)
async def test_what_was_decided_and_by_whom_is_cut_in_no_row(size: tuple[int, int]) -> None:
    app = Host()
    async with app.run_test(size=size) as pilot:
        await app.push_screen(RecordScreen(FakeRecord()))
        await settle(pilot, lambda: "Bring a test tile." in seen(app))
        listed = app.screen.query_one("#record-list", BlockList)
        for line, block in zip(RECORD.lines, listed._blocks, strict=True):
            drawn = " ".join(content.plain for content in block.draw(listed._width, Look.PLAIN))
            assert "…" not in drawn
            assert line.who in drawn
            assert f"{line.what} {line.by}" in drawn
        assert (size == (140, 40)) == all(block.height == 1 for block in listed._blocks)


async def test_letters_narrow_the_list_and_escape_goes_back_step_by_step() -> None:
    app, panel = Host(), FakeRecord()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(RecordScreen(panel))
        await settle(pilot, lambda: "Bring a test tile." in seen(app))
        await pilot.press("f", *"cy fay", "enter")
        await settle(pilot, lambda: "1 of 5" in seen(app))
        assert "Bob Reyes" not in seen(app)
        await pilot.press("x")
        await settle(pilot, lambda: "not encrypted" in seen(app) and "Enter writes it" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: ("export", RECORD.file, "cy fay") in panel.calls)
        await pilot.press("escape")
        await settle(pilot, lambda: "Bob Reyes" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, RecordScreen))


async def test_a_file_that_is_not_wanted_is_not_written() -> None:
    app, panel = Host(), FakeRecord()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(RecordScreen(panel))
        await settle(pilot, lambda: "Bring a test tile." in seen(app))
        await pilot.press("x", "escape")
        await pilot.pause()
        assert isinstance(app.screen, RecordScreen)
        assert [call for call in panel.calls if call[0] == "export"] == []


async def test_it_opens_from_the_palette_and_from_the_desk() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        await app.run_action("record")
        await settle(pilot, lambda: isinstance(app.screen, RecordScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, RecordScreen))
        await pilot.press("alt+d", "r")
        await settle(pilot, lambda: isinstance(app.screen, RecordScreen) and "Bob Reyes" in seen(app))
        await pilot.press("x")
        await settle(pilot, lambda: "Enter writes it" in seen(app))
        rows = seen(app).split("\n")
        y = next(n for n, line in enumerate(rows) if "Enter writes it" in line)
        assert await pilot.click(offset=(rows[y].index("Enter writes it") + 2, y))
        await settle(pilot, lambda: any(did[0] == "export" for did in shell.done))


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (RecordView(), "Reading what was decided"),
        (RecordView(face=Face.EMPTY, notice=Notice("Nothing was decided yet.")), "Nothing was decided yet."),
        (RecordView(face=Face.PROBLEM, notice=Notice("The server refuses.")), "The server refuses."),
        (RecordView(RECORD.lines, face=Face.OFFLINE, notice=Notice("It cannot be read now.")), "Bob Reyes"),
        (RECORD, "Bob Reyes"),
    ],
    ids=["loading", "empty", "problem", "offline", "content"],
)
@pytest.mark.parametrize("size", [(140, 40), NARROW], ids=str)
async def test_each_face_says_what_it_is_and_can_be_left(view: RecordView, words: str, size: tuple[int, int]) -> None:
    app = Host()
    async with app.run_test(size=size) as pilot:
        await app.push_screen(RecordScreen(FakeRecord(view)))
        await settle(pilot, lambda: words in seen(app))
        assert view.notice is None or view.notice.headline in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, RecordScreen))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_hostile_words_are_words_at_every_size(size: tuple[int, int]) -> None:
    app = Host()
    async with app.run_test(size=size) as pilot:
        for text in HOSTILE.values():
            await app.push_screen(RecordScreen(FakeRecord(poisoned(RECORD, text))))
            await pilot.pause()
            assert clean(seen(app))
            await app.pop_screen()
