"""The ways into the settings, and what a change does to the screen at once: colours, air, marks, keys, pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace

from textual import events, on
from textual.message import Message

from nookterm.domain.records import dataclass
from nookterm.tui.glyphs import AsciiGlyphs
from nookterm.tui.look import Look, marks_for, moves
from nookterm.tui.screens.conversation import Conversation
from nookterm.tui.seen_acting import SeenApp
from nookterm.tui.widgets.cards_text import said
from nookterm.viewmodels.panels import Shell

_HOW = "Write /set and a setting's name and value, for example /set clock 12. /settings shows all of them."


class SettingsApp(SeenApp, inherit_bindings=False):
    """An app that wears what the settings say, also when they change."""

    @dataclass
    class Newer(Message):
        """Something in the settings is new."""

    def __init__(self, shell: Shell, look: Look | None = None) -> None:
        """`look` is what held when the program started."""
        super().__init__(shell, look)
        self._worn: Mapping[str, str] = shell.settings.view.values
        """The settings as this screen shows them."""
        self._unwatch: Callable[[], None] | None = None

    @on(events.Mount)
    def _follow_settings(self) -> None:
        self._unwatch = self._shell.settings.watch(self._tell_newer)

    @on(events.Mount)
    def _follow_themes(self) -> None:
        """What somebody saves in their folder of themes is worn at once."""
        if self.look.own_themes is not None:
            # Late: the first frame does without it.
            from nookterm.tui.theme_watch import ThemeWatch

            ThemeWatch(self, self.look.own_themes).begin()

    def _tell_newer(self, _view: object) -> None:
        self.post_message(self.Newer())

    @on(events.Unmount)
    def _let_settings_go(self) -> None:
        if self._unwatch is not None:
            self._unwatch()

    @on(Newer)
    def _wear(self) -> None:
        """Only what is new: what was tried on with /theme or /density stays otherwise."""
        before, now = self._worn, self._shell.settings.view.values
        self._worn = now
        names = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
        if "theme" in names:
            self.set_theme(now["theme"])
        if "density" in names:
            self._be_compact(compact=now["density"] == "compact")
        if "glyphs" in names:
            self._use_marks(marks_for(now["glyphs"], os.environ))
        if "motion" in names:
            self.use_motion(moves(now["motion"], os.environ))
        if "pictures" in names:
            self.look = replace(self.look, pictures=now["pictures"])
        if "emoji.pictures" in names:
            self.look = replace(self.look, emoji=now["emoji.pictures"] == "on")
        if names & {"pictures", "emoji.pictures"}:
            self.redraw_emoji()
        if any(name == "preset" or name.startswith("keys.") for name in names):
            self.use_keys(now.get("preset", "plain"), self._shell.settings.view.keys)
            for widget in self._main.query("Footer, VerifyBar, Acts"):
                widget.refresh(layout=True)

    def _be_compact(self, *, compact: bool) -> None:
        conversation = self._main.query_one(Conversation)
        conversation.compact = compact
        conversation.changed()

    def _use_marks(self, glyphs: str) -> None:
        self.look = replace(self.look, glyphs=glyphs)
        kept = [one for one in self._filters if not isinstance(one, AsciiGlyphs)]
        # The last line of defence stays last.
        self._filters = [*kept[:-1], AsciiGlyphs(), kept[-1]] if glyphs == "ascii" else kept
        for screen in self.screen_stack:
            for widget in (screen, *screen.query("*")):
                widget.notify_style_update()
            screen.refresh(layout=True)

    def takes(self, word: str, rest: str) -> bool:
        """Carry out a command that was typed with words behind it. False: it is another one."""
        if word == "/set" and rest:
            self.run_worker(self._set(rest), group="intents")
            return True
        if word == "/settings" and rest:
            self._open(rest)
            return True
        return super().takes(word, rest)

    def action_settings(self) -> None:
        """Every setting."""
        self._open("")

    def action_set(self) -> None:
        """Say how: a name and a value are needed."""
        self.notify(_HOW, markup=False)

    def _open(self, typed: str) -> None:
        if self.screen is self._main:
            from nookterm.tui.screens.settings import SettingsScreen

            self.push_screen(SettingsScreen(self._shell.settings, typed))

    async def _set(self, words: str) -> None:
        panel = self._shell.settings
        name, _, value = words.replace("=", " ", 1).partition(" ")
        if name == "theme" and value.strip() and value.strip() not in self.palettes:
            self.set_theme(value.strip())
            return
        if not value.strip():
            row = panel.view.row(name)
            told = f"{row.label}: {row.value} ({row.source}). May be {row.may_be}." if row else _HOW
        else:
            done = await panel.put(name, value.strip().strip("\"'"))
            told = panel.view.result if done else panel.view.problem
            panel.hush()
        self.notify(said(told, "").plain, markup=False)
