"""Pictures in the terminal: drawn from pixels, within their cells; the terminal says how, and is never asked."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

import pytest
from PIL import Image

from nookterm.tui.line_filter import SafeLines
from nookterm.tui.screens.file_picture import PictureScreen
from nookterm.tui.widgets.picture import blocks
from nookterm.tui.widgets.picture_ways import side_for, way_of
from tests.tui.file_fakes import stripes
from tests.tui.panel_host import Host, seen, settle


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "sixel"),
        ({"TERM": "xterm-256color"}, "blocks"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, "blocks"),
        ({"TERM": "xterm-kitty", "TMUX": "1"}, "blocks"),
        ({"TERM": "linux"}, "off"),
        ({}, "off"),
    ],
)
def test_the_way_is_read_from_the_environment(environ: Mapping[str, str], way: str) -> None:
    assert way_of("auto", environ) == way
    assert way_of("auto", environ, colours=False) == way_of("blocks", environ, colours=False) == "off"


def test_a_setting_goes_before_what_the_terminal_says() -> None:
    assert [way_of(way, {"TERM": "xterm"}) for way in ("kitty", "sixel", "blocks", "off")] == [
        "kitty",
        "sixel",
        "blocks",
        "off",
    ]
    assert side_for("off", 140, 40) == 0
    assert side_for("blocks", 80, 24) == 80
    assert side_for("blocks", 1, 1) == 8


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (7, 3), (40, 10), (200, 90)])
def test_blocks_keep_the_shape_and_stay_in_their_cells(columns: int, rows: int) -> None:
    drawn = blocks(stripes(400, 200), columns, rows)

    assert 1 <= len(drawn) <= rows
    assert all(1 <= strip.cell_length <= columns for strip in drawn)
    if columns > 7:
        assert drawn[0].cell_length / (len(drawn) * 2) == pytest.approx(2, rel=0.3)
        first, last = (list(drawn[0])[at].style for at in (0, -1))
        assert first
        assert last
        assert (str(first.color), str(last.color)) == (str(first.bgcolor), str(last.bgcolor))
        assert first.color != last.color


async def test_a_picture_stands_in_the_middle_with_its_name_below() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(PictureScreen(replace(stripes(20, 20), moves=True), "blocks"))
        await pilot.pause()
        rows = seen(app).split("\n")
        assert sum("▀" in row for row in rows) == 10
        assert rows[9].index("▀") == 20
        assert "tiles-cone6.jpg" in rows[-1]
        assert "first frame" in rows[-1]
        await pilot.press("escape")
        await settle(pilot, lambda: len(app.screen_stack) == 1)


async def test_kitty_gets_the_picture_once_in_order_with_what_is_drawn_and_forgets_it() -> None:
    app = Host()
    written: list[str] = []
    async with app.run_test(size=(60, 20)) as pilot:
        assert app._driver
        app._driver.write = written.append  # type: ignore[method-assign,assignment]  # a terminal that writes down what it gets
        await app.push_screen(PictureScreen(stripes(300, 100), "kitty"))
        await pilot.pause()
        assert "\U0010eeee" in seen(app)
        pieces = [piece for piece in written if piece.startswith("\x1b_G") and ";" in piece]
        sent = "".join(piece.partition(";")[2].removesuffix("\x1b\\") for piece in pieces)
        shown = Image.open(io.BytesIO(base64.b64decode(sent)))
        assert shown.size == (300, 100)
        assert shown.convert("RGB").getpixel((10, 10)) == (255, 0, 0)
        (place,) = (piece for piece in written if "a=p" in piece)
        assert "c=30,r=5" in place
        app.refresh()
        await pilot.pause()
        assert sum("a=p" in piece for piece in written) == 1
        await pilot.press("escape")
        await settle(pilot, lambda: any("a=d" in piece for piece in written))


async def test_sixel_passes_the_last_filter_and_nothing_else_does() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(PictureScreen(stripes(100, 60), "sixel"))
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        painted = [segment for strip in strips for segment in strip if "\x1bP" in segment.text]
        assert len(painted) == 1
        kept = SafeLines().apply(painted, app.screen.background_colors[1])
        assert kept[0].text.startswith("\x1bP")
        assert kept[0].text.endswith("\x1b\\")
        assert all(strip.cell_length == 60 for strip in strips)


def test_the_library_is_loaded_without_a_word_to_the_terminal() -> None:
    """Standard output is made to look like a terminal; whatever is written to it would be a question."""
    code = (
        "import io, sys\n"
        "class Terminal(io.StringIO):\n"
        "    def isatty(self): return True\n"
        "asked = sys.__stdout__ = Terminal()\n"
        "from nookterm.tui.widgets.picture_sharp import _row_mark\n"
        "mark = _row_mark(0)\n"
        "assert sys.__stdout__ is asked\n"
        "sys.stdout.write(repr((mark, asked.getvalue())))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout == repr(("\u0305", ""))


def test_nothing_of_pictures_is_loaded_with_the_program() -> None:
    code = (
        "import sys, nookterm.tui.app, nookterm.cli.screen\n"
        "print([name for name in sys.modules if name in {'PIL', 'textual_image'}])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "[]"
