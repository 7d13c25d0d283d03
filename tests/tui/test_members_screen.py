"""The people of a room on the screen: narrowed by typing, opened, and nothing is done to anybody without a yes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input

from nookterm.domain.ids import RoomId
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.members import MembersScreen
from nookterm.tui.widgets.asking import Asking
from nookterm.viewmodels.members import Act, MembersView, Way
from nookterm.viewmodels.model import Face, Notice
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import HOSTILE, SIZES, Host, clean, poisoned, seen, settle
from tests.tui.people_fakes import BO, MEMBERS, PERSON, FakeMembers

NARROW = (80, 24)
OPENED = replace(MEMBERS, person=PERSON)


async def test_typing_narrows_the_list_and_escape_widens_it_before_it_closes() -> None:
    app, panel = Host(), FakeMembers()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "Eli Marsh" in seen(app) and "1 device not signed" in seen(app))
        await pilot.press(*"bo")
        await settle(pilot, lambda: "Eli Marsh" not in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: panel.view.person is not None)
        assert ("open member", BO) in panel.calls
        await settle(pilot, lambda: "bike-kitchen and herb-garden" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: panel.view.person is None and app.screen.query_one(Input).has_focus)
        await pilot.press("escape")
        await settle(pilot, lambda: "Eli Marsh" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, MembersScreen))


async def test_nobody_is_removed_before_the_words_are_written_and_the_question_has_a_yes() -> None:
    app, panel = Host(), FakeMembers(OPENED)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "signed by them" in seen(app))
        await pilot.press("x")
        await settle(pilot, lambda: "everybody here and their servers can read" in seen(app))
        await pilot.press(*"noise", "enter")
        await settle(pilot, lambda: "Words: “noise”" in seen(app))
        await pilot.press("enter")
        await pilot.pause()
        assert not [call for call in panel.calls if call[0] == "do"], "Enter answers nothing"
        await pilot.press("n")
        await settle(pilot, lambda: "Words:" not in seen(app))
        assert not [call for call in panel.calls if call[0] == "do"]
        await pilot.press("x", "enter", "y")
        await settle(pilot, lambda: ("do", "remove", "", "") in panel.calls)
        await settle(pilot, lambda: "✓ remove: done" in seen(app))


async def test_power_is_given_by_a_word_and_what_cannot_be_taken_back_says_so() -> None:
    app, panel = Host(), FakeMembers(OPENED)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "signed by them" in seen(app))
        await pilot.press("p")
        await settle(pilot, lambda: "can do everything here" in seen(app))
        await pilot.press("down", "enter")
        await settle(pilot, lambda: "You cannot take it back." in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: "You cannot take it back." not in seen(app))
        await pilot.press("p", "enter", "y")
        await settle(pilot, lambda: ("do", "power", "", "facilitator") in panel.calls)


async def test_somebody_is_reported_to_whom_one_chooses_after_words_and_a_question() -> None:
    assert OPENED.person
    kinds = (Way("server spam", "they send spam", question="Tell the server?"), Way("server other", "something else"))
    ways = (
        Way("facilitators", "facilitators", "Ana", "Tell Ana?"),
        Way("server", "the server", asks="What is it?", ways=kinds),
    )
    report = Act("report", "report", yes="report", writes="What is wrong?", needs_words=True, ways=ways)
    page = replace(OPENED.person, acts=(*OPENED.person.acts, report))
    app, panel = Host(), FakeMembers(replace(OPENED, person=page))
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "! report" in seen(app))
        await pilot.press("exclamation_mark", "down", "enter")
        await settle(pilot, lambda: "What is it?" in seen(app) and "they send spam" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: "What is wrong?" in seen(app))
        await pilot.press("enter", *"spam", "enter")
        await settle(pilot, lambda: "Tell the server?" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: ("do", "report", "spam", "server spam") in panel.calls)


async def test_escape_goes_back_one_list_and_keeps_what_was_chosen_and_written() -> None:
    assert OPENED.person
    kinds = (Way("server spam", "they send spam"), Way("server other", "something else", question="Tell the server?"))
    ways = (Way("facilitators", "facilitators", "Ana"), Way("server", "the server", asks="What is it?", ways=kinds))
    report = Act("report", "report", yes="report", writes="What is wrong?", needs_words=True, ways=ways)
    app, panel = Host(), FakeMembers(replace(OPENED, person=replace(OPENED.person, acts=(report,))))
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "! report" in seen(app))
        await pilot.press("exclamation_mark", "down", "enter", "down", "enter", "enter")
        await settle(pilot, lambda: "This needs some words." in seen(app))
        await pilot.press(*"rude", "escape")
        await settle(pilot, lambda: "What is it?" in seen(app) and "Esc back" in seen(app))
        await pilot.press("escape")
        await settle(pilot, lambda: "Report: which?" in seen(app) and "Esc not now" in seen(app))
        await pilot.press("enter", "down", "enter", "enter")
        await settle(pilot, lambda: "Tell the server?" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: ("do", "report", "rude", "server other") in panel.calls)
        await pilot.press("exclamation_mark", "escape")
        await settle(pilot, lambda: "which?" not in seen(app))
        assert isinstance(app.screen, MembersScreen)


async def test_what_is_not_ours_to_do_says_why_and_does_nothing() -> None:
    app, panel = Host(), FakeMembers(OPENED)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "ban: Cy Arden can" in seen(app))
        await pilot.press("b")
        await pilot.pause()
        assert not [call for call in panel.calls if call[0] == "do"]


async def test_the_mouse_opens_a_person_removes_them_and_closes() -> None:
    app, panel = Host(), FakeMembers()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "Eli Marsh" in seen(app))
        await pilot.click("#members-list", offset=(4, 1))
        await settle(pilot, lambda: panel.view.person is not None)
        await pilot.pause()
        rows = seen(app).split("\n")
        y = next(n for n, row in enumerate(rows) if "x remove" in row)
        await pilot.click(offset=(rows[y].index("x remove") + 2, y))
        await settle(pilot, lambda: "Why?" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: "y remove" in seen(app))
        await pilot.click("#asked-yes")
        await settle(pilot, lambda: ("do", "remove", "", "") in panel.calls)
        rows = seen(app).split("\n")
        y = next(n for n, row in enumerate(rows) if "Esc back" in row and n)
        for _ in range(2):
            await pilot.pause()
            rows = seen(app).split("\n")
            y, x = next((n, row.rindex("Esc back")) for n, row in reversed(list(enumerate(rows))) if "Esc back" in row)
            await pilot.click(offset=(x + 1, y))
        await settle(pilot, lambda: not isinstance(app.screen, MembersScreen))


async def test_comparing_and_a_private_word_lead_out_of_the_list() -> None:
    app, panel = Host(), FakeMembers(OPENED)
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "signed by them" in seen(app))
        await pilot.press("v")
        await settle(pilot, lambda: app.compared == [BO])
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "signed by them" in seen(app))
        await pilot.press("m")
        await settle(pilot, lambda: ("do", "message", "", "") in panel.calls)
        panel.show(replace(panel.view, leads_to=RoomId("!two")))
        await settle(pilot, lambda: app.opened == ["!two"] and not isinstance(app.screen, MembersScreen))


async def test_somebody_new_is_invited_by_their_id() -> None:
    app, panel = Host(), FakeMembers()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(panel))
        await settle(pilot, lambda: "Eli Marsh" in seen(app))
        await pilot.press("ctrl+n", "enter")
        await pilot.press(*"@zoe:x.org", "enter")
        await settle(pilot, lambda: "Invite @zoe:x.org to glaze-lab?" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: ("do", "invite", "@zoe:x.org", "") in panel.calls)


async def test_it_opens_by_key_by_slash_and_from_about() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        for keys in (["alt+m"], [*"/members", "enter"], ["alt+i", "m"]):
            await pilot.press(*keys)
            await settle(pilot, lambda: isinstance(app.screen, MembersScreen) and "Eli Marsh" in seen(app))
            await pilot.press("escape")
            await settle(pilot, lambda: not isinstance(app.screen, MembersScreen))


async def test_inviting_begins_with_the_question_whom() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        await pilot.press(*"/invite", "enter")
        await settle(pilot, lambda: isinstance(app.screen, MembersScreen) and "Eli Marsh" in seen(app))
        await settle(pilot, lambda: app.screen.query_one(Asking).is_open)
        await pilot.press(*"@zoe:x.org", "enter")
        await settle(pilot, lambda: "Invite @zoe:x.org to glaze-lab?" in seen(app))


async def test_ones_own_name_is_changed_on_ones_own_page() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        await pilot.press(*"/name", "enter")
        await settle(pilot, lambda: "name here" in seen(app))
        await pilot.press("k", *"An", "enter")
        await settle(pilot, lambda: "Call yourself “An” here?" in seen(app))
        await pilot.press("y")
        await settle(pilot, lambda: ("do", "nick", "An", "") in shell.done)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (MembersView(), "Looking who is in here"),
        (MembersView(face=Face.EMPTY, notice=Notice("Open a room first.")), "Open a room first."),
        (MembersView(face=Face.PROBLEM, notice=Notice("The server refuses.")), "The server refuses."),
        (replace(MEMBERS, face=Face.OFFLINE, notice=Notice("The server cannot be reached.")), "Eli Marsh"),
        (MEMBERS, "Eli Marsh"),
    ],
    ids=["loading", "empty", "problem", "offline", "content"],
)
async def test_each_face_says_what_it_is_and_can_be_left(view: MembersView, words: str) -> None:
    app = Host()
    async with app.run_test(size=NARROW) as pilot:
        await app.push_screen(MembersScreen(FakeMembers(view)))
        await settle(pilot, lambda: words in seen(app))
        assert view.notice is None or view.notice.headline in seen(app)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, MembersScreen))


@pytest.mark.parametrize("attack", HOSTILE)
async def test_hostile_names_are_words_at_every_size(attack: str) -> None:
    app, panel = Host(), FakeMembers(poisoned(MEMBERS, HOSTILE[attack]))
    async with app.run_test(size=(140, 40)) as pilot:
        await app.push_screen(MembersScreen(panel))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        panel.show(poisoned(replace(OPENED, result="x"), HOSTILE[attack]))
        for size in SIZES[:2]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert clean(seen(app))
        assert app.is_running
