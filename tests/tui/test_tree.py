"""The rooms at the left: what waits first, counts that are kept whole, a choice that no update moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult

from nookterm.domain.ids import RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.look import Look
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.tree import RowKind, TreeRow
from tests.tui.fakes import TREE, FakeShell
from tests.tui.looking import drawn
from tests.tui.panel_host import seen, settle, wear


class Wood(App[None]):
    """A tree alone."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        wear(self)

    def compose(self) -> ComposeResult:
        yield Tree()

    def on_mount(self) -> None:
        self.query_one(Tree).show(TREE)
        self.query_one(Tree).focus()

    def on_block_list_opened(self, event: BlockList.Opened) -> None:
        self.opened.append(event.key)


async def test_each_row_has_its_glyph_and_its_counts_at_the_right() -> None:
    async with Wood().run_test(size=(28, 30)) as pilot:
        rows = [line.rstrip() for line in seen(pilot.app).split("\n")]

    assert any(row[1:].strip() == "≡ Desk                 4" for row in rows)
    assert "  ⌂ glaze-lab        @1  3" in rows
    assert "  + radio-shack      asked" in rows
    assert "    Bo Lindqvist         1" in rows


async def test_a_long_name_is_cut_and_its_count_is_not() -> None:
    long = TreeRow("!l", RowKind.NOOK, "a-very-long-name-for-a-nook-indeed", RoomId("!l"), unread=128, mentions=2)

    async with Wood().run_test(size=(28, 30)) as pilot:
        pilot.app.query_one(Tree).show(replace(TREE, rows=(long,)))
        await pilot.pause()
        text = seen(pilot.app)

    assert "⌂ a-very-long-n… @2  128" in text


async def test_an_update_never_moves_the_choice() -> None:
    async with Wood().run_test(size=(28, 30)) as pilot:
        tree = pilot.app.query_one(Tree)
        tree.choose("!bike")
        new = TreeRow("!new", RowKind.NOOK, "aaa", RoomId("!new"))
        tree.show(replace(TREE, rows=(TREE.rows[0], new, *TREE.rows[1:])))
        await pilot.pause()
        assert tree.key == "!bike"


async def test_enter_or_a_click_opens_the_row() -> None:
    app = Wood()
    async with app.run_test(size=(28, 30)) as pilot:
        tree = app.query_one(Tree)
        tree.choose("directory")
        await pilot.press("j", "j")
        assert tree.key == "!glaze"
        await pilot.press("enter")
        await pilot.pause()
        await pilot.click(Tree, offset=(5, 0))
        await pilot.double_click(Tree, offset=(5, 1))
        await pilot.click(Tree, offset=(5, 2), button=2)
        await pilot.pause()

    assert app.opened == ["!glaze", "desk", "highlights"]


async def test_nested_spaces_stand_in_from_the_edge() -> None:
    rows = (
        TreeRow("!s", RowKind.SPACE, "workshops", RoomId("!s")),
        TreeRow("!k", RowKind.NOOK, "kiln", RoomId("!k"), depth=1),
    )
    async with Wood().run_test(size=(28, 6)) as pilot:
        pilot.app.query_one(Tree).show(replace(TREE, rows=rows))
        await pilot.pause()
        lines = [line.rstrip().replace("▌", " ") for line in seen(pilot.app).split("\n")]

    assert lines[:2] == ["  ⌂ workshops", "    ⌂ kiln"]


@pytest.mark.parametrize(("glyphs", "with_keyboard", "without"), [("unicode", "▌", "▎"), ("ascii", ">", "|")])
async def test_the_bar_tells_by_its_shape_where_the_keyboard_is(glyphs: str, with_keyboard: str, without: str) -> None:
    app = NooktermApp(FakeShell(), Look(glyphs=glyphs))
    async with app.run_test(size=(100, 30)) as pilot:
        tree = app.screen.query_one(Tree)
        await settle(pilot, lambda: isinstance(app.focused, Composer) and tree.key == "!glaze")
        assert {line[0] for line in lines_of(app)[: tree.region.bottom]} == {" ", without}
        tree.focus()
        await settle(pilot, lambda: {line[0] for line in lines_of(app)[: tree.region.bottom]} == {" ", with_keyboard})


def lines_of(app: NooktermApp) -> list[str]:
    """The screen as it goes to the terminal, marks and all."""
    return ["".join(segment.text for segment in strip) for strip in drawn(app)]


@pytest.mark.parametrize("empty", [False, True])
async def test_the_head_is_read_whole_with_rooms_and_without(*, empty: bool) -> None:
    shell = FakeShell()
    if empty:
        rows = tuple(row for row in TREE.rows if not row.room_id)
        shell.tree.show(replace(TREE, rows=rows, subtitle="a-long-name.example"))
    app = NooktermApp(shell)
    async with app.run_test(size=(100, 30)) as pilot:
        tree = app.screen.query_one(Tree)
        await settle(pilot, lambda: isinstance(app.focused, Composer) and (empty or tree.key == "!glaze"))
        await settle(pilot, lambda: ("start",) in shell.done)
        await pilot.pause()
        tree.focus()
        wanted = "  a-long-name.example" if empty else "  by place          filter"
        await settle(pilot, lambda: seen(app).split("\n")[2][:28].rstrip() == wanted)


async def test_a_tree_of_five_hundred_rooms_draws_only_what_is_seen() -> None:
    rows = tuple(TreeRow(f"!{n}", RowKind.NOOK, f"nook-{n}", RoomId(f"!{n}")) for n in range(500))
    async with Wood().run_test(size=(28, 20)) as pilot:
        tree = pilot.app.query_one(Tree)
        tree.show(replace(TREE, rows=rows))
        await pilot.press("end")
        await pilot.pause()
        assert "nook-499" in seen(pilot.app)
        assert len(tree._drawn) < 60
