"""One declaration feeds keys, palette, slash commands, footer and help, and every key can be changed."""

from __future__ import annotations

from typing import Any

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widget import Widget

from nookterm.tui.app import NooktermApp
from nookterm.tui.commands import COMMANDS, CONTEXTS, bindings_for, command, key_name, keymap_for
from nookterm.tui.keying import conflicts
from nookterm.tui.screens.accounts import AccountsScreen
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.screens.desk import DeskPane
from nookterm.tui.screens.directory import DirectoryPane
from nookterm.tui.screens.help import help_rows
from nookterm.tui.screens.highlights import HighlightsPane
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.screens.requests import RequestsPane
from nookterm.tui.screens.settings import SettingsScreen
from nookterm.tui.screens.trust import TrustPane
from nookterm.tui.screens.verify import VerifyScreen
from nookterm.tui.themed import Look
from nookterm.tui.widgets.about import About
from nookterm.tui.widgets.composer import Composer
from nookterm.tui.widgets.timeline import Timeline
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.model import Face, Notice
from nookterm.viewmodels.timeline import TimelineView
from tests.tui.fakes import FakeShell
from tests.tui.panel_host import seen, settle

OWNERS: dict[str, type[Any]] = {
    "global": NooktermApp, "composer": Composer, "timeline": Timeline, "list": Timeline,
    "requests": RequestsPane, "highlights": HighlightsPane, "directory": DirectoryPane, "desk": DeskPane,
    "about": About, "trust": TrustPane, "verifying": VerifyScreen, "accounts": AccountsScreen,
}  # fmt: skip
GLOBAL_KEYS = [(c.id, key) for c in COMMANDS if c.context == "global" for key in c.keys]


def test_every_command_has_its_own_id_and_says_what_it_does() -> None:
    assert len({c.id for c in COMMANDS}) == len(COMMANDS)
    assert all(c.title and c.help and (c.keys or c.slash) for c in COMMANDS)
    assert {c.context for c in COMMANDS} == set(CONTEXTS)


def test_no_two_slash_commands_are_the_same() -> None:
    slashes = [c.slash for c in COMMANDS if c.slash]
    assert len(set(slashes)) == len(slashes)


@pytest.mark.parametrize("preset", ["plain", "vim"])
def test_neither_preset_has_a_key_twice_in_one_place(preset: str) -> None:
    assert conflicts(keymap_for(preset, {})) == []


def test_every_binding_can_be_named_and_explained() -> None:
    for context in CONTEXTS:
        for binding in bindings_for(context):
            assert binding.id
            assert binding.tooltip


def test_global_keys_leave_those_alone_that_edit_text() -> None:
    texts = {
        key.strip()
        for owner in Composer.__mro__
        for binding in owner.__dict__.get("BINDINGS", [])
        if isinstance(binding, Binding) and owner is not Composer
        for key in binding.key.split(",")
    }
    assert not {key for _, key in GLOBAL_KEYS} & texts


@pytest.mark.parametrize("context", sorted(OWNERS))
def test_every_command_leads_to_something_that_exists(context: str) -> None:
    """An action that nobody has would be a key that does nothing."""
    for found in (c for c in COMMANDS if c.context == context):
        name = found.action.partition("(")[0]
        owner = {"screen": MainScreen, "app": NooktermApp}.get(name.partition(".")[0], OWNERS[context])
        assert hasattr(owner, f"action_{name.rpartition('.')[2]}"), found.id


@pytest.mark.parametrize(("id_", "key"), GLOBAL_KEYS)
async def test_every_global_key_works_while_one_writes(id_: str, key: str) -> None:
    app = NooktermApp(FakeShell())
    reached: list[str] = []

    async def run_action(action: Any, *args: Any, **more: Any) -> bool:
        reached.append(str(action))
        return True

    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        app.run_action = run_action  # type: ignore[method-assign]  # only which action is meant matters here
        await pilot.press(key)
        await pilot.pause()

        assert command(id_).action in reached
        assert app.screen.query_one(Composer).text == ""


def test_help_names_every_command_in_every_width() -> None:
    for width in (30, 76, 120):
        text = "\n".join(line.plain for line in help_rows(width, {}))
        assert all(c.title[1:] in text for c in COMMANDS if " " not in c.title)


def test_help_says_what_a_slash_command_does_and_not_its_name_twice() -> None:
    for width in (30, 76, 120):
        text = " ".join(" ".join(line.plain for line in help_rows(width, {})).split()).casefold()
        for word in ("door", "density", "theme", "charter", "poll"):
            assert f"/{word} " in text
            assert f"/{word} {word}" not in text
        assert "/density airy or compact" in text


def test_a_key_is_written_as_people_say_it() -> None:
    names = [key_name(k) for k in ("ctrl+g", "ctrl+up", "alt+up", "plus", "f1", "question_mark", "G")]
    assert names == ["^g", "^↑", "alt+↑", "+", "F1", "?", "G"]


def test_a_keymap_with_mistakes_is_said_in_words() -> None:
    wrong = conflicts({"app.nothing": "f3", "timeline.edit": "r"})
    assert "There is no command called app.nothing." in wrong
    assert "r means both timeline.answer and timeline.edit." in wrong


async def test_a_changed_key_works_is_shown_and_the_old_one_is_free() -> None:
    app = NooktermApp(FakeShell(), Look(keys={"app.help": "f9", "app.quit": "ctrl+x"}))

    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        assert "F9 keys" in seen(app)
        await pilot.press("f1", "ctrl+q")
        await pilot.pause()
        assert app.screen is app._main
        assert app._exit is False
        await pilot.press("f9")
        await settle(pilot, lambda: app.screen is not app._main)
        assert "F9" in seen(app)
        await pilot.press("escape", "ctrl+x")
    assert app.return_value == 0


async def test_the_vim_preset_adds_its_keys_and_keeps_the_others() -> None:
    app = NooktermApp(FakeShell(), Look(preset="vim"))

    async with app.run_test(size=(140, 40)) as pilot:
        await _in_the_timeline(app, pilot)
        await pilot.press("g")
        first = app.screen.query_one(Timeline).key
        await pilot.press("G")
        assert (first, app.screen.query_one(Timeline).key) == ("$e1", "$e8")
        await pilot.press("home")
        assert app.screen.query_one(Timeline).key == "$e1"
        await pilot.press("a")
        await settle(pilot, lambda: isinstance(app.focused, Composer))


@pytest.mark.parametrize("plain", [False, True])
async def test_with_no_room_open_a_slash_command_is_typed_where_commands_are_found(*, plain: bool) -> None:
    shell = FakeShell()
    shell.timeline.show(TimelineView(face=Face.EMPTY, notice=Notice("Choose a nook.")))
    app = NooktermApp(shell, Look(plain=plain))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: ("start",) in shell.done and isinstance(app.focused, Tree))
        await settle(pilot, lambda: "≡ Desk" in seen(app))
        await pilot.press("ctrl+p", *"/theme linen")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen))
        await pilot.press("enter")
        await settle(pilot, lambda: app.theme == "linen")
        await pilot.press("ctrl+p", *"/sett")
        await settle(pilot, lambda: isinstance(app.screen, ChooseScreen) and "Settings" in seen(app))
        await pilot.press("enter")
        await settle(pilot, lambda: isinstance(app.screen, SettingsScreen))


async def test_the_palette_finds_commands_by_name_and_by_what_they_do() -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press("ctrl+p", *"harbour", "enter")
        await settle(pilot, lambda: app.theme == "harbour")
        await pilot.press("ctrl+p", *"airy", "enter")
        await settle(pilot, lambda: app.screen.query_one(Conversation).compact)


@pytest.mark.parametrize("slash", ["/desk", "/highlights", "/requests", "/nooks"])
async def test_a_slash_command_opens_its_place(slash: str) -> None:
    app = NooktermApp(FakeShell())

    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press(*slash, "enter")
        place = {"/nooks": "directory"}.get(slash, slash[1:])
        await settle(pilot, lambda: app._main.place == place)


async def test_an_unknown_slash_command_is_not_sent_to_the_room() -> None:
    shell = FakeShell()
    app = NooktermApp(shell)

    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot, lambda: isinstance(app.focused, Composer))
        await pilot.press(*"/nothing [/]", "enter")
        await settle(pilot, lambda: "! There is no command /nothing." in seen(app))
        assert app.screen.query_one(Composer).text == "/nothing [/]"

    assert not [intent for intent in shell.done if intent[0] == "send"]


async def _in_the_timeline(app: NooktermApp, pilot: Pilot[int]) -> Widget:
    await settle(pilot, lambda: isinstance(app.focused, Composer))
    await pilot.press("escape")
    await settle(pilot, lambda: isinstance(app.focused, Timeline))
    return app.screen.query_one(Timeline)
