"""People's own emoji between words: pictures where the terminal has pixels and it is wished, else names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace

from nookterm.tui.app import NooktermApp
from nookterm.tui.emoji_shelf import Glyph
from nookterm.tui.look import Look
from nookterm.tui.widgets.own_emoji import MOST_KEPT, MOST_WAITING, OwnEmoji
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.timeline_emoji import without_pictures
from nookterm.tui.widgets.timeline_rows import Drawing, entry_rows
from nookterm.viewmodels.files import Done, Shown
from tests.tui.fakes import TIMELINE, FakeShell
from tests.tui.file_fakes import stripes
from tests.tui.formatted_samples import said
from tests.tui.panel_host import seen, settle

ADDRESS, GONE = "mxc://river.example/celadon", "mxc://river.example/gone"
MESSAGE = said(
    f'the <img data-mx-emoticon src="{ADDRESS}" alt=":celadon:"> ran, <img data-mx-emoticon src="{GONE}" alt=":x:">'
)
VIEW = replace(TIMELINE, entries=(MESSAGE,))
PIECE = "\U0010eeee"


def app_with(way: str, *, emoji: bool) -> tuple[NooktermApp, FakeShell]:
    shell = FakeShell()
    shell.timeline.show(VIEW)
    return NooktermApp(shell, Look(pictures=way, emoji=emoji)), shell


async def test_kitty_gets_each_once_and_puts_it_between_the_words_and_what_is_gone_keeps_its_name() -> None:
    app, shell = app_with("kitty", emoji=False)
    written: list[str] = []
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: ":celadon:" in seen(app))
        assert not [what for what in shell.done if what[0] == "emoji"], "nothing is fetched unless it is wished"
        assert app._driver
        app._driver.write = written.append  # type: ignore[method-assign,assignment]  # a terminal that writes down what it gets
        app.look = replace(app.look, emoji=True)
        app.redraw_emoji()
        await settle(pilot, lambda: PIECE in seen(app))
        row = next(row for row in seen(app).split("\n") if PIECE in row)
        assert row.count(PIECE) == 2
        assert ":celadon:" not in row
        assert row.rstrip().endswith("ran, :x:")
        app.screen.query_one(Timeline).redraw_emoji()
        await pilot.pause()
        assert [what for what in shell.done if what[0] == "emoji"] == [("emoji", ADDRESS), ("emoji", GONE)]
        assert sum("a=p" in piece for piece in written) == 1
        assert "c=2,r=1" in next(piece for piece in written if "a=p" in piece)
        app.look = replace(app.look, pictures="blocks")
        assert app.own_emoji is None, "half blocks have no room for it"
        app.redraw_emoji()
        await settle(pilot, lambda: ":celadon:" in seen(app))


async def test_sixel_paints_two_cells_and_moves_nothing() -> None:
    app, _ = app_with("sixel", emoji=True)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: "P0;0;0q" in seen(app))
        strips = app.screen._compositor.render_strips()
        painted = [segment.text for strip in strips for segment in strip if "\x1bP" in segment.text]
        assert len(painted) == 1
        assert painted[0].startswith("\x1b7\x1b[2D\x1bP")
        assert painted[0].endswith("\x1b\\\x1b8")
        assert all(strip.cell_length == 100 for strip in strips)
        text = app.screen._compositor.render_full_update().render_segments(app.console)
        assert "\x1bP" in text
        assert "\x1bP" not in without_pictures(text), "the next start begins without what its terminal does not know"


def test_a_picture_is_as_wide_as_two_letters_and_lines_break_as_without_it() -> None:
    drawn = Drawing(60, emoji=((ADDRESS, Glyph("\U0010eeee\u0305\u0305\U0010eeee\u0305\u030d", "#4e5455")),))
    (row,) = entry_rows(MESSAGE, drawn)[1:]
    assert row.cell_length == 7 + len("the ## ran, :x:")
    assert entry_rows(MESSAGE, Drawing(60))[1].plain.strip() == "the :celadon: ran, :x:"


async def test_no_more_are_asked_for_or_kept_than_there_is_room_for() -> None:
    asked: list[str] = []
    written: list[str] = []
    begun: list[Awaitable[None]] = []

    async def fetch(address: str, side: int) -> Shown | Done:
        asked.append(address)
        assert side <= 128
        return stripes(4, 4)

    shelf = OwnEmoji("kitty", fetch, written.append, begun.append, lambda: None, lambda: "#000000")
    for turn in range(MOST_KEPT // MOST_WAITING + 2):
        shelf.glyphs(f"mxc://x.example/{turn}-{n}" for n in range(MOST_WAITING + 9))
        await asyncio.gather(*begun)
        begun.clear()
        assert len(asked) == (turn + 1) * MOST_WAITING
    forgotten = sum("a=d" in piece for piece in written)
    assert len(asked) - forgotten == MOST_KEPT
    shelf.forget()
    assert sum("a=d" in piece for piece in written) == len(asked)
