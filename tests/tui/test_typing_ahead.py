"""Keys that are typed faster than a screen opens: none is lost, and none does anything to what was there before."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from textual import events
from textual.widgets import Input

from nookterm.domain.ids import EventId
from nookterm.tui.app import NooktermApp
from nookterm.tui.screens.help import HelpScreen
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.screens.search import SearchScreen
from nookterm.tui.welcome import WelcomeApp
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.timeline import Timeline
from nookterm.viewmodels.signin import SignInView
from nookterm.viewmodels.timeline import TimelineView
from tests.tui.fakes import TIMELINE, FakeShell
from tests.tui.panel_host import SignIn, settle
from tests.tui.test_message_acts import among

WIDE = (140, 40)
NAMED = {
    "\t": "tab",
    "/": "slash",
    "?": "question_mark",
    "\r": "enter",
    "\x1b": "escape",
    "\x07": "ctrl+g",
    " ": "space",
    "ĥ": "alt+h",
    "①": "f1",
}
"""Keys by the letter that stands for them in a burst."""


class Late(FakeShell):
    """A shell whose account takes its time, and then has a room open."""

    may: asyncio.Event

    async def start(self) -> None:
        await super().start()
        await self.may.wait()
        self.timeline.show(replace(TIMELINE, draft=""))
        self.done.append(("opened",))


def burst(app: NooktermApp | WelcomeApp, text: str) -> None:
    """All these keys arrive in one piece, as from a fast hand on a slow line."""
    for letter in text:
        key = events.Key(NAMED.get(letter, letter), letter if letter.isprintable() else None)
        key.set_sender(app)
        app.post_message(key)


async def test_letters_after_a_command_are_for_what_it_opens_and_never_for_the_messages() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        timeline = await among(app, pilot, "$e2")
        burst(app, "rhexy")
        composer = app.screen.query_one("Conversation > Composer", Composer)
        await settle(pilot, lambda: composer.text == "hexy")
        assert [d for d in shell.done if d[0] in {"answer", "edit", "take_back"}] == [("answer", EventId("$e2"))]
        assert app.screen.query_one(Timeline) is timeline

        burst(app, "\x1b/kiln dust")
        await settle(pilot, lambda: isinstance(app.screen, SearchScreen))
        await settle(pilot, lambda: app.screen.query_one("#search-line", LineField).value.endswith("kiln dust"))
        assert not [d for d in shell.done if d[0] in {"edit", "take_back", "thread", "details"}]
        assert composer.text == "hexy"


async def test_what_is_typed_after_a_dialog_was_answered_is_for_where_it_leads() -> None:
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, draft=""))
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        await among(app, pilot, "$e2")
        burst(app, "\x07bike\rhello\r")
        await settle(pilot, lambda: ("send", "hello") in shell.done)
        opened = [d for d in shell.done if d[0] in {"open", "send"}]
        assert opened[-2:] == [("open", "!bike"), ("send", "hello")], "the words went to the room that was gone to"

        composer = app.screen.query_one("Conversation > Composer", Composer)
        await settle(pilot, lambda: app.focused is composer)
        burst(app, "/search\rzinc")
        await settle(pilot, lambda: isinstance(app.screen, SearchScreen))
        await settle(pilot, lambda: app.screen.query_one("#search-line", Input).value.endswith("zinc"))
        assert composer.text == ""


async def test_letters_typed_where_one_only_reads_are_no_commands_after_the_next_key() -> None:
    """A field that takes no letters keeps them from the messages, which have the keyboard next."""
    shell = FakeShell()
    shell.timeline.show(replace(TIMELINE, draft="", can_write=False, why_not="Read-only"))
    app = NooktermApp(shell)
    async with app.run_test(size=WIDE) as pilot:
        composer = app.screen.query_one("Conversation > Composer", Composer)
        await settle(pilot, lambda: app.focused is composer)
        timeline = app.screen.query_one(Timeline)
        burst(app, "not to be sent\r\x1b?")
        await settle(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert not timeline.marks
        assert {done[0] for done in shell.done} <= {"start", "open", "read"}


async def test_a_name_and_a_password_typed_at_once_go_each_into_its_own_field() -> None:
    """Password managers type so; what comes after Tab would else stand readable in the field of the name."""
    panel = SignIn(SignInView("password", "river.example"))
    app = WelcomeApp(panel)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, LineField))
        burst(app, "ana\tkiln dust\r")
        await settle(pilot, lambda: bool(panel.calls))

    assert panel.calls == [("sign_in", "ana", "kiln dust")]


async def test_the_room_that_comes_with_the_account_takes_the_keyboard_from_nobody() -> None:
    """At a first start one may filter the rooms before any is open: the rest of the word is no message."""
    shell, may = Late(), asyncio.Event()
    shell.may = may
    shell.timeline.show(TimelineView())
    app = NooktermApp(shell)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done)
        burst(app, "/")
        await settle(pilot, lambda: isinstance(app.focused, Input))
        burst(app, "le")
        may.set()
        await settle(pilot, lambda: app.screen.query_one("Conversation > Composer", Composer).disabled is False)
        await settle(pilot, lambda: ("opened",) in shell.done)
        burst(app, "ave")
        await settle(pilot, lambda: isinstance(app.focused, Input) and app.focused.value == "leave")
        assert app.screen.query_one("Conversation > Composer", Composer).text == ""


async def test_a_key_that_works_everywhere_does_not_overtake_the_one_before_it() -> None:
    """Else Esc would lead away from where the second key had led to."""
    app = NooktermApp(FakeShell())
    async with app.run_test(size=WIDE) as pilot:
        main = app.screen
        assert isinstance(main, MainScreen)
        await pilot.press("alt+n")
        await settle(pilot, lambda: main.place == "directory")
        burst(app, "\x1bĥ①")
        await settle(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert main.place == "highlights"
