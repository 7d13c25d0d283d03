"""The desk by key and mouse: a decision is about the case that was under the cursor when the key was pressed."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

import pytest

from nookterm.tui.screens.desk import DeskPane
from nookterm.tui.widgets import cards_pane
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_pane import LOOK_AGAIN
from nookterm.tui.widgets.desk_words import DeskWords
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.undo_bar import UndoBar
from nookterm.viewmodels.desk import DeskGroup, DeskView, Pending
from nookterm.viewmodels.model import Face
from tests.tui.panel_host import HOSTILE, SIZES, Desk, Host, clean, poisoned, seen, settle, wear
from tests.tui.panel_samples import DESK, EMPTY_DESK, PEOPLE, UNREACHED, ask

WIDE, TWO, ONE = (140, 40), (100, 30), (80, 24)


def _with(*people: object, pending: Pending | None = None) -> DeskView:
    return replace(DESK, groups=(DeskGroup("People waiting", people),), pending=pending)  # type: ignore[arg-type]  # lines of the samples


def _app(view: DeskView = DESK) -> tuple[Host, Desk]:
    desk = Desk(view)
    return Host(lambda: DeskPane(desk)), desk


@pytest.mark.parametrize(("key", "intent"), [("a", "approve"), ("c", "claim"), ("v", "vet")])
async def test_a_key_decides_about_the_case_under_the_cursor(key: str, intent: str) -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("down", key)
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [(intent, "k-mia")]


async def test_the_cursor_stays_with_its_case_when_the_list_reorders() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        bob, mia, jo = PEOPLE
        desk.show(_with(jo, ask("k-new", "Zed", "glaze-lab"), mia, bob))
        await settle(pilot, lambda: "Zed" in seen(app))
        await pilot.press("a")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("approve", "k-bob")]


async def test_no_decision_falls_on_a_case_that_slid_under_the_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    # However slow the machine is, all four keys come within the time in which nothing is decided.
    monkeypatch.setattr(cards_pane, "GRACE", 60.0)
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        desk.show(_with(*PEOPLE[1:]))
        await settle(pilot, lambda: app.query_one(DeskPane).case == "k-mia")
        await pilot.press("a", "c", "v", "d")
        await pilot.pause()
        assert desk.calls == []
        assert not app.query_one(DeskWords).is_open
        assert LOOK_AGAIN in seen(app)
        await pilot.press("down", "up", "a")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("approve", "k-mia")]


async def test_the_next_case_may_be_decided_at_once_when_ones_own_key_took_the_last_away() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        desk.show(_with(*PEOPLE[1:], pending=Pending("k-bob", "Approving Bob into glaze-lab", 5, 5)))
        await settle(pilot, lambda: app.query_one(DeskPane).case == "k-mia")
        await pilot.press("a")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("approve", "k-mia")]


async def test_a_key_held_too_long_decides_once() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("a", "a", "a")
        desk.show(replace(DESK, pending=Pending("k-bob", "Approving Bob Reyes into glaze-lab", 6, 6)))
        await settle(pilot, lambda: "not made yet" in seen(app))
        await pilot.press("a", "d")
        await pilot.pause()
        assert desk.calls == [("approve", "k-bob")]
        assert "u takes it back" in seen(app)


async def test_a_case_that_leaves_while_it_is_read_leads_back_to_the_list() -> None:
    app, desk = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("enter")
        desk.show(_with(*PEOPLE[1:]))
        await settle(pilot, lambda: "Jo Tanaka" in seen(app))
        assert app.query_one(DeskPane).case == "k-mia"


async def test_declining_asks_for_words_and_enter_sends_them_with_the_case_they_were_for() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("d", *"not yet")
        assert "Decline Bob Reyes" in seen(app)
        assert "end-to-end encrypted to them" in seen(app)
        bob, mia, jo = PEOPLE
        desk.show(_with(jo, mia, bob))
        await pilot.pause()
        await pilot.press("enter")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("decline", "k-bob", "not yet")]
        assert app.focused is app.query_one(BlockList)


async def test_declining_needs_no_words() -> None:
    app, desk = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("d", "enter")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("decline", "k-bob")]


async def test_escape_declines_nobody_and_keeps_the_words() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("d", *"no", "escape")
        assert desk.calls == []
        assert not app.query_one(DeskWords).is_open
        await pilot.press("d")
        assert app.query_one(DeskWords).query_one(LineField).value == "no"


async def test_a_letter_in_the_words_is_a_letter() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("d", "a", "c", "u", "v")
        assert desk.calls == []
        assert app.query_one(LineField).value == "acuv"


async def test_a_key_that_the_case_does_not_allow_does_nothing() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("end", "a", "d", "c", "v")
        await pilot.pause()
        assert app.query_one(DeskPane).case == "k-tiles"
        assert desk.calls == []


async def test_undo_is_a_key_and_a_click_while_something_is_undecided() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("u")
        await pilot.click(UndoBar)
        await settle(pilot, lambda: len(desk.calls) == 2)
        assert desk.calls == [("undo",), ("undo",)]
        desk.show(replace(DESK, pending=None, result="Kit stays outside herb-garden."))
        await settle(pilot, lambda: "Kit stays outside" in seen(app))
        await pilot.press("u")
        await pilot.click(UndoBar)
        await pilot.pause()
        assert len(desk.calls) == 2


async def test_the_bar_drains_a_step_for_each_second_that_the_view_tells() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        full = []
        for left in (10, 5, 0):
            desk.show(replace(DESK, pending=Pending("k-kit", "Declining Kit", left, 10)))
            await settle(pilot, lambda left=left: f" {left} s" in seen(app))  # type: ignore[misc]  # bound now
            full.append(next(row for row in seen(app).splitlines() if "Declining Kit" in row).count("━"))
        assert full == [24, 12, 0]


async def test_a_click_chooses_and_a_second_one_opens() -> None:
    app, _desk = _app()
    async with app.run_test(size=ONE) as pilot:
        rows = seen(app).splitlines()
        jo = next(number for number, row in enumerate(rows) if "Jo Tanaka" in row)
        await pilot.click(offset=(12, jo))
        assert app.query_one(DeskPane).case == "k-jo"
        assert not app.query_one(DeskPane).has_class("-drilled")
        await pilot.click(offset=(12, jo))
        await pilot.pause()
        assert app.query_one(DeskPane).has_class("-drilled")


async def test_one_column_peeks_and_enter_drills_and_escape_returns() -> None:
    app, _desk = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.pause()
        assert "“Why my celadon crawls" in seen(app)
        assert "What can you bring?" not in seen(app)
        await pilot.press("enter")
        assert "@bob:elsewhere.example" in seen(app)
        assert "Mia Holt" not in seen(app)
        await pilot.press("escape")
        assert "Mia Holt" in seen(app)


async def test_a_decision_can_be_made_from_the_drilled_case() -> None:
    app, desk = _app()
    async with app.run_test(size=ONE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("down", "enter", "a")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("approve", "k-mia")]


async def test_three_columns_show_the_case_beside_the_list() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("down")
        await pilot.pause()
        text = seen(app)
        assert "Bob Reyes" in text
        assert "@mia:river.example" in text
        assert "who is a member" in text


async def test_o_opens_the_nook_of_the_case() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("o")
        await settle(pilot, lambda: bool(app.opened))
        assert app.opened == ["!glaze"]


async def test_a_view_that_changes_on_another_thread_is_shown() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        other = Thread(target=desk.show, args=(_with(ask("k-zed", "Zed", "looms")),))
        other.start()
        await settle(pilot, lambda: "Zed" in seen(app))
        other.join()


async def test_a_thousand_lines_cost_what_the_screen_shows() -> None:
    people = tuple(ask(f"k-{number}", f"Person {number}", "glaze-lab") for number in range(1000))
    app, _desk = _app(_with(*people))
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        lines = app.query_one(BlockList)
        await pilot.press("end")
        await pilot.pause()
        assert "Person 999" in seen(app)
        assert app.query_one(DeskPane).case == "k-999"
        assert len(lines._drawn) < 4 * WIDE[1]


async def test_another_theme_repaints_the_list() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.pause()
        lines = app.query_one(BlockList)
        before = [segment.style for segment in lines.render_line(2)]
        app.theme = "linen"
        await pilot.pause()
        after = [segment.style for segment in lines.render_line(2)]
        assert len(before) == len(after)
        assert all(old != new for old, new in zip(before, after, strict=True))


async def test_the_terminals_own_colours_mark_the_chosen_line_by_reversing_it_whole() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        wear(app, "ansi")
        app.query_one(DeskPane).focus()
        await pilot.pause()
        _edge, _air, words, *_rest = app.query_one(BlockList).render_line(2)
        assert "Bob Reyes → glaze-lab" in words.text
        assert words.style is not None
        assert words.style.reverse


async def test_a_panel_that_left_the_screen_is_not_told_any_more() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await app.query_one(DeskPane).remove()
        assert desk._watchers == []
        await pilot.pause()


async def test_a_face_without_a_list_has_the_keyboard_and_gives_it_back() -> None:
    app, desk = _app(DeskView(face=Face.EMPTY, notice=EMPTY_DESK))
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("refresh",)]
        assert "Nobody waits" in seen(app)
        desk.show(DESK)
        await settle(pilot, lambda: app.focused is app.query_one(BlockList))


async def test_a_problem_stands_above_what_is_still_known() -> None:
    app, _desk = _app(replace(DESK, face=Face.PROBLEM, notice=UNREACHED))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        text = seen(app)
        assert "river.example does not answer" in text
        assert "Keep writing" in text
        assert "Mia Holt" in text


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_words_are_words_at_every_size(attack: str) -> None:
    app, desk = _app(poisoned(DESK, HOSTILE[attack]))
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.press("down", "enter", "escape", "d", "escape")
            await pilot.click(offset=(size[0] // 2, size[1] // 2))
            assert clean(seen(app))
        assert app.is_running
        assert [call for call in desk.calls if call != ("undo",)] == []
