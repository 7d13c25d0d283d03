"""Going about among messages and acting on them: by keys, by clicks, by slash commands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from nookterm.domain.ids import EventId, RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.emoji_names import find_emoji
from nookterm.tui.screens.message_details import MessageDetailsScreen
from nookterm.tui.screens.message_list import MessageListScreen
from nookterm.tui.screens.poll import PollScreen, draft_of
from nookterm.tui.screens.reason import ReasonScreen
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms import Field, LineField
from nookterm.tui.widgets.reactions import ReactionStrip
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.timeline_poll import poll_rows
from nookterm.tui.widgets.timeline_rows import Drawing, entry_rows
from nookterm.tui.widgets.votes import VoteStrip
from nookterm.viewmodels.messages import PollDraft, Way
from nookterm.viewmodels.timeline import PollLine, PollView
from tests.tui.fakes import ENTRIES, TIMELINE, FakeShell, words
from tests.tui.panel_host import seen, settle

WIDE = (140, 40)
POLL = PollView(
    "Which cone?", (PollLine("a", "six", 1, 0.5, mine=True), PollLine("b", "ten", 1, 0.5)), "2 votes", may_end=True
)
MORE = (
    *ENTRIES,
    words(20, "Dee Okafor", 4, "11:00", "as I said", answers=EventId("$e1"), quote=None),
    words(21, "Ana", 0, "11:01", "", poll=POLL),
    words(22, "Bo Lindqvist", 1, "11:02", "see https://matrix.to/#/!bike/$x there", pinned=True),
)


async def ready(app: NooktermApp, pilot: Pilot[Any]) -> None:
    """The room is open and one can write."""
    await settle(pilot, lambda: isinstance(app.focused, Composer))


async def among(app: NooktermApp, pilot: Pilot[Any], event_id: str) -> Timeline:
    """The keyboard is on this message."""
    await ready(app, pilot)
    await pilot.press("escape")
    await settle(pilot, lambda: isinstance(app.focused, Timeline))
    timeline = app.screen.query_one(Timeline)
    timeline.choose(event_id)
    await pilot.pause()
    return timeline


def shell_with_more() -> FakeShell:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, entries=MORE, may_redact=True))
    return shell


async def test_an_answer_leads_to_its_original_and_the_way_leads_back() -> None:
    shell = shell_with_more()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        timeline = await among(app, pilot, "$e20")
        await pilot.press("right")
        await pilot.press("enter")
        await settle(pilot, lambda: timeline.key == "$e1")
        await pilot.press("right")
        await settle(pilot, lambda: timeline.key == "$e20")
        assert [d[1] for d in shell.done if d[0] == "jump"] == ["$e1", "$e20"]
        await pilot.press("m")
        await settle(pilot, lambda: ("mention", "$e20") in shell.done)
        await settle(pilot, lambda: timeline.key == "$e1")


async def test_a_vote_is_given_by_a_digit_and_a_poll_is_closed_after_a_question() -> None:
    shell = shell_with_more()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await among(app, pilot, "$e21")
        await pilot.press("enter")
        await settle(pilot, lambda: isinstance(app.focused, VoteStrip))
        await pilot.press("2")
        await settle(pilot, lambda: ("vote", "$e21", ("b",)) in shell.done)
        await pilot.press("V", "1")
        await settle(pilot, lambda: ("vote", "$e21", ()) in shell.done)
        await settle(pilot, lambda: isinstance(app.focused, Timeline))
        await pilot.press("2")
        await settle(pilot, lambda: shell.done.count(("vote", "$e21", ("b",))) == 2)
        await pilot.press("V", "c", "y")
        await settle(pilot, lambda: ("end_poll", "$e21") in shell.done)
        await settle(pilot, lambda: isinstance(app.focused, Timeline))
        await pilot.press("e")
        assert not [d for d in shell.done if d[0] == "edit"], "a poll cannot be changed"


async def test_details_pins_and_the_reason_for_taking_back_what_others_wrote() -> None:
    shell = shell_with_more()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await among(app, pilot, "$e22")
        await pilot.press("d")
        await settle(pilot, lambda: isinstance(app.screen, MessageDetailsScreen))
        shown = seen(app)
        assert all(text in shown for text in ("Opened the klin.", "19 Nov 09:13", "Dee Okafor, Cy Arden", "cone 6"))
        await pilot.press("L", "escape")
        await settle(pilot, lambda: not isinstance(app.screen, MessageDetailsScreen))
        await pilot.press("p")
        await settle(pilot, lambda: ("pin", "$e22") in shell.done)
        await pilot.press("x")
        await settle(pilot, lambda: isinstance(app.screen, ReasonScreen))
        await pilot.press(*"rude", "enter")
        await settle(pilot, lambda: ("take_back", "$e22", "rude") in shell.done)
        await pilot.press("o")
        await settle(pilot, lambda: ("open", RoomId("!bike")) in shell.done and ("jump", "$x") in shell.done)


async def test_a_question_goes_with_whoever_goes_elsewhere() -> None:
    shell = shell_with_more()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await among(app, pilot, "$e2")
        await pilot.press("p")
        await settle(pilot, lambda: "Pin this for everybody here?" in seen(app))
        await pilot.click(Composer)
        await settle(pilot, lambda: "Pin this for everybody here?" not in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: app.screen.query_one(Composer).text == "y")
    assert not [did for did in shell.done if did[0] == "pin"]


async def test_lists_lead_to_threads_and_pins() -> None:
    shell = shell_with_more()
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, pilot)
        await pilot.press("alt+l")
        await settle(pilot, lambda: isinstance(app.screen, MessageListScreen))
        assert "4 replies · 2 new" in seen(app)
        await pilot.press("down", "enter")
        await settle(pilot, lambda: ("thread", "$e3") in shell.done)
        await pilot.press("alt+l")
        await settle(pilot, lambda: isinstance(app.screen, MessageListScreen))
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: ("read_threads",) in shell.done)
        await pilot.press("alt+k")
        await settle(pilot, lambda: isinstance(app.screen, MessageListScreen))
        await pilot.press(*"bisque", "enter")
        await settle(pilot, lambda: ("jump", "$e2") in shell.done)


async def test_slash_commands_take_words() -> None:
    shell = shell_with_more()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        assert app.takes("/date", "2026-11-01")
        await settle(pilot, lambda: ("day", "2026-11-01") in shell.done)
        assert app.takes("/poll", "Which cone? | six | ten")
        await settle(pilot, lambda: ("begin_poll", PollDraft("Which cone?", ("six", "ten"))) in shell.done)
        assert app.takes("/poll", "Which cone?")
        shell.messages.way = Way("Nothing has been said on that day yet.")
        assert app.takes("/date", "2099-01-01")
        await settle(pilot, lambda: any("Nothing has been said" in note.message for note in app._notifications))
        assert not app.takes("/desk", "x")
        app.action_poll()
        await settle(pilot, lambda: isinstance(app.screen, PollScreen) and isinstance(app.focused, LineField))
        assert "alt+Enter begin   Esc not now" in seen(app)
        await pilot.press(*"Which cone?", "enter")
        await settle(pilot, lambda: isinstance(app.focused, Field))
        app.screen.query_one(Field).text = "six\n\nten\nsix"
        assert "○ one may choose several answers" in seen(app)
        await pilot.click("#poll-several")
        await pilot.click("#poll-hidden")
        assert "● one may choose several answers" in seen(app)
        await pilot.click("#poll-several")
        await pilot.press("alt+enter")
        await settle(pilot, lambda: not isinstance(app.screen, PollScreen))
        drafts = [done[1] for done in shell.done if done[0] == "begin_poll"]
        assert drafts[-1] == PollDraft("Which cone?", ("six", "ten"), disclosed=False)


async def test_a_reaction_is_found_by_its_name() -> None:
    shell = shell_with_more()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await among(app, pilot, "$e22")
        await pilot.press("plus")
        await settle(pilot, lambda: isinstance(app.focused, ReactionStrip))
        await pilot.press(*"fire", "enter")
        await settle(pilot, lambda: ("react", "$e22", "🔥") in shell.done)


def test_emoji_are_found_by_the_words_of_their_names() -> None:
    assert find_emoji("thumbs up", 3)[0][0] == "👍"
    assert find_emoji(":fire", 1) == (("🔥", "fire"),)
    assert find_emoji("  ", 3) == find_emoji("nothing like that", 3) == ()


def test_a_poll_shows_its_answers_with_votes_and_ones_own() -> None:
    rows = [line.plain.rstrip() for line in poll_rows(POLL, 60)]
    assert rows[0] == "◇ Which cone?"
    assert rows[1].startswith("  ● 1 six")
    assert rows[2].startswith("  ○ 2 ten")
    assert rows[-1] == "  2 votes"
    hidden = replace(POLL, hidden=True, note="2 votes · shown when it ends")
    assert [line.plain.rstrip() for line in poll_rows(hidden, 60)][1] == "  ● 1 six"
    for width in (18, 33, 76):
        for compact in (False, True):
            for line in entry_rows(
                words(1, "Bo", 1, "09:00", "", poll=replace(POLL, question="long " * 50)), Drawing(width, compact)
            ):
                assert line.cell_length <= width


def test_what_is_wrong_with_a_poll_is_said() -> None:
    assert draft_of("  ", ["a", "b"]) == "A poll has a question."
    assert "2 to 20" in str(draft_of("?", ["a", " ", "a"]))
