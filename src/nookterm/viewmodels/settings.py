"""The settings of this machine: each with its value, where that comes from, and what it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from nookterm.domain.records import dataclass
from nookterm.viewmodels.panel import Panel

CHOICE, NUMBER, TEXT, KEYS = "choice", "number", "text", "keys"


@dataclass(frozen=True, slots=True)
class SettingChoice:
    """One of a few values."""

    value: str
    means: str = ""
    """In a few words, where the value alone does not say it."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting. All of it safe text."""

    name: str
    """As it stands in the file: `keep.days`."""
    group: str
    label: str
    about: str
    value: str
    source: str
    """`default`, `config.toml:3`, or what else decides."""
    may_be: str
    """In plain words."""
    default: str
    kind: str = TEXT
    choices: tuple[SettingChoice, ...] = ()
    fixed: str = ""
    """Why it cannot be changed here; empty: it can."""
    next_start: bool = False
    """A change holds from the next start."""
    waits: bool = False
    """It has been changed, and the new value waits for the next start."""

    @property
    def is_own(self) -> bool:
        """Whether it stands in the file."""
        return self.source.startswith("config.toml")


@dataclass(frozen=True, slots=True)
class SettingsView:
    """All settings."""

    rows: tuple[SettingRow, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    """What holds, by name; keys of commands as `keys.ID`."""
    file: str = ""
    """Where they are written by hand."""
    trouble: tuple[str, ...] = ()
    """What in the file makes no sense, each with its line."""
    result: str = ""
    """What was done last."""
    problem: str = ""
    """Why something could not be done."""
    working: str = ""

    def row(self, name: str) -> SettingRow | None:
        """The setting of that name."""
        return next((row for row in self.rows if row.name == name), None)

    @property
    def keys(self) -> Mapping[str, str]:
        """A person's own keys, by command."""
        own = ((name, value) for name, value in self.values.items() if name.startswith("keys."))
        return {name.removeprefix("keys."): value for name, value in own}


class SettingsPanel(Panel[SettingsView], Protocol):
    """The settings of this machine."""

    async def put(self, name: str, value: str) -> bool:
        """Write one; it holds at once, or from the next start. False: `view.problem` says why not."""

    async def reset(self, name: str) -> bool:
        """Take one out of the file, so that its default holds. False: `view.problem` says why not."""

    def hush(self) -> None:
        """What came of the last change is read."""
