"""The terminal program: themes, global commands, a terminal left clean whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType

from nookterm.tui.commands import COMMANDS, bindings_for, command, conflicts
from nookterm.tui.screens.conversation import Conversation, SlashCommand
from nookterm.tui.screens.found import FoundScreen
from nookterm.tui.screens.help import HelpScreen
from nookterm.tui.screens.jump import ChooseScreen
from nookterm.tui.screens.leaving import LeavingScreen
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.themed import Look, ThemedApp
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.panels import Shell


class NooktermApp(ThemedApp[int]):
    """Draws a shell. Returns the exit code."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("global")]

    def __init__(self, shell: Shell, look: Look | None = None) -> None:
        """`shell` is started when the first frame is up."""
        super().__init__(look)
        self._shell = shell
        self._main = MainScreen(shell)
        self._asked_to_leave = False
        self.trouble += conflicts(self.look.keys)

    async def on_mount(self) -> None:
        """First a frame, then the account."""
        self.follow_signals()
        known = {c.id for c in COMMANDS}
        self.set_keymap({id_: keys for id_, keys in self.look.keys.items() if id_ in known})
        await self.push_screen(self._main)
        self._main.query_one(Conversation).compact = self.look.compact
        for text in self.trouble:
            self.notify(said(text, "").plain, markup=False, severity="warning", timeout=10)
        self._begin()

    @work(group="start", exit_on_error=False)
    async def _begin(self) -> None:
        try:
            await self._shell.start()
        except Exception as problem:  # noqa: BLE001 - whatever stops the account from opening is said on the terminal
            self.exit(1, message=said(str(problem), "").plain)
            return
        room = self._shell.timeline.view.room_id
        if room:
            await self._main.open_room(room)

    @on(SlashCommand)
    def _slash(self, event: SlashCommand) -> None:
        event.stop()
        word, _, rest = event.text.partition(" ")
        if word == "/theme" and rest.strip():
            self.set_theme(rest.strip())
            return
        found = next((c for c in COMMANDS if c.slash == word), None)
        if found is None:
            self.notify(said(f"There is no command {word}. F1 shows every key, ctrl+p every command.", "").plain, markup=False)
        else:
            self.run_worker(self.run_action(found.action, self._main))

    def action_help(self) -> None:
        """Show every key."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_jump(self) -> None:
        """Go to a room by name."""
        rows = [r for r in self._main.query_one(Tree).rows if r.room_id]
        choices = [(r.key, r.label, f"{r.unread} new" if r.unread else r.note) for r in rows]
        self._choose("Go to a room", choices, self._jumped)

    def _jumped(self, key: str | None) -> None:
        row = self._main.query_one(Tree).row(key or "")
        if row and row.room_id:
            self.run_worker(self._main.open_room(row.room_id))

    def action_palette(self) -> None:
        """Find a command."""
        choices = [(c.id, c.title, c.help) for c in COMMANDS if c.context == "global" and c.id != "app.palette"]
        self._choose("What do you want to do", choices, self._picked)

    def _picked(self, id_: str | None) -> None:
        if id_:
            self.run_worker(self.run_action(command(id_).action, self._main))

    def _choose(self, title: str, choices: list[tuple[str, str, str]], then: Callable[[str | None], None]) -> None:
        if self.screen is self._main:
            self.push_screen(ChooseScreen(title, choices), then)

    def action_theme(self) -> None:
        """The next theme."""
        names = sorted(self.palettes)
        self.set_theme(names[(names.index(self.theme) + 1) % len(names)])

    def set_theme(self, name: str) -> None:
        """A theme by name; an unknown one changes nothing and says which there are."""
        if name in self.palettes:
            self.theme = name
        else:
            self.notify(said(f"Themes: {', '.join(sorted(self.palettes))}", "").plain, markup=False)

    def action_density(self) -> None:
        """Airy or compact."""
        conversation = self._main.query_one(Conversation)
        conversation.compact = not conversation.compact
        conversation.changed()

    def action_plain(self) -> None:
        """Only the conversation, or everything again."""
        self._main.toggle_class("-plain")

    def action_retry(self) -> None:
        """Send unsent messages now."""
        self.run_worker(self._shell.timeline.retry(), group="intents")

    def action_found_space(self) -> None:
        """Begin a space."""
        self.push_screen(FoundScreen(self._shell.found, "space"))

    def action_found_nook(self) -> None:
        """Begin a nook."""
        self.push_screen(FoundScreen(self._shell.found, "nook"))

    async def action_quit(self) -> None:
        """Leave; a decision that is still in its bar is asked about in one line."""
        pending = self._shell.desk.view.pending
        if pending is None or self._asked_to_leave:
            self.exit(0)
            return
        self._asked_to_leave = True
        self.push_screen(LeavingScreen(pending.text), self._answered)

    def _answered(self, answer: str | None) -> None:
        self._asked_to_leave = False
        if answer == "send":
            self.run_worker(self._settle_and_go(), group="intents")
        elif answer == "drop":
            self.run_worker(self._undo_and_go(), group="intents")

    async def _settle_and_go(self) -> None:
        await self._shell.desk.settle()
        self.exit(0)

    async def _undo_and_go(self) -> None:
        await self._shell.desk.undo()
        self.exit(0)

    async def on_unmount(self) -> None:
        """Close the account with the screen."""
        await self._shell.stop()

    def copy_to_clipboard(self, text: str) -> None:
        """To the terminal's clipboard, as the terminal allows."""
        super().copy_to_clipboard(text)
        self.notify("Copied.", markup=False, timeout=2)

