"""Every setting as a form over the file that people edit by hand: what holds, where it comes from, what it may be."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.jump import Choice, ChooseScreen
from nookterm.tui.screens.narrowing import NarrowingScreen
from nookterm.tui.screens.setting_value import ValueScreen
from nookterm.tui.screens.settings_keys import KeysScreen
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.acts import Hint
from nookterm.tui.widgets.cards import Block
from nookterm.tui.widgets.setting_rows import detail_rows, head_rows, setting_blocks
from nookterm.viewmodels.settings import KEYS, SettingRow

_THEME = "theme"


class SettingsScreen(NarrowingScreen):
    """The settings of this machine."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("settings")]
    TYPE = "Type to find a setting"

    def head(self, width: int) -> list[Content]:
        """The title, the file, and what in it makes no sense."""
        return head_rows(self.panel.view, width, few=self.has_class("-few"))

    def blocks(self, _width: int) -> list[Block]:
        """The settings that fit."""
        return setting_blocks(self.panel.view, self.typed)

    def detail(self, width: int) -> list[Content]:
        """What the chosen one is for."""
        return detail_rows(self._row, width)

    def hints(self) -> list[Hint]:
        """Change it, unless something else decides; let it be as it comes, where it stands in the file."""
        setting = self._row
        hints: list[Hint] = [("settings.change", "")] if setting and not setting.fixed else []
        hints += [("settings.reset", "")] if setting and setting.is_own and not setting.fixed else []
        return [*hints, ("settings.back", "")]

    @property
    def _row(self) -> SettingRow | None:
        return self.panel.view.row(self.listed.key)

    def action_change(self) -> None:
        """Choose, or type, another value; the keys of commands have a page of their own."""
        setting = self._row
        if setting is None:
            return
        if setting.fixed:
            self._put(setting, setting.value)
        elif setting.kind == KEYS:
            self.app.push_screen(KeysScreen(self.panel), lambda _none: self.panel.hush())
        elif choices := self._choices(setting):
            self.app.push_screen(
                ChooseScreen(setting.label, lambda: choices, setting.about or "Enter takes it", setting.value),
                lambda value: self._put(setting, value) if value else None,
            )
        else:
            self.app.push_screen(ValueScreen(self.panel, setting))

    def _choices(self, setting: SettingRow) -> list[Choice]:
        if setting.name == _THEME and isinstance(self.app, ThemedApp):
            named = [(name, "dark" if palette.dark else "light") for name, palette in sorted(self.app.palettes.items())]
        else:
            named = [(choice.value, choice.means) for choice in setting.choices]
        return [Choice(value, value, means, "now" if value == setting.value else "") for value, means in named]

    def _put(self, setting: SettingRow, value: str) -> None:
        self.app.run_worker(self.panel.put(setting.name, value), group="intents")

    def action_reset(self) -> None:
        """As it comes."""
        if (setting := self._row) is not None and setting.is_own:
            self.app.run_worker(self.panel.reset(setting.name), group="intents")
