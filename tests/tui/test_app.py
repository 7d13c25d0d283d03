"""The main screen as a whole: what the keys ask of the shell, three widths, and a terminal left clean."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from textual.pilot import Pilot

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.farewell import FarewellScreen
from nookterm.tui.screens.help import HelpScreen
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.screens.leaving import LeavingScreen
from nookterm.tui.themed import Look
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.reactions import ReactionStrip
from nookterm.tui.widgets.take_back import TakeBackBar
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.desk import DeskView, Pending
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.timeline import Quote
from nookterm.viewmodels.tree import RowKind, TreeRow
from tests.tui.fakes import BIKE, GLAZE, STATUS, TIMELINE, FakeShell, words
from tests.tui.panel_host import seen, settle

WIDE, TWO, ONE = (140, 40), (100, 30), (80, 24)


async def writing(app: NooktermApp, pilot: Pilot[int]) -> None:
    """Wait until the room is open and the composer has the keyboard."""
    await settle(pilot, lambda: isinstance(app.focused, Composer))


async def selecting(app: NooktermApp, pilot: Pilot[int], event: str) -> None:
    """Put the cursor on a message."""
    await writing(app, pilot)
    await pilot.press("escape")
    await settle(pilot, lambda: isinstance(app.focused, Timeline))
    app.screen.query_one(Timeline).choose(event)
    await pilot.pause()


def asked(shell: FakeShell, name: str) -> list[tuple[Any, ...]]:
    """What was asked of the shell under a name."""
    return [intent for intent in shell.done if intent[0] == name]


async def test_it_opens_the_last_room_ready_to_write() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        text = seen(app)

    assert shell.done[:2] == [("open", GLAZE), ("start",)]
    assert ("read",) in shell.done
    assert shell.done[-1] == ("stop",)
    for said in ("Riverside Makers", "Write to glaze-lab", "34 people can read this", "2 wait at the door", "● live"):
        assert said in text


async def test_enter_sends_and_the_keys_for_a_new_line_do_not() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("a", "alt+enter", "b", "ctrl+j", "c", "enter")
        await settle(pilot, lambda: bool(asked(shell, "send")))
        assert app.screen.query_one(Composer).text == ""

    assert asked(shell, "send") == [("send", "a\nb\nc")]


async def test_everybody_is_called_only_after_a_yes_that_says_how_many_they_are() -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, everybody=33))
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press(*"@room tea", "enter")
        await settle(pilot, lambda: isinstance(app.focused, Confirm))
        assert "@room calls 33 others in glaze-lab at once." in seen(app)
        await pilot.press("enter", "n")
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        assert app.screen.query_one(Composer).text == "@room tea"
        assert not asked(shell, "send")
        await pilot.press("enter")
        await settle(pilot, lambda: isinstance(app.focused, Confirm))
        await pilot.press("y")
        await settle(pilot, lambda: bool(asked(shell, "send")))
        assert app.screen.query_one(Composer).text == ""

    assert asked(shell, "send") == [("send", "@room tea", "everybody")]


async def test_two_slashes_send_one() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press(*"//etc", "enter")
        await settle(pilot, lambda: bool(asked(shell, "send")))

    assert asked(shell, "send") == [("send", "/etc")]


async def test_what_was_sent_can_be_brought_back_and_what_is_being_written_is_not_lost() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        composer = app.screen.query_one(Composer)
        await pilot.press(*"one", "enter", *"two", "enter", *"dra", "ctrl+up")
        assert composer.text == "two"
        await pilot.press("ctrl+up", "ctrl+up")
        assert composer.text == "one"
        await pilot.press("ctrl+down", "ctrl+down")
        assert composer.text == "dra"


async def test_a_draft_is_kept_when_writing_pauses_and_when_another_room_opens() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press(*"half")
        await settle(pilot, lambda: bool(asked(shell, "keep_draft")))
        await pilot.press("s", "alt+down")
        await settle(pilot, lambda: ("open", BIKE) in shell.done)

    drafts = [intent[1] for intent in asked(shell, "keep_draft")]
    assert drafts[0] == "half"
    assert "halfs" in drafts


async def test_tab_completes_a_person_and_a_command() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        composer = app.screen.query_one(Composer)
        await pilot.press(*"see @de")
        await settle(pilot, lambda: "@Dee Okafor" in seen(app))
        await pilot.press("tab")
        assert composer.text == "see @Dee Okafor "
        composer.text = ""
        await pilot.press(*"/de", "tab")
        assert composer.text == "/desk "


async def test_up_in_an_empty_composer_edits_the_last_message_when_it_is_ones_own() -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, entries=(*TIMELINE.entries, words(9, "Ana", 0, "10:30", "It is the third."))))
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("up")
        await settle(pilot, lambda: ("edit_last",) in shell.done)


async def test_up_in_an_empty_composer_selects_when_somebody_else_spoke_last() -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, entries=TIMELINE.entries[:9]))
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("up")
        await settle(pilot, lambda: isinstance(app.focused, Timeline))
        assert app.screen.query_one(Timeline).key == "$e6"


async def test_an_edit_brings_its_text_and_escape_gives_it_up() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        shell.timeline.show(replace(TIMELINE, editing=EventId("$e8"), draft="One row per tile."))
        await settle(pilot, lambda: app.screen.query_one(Composer).text == "One row per tile.")
        assert "Change your message" in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: ("edit", None) in shell.done)


@pytest.mark.parametrize(
    ("key", "event", "intent"),
    [
        ("r", "$e6", ("answer", "$e6")),
        ("e", "$e8", ("edit", "$e8")),
        ("t", "$e1", ("side", "thread", "$e1")),
        ("h", "$e1", ("draft", GLAZE, "$e1")),
    ],
)
async def test_a_letter_on_a_message_asks_for_its_intent(key: str, event: str, intent: tuple[object, ...]) -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await selecting(app, pilot, event)
        await pilot.press(key)
        await settle(pilot, lambda: intent in shell.done)


async def test_somebody_elses_message_can_be_neither_edited_nor_taken_back() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await selecting(app, pilot, "$e6")
        await pilot.press("e", "x", "y")
        await pilot.pause()
        assert not app.screen.query_one("Conversation Confirm", Confirm).display
        assert not asked(shell, "edit")


async def test_a_reaction_is_chosen_by_number_or_typed() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await selecting(app, pilot, "$e6")
        await pilot.press("plus")
        await settle(pilot, lambda: isinstance(app.focused, ReactionStrip))
        await pilot.press("1")
        await settle(pilot, lambda: ("react", "$e6", "👍") in shell.done)
        await pilot.press("plus", *"yes", "enter")
        await settle(pilot, lambda: ("react", "$e6", "yes") in shell.done)
        assert isinstance(app.focused, Timeline)


async def test_taking_a_message_back_waits_for_undo() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await selecting(app, pilot, "$e8")
        await pilot.press("x")
        await settle(pilot, lambda: app.screen.query_one(TakeBackBar).display)
        assert ("take_back", "$e8", "") in shell.done
        await pilot.press("u")
        await settle(pilot, lambda: not app.screen.query_one(TakeBackBar).display)
        assert ("undo take_back",) in shell.done
        await pilot.press("x")
        await settle(pilot, lambda: app.screen.query_one(TakeBackBar).display)
        await pilot.press("ctrl+q")
        await settle(pilot, lambda: isinstance(app.screen, LeavingScreen))
        await pilot.press("s")
        await settle(pilot, lambda: ("settle take_back",) in shell.done)


async def test_an_answer_and_a_thread_end_with_escape() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=(100, 30)) as pilot:
        await writing(app, pilot)
        shell.timeline.show(replace(TIMELINE, answering=Quote("Bo", 1, "Opened the kiln.")))
        await settle(pilot, lambda: "Answer Bo" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: ("answer", None) in shell.done)
        shell.timeline.show(replace(TIMELINE, thread=EventId("$e1")))
        await settle(pilot, lambda: "glaze-lab · thread" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: ("thread", None) in shell.done)


async def test_who_reads_this_brings_that_part_into_view() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=(140, 14)) as pilot:
        await selecting(app, pilot, "$e6")
        assert "on devices" not in seen(app)
        await pilot.press("i")
        await settle(pilot, lambda: "on devices" in seen(app))
        assert isinstance(app.focused, About)
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, Timeline))


async def test_jumping_by_a_few_letters_opens_the_room() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("ctrl+g", *"bkit", "enter")
        await settle(pilot, lambda: ("open", BIKE) in shell.done)


async def test_jumping_to_an_invite_leads_to_its_door_and_to_a_strange_nook_into_the_list() -> None:
    shell = FakeShell()
    invite = TreeRow("!call", RowKind.INVITE, "Zenobia", RoomId("!call"))
    shell.tree.show(replace(shell.tree.view, rows=(*shell.tree.view.rows, invite)))
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("ctrl+g", *"zeno", "enter")
        await settle(pilot, lambda: isinstance(app.screen, FarewellScreen))
        await settle(pilot, lambda: ("begin leaving", "!call") in shell.done)
        assert not asked(shell, "join")
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is app._main)
        await pilot.press("ctrl+g", *"looms", "enter")
        await settle(pilot, lambda: app._main.place == "directory")
        assert ("open", "!looms") not in shell.done


async def test_next_unread_skips_what_was_read_and_starts_again_at_the_top() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        for room in ("!bike", "!bo", "!glaze"):
            await writing(app, pilot)
            await pilot.press("alt+a")
            await settle(pilot, lambda room=room: asked(shell, "open")[-1] == ("open", room))  # type: ignore[misc]  # a lambda's default


async def test_one_column_is_entered_with_enter_and_left_with_escape() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=ONE) as pilot:
        await writing(app, pilot)
        assert "‹ Riverside Makers  glaze-lab" in seen(app)
        await pilot.press("escape", "escape")
        await settle(pilot, lambda: isinstance(app.focused, Tree))
        assert "Write to" not in seen(app)
        await pilot.press("down", "enter")
        await settle(pilot, lambda: ("open", BIKE) in shell.done)
        await writing(app, pilot)
        assert "Write to" in seen(app)


async def test_a_click_on_the_title_leads_back_to_the_rooms_in_one_column() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=ONE) as pilot:
        await writing(app, pilot)
        await pilot.click("#title", offset=(3, 0))
        await settle(pilot, lambda: isinstance(app.focused, Tree))


async def test_a_panel_is_left_with_escape() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+d")
        await settle(pilot, lambda: app._main.place == "desk")
        await pilot.press("escape")
        await settle(pilot, lambda: app._main.place == "room")


async def test_two_columns_show_about_over_the_conversation_and_escape_closes_it() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=TWO) as pilot:
        await writing(app, pilot)
        assert "wait at the door" not in seen(app)
        await pilot.press("alt+i")
        await settle(pilot, lambda: "wait at the door" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: "wait at the door" not in seen(app))


async def test_plain_mode_leaves_nothing_but_the_conversation() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("alt+p")
        await settle(pilot, lambda: "herb-garden" not in seen(app))
        assert "wait at the door" not in seen(app)
        assert "Write to glaze-lab" in seen(app)


@pytest.mark.parametrize("key", ["f1", "ctrl+p", "alt+d", "alt+n", "alt+i", "escape"])
async def test_no_size_of_terminal_stops_it(key: str) -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        for width, height in ((1, 1), (2, 40), (140, 1), (40, 12), (81, 3), (80, 24), (5, 5), (120, 30), (1, 1)):
            await pilot.resize_terminal(width, height)
            await pilot.press(key)
            await pilot.pause()
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()

        assert app._exception is None
        assert app.is_running


async def test_forty_columns_still_say_who_reads_and_where_the_keys_are() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=(40, 12)) as pilot:
        await writing(app, pilot)
        text = seen(app)

    assert "34 people can read this" in text
    assert "F1 keys" in text
    assert "‹ glaze-lab" in text


async def test_a_view_that_another_thread_shows_arrives_on_the_screen() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        thread = Thread(target=shell.timeline.show, args=(replace(TIMELINE, title="kiln-log"),))
        thread.start()
        await settle(pilot, lambda: "Write to kiln-log" in seen(app))
        thread.join()


async def test_offline_is_said_above_the_messages_until_the_line_is_back() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        shell.status.show(replace(STATUS, connection="offline", detail="The next try is in 20 s."))
        await settle(pilot, lambda: "The server cannot be reached." in seen(app))
        shell.timeline.show(replace(TIMELINE, typing="Dee is writing"))
        await settle(pilot, lambda: "Dee is writing" in seen(app))
        assert "The next try is in 20 s." in seen(app)
        shell.status.show(STATUS)
        await settle(pilot, lambda: "The server cannot be reached." not in seen(app))


async def test_a_problem_of_the_room_stays_when_the_connection_comes_back() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        trouble = Notice("Sending stopped", ("Nothing left this machine.", "Look at who is here."))
        shell.timeline.show(replace(TIMELINE, face=Face.PROBLEM, notice=trouble))
        shell.status.show(replace(STATUS, unread=12))
        await settle(pilot, lambda: "Sending stopped" in seen(app) and "12 unread" not in seen(app))
        assert "Nothing left this machine." in seen(app)


async def test_what_happens_elsewhere_is_told_once() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        shell.status.show(replace(STATUS, toast="Mia [b]asks[/b] to join glaze-lab · alt+d desk"))
        await settle(pilot, lambda: len(app._notifications) == 1)
        shell.status.show(replace(shell.status.view, unread=12))
        await pilot.pause()
        assert [n.message for n in app._notifications] == ["Mia [b]asks[/b] to join glaze-lab · alt+d desk"]


@pytest.mark.parametrize(("key", "intent"), [("s", "settle"), ("d", "undo")])
async def test_leaving_with_a_decision_in_its_bar_asks_what_becomes_of_it(key: str, intent: str) -> None:
    shell = FakeShell()
    shell.desk.show(DeskView(pending=Pending("k-1", "Approving Bob into glaze-lab", 4, 6)))
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("ctrl+q")
        await settle(pilot, lambda: "Approving Bob into glaze-lab is not done yet." in seen(app))
        await pilot.press("escape", "ctrl+q", key)

    assert asked(shell, intent) == [(intent,)]
    assert app.return_value == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_kill_or_a_hangup_closes_the_account_and_says_so_in_the_exit_code(number: int) -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        os.kill(os.getpid(), number)
        await settle(pilot, lambda: app._exit)

    assert app.return_code == 128 + number
    assert shell.done[-1] == ("stop",)


async def test_an_account_that_cannot_open_ends_with_a_plain_word(capfd: pytest.CaptureFixture[str]) -> None:
    class Closed(FakeShell):
        async def start(self) -> None:
            raise RuntimeError("The vault is locked [/].")

    app = NooktermApp(Closed())

    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot, lambda: app._exit)

    assert app.return_value == 1
    assert "The vault is locked [/]." in capfd.readouterr().err


def test_a_crash_prints_no_variables(capfd: pytest.CaptureFixture[str]) -> None:
    """A traceback with locals would show tokens and messages."""

    class Broken(FakeShell):
        def __init__(self) -> None:
            super().__init__()
            self.token = "syt_canary"

    class Crashing(NooktermApp):
        def action_help(self) -> None:
            canary = self._shell.token if isinstance(self._shell, Broken) else ""
            raise ValueError(canary)

    app = Crashing(Broken())

    async def crash(pilot: Pilot[Any]) -> None:
        await pilot.press("f1")

    app.run(headless=True, auto_pilot=crash)
    said = capfd.readouterr()

    assert "syt_canary" not in said.out + said.err
    assert "Traceback" not in said.out + said.err
    assert " ".join(said.err.split()).startswith("nookterm stopped because of a mistake of its own.")
    assert isinstance(app._exception, ValueError)
    assert app.return_code == 1


async def test_ascii_glyphs_draw_no_mark_that_needs_more() -> None:
    app = NooktermApp(FakeShell(), Look(glyphs="ascii"))

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        lines = [
            "".join(segment.text for segment in strip.apply_filter(app._filters[-2], app.screen.background_colors[1]))
            for strip in app.screen._compositor.render_strips()
        ]

    text = "\n".join(lines)
    assert {c for c in text if ord(c) > 126} <= {"👍", "🔥"}
    assert "# glaze-lab" in text


async def test_only_one_list_opens_at_a_time() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("ctrl+g", "ctrl+p", "f1")
        await settle(pilot, lambda: not isinstance(app.screen, ChooseScreen))
        assert len(app.screen_stack) == 4


async def test_what_arrives_before_the_readers_eyes_is_read() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        shell.done.clear()
        shell.timeline.show(replace(TIMELINE, entries=(*TIMELINE.entries, words(90, "Dee Okafor", 4, "10:30", "New."))))
        await settle(pilot, lambda: ("read",) in shell.done)


async def test_what_arrives_while_one_reads_further_up_is_not_read() -> None:
    shell = FakeShell()
    many = tuple(words(n, "Dee Okafor", 4, "10:30", f"Line {n}.") for n in range(100, 200))
    shell.timeline.show(replace(TIMELINE, entries=many))
    app = NooktermApp(shell)

    async with app.run_test(size=WIDE) as pilot:
        await writing(app, pilot)
        await pilot.press("pageup")
        await settle(pilot, lambda: not app.screen.query_one(Timeline).at_end)
        shell.done.clear()
        height = app.screen.query_one(Timeline).virtual_size.height
        shell.timeline.show(replace(shell.timeline.view, entries=(*many, words(300, "Bo", 1, "10:31", "Unseen."))))
        await settle(pilot, lambda: app.screen.query_one(Timeline).virtual_size.height > height)
        assert not asked(shell, "read")


async def _click_footer(app: NooktermApp, pilot: Pilot[int], hint: str) -> None:
    """Click on a hint of the last row."""
    rows = seen(app).split("\n")
    y = app.size.height - 1
    await pilot.click(offset=(rows[y].index(hint) + 1, y))


@pytest.mark.parametrize("size", [WIDE, ONE], ids=["wide", "narrow"])
async def test_a_click_on_a_hint_of_the_last_row_is_as_good_as_its_key(size: tuple[int, int]) -> None:
    app = NooktermApp(FakeShell())
    async with app.run_test(size=size) as pilot:
        await selecting(app, pilot, "$e6")
        await _click_footer(app, pilot, "r reply")
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await settle(pilot, lambda: "^p commands" in seen(app))
        await _click_footer(app, pilot, "^p commands")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await _click_footer(app, pilot, "F1 keys")
        await settle(pilot, lambda: isinstance(app.screen, HelpScreen))
