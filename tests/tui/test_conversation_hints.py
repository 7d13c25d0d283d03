"""What the keys are said to do is what they do: among messages, while one writes, in lists; and nothing covers that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.help import HelpScreen
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.composer_words import edits_last
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.reactions import KEYS, ReactionStrip, strip_rows
from nookterm.tui.widgets.strips import AskingStrip
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.timeline_rows import Drawing, entry_rows
from nookterm.tui.widgets.votes import VoteStrip
from nookterm.viewmodels.directory import DirectoryView
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.timeline import Quote
from nookterm.viewmodels.tree import RowKind, TreeRow
from tests.tui.fakes import ENTRIES, TIMELINE, TREE, FakeDirectory, FakeShell, words
from tests.tui.panel_host import seen, settle
from tests.tui.test_message_acts import MORE, among

WIDE, SMALL = (140, 40), (80, 24)
MINE = words(9, "Ana", 0, "10:30", "It is the third one.")


def last_row(app: NooktermApp) -> str:
    return seen(app).splitlines()[-1]


async def test_only_what_may_be_done_with_the_chosen_message_is_offered() -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, entries=(*ENTRIES[:-2], MINE)))
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await among(app, pilot, "$e9")
        await settle(pilot, lambda: "e edit" in last_row(app) and "x take back" in last_row(app))
        await pilot.press("up")
        await settle(pilot, lambda: "e edit" not in last_row(app))
        assert "r reply" in last_row(app)
        assert "x take back" not in last_row(app), "only its author or a facilitator can do that"
        await pilot.press("ctrl+p")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press(*"react", "enter")
        await settle(pilot, lambda: isinstance(app.focused, ReactionStrip))
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, Timeline))
        shell.timeline.show(replace(shell.timeline.view, may_redact=True))
        await settle(pilot, lambda: "x take back" in last_row(app))


@pytest.mark.parametrize(("key", "strip"), [("plus", ReactionStrip), ("V", VoteStrip)], ids=["reaction", "vote"])
async def test_a_strip_says_how_to_leave_it_and_what_it_is_about_stays_marked(
    key: str, strip: type[AskingStrip]
) -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, entries=MORE))
    app = NooktermApp(shell)
    async with app.run_test(size=SMALL) as pilot:
        timeline = await among(app, pilot, "$e21")
        assert not marked(app), "where the keyboard is, the bar is the broad one"
        await pilot.press(key)
        await settle(pilot, lambda: isinstance(app.focused, strip) and marked(app))
        await settle(pilot, lambda: "Esc not now" in seen(app))
        lines = seen(app).splitlines()
        row = next(number for number, line in enumerate(lines) if "Esc not now" in line)
        await pilot.click(offset=(lines[row].index("Esc not now") + 1, row))
        await settle(pilot, lambda: app.focused is timeline and not marked(app))
        await pilot.press(key)
        await settle(pilot, lambda: isinstance(app.focused, strip) and marked(app))
        app.screen.query_one(Composer).focus()
        await settle(pilot, lambda: not marked(app))


def marked(app: NooktermApp) -> bool:
    """Whether a message is shown as chosen while the keyboard is elsewhere."""
    return "▎" in seen(app)


@pytest.mark.parametrize("width", [80, 140])
async def test_where_a_message_is_chosen_the_way_to_all_commands_is_named(width: int) -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, may_redact=True, entries=(*ENTRIES[:-2], MINE)))
    app = NooktermApp(shell)
    async with app.run_test(size=(width, 24)) as pilot:
        await among(app, pilot, "$e9")
        await settle(pilot, lambda: "^p commands" in last_row(app) and "r reply" in last_row(app))
        assert last_row(app).index("^p commands") < last_row(app).index("keys")


async def test_the_composer_says_what_its_keys_do_and_how_to_leave_what_was_begun() -> None:
    shell = FakeShell()
    view = replace(TIMELINE, entries=(*ENTRIES[:-2], MINE))
    shell.timeline.show(view)
    app = NooktermApp(shell)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer) and "edit your last" in last_row(app))
        shell.timeline.show(replace(view, entries=ENTRIES[:-2]))
        await settle(pilot, lambda: "↑ select" in last_row(app))
        shell.timeline.show(replace(view, editing=EventId("$e9"), draft="It is the third one."))
        await settle(pilot, lambda: "Esc leave the edit" in last_row(app))
        assert "Esc leaves it as it is" in seen(app)
        shell.timeline.show(replace(view, answering=Quote("Bo", 1, "kiln")))
        await settle(pilot, lambda: "Esc no answer" in last_row(app))

        app.notify("Nothing is pinned here. " * 6, timeout=60)
        await settle(pilot, lambda: bool(app.screen.query(Toast)))
        composer, toast = app.screen.query_one(Composer), app.screen.query_one(Toast)
        await settle(pilot, lambda: 0 < toast.region.bottom < composer.region.y)
        assert "F1 keys" in last_row(app)


class Shut(FakeDirectory):
    """No room has the address that is asked for."""

    async def join(self, room_id: RoomId) -> bool:
        """Says so."""
        await super().join(room_id)
        self.show(replace(self.view, face=Face.PROBLEM, notice=Notice("Nothing is called #nope:river.example.")))
        return False

    async def look_up(self, room: str) -> bool:
        """Says so."""
        return await self.join(RoomId(room))


async def written(app: NooktermApp, pilot: Pilot[Any], words: str) -> Composer:
    """Write a command where one writes, and send it."""
    await settle(pilot, lambda: isinstance(app.focused, Composer))
    composer = app.screen.query_one(Composer)
    composer.load_draft(words)
    composer.action_send()
    return composer


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("/join #nope:river.example", "! Nothing is called #nope:river.example."),
        ("/jion", "! There is no command /jion."),
    ],
    ids=["an address", "a command"],
)
async def test_a_command_that_came_to_nothing_stands_where_it_was_written_until_it_is_changed(
    words: str, problem: str
) -> None:
    shell = FakeShell()
    shell.directory = Shut(DirectoryView(), shell.done)
    app = NooktermApp(shell)
    async with app.run_test(size=SMALL) as pilot:
        composer = await written(app, pilot, words)
        await settle(pilot, lambda: problem in seen(app) and composer.text == words)
        row = next(line for line in seen(app).splitlines() if problem in line)
        assert seen(app).splitlines().index(row) == composer.region.y - 1
        await pilot.press("x")
        await settle(pilot, lambda: problem not in seen(app))
        assert composer.text == f"{words}x"


async def test_an_address_that_nothing_has_stands_in_the_line_for_it() -> None:
    shell = FakeShell()
    shell.directory = Shut(DirectoryView(), shell.done)
    app = NooktermApp(shell)
    async with app.run_test(size=SMALL) as pilot:
        await written(app, pilot, "/ask #nope:river.example")
        await settle(pilot, lambda: isinstance(app.focused, LineField))
        assert isinstance(app.focused, LineField)
        assert app.focused.value == "#nope:river.example"
        await settle(pilot, lambda: "Nothing is called #nope" in seen(app))


def test_up_edits_only_what_the_server_has_and_only_the_newest_words() -> None:
    def last(**more: object) -> bool:
        return edits_last(replace(TIMELINE, entries=(*ENTRIES[:-2], replace(MINE, **more))))  # type: ignore[arg-type]  # fields by name

    assert last()
    assert not any((last(colour=1), last(redacted=True), last(state="queued"), last(state="failed")))


async def test_whatever_is_opened_while_one_writes_escape_leads_back_to_the_words() -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press(*"half")
        composer = app.screen.query_one(Composer)
        for key in ("ctrl+p", "alt+d", "alt+i", "alt+m", "alt+s"):
            await pilot.press(key)
            await settle(pilot, lambda: app.focused is not None and app.focused is not composer)
            await pilot.press("escape")
            await settle(pilot, lambda: app.screen is app.front.main and app.focused is composer)
        assert composer.text == "half"


async def test_the_list_of_rooms_follows_what_comes_while_it_is_open_and_the_keys_of_here_come_first() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("down")
        chosen = app.screen.query_one(BlockList).key
        late = TreeRow("!late", RowKind.NOOK, "late-comers", RoomId("!late"))
        shell.tree.show(replace(TREE, rows=(late, *TREE.rows)))
        await settle(pilot, lambda: "late-comers" in seen(app))
        assert app.screen.query_one(BlockList).key == chosen, "what was chosen stays chosen"
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, Composer))

        await pilot.press("f1")
        await settle(pilot, lambda: isinstance(app.screen, HelpScreen) and "rows · Esc closes" in seen(app))
        shown = seen(app)
        assert "Writing" in shown
        assert shown.index("Writing") < shown.index("Everywhere")
        await pilot.press("pagedown")
        await settle(pilot, lambda: " 1-" not in seen(app).splitlines()[-1])
        await pilot.press(*"pinned")
        await settle(pilot, lambda: "/pins" in seen(app) or "alt+k" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen.query_one(LineField).value == "")
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, Composer))


def test_reactions_wrap_and_say_how_many_more_there_are() -> None:
    many = tuple((chr(0x1F600 + n), n + 1, False) for n in range(20))
    for width in (20, 40, 78, 140):
        rows = entry_rows(replace(MINE, reactions=many, more_reactions=3), Drawing(width))
        text = "\n".join(line.plain for line in rows)
        assert all(line.cell_length <= width for line in rows)
        assert all(f"{key} {count}" in text for key, count, _ in many)
        assert text.rstrip().endswith("+3")
    for width in (24, 40, 72):
        rows = strip_rows([(key, "") for key in KEYS], "", 0, width)
        assert all(line.cell_length <= width for line in rows)
        assert "6 ✅" in "\n".join(line.plain for line in rows)
