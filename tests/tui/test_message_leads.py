"""`o` on a message: at once where one way leads on, a list of all of them where there are several; long pastes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from nookterm.formatting.reading import read_html
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.file_out import FileOutScreen
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.screens.members import MembersScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.pasted import fenced
from nookterm.tui.widgets.timeline import Timeline
from tests.tui.fakes import ENTRIES, TIMELINE, FakeShell, words
from tests.tui.panel_host import seen, settle

SMALL = (80, 24)
HTML = (
    '<a href="https://evil.example/x">our wiki</a>, <a href="https://matrix.to/#/@dee:river.example">Dee</a>, '
    '<a href="https://matrix.to/#/!bike/$x">there</a>'
)


async def among(app: NooktermApp, pilot: Pilot[Any], event_id: str) -> None:
    """The keyboard is on this message."""
    await settle(pilot, lambda: isinstance(app.focused, Composer))
    await pilot.press("escape")
    await settle(pilot, lambda: isinstance(app.focused, Timeline))
    app.screen.query_one(Timeline).choose(event_id)
    await pilot.pause()


def shell() -> FakeShell:
    made = FakeShell()
    formatted = read_html(HTML)
    entries = (
        *ENTRIES,
        words(20, "Dee Okafor", 4, "11:00", "our wiki, Dee, there", formatted=formatted),
        words(21, "Bo Lindqvist", 1, "11:01", "see https://glaze.example/cone6"),
    )
    made.timeline.show(replace(TIMELINE, entries=entries))
    return made


async def test_all_ways_are_listed_with_their_true_host_and_a_page_is_opened_only_after_a_yes() -> None:
    made = shell()
    app = NooktermApp(made)
    async with app.run_test(size=SMALL) as pilot:
        await among(app, pilot, "$e20")
        await pilot.press("o")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen) and "evil.example" in seen(app))
        shown = seen(app)
        assert "our wiki" in shown
        assert "@dee:river.example" in shown
        await pilot.press("enter")
        await settle(pilot, lambda: "Open a page of evil.example" in seen(app))
        assert not [did for did in made.done if did[0] == "open_page"]
        await pilot.press("y")
        await settle(pilot, lambda: ("open_page", "https://evil.example/x") in made.done)


async def test_a_person_opens_their_page_and_a_room_is_gone_to() -> None:
    made = shell()
    app = NooktermApp(made)
    async with app.run_test(size=SMALL) as pilot:
        await among(app, pilot, "$e20")
        await pilot.press("o")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen) and "evil.example" in seen(app))
        await pilot.press("down", "enter")
        await settle(pilot, lambda: isinstance(app.screen, MembersScreen))
        await settle(pilot, lambda: ("begin members", "@dee:river.example", False) in made.done)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, MembersScreen))
        await pilot.press("o")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen) and "evil.example" in seen(app))
        await pilot.click(offset=(10, next(n for n, row in enumerate(seen(app).split("\n")) if "!bike" in row)))
        await pilot.press("down", "down", "enter")
        await settle(pilot, lambda: ("follow", "https://matrix.to/#/!bike/$x") in made.done)


async def test_one_way_needs_no_list() -> None:
    made = shell()
    app = NooktermApp(made)
    async with app.run_test(size=SMALL) as pilot:
        await among(app, pilot, "$e21")
        await pilot.press("o")
        await settle(pilot, lambda: "Open a page of glaze.example" in seen(app))
        await pilot.press("n")
        await settle(pilot, lambda: "Open a page" not in seen(app))
        assert not [did for did in made.done if did[0] == "open_page"]


LONG = "\n".join(f"line {number}" for number in range(12))


async def test_many_pasted_lines_ask_how_they_are_meant() -> None:
    made = shell()
    app = NooktermApp(made)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        composer = app.screen.query_one(Composer)
        app.post_message(events.Paste("two\nlines "))
        await settle(pilot, lambda: composer.text == "two\nlines ")
        composer.text = ""
        app.post_message(events.Paste(LONG))
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen) and "12 lines pasted" in seen(app))
        await pilot.press("down", "enter")
        await settle(pilot, lambda: composer.text == fenced(LONG))
        composer.text = ""
        app.post_message(events.Paste(LONG))
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen) and "12 lines pasted" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, ChooseScreen))
        assert composer.text == ""


async def test_pasted_lines_shared_as_a_file_leave_nothing_behind() -> None:
    made = shell()
    app = NooktermApp(made)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        app.post_message(events.Paste(LONG))
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen) and "12 lines pasted" in seen(app))
        await pilot.press("down", "down", "enter")
        await settle(pilot, lambda: isinstance(app.screen, FileOutScreen) and "Share it" in seen(app))
        path = Path(str(next(did[1] for did in made.done if did[0] == "draft")))
        assert _lies_private(path)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, FileOutScreen))
        await settle(pilot, lambda: not path.parent.exists())


def _lies_private(path: Path) -> bool:
    """Whether all of it is in a file that only we can read."""
    whole = (path.name, path.read_text(encoding="utf-8")) == ("pasted.txt", LONG)
    return whole and path.parent.stat().st_mode & 0o77 == 0


def test_a_fence_is_longer_than_any_inside() -> None:
    assert fenced("a ```` b") == "`````\na ```` b\n`````\n"
    assert fenced("\nx\n") == "```\nx\n```\n"
