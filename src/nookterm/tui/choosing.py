"""Getting anywhere by typing a few letters: rooms, commands, themes, and the page of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.actions import ActionParseResult
from textual.dom import DOMNode
from textual.widget import Widget

from nookterm.tui.account_seat import SeatedApp
from nookterm.tui.commands import COMMANDS, Command, command, key_name, keys_of
from nookterm.tui.read_only import why_not
from nookterm.tui.screens.conversation import SlashCommand
from nookterm.tui.screens.hints import works_now
from nookterm.tui.screens.jump import Choice, ChooseScreen
from nookterm.tui.screens.main import MainScreen
from nookterm.tui.screens.message_menu import acts_for
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.timeline import Timeline


class ChoosingApp(SeatedApp, inherit_bindings=False):
    """An app around the main screen, with the lists that one chooses from."""

    def action_help(self) -> None:
        """Show every key."""
        from nookterm.tui.screens.help import HelpScreen, contexts_of

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(contexts_of(self.screen.focused or self.screen)))

    def action_jump(self) -> None:
        """Go to a room by name."""

        def rooms() -> list[Choice]:
            rows = [r for r in shell.tree.view.rows if r.room_id]
            return [Choice(r.key, r.label, f"{r.unread} new" if r.unread else r.note) for r in rows]

        # Rooms may still be coming.
        shell = self._shell
        self._choose(ChooseScreen("Go to a room", rooms, "Enter goes there", watch=shell.tree.watch), self._jumped)

    def _jumped(self, key: str | None) -> None:
        if key:
            self.opening(self._main.follow(key))

    def action_palette(self) -> None:
        """Find a command."""
        everywhere = [c for c in COMMANDS if c.context == "global" and c.id != "app.palette"]
        here = commands_here(self._main)
        choices = [Choice(c.id, c.title, c.help, self._key(c), c.slash) for c in (*here, *everywhere)]
        choices += [
            Choice(f"theme:{n}", f"Theme: {n}", "worn now" if n == self.theme else "") for n in sorted(self.palettes)
        ]
        self._choose(ChooseScreen("What do you want to do", lambda: choices, "Enter does it"), self._picked)

    def _key(self, found: Command) -> str:
        keys = keys_of(found, self.keymap)
        return key_name(keys[0]) if keys else ""

    def _picked(self, id_: str | None) -> None:
        if id_ and id_.startswith("/"):
            self.post_message(SlashCommand(id_))
        elif id_ and id_.startswith("theme:"):
            self.set_theme(id_.removeprefix("theme:"))
        elif id_:
            found = command(id_)
            self.opening(self.run_action(found.action, self._pane_of(found) or self._main))

    def _pane_of(self, found: Command) -> Widget | None:
        """The panel whose command this is; None where it is the screen's."""
        if found.context == "timeline":
            return self._main.focused
        return next(iter(self._main.query(f"#pane-{found.context}")), None)

    def _choose(self, screen: ChooseScreen, then: Callable[[str | None], None]) -> None:
        if self.screen is self._main:
            self.push_screen(screen, then)

    def action_theme(self) -> None:
        """The next theme."""
        names = sorted(self.palettes)
        self.set_theme(names[(names.index(self.theme) + 1) % len(names)])

    def set_theme(self, name: str) -> None:
        """A theme by name; an unknown one changes nothing and says which there are."""
        if self.no_color:
            self.notify("NO_COLOR is set: there are no colours until it is not.", markup=False)
        elif name in self.palettes:
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
    if isinstance(main.focused, Timeline):
        said = main.focused.chosen
        return tuple(command(id_) for id_, _ in acts_for(said, main.focused.view)) if said else ()
    pane = next(iter(main.query(f"#pane-{main.place}")), None)
    found = (c for c in COMMANDS if c.context == main.place)
    return tuple(c for c in found if pane is not None and works_now(pane, c))
