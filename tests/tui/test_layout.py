"""The columns' borders: dragged and moved by keys, within what there is room for, and where they were the next time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from nookterm.tui.app import NooktermApp
from nookterm.tui.layout import LEAST, MIDDLE, Layout, fitted, read_layout, write_layout
from nookterm.tui.look import Look
from nookterm.tui.screens.beside import Beside
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.tree import Tree
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import settle

WIDE, MEDIUM, NARROW = (140, 40), (100, 30), (80, 24)


def app_with(folder: Path) -> NooktermApp:
    return NooktermApp(FakeShell(), Look(layout=folder / "layout.json"))


async def begun(app: NooktermApp, pilot: Pilot[Any]) -> None:
    await settle(pilot, lambda: app.screen is app._main and bool(app._main.query(Tree)) and left(app) > 0)


def left(app: NooktermApp) -> int:
    return int(app._main.query_one("#left").region.width)


def right(app: NooktermApp) -> int:
    return int(app._main.query_one(Beside).region.width)


def middle(app: NooktermApp) -> int:
    return int(app._main.query_one(Conversation).region.width)


def at(app: NooktermApp, kind: type[events.MouseEvent], x: int, y: int) -> None:
    """What a terminal says of its mouse."""
    event = kind(None, x, y, 0, 0, 1, False, False, False, x, y)
    app.post_message(event)


async def drag(app: NooktermApp, pilot: Pilot[Any], start: int, *stops: int) -> None:
    at(app, events.MouseDown, start, 20)
    for stop in stops:
        at(app, events.MouseMove, stop, 20)
    at(app, events.MouseUp, stops[-1], 20)
    await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize("cell", [27, 28], ids=["last cell of the list", "first cell beside it"])
async def test_the_border_of_the_list_goes_where_the_mouse_goes_and_stays_there_the_next_time(
    tmp_path: Path, cell: int
) -> None:
    app = app_with(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await begun(app, pilot)
        assert (left(app), right(app)) == (28, 32)
        await drag(app, pilot, cell, 33, 39)
        await settle(pilot, lambda: left(app) == 40)
        assert middle(app) == 140 - 40 - 32
        assert app.mouse_captured is None
        assert not app._main.has_class("-drag-left")
    again = app_with(tmp_path)
    async with again.run_test(size=WIDE) as pilot:
        await begun(again, pilot)
        assert (left(again), right(again)) == (40, 32)


async def test_the_column_at_the_right_too_and_neither_takes_what_the_conversation_needs(tmp_path: Path) -> None:
    app = app_with(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await begun(app, pilot)
        await drag(app, pilot, 108, 100, 2)
        await settle(pilot, lambda: middle(app) == MIDDLE)
        assert right(app) == 140 - 28 - MIDDLE
        await drag(app, pilot, 140 - right(app), 139)
        await settle(pilot, lambda: right(app) == LEAST["right"])
        await drag(app, pilot, 27, 0)
        await settle(pilot, lambda: left(app) == LEAST["left"])


async def test_while_it_is_dragged_the_border_is_drawn_and_a_click_that_does_not_move_is_a_click(
    tmp_path: Path,
) -> None:
    app = app_with(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await begun(app, pilot)
        at(app, events.MouseDown, 28, 20)
        at(app, events.MouseMove, 32, 20)
        await settle(pilot, lambda: left(app) == 33)
        assert app._main.query_one("#left").styles.border_right[0] == "solid"
        assert not (tmp_path / "layout.json").exists()
        at(app, events.MouseUp, 32, 20)
        await settle(pilot, (tmp_path / "layout.json").exists)
        assert app._main.query_one("#left").styles.border_right[0] != "solid"
        assert json.loads((tmp_path / "layout.json").read_text())["left"] == 33

        at(app, events.MouseDown, 33, 20)
        at(app, events.MouseMove, 33, 20)
        at(app, events.MouseUp, 33, 20)
        await pilot.pause()
        assert left(app) == 33
        assert app.mouse_captured is None


async def test_a_double_click_on_a_border_makes_it_as_it_was_at_first(tmp_path: Path) -> None:
    write_layout(tmp_path / "layout.json", Layout(40, 40))
    app = app_with(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await begun(app, pilot)
        assert (left(app), right(app)) == (40, 40)
        for kind in (events.MouseDown, events.MouseUp) * 2:
            at(app, kind, 40, 20)
        await settle(pilot, lambda: left(app) == 28)
        assert right(app) == 40
        assert read_layout(tmp_path / "layout.json") == Layout(0, 40)


async def test_by_keys_and_as_first_by_a_command(tmp_path: Path) -> None:
    app = app_with(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await begun(app, pilot)
        await pilot.press("alt+shift+e", "alt+shift+e")
        await settle(pilot, lambda: left(app) == 32)
        await pilot.press("alt+e", "alt+y")
        await settle(pilot, lambda: (left(app), right(app)) == (30, 34))
        await pilot.press("alt+shift+y", "alt+shift+y")
        await settle(pilot, lambda: right(app) == 30)
        await pilot.press("alt+z")
        await settle(pilot, lambda: (left(app), right(app)) == (28, 32))
        assert read_layout(tmp_path / "layout.json") == Layout()


async def test_columns_that_were_hidden_by_their_key_are_hidden_the_next_time_too(tmp_path: Path) -> None:
    write_layout(tmp_path / "layout.json", Layout(40))
    app = app_with(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await begun(app, pilot)
        await pilot.press("alt+p")
        await settle(pilot, lambda: (left(app), right(app)) == (0, 0))
    again = app_with(tmp_path)
    async with again.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: again.screen is again._main and middle(again) == WIDE[0])
        assert (left(again), right(again)) == (0, 0)
        await pilot.press("alt+z", "alt+p")
        await settle(pilot, lambda: left(again) == 28)
    assert read_layout(tmp_path / "layout.json") == Layout()


async def test_a_start_that_was_asked_for_without_columns_is_not_kept(tmp_path: Path) -> None:
    app = NooktermApp(FakeShell(), Look(layout=tmp_path / "layout.json", plain=True))
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app.screen is app._main and middle(app) == WIDE[0])
    assert not (tmp_path / "layout.json").exists()


async def test_less_room_takes_from_the_columns_and_more_room_gives_it_back(tmp_path: Path) -> None:
    write_layout(tmp_path / "layout.json", Layout(60, 60))
    app = app_with(tmp_path)
    async with app.run_test(size=(200, 40)) as pilot:
        await begun(app, pilot)
        assert (left(app), right(app)) == (60, 60)
        for size in (WIDE, MEDIUM, NARROW):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert middle(app) >= MIDDLE
        assert left(app) == 0, "one column has all the room"
        await pilot.press("alt+e")
        await pilot.resize_terminal(200, 40)
        await settle(pilot, lambda: (left(app), right(app)) == (60, 60))


async def test_about_in_the_place_of_the_conversation_has_all_the_room(tmp_path: Path) -> None:
    write_layout(tmp_path / "layout.json", Layout(30, 40))
    app = app_with(tmp_path)
    async with app.run_test(size=MEDIUM) as pilot:
        await begun(app, pilot)
        await pilot.press("alt+i")
        await settle(pilot, lambda: right(app) == 100 - 30)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"left": "40"}', '{"left": -3, "right": 1e9}', '{"left": true}', "[" * 5000, "\x00\xff"],
    ids=["empty", "cut", "list", "null", "text", "out of range", "truth", "deep", "bytes"],
)
def test_a_file_that_makes_no_sense_is_as_if_it_were_not_there(tmp_path: Path, text: str) -> None:
    path = tmp_path / "layout.json"
    path.write_bytes(text.encode("latin-1"))
    assert read_layout(path) == Layout()
    assert write_layout(path, Layout(30))
    assert read_layout(path) == Layout(30)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["layout.json"]


def test_a_folder_that_is_not_there_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "nobody signed in here" / "layout.json"
    assert write_layout(path, Layout(30))
    assert read_layout(path) == Layout(30)
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    assert not write_layout(tmp_path / "a file" / "layout.json", Layout(30))
    assert [one.name for one in tmp_path.iterdir()] == ["a file"]


@pytest.mark.parametrize(
    ("wish", "width", "beside", "shown"),
    [
        (Layout(), 140, "right", Layout()),
        (Layout(40, 40), 140, "right", Layout(40, 40)),
        (Layout(40, 60), 140, "right", Layout(40, 56)),
        (Layout(90, 60), 140, "right", Layout(72, 24)),
        (Layout(90, 60), 100, "", Layout(56)),
        (Layout(5, 5), 140, "right", Layout(16, 24)),
        (Layout(30, 40, 60), 140, "thread", Layout(30, 0, 60)),
        (Layout(30, 40, 90), 140, "thread", Layout(30, 0, 66)),
        (Layout(90), 20, "", Layout(16)),
    ],
)
def test_what_of_a_wish_there_is_room_for(wish: Layout, width: int, beside: str, shown: Layout) -> None:
    assert fitted(wish, width, beside) == shown


async def test_a_press_of_the_mouse_does_not_forget_where_the_keyboard_came_from(tmp_path: Path) -> None:
    app = app_with(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await begun(app, pilot)
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press("alt+b")
        await settle(pilot, lambda: app._main.beside.has_keyboard)
        at(app, events.MouseDown, 130, 30)
        at(app, events.MouseUp, 130, 30)
        await pilot.pause()
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, Composer))
