"""Getting anywhere by typing a few letters: rooms, commands, themes, and the page of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.actions import ActionParseResult
from textual.dom import DOMNode
from textual.widget import Widget

from nookterm.tui.commands import COMMANDS, Command, command, key_name, keys_of
from nookterm.tui.read_only import why_not
from nookterm.tui.screens.help import HelpScreen
from nookterm.tui.screens.hints import works_now
from nookterm.tui.screens.jump import Choice, ChooseScreen
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.themed import Look, ThemedApp
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.tree import Tree
from nookterm.viewmodels.panels import Shell


class ChoosingApp(ThemedApp[int], inherit_bindings=False):
    """An app around the main screen, with the lists that one chooses from."""

    def __init__(self, shell: Shell, look: Look | None = None) -> None:
        """The main screen of `shell`."""
        super().__init__(look)
        self._main = MainScreen(shell)

    def action_help(self) -> None:
        """Show every key."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_jump(self) -> None:
        """Go to a room by name."""

        def rooms() -> list[Choice]:
            rows = [r for r in self._main.query_one(Tree).rows if r.room_id]
            return [Choice(r.key, r.label, f"{r.unread} new" if r.unread else r.note) for r in rows]

        # Read anew with each letter: rooms may still be coming.
        self._choose("Go to a room", rooms, "Enter goes there", self._jumped)

    def _jumped(self, key: str | None) -> None:
        if key:
            self.run_worker(self._main.follow(key))

    def action_palette(self) -> None:
        """Find a command."""
        everywhere = [c for c in COMMANDS if c.context == "global" and c.id != "app.palette"]
        here = commands_here(self._main)
        choices = [Choice(c.id, c.title, c.help, self._key(c)) for c in (*here, *everywhere)]
        choices += [
            Choice(f"theme:{n}", f"Theme: {n}", "worn now" if n == self.theme else "") for n in sorted(self.palettes)
        ]
        self._choose("What do you want to do", lambda: choices, "Enter does it", self._picked)

    def _key(self, found: Command) -> str:
        keys = keys_of(found, self.keymap)
        return key_name(keys[0]) if keys else ""

    def _picked(self, id_: str | None) -> None:
        if id_ and id_.startswith("theme:"):
            self.set_theme(id_.removeprefix("theme:"))
        elif id_:
            found = command(id_)
            self.run_worker(self.run_action(found.action, self._pane_of(found) or self._main))

    def _pane_of(self, found: Command) -> Widget | None:
        """The panel whose command this is; None where it is the screen's."""
        return next(iter(self._main.query(f"#pane-{found.context}")), None)

    def _choose(
        self, title: str, choices: Callable[[], list[Choice]], enter: str, then: Callable[[str | None], None]
    ) -> None:
        if self.screen is self._main:
            self.push_screen(ChooseScreen(title, choices, enter), then)

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

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do it; what needs an account that another nookterm has says so instead."""
        why = why_not(action, self._main.shell.status.view) if isinstance(action, str) else ""
        if not why:
            return await super().run_action(action, default_namespace, namespaces)
        self.clear_notifications()
        self.notify(why, markup=False, timeout=6)
        return True

    def copy_to_clipboard(self, text: str) -> None:
        """To the terminal's clipboard, as the terminal allows."""
        super().copy_to_clipboard(text)
        self.notify("Copied.", markup=False, timeout=2)


def commands_here(main: MainScreen) -> tuple[Command, ...]:
    """What one can do now in the panel that is shown, for the list of commands."""
    pane = next(iter(main.query(f"#pane-{main.place}")), None)
    found = (c for c in COMMANDS if c.context == main.place)
    return tuple(c for c in found if pane is not None and works_now(pane, c))
