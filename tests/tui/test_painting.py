"""What a key and a message that comes in cost: what is laid out and drawn; and that a part looks as in the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from nookterm.tui import one_frame
from nookterm.tui.app import NooktermApp
from nookterm.tui.painting import CloseCompositor
from nookterm.tui.screens.help import HelpScreen
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.selecting import SelectableList
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.timeline import TimelineView
from tests.tui.fakes import TIMELINE, FakeShell, words
from tests.tui.panel_host import seen, settle

WIDE = (140, 40)
LONG = replace(TIMELINE, entries=tuple(words(n, "Bo Lindqvist", 1, "09:12", f"Message {n}") for n in range(60)))
AROUND = {"Horizontal", "Conversation"}
"""What can be seen beside a field: its ground is asked for, where something in its rows has changed."""


class Costs:
    """What was laid out and drawn."""

    def __init__(self) -> None:
        self.layouts = 0
        self.rows: Counter[str] = Counter()
        """Rows that widgets were asked for."""
        self.placed = 0
        """Rows of the conversation that were made anew."""
        self.blocks = 0


@contextmanager
def counted() -> Iterator[Costs]:
    """Count what Textual is asked to do; it does it all the same."""
    costs = Costs()
    lay_out, draw, make = Screen._refresh_layout, Widget.render_lines, BlockList._strips
    listed, place = SelectableList.render_lines, SelectableList.render_line

    def layout(screen: Screen[Any], *args: Any, **more: Any) -> None:
        costs.layouts += 1
        lay_out(screen, *args, **more)

    def drawing(widget: Widget, crop: Region) -> list[Strip]:
        costs.rows[type(widget).__name__] += crop.height
        return draw(widget, crop)

    def listing(blocks: SelectableList, crop: Region) -> list[Strip]:
        costs.rows[type(blocks).__name__] += crop.height
        return listed(blocks, crop)

    def placing(blocks: SelectableList, y: int) -> Strip:
        costs.placed += 1
        return place(blocks, y)

    def making(blocks: BlockList, *args: Any) -> list[Strip]:
        costs.blocks += 1
        return make(blocks, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Screen, "_refresh_layout", layout)
        patch.setattr(Widget, "render_lines", drawing)
        patch.setattr(BlockList, "_strips", making)
        patch.setattr(SelectableList, "render_lines", listing)
        patch.setattr(SelectableList, "render_line", placing)
        yield costs


def longer(view: TimelineView, *bodies: str) -> TimelineView:
    """The same, with more said at its end."""
    first = len(view.entries)
    said = (words(first + n, "Dee Okafor", 4, "09:40", body) for n, body in enumerate(bodies))
    return replace(view, entries=(*view.entries, *said))


async def at_rest(app: NooktermApp, pilot: Pilot[int]) -> None:
    """The room is open, somebody can write, and nothing is left to draw; no cursor blinks."""
    await settle(pilot, lambda: isinstance(app.focused, Composer) and "Message 59" in seen(app))
    app.screen.query_one(Composer).cursor_blink = False
    await still(app, pilot)


async def still(app: NooktermApp, pilot: Pilot[int]) -> None:
    """Nothing waits to be laid out or drawn."""
    screen = app.screen
    await settle(pilot, lambda: not (screen._dirty_widgets or screen._layout_required or screen._repaint_required))


async def shown(app: NooktermApp, pilot: Pilot[int], body: str) -> None:
    """These words were said last, and are drawn. Looking at the screen would draw it all."""
    await settle(pilot, lambda: getattr(app.screen.query_one(Timeline).view.entries[-1], "body", "") == body)
    await still(app, pilot)


async def test_a_message_that_comes_in_lays_out_nothing_and_draws_nothing_beside_the_conversation() -> None:
    shell = FakeShell()
    shell.timeline.show(LONG)
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await at_rest(app, pilot)
        with counted() as costs:
            shell.timeline.show(longer(LONG, "one more"))
            await shown(app, pilot, "one more")

        assert "one more" in seen(app)
        assert app.screen.query_one(Timeline).at_end
        assert costs.layouts == 0
        assert set(costs.rows) - AROUND == {"Timeline", "ScrollBar"}


async def test_of_a_conversation_only_what_is_new_in_it_is_made() -> None:
    shell = FakeShell()
    shell.timeline.show(LONG)
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await at_rest(app, pilot)
        with counted() as costs:
            shell.timeline.show(longer(LONG, "one more", "and another"))
            await shown(app, pilot, "and another")
        assert "and another" in seen(app)

    assert costs.placed <= 3 * 2, "a message is a row and the air above it; the others move up as they are"
    # The one that had the cursor before looks like the others by now.
    assert costs.blocks <= len(("one more", "and another", "the last before them"))


async def test_a_key_draws_only_the_field_in_which_somebody_writes() -> None:
    shell = FakeShell()
    shell.timeline.show(LONG)
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await at_rest(app, pilot)
        # The first letter is another thing: from then on Esc and ↑ do something else, and the last row says so.
        await pilot.press("a")
        await still(app, pilot)
        with counted() as costs:
            await pilot.press("b")
            await settle(pilot, lambda: app.screen.query_one(Composer).text == "ab")
            await still(app, pilot)
        assert "ab" in seen(app)
        field = app.screen.query_one(Composer).outer_size.height

    assert costs.layouts == 0
    assert set(costs.rows) - AROUND == {"Composer"}, "nothing of what lies under it"
    assert 0 < costs.rows["Composer"] <= 2 * field, "in one paint or two"


async def test_a_conversation_that_outgrows_its_place_gets_its_bar() -> None:
    shell = FakeShell()
    shell.timeline.show(replace(LONG, entries=LONG.entries[:3]))
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer) and "Message 2" in seen(app))
        timeline = app.screen.query_one(Timeline)
        before = timeline.show_vertical_scrollbar
        shell.timeline.show(LONG)
        await settle(pilot, lambda: "Message 59" in seen(app))
        after, bar = timeline.show_vertical_scrollbar, timeline.vertical_scrollbar
        grown = (bar.window_virtual_size, bar.window_size)
        rows = timeline.virtual_size.height
        shell.timeline.show(longer(LONG, "one more"))
        await settle(pilot, lambda: "one more" in seen(app))
        longest = bar.window_virtual_size

    assert (before, after) == (False, True)
    assert grown == (rows, timeline.container_size.height)
    assert longest > rows


@contextmanager
def frames(app: NooktermApp) -> Iterator[list[tuple[str, str]]]:
    """At each paint: what is being written, and what was said last."""
    painted: list[tuple[str, str]] = []
    paint = CloseCompositor.render_update

    def painting(compositor: CloseCompositor, *args: Any, **more: Any) -> Any:
        last = app.screen.query_one(Timeline).view.entries[-1]
        painted.append((app.screen.query_one(Composer).text, getattr(last, "body", "")))
        return paint(compositor, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CloseCompositor, "render_update", painting)
        yield painted


@pytest.mark.parametrize("said", [True, False], ids=["it is said", "nothing comes of it"])
async def test_words_leave_their_field_in_the_frame_in_which_they_are_said(
    *, said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = FakeShell()
    shell.timeline.show(LONG)
    app = NooktermApp(shell)

    async def send(text: str, *, everybody: bool = False) -> bool:
        if said:
            shell.timeline.show(longer(LONG, text))
        return not everybody

    monkeypatch.setattr(shell.timeline, "send", send)
    if said:
        # However slow this machine is.
        monkeypatch.setattr(one_frame, "LONGEST", 60.0)
    async with app.run_test(size=WIDE) as pilot:
        await at_rest(app, pilot)
        await pilot.press("h", "i")
        await still(app, pilot)
        with frames(app) as painted:
            await pilot.press("enter")
            await settle(pilot, lambda: bool(painted) and painted[-1] == ("", "hi" if said else "Message 59"))
        await still(app, pilot)

    assert (("", "Message 59") in painted) is not said


PARTS = [
    Region(30, 36, 76, 3), Region(0, 0, 140, 1), Region(0, 39, 140, 1), Region(25, 10, 20, 5), Region(100, 0, 40, 40),
    Region(0, 0, 140, 40), Region(139, 39, 1, 1), Region(60, 18, 3, 9),
]  # fmt: skip


@pytest.mark.parametrize("over", ["nothing", "help"])
@pytest.mark.parametrize("part", PARTS, ids=lambda part: "-".join(map(str, part)))
async def test_a_part_looks_as_it_does_in_the_whole(over: str, part: Region) -> None:
    shell = FakeShell()
    shell.timeline.show(LONG)
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await at_rest(app, pilot)
        if over == "help":
            await pilot.press("f1")
            await settle(pilot, lambda: isinstance(app.screen, HelpScreen) and app.screen.is_attached)
            await still(app, pilot)
        compositor = app.screen._compositor
        assert isinstance(compositor, CloseCompositor)
        close = compositor._render_chops(part, lambda _row: True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CloseCompositor, "_get_renders", Compositor._get_renders)
            whole = compositor._render_chops(part, lambda _row: True)

    for row in part.line_range:
        for begin, piece in whole[row].items():
            width = piece.cell_length
            if begin < part.right and begin + width > part.x:
                assert list(close[row][begin]) == list(piece), (row, begin)


STATES = ["at rest", "marked", "in messages", "selected", "another theme", "narrow"]


@pytest.mark.parametrize("state", STATES)
async def test_a_kept_row_of_the_conversation_looks_as_textual_would_draw_it(state: str) -> None:
    shell = FakeShell()
    shell.timeline.show(LONG)
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await at_rest(app, pilot)
        timeline = app.screen.query_one(Timeline)
        if state in {"marked", "in messages"}:
            timeline.focus()
            await settle(pilot, lambda: timeline.has_focus)
        if state == "marked":
            timeline.action_mark()
        elif state == "selected":
            timeline.text_select_all()
        elif state == "another theme":
            app.theme = "linen"
        elif state == "narrow":
            await pilot.resize_terminal(60, 30)
        await still(app, pilot)
        shell.timeline.show(longer(LONG, "one more"))
        await shown(app, pilot, "one more")
        crop = Region(0, 0, timeline.size.width, timeline.size.height)
        ours = timeline.render_lines(crop)
        timeline.refresh()
        theirs = Widget.render_lines(timeline, crop)

    assert [list(strip) for strip in ours] == [list(strip) for strip in theirs]
    assert len({strip.text for strip in ours}) > 10


async def test_rows_that_stay_are_the_very_strips_of_the_last_time() -> None:
    shell = FakeShell()
    shell.timeline.show(LONG)
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await at_rest(app, pilot)
        timeline = app.screen.query_one(Timeline)
        crop = timeline.size.region
        before = timeline.render_lines(crop)
        shell.timeline.show(longer(LONG, "one more"))
        await shown(app, pilot, "one more")
        moved = timeline.virtual_size.height - len(before)
        after = timeline.render_lines(crop)
        by = next(n for n in range(len(before)) if before[n:][0] is after[0])

    assert moved > 0
    assert 0 < by < 4
    # The last had the cursor.
    same = [one is other for one, other in zip(before[by:], after, strict=False)]
    assert all(same[:-2])


async def test_rows_that_a_longer_message_above_moves_down_stay_the_rows_that_they_were() -> None:
    shell = FakeShell()
    tall = replace(LONG, entries=(*LONG.entries[:-1], words(59, "Bo Lindqvist", 1, "09:12", "a\nb\nc\nd\ne\nf")))
    shell.timeline.show(tall)
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer) and "09:12" in seen(app))
        app.screen.query_one(Composer).cursor_blink = False
        await still(app, pilot)
        timeline = app.screen.query_one(Timeline)
        longer_above = words(58, "Bo Lindqvist", 1, "09:12", "Message 58\nand more")
        shell.timeline.show(replace(tall, entries=(*tall.entries[:58], longer_above, tall.entries[59])))
        await settle(pilot, lambda: "and more" in str(timeline.view.entries[58]))
        await still(app, pilot)
        rows = [strip.text.strip(" ▎│").strip() for strip in timeline.render_lines(timeline.size.region)]

    assert [row for row in rows if len(row) == 1] == ["a", "b", "c", "d", "e", "f"]


async def test_what_changes_in_place_draws_its_own_rows_alone() -> None:
    shell = FakeShell()
    shell.timeline.show(LONG)
    app = NooktermApp(shell)
    edited = words(55, "Bo Lindqvist", 1, "09:12", "Another text")

    async with app.run_test(size=WIDE) as pilot:
        await at_rest(app, pilot)
        with counted() as costs:
            shell.timeline.show(replace(LONG, entries=(*LONG.entries[:55], edited, *LONG.entries[56:])))
            await settle(pilot, lambda: "Another text" in str(app.screen.query_one(Timeline).view.entries[55]))
            await still(app, pilot)
        assert "Another text" in seen(app)

    assert costs.rows["Timeline"] <= 2
    assert costs.placed <= 2
