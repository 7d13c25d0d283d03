"""What each key of the desk does: at once, after words, after a question that names what will happen, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from nookterm.domain.ids import EventId
from nookterm.tui.app import NooktermApp
from nookterm.tui.messages import OpenRoom
from nookterm.tui.screens.desk import DeskPane
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms import LineField
from nookterm.viewmodels.desk import DeskLine, DeskView, Door
from tests.tui.desk_samples import (
    BOB_ASKS,
    CLASH,
    DOORS,
    DRIFT,
    EVERYTHING,
    FOLDED,
    FULL_ASKS,
    HELLO,
    KIM_ASKS,
    MIA_ASKS,
    QUESTION,
)
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import Desk, Host, seen, settle

WIDE = (140, 40)


class Rooms(Host):
    """Notes which rooms were to be opened, and with what."""

    wanted: OpenRoom | None = None

    def on_open_room(self, event: OpenRoom) -> None:
        self.wanted = event


def _app(view: DeskView = EVERYTHING) -> tuple[Rooms, Desk]:
    desk = Desk(replace(view, pending=None))
    return Rooms(lambda: DeskPane(desk)), desk


async def _at(pilot: Pilot[Any], line: DeskLine, *keys: str) -> None:
    """Press keys on a line."""
    pane = pilot.app.query_one(DeskPane)
    pane.query_one("#desk-list", BlockList).focus()
    pane.query_one("#desk-list", BlockList).choose(line.case)
    await pilot.pause()
    assert pane.case == line.case
    await pilot.press(*keys)


async def _does(line: DeskLine, *keys: str) -> list[tuple[object, ...]]:
    """What comes of keys on a line."""
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, line, *keys)
        await settle(pilot, lambda: bool(desk.calls))
    return desk.calls


@pytest.mark.parametrize(
    ("line", "keys", "call"),
    [
        (KIM_ASKS, "w", ("waitlist", "k-5")),
        (KIM_ASKS, "by", ("ban", "k-5")),
        (BOB_ASKS, "ay", ("approve", "k-1", "anyway")),
        (MIA_ASKS, "ay", ("approve", "k-2", "anyway")),
        (MIA_ASKS, ["d", "y", "enter"], ("decline", "k-2", "anyway")),
        (FULL_ASKS, "ay", ("waitlist", "k-6")),
        (KIM_ASKS, ["plus", *"kind", "enter"], ("vote", "k-5", "kind", 1)),
        (KIM_ASKS, ["minus", "enter"], ("vote", "k-5", -1)),
        (KIM_ASKS, ["m", *"hello", "enter"], ("message", "k-5", "hello")),
        (CLASH, ["s", *"talked", "enter"], ("settle", "clash-1", "talked")),
        (DRIFT, "iy", ("fix", "drift-1")),
        (HELLO, "c", ("claim", "hello-1")),
        (HELLO, ["z", "enter"], ("snooze", "hello-1", 1)),
        (HELLO, ["Z", "down", "enter"], ("snooze", "hello-1", 3, "shared")),
        (BOB_ASKS, ["h", "enter"], ("hand_over", "k-1", "@cy:river.example")),
        (KIM_ASKS, "Dy", ("door", "!glaze")),
    ],
    ids=lambda part: "".join(part) if isinstance(part, (str, list)) else "",
)
async def test_a_key_leads_to_its_act(line: DeskLine, keys: str | list[str], call: tuple[object, ...]) -> None:
    assert await _does(line, *keys) == [call]


async def test_what_is_wished_is_bound_to_the_very_request_that_was_shown() -> None:
    wishes: list[str] = []
    app, desk = _app()

    async def do(wish: Any) -> None:
        wishes.append(wish.read)

    desk.do = do  # type: ignore[method-assign]  # only what it is bound to matters here
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, KIM_ASKS, "d", *"no")
        newer = replace(KIM_ASKS, read="$another")
        groups = [replace(g, lines=tuple(newer if li is KIM_ASKS else li for li in g.lines)) for g in EVERYTHING.groups]
        desk.show(replace(desk.view, groups=tuple(groups)))
        await pilot.pause()
        await pilot.press("enter")
        await settle(pilot, lambda: bool(wishes))
    assert wishes == ["$knock5"]


async def test_a_ban_names_whom_and_where_and_enter_does_nothing() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, KIM_ASKS, "b")
        await pilot.pause()
        assert "Ban Kim Oda, @kim:river.example, from glaze-lab?" in seen(app)
        await pilot.press("enter", "a", "d", "space", "n")
        await pilot.pause()
        assert desk.calls == []


async def test_a_full_nook_offers_the_wait_list_in_words() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, FULL_ASKS)
        await pilot.pause()
        assert "a wait-list, as it is full" in seen(app)
        await pilot.press("a")
        await pilot.pause()
        assert "river-watch is full: 60 of 60. Keep a place in line for Ivo Lang?" in seen(app)


async def test_deciding_although_another_is_on_it_asks_and_says_that_it_is_seen() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, MIA_ASKS, "a")
        await pilot.pause()
        assert "Cy is on it. Let Mia Holt in all the same? The others see that you did." in seen(app)
        await pilot.press("n")
        await pilot.pause()
        assert desk.calls == []


async def test_what_was_set_aside_comes_back_by_the_same_key() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        pane = app.query_one(DeskPane)
        pane.standing.toggle("fold:People waiting:snoozed")
        pane.changed()
        await _at(pilot, FOLDED[4], "z")
        await settle(pilot, lambda: bool(desk.calls))
    assert desk.calls == [("wake", "k-11")]


async def test_a_snooze_that_was_not_meant_can_be_left() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, HELLO, "z")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("escape")
        await pilot.pause()
    assert desk.calls == []


async def test_a_greeting_opens_the_nook_with_words_that_a_human_sends() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, HELLO, "e")
        await settle(pilot, lambda: app.wanted is not None)
    assert app.wanted == OpenRoom(HELLO.opens, None, "Welcome, @Eli Marsh. ")  # type: ignore[arg-type]  # it opens one
    assert desk.calls == []


async def test_o_opens_the_message_that_a_line_is_about() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, QUESTION, "o")
        await settle(pilot, lambda: app.wanted is not None)
    assert app.wanted is not None
    assert app.wanted.thread == EventId("$q")


async def test_a_closed_door_is_offered_to_be_opened_and_a_strange_one_not_at_all() -> None:
    app, desk = _app(replace(EVERYTHING, doors=(replace(DOORS[0], is_open=False),)))
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, KIM_ASKS, "D", "y")
        await settle(pilot, lambda: bool(desk.calls))
        assert desk.calls == [("door", "!glaze", 1)]
        desk.show(replace(desk.view, doors=()))
        await pilot.pause()
        await pilot.press("D")
        await pilot.pause()
        assert len(desk.calls) == 1


async def test_a_door_says_how_many_wait_before_it_is_closed() -> None:
    app, _desk = _app(replace(EVERYTHING, doors=(Door(DOORS[0].nook_id, "glaze-lab", is_open=True, waiting=412),)))
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, KIM_ASKS, "D")
        await pilot.pause()
        text = " ".join(seen(app).split())
        assert "Nobody new can ask to join until you open it again. Who waits already stays here: 412." in text


async def test_the_filter_follows_each_letter_and_escape_ends_it() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("f", *"tanaka")
        await settle(pilot, lambda: "tanaka: 2 of 27" in seen(app))
        assert "Kim Oda" not in seen(app)
        await pilot.press("enter", "down")
        assert app.focused is app.query_one("#desk-list")
        await pilot.press("escape")
        await settle(pilot, lambda: "Kim Oda" in seen(app))


async def test_letters_of_a_filter_decide_nothing() -> None:
    app, desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("f", *"abcdwxziszZD", "escape")
        await pilot.pause()
    assert desk.calls == []


async def test_words_for_one_case_never_stand_in_the_field_of_another() -> None:
    app, _desk = _app()
    async with app.run_test(size=WIDE) as pilot:
        await _at(pilot, KIM_ASKS, "d", *"secret", "escape")
        await _at(pilot, CLASH, "s")
        assert app.query_one(LineField).value == ""


async def test_a_greeting_stands_in_the_nook_where_one_writes_and_is_not_sent() -> None:
    shell = FakeShell()
    shell.desk.show(replace(EVERYTHING, pending=None))
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("alt+d")
        await settle(pilot, lambda: bool(app.screen.query(DeskPane)))
        app.screen.query_one("#desk-list", BlockList).choose(HELLO.case)
        await pilot.pause()
        await pilot.press("e")
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        assert app.screen.query_one(Composer).text == "Welcome, @Eli Marsh. "
        assert not [done for done in shell.done if done[0] == "send"]


async def test_the_palette_offers_what_works_on_the_chosen_line_and_does_it_there() -> None:
    shell = FakeShell()
    shell.desk.show(replace(EVERYTHING, pending=None))
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("alt+d")
        await settle(pilot, lambda: bool(app.screen.query(DeskPane)))
        app.screen.query_one("#desk-list", BlockList).choose(KIM_ASKS.case)
        await pilot.pause()
        await pilot.press("ctrl+p", *"their place in line")
        await pilot.pause()
        assert "Set what has drifted back" not in seen(app)
        await pilot.press("enter")
        await settle(pilot, lambda: ("waitlist", "k-5") in shell.done)


async def test_the_door_of_the_open_nook_has_a_slash_command() -> None:
    shell = FakeShell()
    shell.desk.show(EVERYTHING)
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press(*"/door", "enter")
        await settle(pilot, lambda: "Close the door of glaze-lab?" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: ("door", "!glaze") in shell.done)


async def test_a_long_case_is_read_to_its_end_by_key_and_wheel() -> None:
    answers = tuple((f"Question {number}?", "word " * 60) for number in range(9))
    assert KIM_ASKS.detail is not None
    long = replace(KIM_ASKS, detail=replace(KIM_ASKS.detail, answers=answers, reveals="The very last line."))
    view = replace(EVERYTHING, groups=(replace(EVERYTHING.groups[1], lines=(long,)),))
    app, desk = _app(view)
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(DeskPane).focus()
        await pilot.press("enter")
        await settle(pilot, lambda: "Question 0?" in seen(app))
        await pilot.press("end")
        await settle(pilot, lambda: "The very last line." in seen(app))
        await pilot.press("home")
        await settle(pilot, lambda: "Question 0?" in seen(app))
        page = app.query_one("#desk-detail")
        page.post_message(MouseScrollDown(page, 3, 3, 0, 1, 0, shift=False, meta=False, ctrl=False))
        await settle(pilot, lambda: "@kim:river.example" not in seen(app))
        await pilot.press("w")
        await settle(pilot, lambda: bool(desk.calls))
    assert desk.calls == [("waitlist", "k-5")]
