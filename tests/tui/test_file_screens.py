"""Files in the terminal: nothing is fetched or sent before it was said what it is; a key stops what is under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.screen import ModalScreen

from nookterm.tui.app import NooktermApp
from nookterm.tui.look import Look
from nookterm.tui.screens.file_in import FileInScreen
from nookterm.tui.screens.file_out import FileOutScreen
from nookterm.tui.screens.file_picture import PictureScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.pasted import pasted_path
from nookterm.viewmodels.files import Done, Shown
from tests.tui.fakes import FakeShell
from tests.tui.file_fakes import CARD, DRAFT, FakeFiles, stripes
from tests.tui.panel_host import HOSTILE, Host, clean, poisoned, seen, settle

WIDE = (140, 40)


def _ignore(_shown: Shown) -> None:
    """No picture is drawn."""


def _in(fake: FakeFiles, side: int = 80, show: Callable[[Shown], None] = _ignore) -> FileInScreen:
    assert not isinstance(fake.its_card, Done)
    return FileInScreen(fake, fake.its_card, side, show)


async def test_a_file_says_what_it_is_before_anything_of_it_is_fetched() -> None:
    app, fake = Host(), FakeFiles([])
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Done | None] = []
        await app.push_screen(_in(fake), ended.append)
        await pilot.pause()
        for words in (CARD.name, CARD.what, "from Bo Lindqvist", CARD.caption, "End-to-end encrypted"):
            assert words in seen(app)
        assert fake.done == []
        await pilot.press("s")
        await settle(pilot, lambda: bool(ended))
        assert fake.done == [("save", CARD.event_id)]
        assert ended == [Done("Kept as /home/ana/Downloads/tiles-cone6.jpg")]


async def test_another_program_gets_a_file_only_after_a_question() -> None:
    app, fake = Host(), FakeFiles([])
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Done | None] = []
        await app.push_screen(_in(fake), ended.append)
        await pilot.press("o")
        await settle(pilot, lambda: "decodes" in seen(app))
        assert fake.done == []
        assert app.focused
        assert app.focused.id == "file-no", "Enter is not a yes"
        await pilot.press("o")
        await settle(pilot, lambda: bool(ended))
        assert fake.done == [("open", CARD.event_id)]


async def test_what_may_run_something_is_saved_and_never_opened() -> None:
    app, fake = Host(), FakeFiles([])
    fake.its_card = replace(CARD, name="invoice.desktop", is_picture=False, may_open=False)
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(_in(fake))
        await pilot.press("o", "o", "l")
        await pilot.pause()
        assert "may run what is inside" in seen(app)
        assert "Look" not in seen(app)
        assert fake.done == []


async def test_escape_stops_what_is_under_way_and_the_next_one_closes() -> None:
    app, fake = Host(), FakeFiles([])
    fake.slow = True
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Done | None] = []
        await app.push_screen(_in(fake), ended.append)
        await pilot.press("s")
        await settle(pilot, lambda: "0.4 MB of 1.2 MB" in seen(app) and "Esc stops it" in seen(app))
        await pilot.press("s")
        await pilot.press("escape")
        await settle(pilot, lambda: "Stopped. Nothing was kept or sent." in seen(app))
        assert fake.done == [("save", CARD.event_id), ("stop",)]
        assert ended == []
        await pilot.press("escape")
        await settle(pilot, lambda: ended == [None])


async def test_what_went_wrong_is_said_in_place_and_can_be_tried_again() -> None:
    app, fake = Host(), FakeFiles([])
    fake.problem = "The content is not what the sender encrypted."
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Done | None] = []
        await app.push_screen(_in(fake), ended.append)
        await pilot.press("s")
        await settle(pilot, lambda: "not what the sender encrypted" in seen(app))
        await pilot.press("s")
        await settle(pilot, lambda: bool(ended))
        assert len(fake.done) == 2


async def test_before_a_file_leaves_it_is_said_what_goes_along_and_who_reads_it() -> None:
    app, fake = Host(), FakeFiles([])
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Done | None] = []
        await app.push_screen(FileOutScreen(fake, DRAFT), ended.append)
        await pilot.pause()
        for words in (
            DRAFT.name,
            DRAFT.what,
            "place, date",
            "34 people can read this",
        ):
            assert words in seen(app)
        await pilot.click("#file-other")
        await settle(pilot, lambda: "It goes as it is." in seen(app))
        app.screen.query_one("#file-caption", LineField).value = "Third firing"
        app.screen.query_one("#file-name", LineField).value = "the kiln.jpg"
        await pilot.press("alt+enter")
        await settle(pilot, lambda: bool(ended))
        assert fake.done == [("draft", "~/kiln.jpg", True), ("send", "the kiln.jpg", "Third firing", False, None)]


async def test_nothing_is_shared_by_escape() -> None:
    app, fake = Host(), FakeFiles([])
    async with app.run_test(size=WIDE) as pilot:
        ended: list[Done | None] = []
        await app.push_screen(FileOutScreen(fake, DRAFT), ended.append)
        await pilot.press("enter")
        await pilot.press("escape")
        await settle(pilot, lambda: ended == [None])
        assert fake.done == []


async def test_a_key_on_a_message_leads_to_its_file_and_a_picture_is_shown_when_asked() -> None:
    shell = FakeShell()
    app = NooktermApp(shell, Look(pictures="blocks"))
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app.focused is not None)
        await pilot.press("escape", "o")
        await settle(pilot, lambda: isinstance(app.screen, FileInScreen))
        assert not any(what[0] == "look" for what in shell.done)
        await pilot.press("l")
        await settle(pilot, lambda: isinstance(app.screen, PictureScreen))
        assert next(what for what in shell.done if what[0] == "look")[2] == 140
        await pilot.press("escape")
        await settle(pilot, lambda: len(app.screen_stack) == 2)


async def test_where_pictures_are_off_none_is_offered() -> None:
    shell = FakeShell()
    app = NooktermApp(shell, Look(pictures="off"))
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app.focused is not None)
        await pilot.press("escape", "o")
        await settle(pilot, lambda: isinstance(app.screen, FileInScreen))
        await pilot.press("l")
        await pilot.pause()
        assert "Look" not in seen(app)
        assert not any(what[0] == "look" for what in shell.done)


async def test_a_message_without_a_file_says_so() -> None:
    shell = FakeShell()
    shell.files.its_card = Done("There is no file that could be fetched in that message.", done=False)
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app.focused is not None)
        await pilot.press("escape", "o")
        await settle(pilot, lambda: any("no file" in note.message for note in app._notifications))


async def test_without_a_path_the_order_is_begun_where_one_writes_and_nothing_written_is_lost() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app.focused is not None)
        composer = app.screen.query_one(Composer)
        composer.load_draft("")
        await pilot.press("ctrl+p", *"share a file", "enter")
        await settle(pilot, lambda: composer.text == "/upload " and composer.has_focus)
        composer.load_draft("Half a word")
        await pilot.press("ctrl+p", *"share a file", "enter")
        await settle(pilot, lambda: any("/upload" in note.message for note in app._notifications))
        assert composer.text == "Half a word"


async def test_a_command_or_a_pasted_path_offers_to_share_the_file(tmp_path: Path) -> None:
    heron = tmp_path / "the heron.jpg"
    heron.write_bytes(b"x")
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app.focused is not None)
        app.screen.query_one(Composer).text = "/upload ~/kiln.jpg"
        await pilot.press("enter")
        await settle(pilot, lambda: isinstance(app.screen, FileOutScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: len(app.screen_stack) == 2)
        composer = app.screen.query_one(Composer)
        composer.focus()
        app.post_message(events.Paste(f"'{heron}'"))
        await settle(pilot, lambda: isinstance(app.screen, FileOutScreen))
        assert composer.text == ""
        await pilot.press("escape")
        await settle(pilot, lambda: len(app.screen_stack) == 2)
        app.post_message(events.Paste("/usr/bin is a folder"))
        await settle(pilot, lambda: composer.text == "/usr/bin is a folder")
        assert [what[1] for what in shell.done if what[0] == "draft"] == ["~/kiln.jpg", str(heron)]


def test_only_the_path_of_one_file_that_is_there_counts_as_one(tmp_path: Path) -> None:
    heron = tmp_path / "the heron.jpg"
    heron.write_bytes(b"x")
    escaped = str(heron).replace(" ", "\\ ")
    for text in (
        str(heron),
        f"'{heron}'",
        f'"{heron}"',
        escaped,
        f"file://{str(heron).replace(' ', '%20')}",
        f" {heron}\n",
    ):
        assert pasted_path(text) == str(heron)
    for text in (
        "", "hello", "the heron.jpg", str(tmp_path), f"{heron}\n{heron}", f"{heron} {heron}", "/nothing", "'/unclosed",
        f"file://elsewhere{heron}", "~nobody-here/x", "/" + "x" * 5000, "/a\0b", "f",
    ):  # fmt: skip
        assert pasted_path(text) == ""


@pytest.mark.parametrize("size", [(80, 24), (1, 1)])
async def test_nothing_hostile_gets_out_of_a_dialog_about_a_file(size: tuple[int, int]) -> None:
    app, fake = Host(), FakeFiles([])
    async with app.run_test(size=size) as pilot:
        for text in HOSTILE.values():
            screens: list[ModalScreen[Done | None] | PictureScreen] = [
                FileInScreen(fake, poisoned(CARD, text), 80, _ignore),
                FileOutScreen(fake, poisoned(DRAFT, text)),
                PictureScreen(replace(stripes(), name=text), "blocks"),
            ]
            for screen in screens:
                await app.push_screen(screen)
                await pilot.pause()
                assert clean(seen(app))
                app.pop_screen()
