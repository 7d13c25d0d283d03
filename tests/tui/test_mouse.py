"""With the mouse alone: one click does it wherever a key would; a drag and the other buttons do nothing by accident."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.members import MembersScreen
from nookterm.tui.screens.menu import ActsMenu
from nookterm.tui.screens.message_menu import acts_for
from nookterm.tui.screens.privacy import PrivacyScreen
from nookterm.tui.screens.room_menu import RoomMenuScreen
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.timeline import PollView
from nookterm.viewmodels.tree import RowKind, TreeRow
from tests.tui.fakes import BIKE, TIMELINE, TREE, FakeShell, words
from tests.tui.highlight_samples import HIGHLIGHTS
from tests.tui.panel_host import seen, settle
from tests.tui.panel_samples import DESK

WIDE, ONE = (140, 40), (80, 24)
RIGHT, MIDDLE = 3, 2


class Hand:
    """Somebody who has a mouse and no keyboard."""

    def __init__(self, app: NooktermApp, pilot: Pilot[int], shell: FakeShell) -> None:
        self.app, self.pilot, self.shell = app, pilot, shell

    async def sees(self, *what: str) -> None:
        """Wait until all this is on the screen."""
        await self.until(lambda: all(one in seen(self.app) for one in what))

    async def until(self, fits: Callable[[], object]) -> None:
        await settle(self.pilot, lambda: bool(fits()))

    def place(self, what: str) -> tuple[int, int]:
        """Where these words stand first."""
        rows = seen(self.app).split("\n")
        y = next(n for n, row in enumerate(rows) if what in row)
        return rows[y].index(what) + 1, y

    async def click(self, what: str, button: int = 1) -> None:
        """Click on these words, as soon as they are there."""
        await self.sees(what)
        await self.pilot.click(offset=self.place(what), button=button)

    async def did(self, *intent: object) -> None:
        """Wait until this was asked of the shell."""
        await self.until(lambda: intent in self.shell.done)

    async def drag(self, start: tuple[int, int], end: tuple[int, int], button: int = 1) -> None:
        """Press, move, release, as a terminal tells it."""
        for kind, (x, y) in ((events.MouseDown, start), (events.MouseMove, end), (events.MouseUp, end)):
            event = kind(None, x, y, x - start[0], y - start[1], button, False, False, False, x, y)
            self.app.post_message(event)
            await self.pilot.pause()

    @property
    def timeline(self) -> Timeline:
        return self.app._main.query_one(Timeline)


@asynccontextmanager
async def hand(size: tuple[int, int], shell: FakeShell | None = None) -> AsyncIterator[Hand]:
    shell = shell or FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer) and ("start",) in shell.done)
        yield Hand(app, pilot, shell)


async def test_in_one_column_every_page_has_its_way_back() -> None:
    shell = FakeShell()
    shell.desk.show(DESK)
    async with hand(ONE, shell) as here:
        await here.click("34/60")
        await here.until(lambda: isinstance(here.app.screen, MembersScreen))
        await here.click("Esc back")
        await here.until(lambda: here.app.screen is here.app._main)
        await here.click("glaze-lab")
        await here.click("‹ glaze-lab")
        await here.until(lambda: not here.app._main.has_class("-about"))
        await here.click("✓ encrypted")
        await here.until(lambda: isinstance(here.app.screen, PrivacyScreen))
        await here.click("Esc back")
        await here.until(lambda: here.app.screen is here.app._main)
        await here.click("‹ Riverside Makers")
        await here.click("≡ Desk")
        await here.click("Mia")
        await here.until(lambda: here.app.screen.query_one("#desk-list", BlockList).key == "k-mia")
        await here.click("Mia")
        await here.until(lambda: here.app.screen.query_one("#pane-desk").has_class("-drilled"))
        await here.click("‹ Desk")
        await here.until(lambda: not here.app.screen.query_one("#pane-desk").has_class("-drilled"))
        await here.click("‹ Riverside Makers  Desk")
        await here.until(lambda: here.app._main.place == "room")
        await here.click("‹ Riverside Makers")
        await here.click("bike-kitchen")
        await here.did("open", BIKE)


async def test_rooms_are_sorted_and_filtered_from_their_heading() -> None:
    async with hand(WIDE) as here:
        assert "by place" not in seen(here.app)
        await here.pilot.hover("#head")
        await here.click("by place")
        await here.did("put", "rooms.sort", "activity")
        await here.click("filter")
        await here.until(lambda: isinstance(here.app.focused, Input))
        await here.pilot.press(*"bike")
        await here.until(lambda: "glaze-lab  " not in seen(here.app).split("\n")[6])
        await here.click("Esc")
        await here.until(lambda: not here.app._main.query_one(Tree).is_narrowed)


async def test_the_other_button_opens_the_menu_of_a_message_and_one_click_takes_a_line_of_it() -> None:
    async with hand(WIDE) as here:
        await here.click("Was the bisque dusty?", MIDDLE)
        assert here.timeline.key != "$e2"
        await here.click("Was the bisque dusty?", RIGHT)
        await here.until(lambda: isinstance(here.app.screen, ActsMenu))
        await here.sees("Dee Okafor · 09:40", "React", "Report")
        assert "Edit" not in seen(here.app), "it is not one's own"
        await here.click("Reply")
        await here.did("answer", EventId("$e2"))
        await here.click("Was the bisque dusty?", RIGHT)
        await here.sees("Read by")
        await here.pilot.press("p")
        await here.until(lambda: here.app._main.query_one("Conversation > Confirm").has_class("-asking"))
        await here.click("n no")
        await here.until(lambda: not here.app._main.query_one("Conversation > Confirm").has_class("-asking"))
        assert ("pin", "$e2") not in here.shell.done
        await here.click("Was the bisque dusty?", RIGHT)
        await here.click("Pin  ")
        await here.click("y pin it")
        await here.did("pin", "$e2")
        await here.click("Was the bisque dusty?", RIGHT)
        await here.sees("Read by")
        await here.pilot.click(offset=(1, 1))
        await here.until(lambda: here.app.screen is here.app._main)
        await here.click("Cone 6 glazes, shared test tiles")
        await here.until(lambda: here.app._main.beside.has_keyboard)


@pytest.mark.parametrize("size", [WIDE, ONE], ids=str)
async def test_a_menu_opens_where_the_pointer_asked_for_it_whole_and_by_key_in_the_middle(
    size: tuple[int, int],
) -> None:
    async with hand(size) as here:
        await here.sees("could you show them")
        x, y = here.place("could you show them")
        await here.drag((x, y), (x, y), RIGHT)
        await here.until(lambda: isinstance(here.app.screen, ActsMenu) and here.app.screen.has_class("-there"))
        menu = here.app.screen.query_one("#menu")
        await here.until(lambda: menu.region.height > 5 and menu.region.x == min(x, size[0] - 60))
        assert menu.region.y == min(y, size[1] - menu.region.height)
        assert menu.region.bottom <= size[1]
        await here.pilot.press("escape")
        await here.until(lambda: here.app.screen is here.app._main)
        here.app._main.query_one(Composer).focus()
        await here.pilot.press(*"/roommenu", "enter")
        await here.until(lambda: isinstance(here.app.screen, RoomMenuScreen))
        box = here.app.screen.query_one("#menu")
        await here.until(lambda: box.region.height > 5 and abs(box.region.x - (size[0] - box.region.right)) <= 1)


def test_the_menu_of_a_message_offers_what_makes_sense_of_it() -> None:
    def offered(**more: object) -> set[str]:
        said = words(9, "Ana", int(str(more.pop("colour", 0))), "10:24", "See https://river.example", **more)
        return {id_.removeprefix("timeline.") for id_, _ in acts_for(said, TIMELINE)}

    every = {"react", "thread", "copy", "link", "pin", "mark", "share", "seen", "details"}
    assert offered() == every | {"answer", "edit", "open", "redact"}
    assert offered(colour=2) == every | {"answer", "open", "compare", "redirect", "report"}
    assert offered(state="failed") == {"open", "copy", "redact"}
    assert offered(redacted=True) == {"thread", "open", "link", "seen", "details"}
    poll = PollView("Tea?", (), "no votes yet")
    assert "vote" in offered(poll=poll)
    assert "edit" not in offered(poll=poll)
    assert {"original", "share_thread"} <= offered(answers=EventId("$e1"), replies=2)


def test_the_menu_says_what_is_opened() -> None:
    def named(text: str, **more: object) -> str:
        return dict(acts_for(words(9, "Ana", 0, "10:24", text, **more), TIMELINE))["timeline.open"]

    assert named("", attachment="cone6.pdf · 1 MB") == "Open or save the file"
    assert named("See https://river.example") == "Open the page"
    assert named("See https://matrix.to/#/#glaze:river.example") == "Go to the room"
    assert named("See https://matrix.to/#/@dee:river.example") == "Show the person"
    assert named("See https://river.example", attachment="cone6.pdf · 1 MB") == "Open what it leads to"


async def test_who_goes_on_with_something_else_has_chosen_no_reaction() -> None:
    async with hand(WIDE) as here:
        await here.pilot.press("escape")
        await here.until(lambda: isinstance(here.app.focused, Timeline))
        await here.pilot.press("plus")
        strip = here.app._main.query_one("Conversation ReactionStrip")
        await here.until(lambda: strip.has_focus and strip.display)
        here.app.post_message(events.AppBlur())
        await here.until(lambda: not strip.has_focus)
        here.app.post_message(events.AppFocus())
        await here.until(lambda: strip.has_focus)
        assert strip.display, "another window was in front for a while"
        await here.pilot.click("Conversation > Composer")
        await here.until(lambda: not strip.display)
        assert here.app._main.query_one(Composer).has_focus
        assert not [done for done in here.shell.done if done[0] == "react"]


async def test_a_click_on_a_whole_order_gives_it_and_else_writing_goes_on() -> None:
    async with hand(WIDE) as here:
        composer = here.app._main.query_one(Composer)
        await here.pilot.press(*"/jo")
        await here.click("/join")
        await here.until(lambda: composer.text == "/join " and composer.has_focus)
        composer.text = ""
        await here.pilot.press(*"/hig")
        await here.click("/highlights")
        await here.until(lambda: here.app._main.place == "highlights")
        assert composer.text == ""


async def test_hints_of_a_panel_are_pressed_wherever_the_keyboard_is() -> None:
    shell = FakeShell()
    shell.desk.show(DESK)
    shell.highlights.show(HIGHLIGHTS)
    async with hand(WIDE, shell) as here:
        await here.click("◆ Highlights")
        await here.sees("Enter read and answer")
        here.app._main.query_one(Tree).focus()
        await here.click("Enter read and answer")
        await here.sees("y Yes, with my name")
        await here.click("≡ Desk")
        await here.sees("c claim")
        here.app._main.query_one(Tree).focus()
        await here.click("c claim")
        await here.until(lambda: any(done[0] == "claim" for done in here.shell.done))
        await here.click("hello  Eli Marsh")
        await here.click("Mia Holt")
        await here.click("d decline")
        await here.click("Enter go on")
        await here.until(lambda: any(done[0] == "decline" for done in here.shell.done))
        here.app.action_jump()
        await here.sees("Enter goes there")
        await here.pilot.click(offset=(1, 38))
        await here.until(lambda: here.app.screen is here.app._main)
        here.app.action_help()
        await here.click("Esc closes")
        await here.until(lambda: here.app.screen is here.app._main)


async def test_a_drag_is_no_click_and_selects_words_and_the_wheel_leaves_the_choice_alone() -> None:
    shell = FakeShell()
    rooms = tuple(TreeRow(f"!{n}", RowKind.NOOK, f"nook-{n}", RoomId(f"!{n}")) for n in range(80))
    shell.tree.show(replace(TREE, rows=(*TREE.rows, *rooms)))
    async with hand(WIDE, shell) as here:
        tree = here.app._main.query_one(Tree)
        x, y = here.place("herb-garden")
        await here.drag((x, y), (x + 9, y))
        await here.drag((x, y), (x, y + 1))
        await here.drag((x, y), (x, y), MIDDLE)
        await here.drag((x, y), (x + 1, y))
        await here.did("open", RoomId("!herb"))
        assert [done for done in shell.done if done[0] == "open"][1:] == [("open", RoomId("!herb"))]
        x, y = here.place("Was the bisque")
        await here.drag((x - 1, y), (x + 12, y))
        assert here.app.screen.get_selected_text() == "Was the bisque"
        x, y = here.place("nook-5")
        for _ in range(9):
            here.app.post_message(events.MouseScrollDown(None, x, y, 0, 0, 0, False, False, False, x, y))
            await here.pilot.pause()
        await here.until(lambda: tree.scroll_offset.y > 0)
        was = tree.scroll_offset.y, tree.key
        shell.tree.show(replace(TREE, rows=(*TREE.rows, *rooms[:-1])))
        await here.until(lambda: len(tree.rows) == len(TREE.rows) + len(rooms) - 1)
        assert (tree.scroll_offset.y, tree.key) == was
