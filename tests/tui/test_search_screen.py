"""Searching on the screen: hits while one types, filters taught and completed, the way to a message, lists of news."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from nookterm.domain.ids import EventId
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.screens.search import SearchScreen
from nookterm.tui.screens.search_hints import SearchHints
from nookterm.tui.screens.search_rows import SERVER
from nookterm.tui.widgets.beside_faces import Faces
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.searching import FILTERS, SearchView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle
from tests.tui.search_fakes import FOUND, NOTHING, OFFER, OFFLINE, SERVED, UNREAD, WRONG, FakeSearch

Snap = Callable[..., bool]
LARGE, SMALL = (140, 40), (80, 24)


def line_of(app: Any) -> str:
    return str(app.screen.query_one(Input).value)


async def ready(app: NooktermApp, pilot: Pilot[Any]) -> None:
    await settle(pilot, lambda: bool(app.screen.query(Composer)) and app.screen.query_one(Composer).has_focus)


async def test_hits_come_while_one_types_and_enter_leads_to_the_message_in_its_room() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=SMALL) as pilot:
        await ready(app, pilot)
        await pilot.press("alt+s")
        await settle(pilot, lambda: isinstance(app.screen, SearchScreen) and "Words are enough" in seen(app))
        assert all(name in seen(app) for name, _ in FILTERS)
        await pilot.press(*"kiln")
        assert line_of(app) == "kiln"
        await settle(pilot, lambda: "who else has a kiln" in seen(app) and "Pictures tonight." in seen(app))
        looks = [done for done in shell.done if done[0] == "look"]
        assert looks[-1] == ("look", "kiln", False)
        await pilot.press("down")
        await settle(pilot, lambda: ("around", "b") in shell.done)
        await pilot.press("enter")
        await settle(pilot, lambda: ("jump", EventId("$e2")) in shell.done)
        assert ("open", "!bike") in shell.done
        assert not isinstance(app.screen, SearchScreen)
        await pilot.press("alt+s")
        await settle(pilot, lambda: isinstance(app.screen, SearchScreen) and "who else has a kiln" in seen(app))
        assert line_of(app) == "kiln"
        assert app.screen.query_one(BlockList).key == "b", "one goes on where one was"
        await pilot.press("escape")
        await settle(pilot, lambda: line_of(app) == "")
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, SearchScreen))


async def test_where_there_is_room_what_was_found_stays_beside_the_conversation() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(140, 40)) as pilot:
        await ready(app, pilot)
        await pilot.press("alt+s", *"kiln")
        await settle(pilot, lambda: "who else has a kiln" in seen(app))
        await pilot.press("down", "enter")
        await settle(pilot, lambda: isinstance(app.screen, MainScreen) and app.screen.beside.face is Faces.SEARCH)
        main = app.screen
        assert isinstance(main, MainScreen)
        listed = main.beside.query_one(BlockList)
        await settle(pilot, lambda: listed.key == "b" and "Opened the" in seen(app))
        assert not main.beside.has_keyboard, "one reads on in the conversation"
        listed.focus()
        await pilot.press("up", "enter")
        await settle(pilot, lambda: ("jump", EventId("$e1")) in shell.done)
        assert main.beside.face is Faces.SEARCH, "one hit after another can be looked at"
        listed.focus()
        await pilot.press("end", "enter")
        await settle(pilot, lambda: ("more",) in shell.done)
        listed.focus()
        await pilot.press("escape")
        await settle(pilot, lambda: main.beside.face is Faces.ABOUT)


async def test_enter_overtaking_the_hits_leads_nowhere_that_was_not_seen() -> None:
    app, done = Host(), []  # type: ignore[var-annotated]  # of anything
    async with app.run_test(size=SMALL) as pilot:
        await app.push_screen(SearchScreen(FakeSearch(done)))
        await settle(pilot, lambda: "Words are enough" in seen(app))
        app.screen.query_one(Input).value = "kiln"
        await pilot.press("enter")
        await settle(pilot, lambda: ("look", "kiln", True) in done)
        assert isinstance(app.screen, SearchScreen)


async def test_filters_are_completed_by_tab_and_by_a_click() -> None:
    app, done = Host(), []  # type: ignore[var-annotated]  # of anything
    async with app.run_test(size=SMALL) as pilot:
        await app.push_screen(SearchScreen(FakeSearch(done)))
        await settle(pilot, lambda: "Words are enough" in seen(app))
        await pilot.press("f", "r", "tab")
        await settle(pilot, lambda: line_of(app) == "from:")
        await pilot.press("l", "i", "n", "tab")
        await settle(pilot, lambda: line_of(app) == 'from:"Bo Lindqvist" ')
        await pilot.press(*"in:")
        await settle(pilot, lambda: "in:bike-kitchen" in seen(app))
        shown = app.screen.query_one(SearchHints).render().plain
        await pilot.click(SearchHints, offset=(1 + shown.index("in:glaze-lab"), 0))
        await settle(pilot, lambda: line_of(app) == 'from:"Bo Lindqvist" in:glaze-lab ')
        await settle(pilot, lambda: ("look", 'from:"Bo Lindqvist" in:glaze-lab ', False) in done)


async def test_the_mouse_alone_chooses_a_hit_opens_it_and_loads_older_ones() -> None:
    app, done = Host(), []  # type: ignore[var-annotated]  # of anything
    async with app.run_test(size=LARGE) as pilot:
        await app.push_screen(SearchScreen(FakeSearch(done), "kiln"))
        await settle(pilot, lambda: "older ones" in seen(app))
        row = next(n for n, line in enumerate(seen(app).splitlines()) if "▾ older ones" in line)
        await pilot.click(offset=(seen(app).splitlines()[row].index("older ones") + 1, row))
        await settle(pilot, lambda: "1 Jan 2025" in seen(app) and app.screen.query_one(BlockList).key == "d")
        assert app.screen.query_one(Input).has_focus, "one types on"
        row = next(n for n, line in enumerate(seen(app).splitlines()) if "old pottery club" in line)
        await pilot.click(offset=(10, row))
        await pilot.click(offset=(10, row))
        await settle(pilot, lambda: bool(app._notifications))
        assert isinstance(app.screen, SearchScreen), "nobody is led into a room that they left"
        row = next(n for n, line in enumerate(seen(app).splitlines()) if "Opened the kiln" in line)
        await pilot.click(offset=(10, row))
        await pilot.click(offset=(10, row))
        await settle(pilot, lambda: not isinstance(app.screen, SearchScreen))


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("/search blue kiln", "blue kiln "),
        ("/mentions", "is:mention "),
        ("/unread", "is:unread "),
        ("/mentions in:glaze-lab", "is:mention in:glaze-lab "),
    ],
)
async def test_slash_commands_begin_a_search_everywhere(typed: str, line: str) -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=SMALL) as pilot:
        await ready(app, pilot)
        app.screen.query_one(Composer).text = typed
        await pilot.press("enter")
        await settle(pilot, lambda: ("look", line, False) in shell.done)


async def test_a_slash_among_messages_begins_a_search_in_this_room() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=SMALL) as pilot:
        await ready(app, pilot)
        await pilot.press("escape", "slash")
        await settle(pilot, lambda: isinstance(app.screen, SearchScreen))
        await settle(pilot, lambda: ("look", "in:glaze-lab ", False) in shell.done)


async def test_the_server_is_asked_by_a_key_or_a_click_and_never_by_itself() -> None:
    shell = FakeShell()
    shell.search.answer = replace(FOUND, server=OFFER)
    app = NooktermApp(shell)
    async with app.run_test(size=LARGE) as pilot:
        await ready(app, pilot)
        await app.push_screen(SearchScreen(shell.search, "kiln"))
        await settle(pilot, lambda: "3 rooms not encrypted" in seen(app))
        assert ("ask server",) not in shell.done
        await pilot.press("ctrl+s")
        await settle(pilot, lambda: "↗ server" in seen(app) and "older ones from the server" in seen(app))
        assert shell.done.count(("ask server",)) == 1
        hits = app.screen.query_one("#search-hits", BlockList)
        hits.choose(SERVER)
        await pilot.pause()
        assert ("around", SERVER) not in shell.done
        await pilot.press("enter")
        await settle(pilot, lambda: shell.done.count(("ask server",)) == 2)
        shell.search.show(replace(shell.search.view, server=""))
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert shell.done.count(("ask server",)) == 2


@pytest.mark.parametrize("answer", [FOUND, UNREAD, NOTHING, WRONG, OFFLINE, SearchView(face=Face.LOADING)])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_no_text_moves_a_cursor_or_breaks_a_size(answer: SearchView, text: str) -> None:
    app = Host()
    bad = replace(poisoned(answer, text), line="kiln")
    async with app.run_test(size=SIZES[0]) as pilot:
        await app.push_screen(SearchScreen(FakeSearch([], bad), "kiln"))
        await pilot.pause()
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert clean(seen(app))


@pytest.mark.parametrize(
    ("answer", "line", "size"),
    [
        (FOUND, "kiln", LARGE),
        (FOUND, "kiln", SMALL),
        (FOUND, "", LARGE),
        (FOUND, "", SMALL),
        (UNREAD, "is:unread ", SMALL),
        (NOTHING, "heron", SMALL),
        (WRONG, "before:heron ", SMALL),
        (OFFLINE, "kiln fr", LARGE),
        (SERVED, "kiln", LARGE),
    ],
)
def test_what_people_see(snap_compare: Snap, answer: SearchView, line: str, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        app = pilot.app
        app.animation_level = "none"
        await settle(pilot, lambda: bool(app.screen.query(Composer)) and app.screen.query_one(Composer).has_focus)
        shell.search.answer = answer
        await app.push_screen(SearchScreen(shell.search, line))
        app.screen.query_one(Input).cursor_blink = False
        await settle(pilot, lambda: shell.search.view.line == line)
        await pilot.pause()

    shell = FakeShell()
    assert snap_compare(NooktermApp(shell), terminal_size=size, run_before=run)
