"""Settings at work: shown as they hold, written into the file, taken from it when somebody edits it by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nookterm.client.changes import Happened, SettingsChanged
from nookterm.client.errors import Problem
from nookterm.client.forms import forms_of
from nookterm.client.live_settings import LiveSettings
from nookterm.client.setting_rule import Group, Rule
from nookterm.client.settings import DEFAULT, FILE, Setting, Settings, names, rule_of
from nookterm.domain.forms import Locale
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Model
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.settings import CHOICE, KEYS, NUMBER, TEXT, SettingChoice, SettingRow, SettingsView

_NOWHERE = "There is no file of settings here."


class SettingsModel(Model[SettingsView]):
    """The settings of this process, for the screen of one account."""

    def __init__(self, live: LiveSettings | None = None, system: Locale | None = None) -> None:
        """Without `live` all is as it comes, and nothing can be changed."""
        super().__init__(SettingsView())
        self._live = live
        self._system = system or Locale()
        self._begun = live.settings if live else Settings()
        self._hub: Hub | None = None
        self._stop: Callable[[], None] | None = None
        self.show(self._view_of(self._begun))

    def attach(self, hub: Hub) -> None:
        """Keep the hub's settings and forms in step, and tell its session of changes."""
        if self._stop:
            self._stop()
        self._hub = hub
        self._hold(self._live.settings if self._live else self._begun)
        self._stop = self._live.listen(self._changed) if self._live else None

    async def watch_file(self) -> None:
        """Take over what somebody writes into the file, as long as the account is open."""
        if self._live:
            await self._live.watch()

    def _hold(self, settings: Settings) -> None:
        if self._hub:
            self._hub.settings = settings
            self._hub.forms = forms_of(settings, self._system)

    def _changed(self, settings: Settings, new: frozenset[str]) -> None:
        fresh = [line for line in settings.trouble if line not in self.view.trouble]
        self._hold(settings)
        self.show(self._view_of(settings))
        if self._hub:
            self._hub.session.changes.tell(SettingsChanged(settings, new))
            for line in fresh:
                self._hub.session.changes.tell(Happened(line))

    async def put(self, name: str, value: str) -> bool:
        """Write one setting."""
        return await self._write(name, value)

    async def reset(self, name: str) -> bool:
        """Take one out of the file."""
        return await self._write(name, None)

    def hush(self) -> None:
        """What came of the last change is read."""
        self.show(replace(self.view, result="", problem=""))

    async def _write(self, name: str, value: str | None) -> bool:
        hub, live = self._hub, self._live
        if hub is None or live is None:
            self.show(replace(self.view, problem=_NOWHERE, result=""))
            return False
        row = self.view.row(name)
        if row and row.fixed:
            self.show(replace(self.view, problem=f"{row.label}: {row.fixed}.", result=""))
            return False
        try:
            await hub.do(live.put(name, value))
        except Problem as problem:
            self.show(replace(self.view, problem=safe_line(in_words(problem)), result=""))
            return False
        self.show(replace(self.view, problem="", result=self._done(name, live.settings)))
        return True

    def _done(self, name: str, now: Settings) -> str:
        rule, row = rule_of(name), self.view.row(name)
        value = now.values[name].value if name in now.values else "as it comes"
        label = row.label if row else name.removeprefix("keys.")
        later = ", from the next start" if rule and rule.next_start else ""
        return safe_line(f"{label}: {value}{later}.")

    def _view_of(self, settings: Settings) -> SettingsView:
        found = [(name, rule_of(name), _setting(settings, name)) for name in names()]
        rows = (self._row(rule, setting) for _, rule, setting in found if rule)
        return SettingsView(
            (*rows, _keys_row(settings)),
            {name: str(setting.value) for name, setting in settings.values.items()},
            safe_line(_place(self._live.file)) if self._live else "",
            tuple(map(safe_line, settings.trouble)),
        )

    def _row(self, rule: Rule, setting: Setting) -> SettingRow:
        name, source = setting.name, setting.source
        decided = source not in {DEFAULT, FILE} and not source.startswith(f"{FILE}:")
        return SettingRow(
            name,
            rule.group,
            rule.label or name,
            rule.about,
            safe_line(str(setting.value)),
            safe_line(source),
            rule.words,
            rule.default,
            kind_of(rule),
            tuple(SettingChoice(value, rule.means.get(value, "")) for value in rule.choices),
            fixed=f"{source} decides it; it cannot be changed here" if decided else "",
            next_start=rule.next_start,
            waits=rule.next_start and setting.value != _setting(self._begun, name).value,
        )


def _keys_row(settings: Settings) -> SettingRow:
    """The row that leads to the keys of commands."""
    own = len(settings.keys)
    value = f"{own} changed" if own else "as they come"
    about = "Which key does what; each can be another one."
    return SettingRow(
        KEYS, Group.KEYS, "Keys of commands", about, value, DEFAULT, "any key that your terminal sends", "", KEYS
    )


def _place(file: Path) -> str:
    """A path as one types it: what lies in the person's own folder begins with `~`."""
    try:
        return f"~/{file.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(file)


def kind_of(rule: Rule) -> str:
    """In which way a setting is changed."""
    return NUMBER if rule.counts else CHOICE if rule.choices else TEXT


def _setting(settings: Settings, name: str) -> Setting:
    rule = rule_of(name)
    return settings.values.get(name) or Setting(name, rule.default if rule else "")
