"""The list of rooms by keys, by mouse and by words: filtered, sorted, folded, and all that is said of one room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from nookterm.domain.ids import RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.room_list_filter import RoomFilter
from nookterm.tui.screens.all_read import AllReadScreen
from nookterm.tui.screens.farewell import FarewellScreen
from nookterm.tui.screens.room_menu import RoomMenuScreen
from nookterm.tui.screens.room_settings import RoomSettingsScreen
from nookterm.tui.themed import Look
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.tree_rows import FAVOURITES, LOW, RowKind, TreeRow
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import seen, settle
from tests.tui.room_list_samples import ROOMS

GLAZE = RoomId("!glaze")


class At:
    """Somebody at the list of rooms."""

    def __init__(self, app: NooktermApp, pilot: Pilot[int], shell: FakeShell) -> None:
        self.app, self.pilot, self.shell = app, pilot, shell

    @property
    def tree(self) -> Tree:
        return self.app._main.query_one(Tree)

    def listed(self) -> list[str]:
        return [row.key for row in self.tree.rows_shown]

    def told(self, words: str) -> bool:
        """Whether a note says so."""
        return any(words in note.message for note in self.app._notifications)

    async def did(self, *intent: object) -> None:
        """Wait until this was asked of the shell."""
        await self.until(lambda: intent in self.shell.done)

    async def says(self, words: str) -> None:
        """Wait until a note says so."""
        await self.until(lambda: self.told(words))

    async def lists(self, rooms: list[str]) -> None:
        """Wait until these rooms are shown."""
        await self.until(lambda: [key for key in self.listed() if key.startswith("!")] == rooms)

    async def shows(self, screen: type[Screen[Any]]) -> None:
        """Wait until this screen is in front."""
        await self.until(lambda: isinstance(self.app.screen, screen))

    async def until(self, fits: Callable[[], object]) -> None:
        await settle(self.pilot, lambda: bool(fits()))

    async def writes(self, line: str) -> None:
        """A line in the composer."""
        composer = self.app._main.query_one(Composer)
        composer.focus()
        composer.text = line
        await self.pilot.pause()
        await self.pilot.press("enter")


@asynccontextmanager
async def at(size: tuple[int, int] = (140, 40), look: Look | None = None) -> AsyncIterator[At]:
    shell = FakeShell()
    shell.tree.show(ROOMS)
    app = NooktermApp(shell, look)
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer) and ("start",) in shell.done)
        app._main.add_class("-tree")
        here = At(app, pilot, shell)
        here.tree.focus()
        here.tree.choose("!glaze")
        await settle(pilot, lambda: here.tree.has_focus)
        yield here


async def test_each_room_says_what_is_new_and_whether_it_calls_without_colour() -> None:
    async with at() as here:
        lines = [line[:26].rstrip() for line in seen(here.app).split("\n")]
        assert any(line.endswith("glaze-lab        @1  3") for line in lines)
        assert any(line.endswith("herb-garden       (12)") for line in lines)
        assert any(line.endswith("sail-loft      muted ·") for line in lines)
        assert any(line.endswith("loom-room        muted") for line in lines)
        assert any(line.endswith("Dee Okafor           ●") for line in lines)
        assert any(line.endswith("▸ Low priority         2") for line in lines), "new under a folded heading is told"
        assert not any("attic" in line for line in lines)


async def test_a_letter_on_a_room_says_something_of_it() -> None:
    async with at() as here:
        for key, act in (
            ("n", "level"),
            ("asterisk", "favourite"),
            ("ctrl+up", "up"),
            ("minus", "low"),
            ("r", "read"),
            ("u", "unread"),
        ):
            await here.pilot.press(key)
            await here.did(act, GLAZE)
        await here.until(lambda: here.told("unread is done."))
        here.tree.choose("directory")
        await here.pilot.press("n", "m")
        assert here.shell.done.count(("level", GLAZE)) == 1


async def test_headings_fold_by_key_and_by_click_and_news_below_are_found_all_the_same() -> None:
    async with at() as here:
        here.tree.choose("nooks")
        await here.pilot.press("enter")
        await here.until(lambda: "!bike" not in here.listed())
        assert ("fold", "nooks") in here.shell.done
        here.tree.choose("!glaze")
        await here.pilot.press("left")
        await here.until(lambda: "!glaze" not in here.listed())
        assert here.tree.key == FAVOURITES
        top = here.tree._tops[here.tree._index_of[LOW]] - here.tree.scroll_offset.y
        await here.pilot.click(Tree, offset=(6, top))
        await here.until(lambda: "!attic" in here.listed())
        await here.pilot.click(Tree, offset=(6, here.tree._tops[here.tree._index_of[LOW]]))
        await here.until(lambda: "!attic" not in here.listed())
        here.tree.choose("!attic")
        assert "!attic" in here.listed(), "what is chosen is shown"
        here.tree.choose("desk")
        assert "!attic" not in here.listed()
        await here.pilot.press("alt+a")
        await here.until(lambda: ("open", RoomId("!bike")) in here.shell.done)


async def test_typed_letters_leave_only_rooms_with_them() -> None:
    async with at() as here:
        await here.pilot.press("slash", *"att")
        await here.until(lambda: here.listed() == [LOW, "!attic"])
        assert here.tree.key == "!attic"
        await here.pilot.press("enter")
        await here.until(lambda: ("open", RoomId("!attic")) in here.shell.done)
        assert not here.tree.is_narrowed
        here.tree.focus()
        await here.pilot.press("slash", *"o")
        await here.until(lambda: "!bo" in here.listed() and "!bike" not in here.listed())
        was = here.tree.key
        await here.pilot.press("down")
        await here.until(lambda: here.tree.key != was)
        await here.pilot.press(*"zz")
        await here.until(lambda: "No room with “ozz”." in seen(here.app))
        assert "Esc shows all rooms." in seen(here.app)
        await here.pilot.press("escape")
        await here.until(lambda: here.tree.has_focus and not here.tree.is_narrowed)


async def test_kinds_of_rooms_are_gone_through_with_one_key_or_click() -> None:
    wanted = {
        "unread": ["!glaze", "!bike", "!herb", "!dee", "!attic"],
        "mentions": ["!glaze"],
        "favourites": ["!glaze", "!bo"],
        "people": ["!bo", "!dee"],
        "nooks": ["!glaze", "!bike", "!herb", "!river", "!sail", "!loom", "!attic", "!cellar"],
    }
    async with at() as here:
        for which, rooms in wanted.items():
            await here.pilot.press("f")
            await here.lists(rooms)
            assert which in seen(here.app)
        await here.pilot.click("RoomFilter Paper")
        await here.until(lambda: not here.tree.is_narrowed)
        await here.pilot.press("f", "slash", "tab")
        await here.until(lambda: here.app._main.query_one(RoomFilter).which == "mentions")
        await here.pilot.press("escape")
        await here.until(lambda: not here.tree.is_narrowed)
        await here.pilot.press("f")
        await here.until(lambda: here.tree.is_narrowed)
        await here.pilot.press("escape")
        await here.until(lambda: not here.tree.is_narrowed)
        here.tree.show(replace(ROOMS, rows=ROOMS.rows[:5]))
        await here.pilot.press("f", "f")
        await here.until(lambda: "Nobody named you." in seen(here.app))


async def test_words_in_the_composer_do_the_same_with_the_open_room() -> None:
    async with at() as here:
        lines = {
            "/level mute": ("mute", None),
            "/level": ("level", None),
            "/favourite on": ("favourite on", None),
            "/favourite up": ("favourite up", None),
            "/low": ("low", None),
            "/markread": ("read", None),
            "/markunread": ("unread", None),
            "/sort name": ("put", "rooms.sort", "name"),
            "/sort": ("put", "rooms.sort", "activity"),
        }
        for line, done in lines.items():
            await here.writes(line)
            await here.did(*done)


async def test_words_that_make_no_sense_say_what_does() -> None:
    async with at() as here:
        for line, words in (
            ("/level loud", "all, mentions, mute"),
            ("/low perhaps", "/low on or /low off"),
            ("/sort size", "place, activity, unread, name"),
        ):
            await here.writes(line)
            await here.says(words)
        await here.writes("/filter people")
        await here.until(lambda: here.listed() == [FAVOURITES, "!bo", "people", "!dee"])
        await here.writes("/filter bike")
        await here.until(lambda: here.app._main.query_one(RoomFilter).letters == "bike")
        assert isinstance(here.app.focused, Input)


async def test_all_rooms_are_read_only_after_it_was_said_how_many() -> None:
    async with at() as here:
        await here.pilot.press("R")
        await here.until(lambda: isinstance(here.app.screen, AllReadScreen))
        assert "Mark 3 rooms as read?" in seen(here.app)
        await here.pilot.press("enter", "n")
        await here.until(lambda: here.app.screen is here.app._main)
        assert ("read all",) not in here.shell.done
        await here.pilot.press("R")
        await here.until(lambda: isinstance(here.app.screen, AllReadScreen))
        await here.pilot.press("y")
        await here.until(lambda: ("read all",) in here.shell.done)
        here.shell.people.menu.waiting = 0
        await here.pilot.press("R")
        await here.until(lambda: here.told("Nothing is new anywhere."))


async def test_a_rooms_menu_works_by_right_click_keys_and_mouse() -> None:
    async with at() as here:
        top = here.tree._tops[here.tree._index_of["!bike"]]
        await here.pilot.click(Tree, offset=(6, top), button=3)
        await here.until(lambda: isinstance(here.app.screen, RoomMenuScreen))
        assert ("menu", RoomId("!bike")) in here.shell.done
        assert ("open", RoomId("!bike")) not in here.shell.done, "a right click opens no room"
        bike = RoomId("!bike")
        await here.pilot.press("down", "down", "enter")
        await here.until(lambda: ("mute", bike) in here.shell.done and here.told("mute is done."))
        for key, act in (
            ("n", "level"),
            ("asterisk", "favourite"),
            ("ctrl+up", "up"),
            ("minus", "low"),
            ("r", "read"),
            ("u", "unread"),
        ):
            await here.until(lambda: here.app.screen is here.app._main)
            await here.pilot.press("m")
            await here.shows(RoomMenuScreen)
            await here.pilot.press(key)
            await here.did(act, bike)
        await here.until(lambda: here.app.screen is here.app._main)
        await here.pilot.click(Tree, offset=(6, top), button=3)
        await here.shows(RoomMenuScreen)
        await here.pilot.click(here.app.screen.query_one(BlockList), offset=(6, 0))
        await here.until(lambda: ("all", bike) in here.shell.done)
        await here.until(lambda: here.app.screen is here.app._main)
        here.shell.people.menu.refuses = True
        await here.pilot.press("m")
        await here.shows(RoomMenuScreen)
        await here.pilot.press("r")
        await here.until(lambda: "The server said no." in seen(here.app))
        assert isinstance(here.app.screen, RoomMenuScreen), "what was not done is said in place"
        await here.pilot.click(offset=(1, 1))
        await here.until(lambda: here.app.screen is here.app._main)


async def test_a_rooms_menu_leads_on_to_its_settings_its_address_and_the_way_out() -> None:
    async with at((40, 12), Look(glyphs="ascii")) as here:
        for key in ("L", "x", "s"):
            await here.until(lambda: here.app.screen is here.app._main)
            here.app.action_room_menu()
            await here.until(lambda: isinstance(here.app.screen, RoomMenuScreen))
            await here.until(lambda: "Every message calls you" in seen(here.app))
            assert seen(here.app).isascii()
            await here.pilot.press(key)
            if key == "L":
                await here.until(lambda: here.app.clipboard == "https://matrix.to/#/!glaze")
                continue
            wanted: type[Screen[Any]] = FarewellScreen if key == "x" else RoomSettingsScreen
            await here.shows(wanted)
            await here.pilot.press("escape")


async def test_rooms_outside_have_no_menu_and_invites_their_page() -> None:
    async with at() as here:
        rows = (
            TreeRow("!inv", RowKind.INVITE, "raku", RoomId("!inv")),
            TreeRow("!ask", RowKind.OPEN, "looms", RoomId("!ask")),
        )
        here.tree.show(replace(ROOMS, rows=rows))
        here.tree.choose("!ask")
        await here.pilot.press("m")
        await here.until(lambda: here.told("You are not in there yet."))
        here.tree.choose("!inv")
        await here.pilot.press("m")
        await here.until(lambda: isinstance(here.app.screen, FarewellScreen))


async def test_the_order_is_gone_through_with_one_key_and_said_above_the_rooms() -> None:
    async with at() as here:
        await here.pilot.press("s")
        await here.until(lambda: ("put", "rooms.sort", "activity") in here.shell.done)
        here.shell.tree.show(replace(ROOMS, sort="activity"))
        await here.until(lambda: "by activity" in seen(here.app))
