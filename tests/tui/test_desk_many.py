"""Marks, batches and floods: many lines under one key, and none of them by accident."""

from __future__ import annotations

from dataclasses import replace

from nookterm.tui.screens.desk import DeskPane
from nookterm.tui.widgets.cards import BlockList
from nookterm.viewmodels.desk import DeskView, Pending
from tests.tui.desk_samples import EVERYTHING, GROUPS, flood, running
from tests.tui.panel_host import HOSTILE, SIZES, Desk, Host, clean, poisoned, seen, settle

WIDE, ONE = (140, 40), (80, 24)
SERVER = "server:People waiting:evil.example"


def _app(view: DeskView = EVERYTHING) -> tuple[Host, Desk]:
    desk = Desk(replace(view, pending=None))
    return Host(lambda: DeskPane(desk)), desk


def _choose(app: Host, key: str) -> None:
    pane = app.query_one(DeskPane)
    pane.focus()
    pane.query_one("#desk-list", BlockList).choose(key)


async def test_several_are_declined_after_a_look_at_who_is_meant() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        _choose(app, "k-1")
        await pilot.press("shift+down", "shift+down", "space")
        await settle(pilot, lambda: "3 marked" in seen(app))
        await pilot.press("d", *"Not now", "enter")
        await settle(pilot, lambda: "Turn 2 people away" in seen(app))
        text = seen(app)
        assert "Left out: 1" in text
        assert "Cy is on it" in text
        assert desk.calls == []
        await pilot.press("enter", "a", "d", "c", "x")
        assert desk.calls == []
        await pilot.press("y")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("batch", "decline", "k-1", "k-3", "Not now")]
        assert "marked" not in seen(app)


async def test_a_batch_that_is_not_wanted_is_left_and_the_marks_stay() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        _choose(app, "k-5")
        await pilot.press("space", "w")
        await settle(pilot, lambda: "Put 1 person on the wait-list" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: "1 marked" in seen(app))
        assert app.focused is app.query_one("#desk-list")
        await pilot.press("escape")
        await settle(pilot, lambda: "20 open" in seen(app))
        assert desk.calls == []


async def test_what_has_left_the_desk_is_marked_no_more() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        _choose(app, "k-5")
        await pilot.press("space")
        people = replace(GROUPS[1], lines=tuple(line for line in GROUPS[1].lines if line.case != "k-5"))
        desk.show(replace(desk.view, groups=(GROUPS[0], people, *GROUPS[2:])))
        await settle(pilot, lambda: "Kim Oda" not in seen(app))
        assert app.query_one(DeskPane).standing.marked == set()


async def test_a_flood_is_one_row_and_neighbours_stay_in_sight() -> None:
    app, _desk = _app(flood(1000))
    async with app.run_test(size=ONE) as pilot:
        await pilot.pause()
        text = seen(app)
        assert "▸ 1000 requests from evil.example" in text
        assert all(name in text for name in ("Kim Oda", "Jo Tanaka", "Bob Reyes"))
        assert "x000 →" not in text
        _choose(app, SERVER)
        await pilot.press("enter")
        await settle(pilot, lambda: "x000 →" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: "x000 →" not in seen(app))


async def test_everybody_of_a_server_is_declined_with_three_keys_and_a_look() -> None:
    app, desk = _app(flood(412))
    async with app.run_test(size=WIDE) as pilot:
        _choose(app, SERVER)
        await pilot.press("d", "enter")
        await settle(pilot, lambda: "Turn 412 people away" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: bool(desk.calls))
        (call,) = desk.calls
        assert call[:2] == ("batch", "decline")
        assert call[2:] == tuple(f"f-{number}" for number in range(412))


async def test_the_row_of_a_server_names_the_door() -> None:
    app, desk = _app(flood(412))
    async with app.run_test(size=WIDE) as pilot:
        _choose(app, SERVER)
        await settle(pilot, lambda: "closes the door" in seen(app))
        await pilot.press("D", "y")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("door", "!glaze")]


async def test_nobody_is_banned_asked_or_handed_over_by_the_dozen() -> None:
    app, desk = _app(flood(412))
    async with app.run_test(size=WIDE) as pilot:
        _choose(app, SERVER)
        await pilot.press("b", "v", "h", "m", "plus", "minus", "s", "i", "e")
        await pilot.pause()
        assert desk.calls == []
        assert not app.query_one(DeskPane).is_asking


async def test_star_marks_what_is_shown_and_leaves_alone_what_is_set_aside() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("f", *"ask", "enter", "asterisk")
        await settle(pilot, lambda: "6 marked" in seen(app))
        assert app.query_one(DeskPane).standing.marked == {f"k-{number}" for number in range(1, 7)}


async def test_a_running_batch_is_followed_stopped_and_put_away() -> None:
    app, desk = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DeskPane).focus()
        desk.show(replace(desk.view, progress=running(3)))
        await settle(pilot, lambda: "3 of 6" in seen(app))
        text = seen(app)
        assert "declined" in text
        assert "Cy was faster" in text
        await pilot.press("escape", "y")
        assert desk.calls == []
        await pilot.press("u")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("stop",)]
        desk.show(replace(desk.view, progress=running(6, over=True)))
        await settle(pilot, lambda: "back to the desk" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: len(desk.calls) == 2)
        desk.show(replace(desk.view, progress=None))
        await settle(pilot, lambda: "Kim Oda" in seen(app))
        assert app.focused is app.query_one("#desk-list")


async def test_a_batch_in_the_bar_marks_its_lines_as_not_made_yet() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        cases = frozenset({"k-3", "k-5"})
        desk.show(replace(desk.view, pending=Pending("", "Turning 2 people away", 6, 6, cases)))
        await settle(pilot, lambda: seen(app).count("not made yet") == 2)
        _choose(app, "k-5")
        await pilot.press("a", "w", "c")
        await pilot.pause()
        assert desk.calls == []


async def test_one_click_on_a_folded_row_chooses_and_opens_it() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        place = next(n for n, line in enumerate(seen(app).splitlines()) if "2 more on the wait-list" in line)
        await pilot.click(offset=(10, place))
        await settle(pilot, lambda: "Uma Rey" in seen(app))


async def test_hostile_words_in_every_kind_of_line_are_words() -> None:
    for attack in ("markup", "controls"):
        app, _desk = _app(poisoned(EVERYTHING, HOSTILE[attack]))
        async with app.run_test(size=WIDE) as pilot:
            for size in SIZES:
                await pilot.resize_terminal(*size)
                await pilot.press("down", "enter", "escape", "space", "d", "enter")
                assert clean(seen(app))
                await pilot.press("escape", "escape", "end", "i", "n")
                assert clean(seen(app))
            assert app.is_running
