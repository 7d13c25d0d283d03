"""Every setting there is, with its value and where that comes from. A mistake in the file is told and stops nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nookterm.client.errors import WrongUsage

FILE = "config.toml"
DEFAULT = "default"
ALL = "all"
"""Of something that is kept: no limit."""
_NO_COLOR = "NO_COLOR"
_WITHOUT_COLOUR = "ansi"
_MOST = 1_000_000
_KEYS = "keys"

_SECTION = re.compile(r"\s*\[([^\[\]]+)\]")
_PART = r"(?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_-]+)"
_ENTRY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and where it comes from: `default`, `config.toml:3`, an environment variable, an option."""

    name: str
    value: str | int
    source: str = DEFAULT


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a setting may be: one of `choices`; without them any text, or where it counts a number or `all`."""

    default: str
    choices: tuple[str, ...] = ()
    counts: bool = False

    def read(self, value: object) -> str | int | None:
        """The value, None where it makes no sense."""
        if self.counts:
            if value in (ALL, 0) and not isinstance(value, bool):
                return ALL
            return value if type(value) is int and 0 < value <= _MOST else None
        if not isinstance(value, str) or not value or (self.choices and value not in self.choices):
            return None
        return value

    @property
    def words(self) -> str:
        """What it may be, for people."""
        return f'a number from 1 on, or "{ALL}"' if self.counts else " or ".join(self.choices) or "a name"


_RULES: Mapping[str, _Rule] = {
    "theme": _Rule("dusk"),
    "density": _Rule("cosy", ("cosy", "compact")),
    "preset": _Rule("plain", ("plain", "vim")),
    "glyphs": _Rule("unicode", ("unicode", "ascii")),
    "sync": _Rule("auto", ("auto", "sliding", "classic")),
    "desk.notify": _Rule("off", ("off", "bell", "desktop")),
    "keep.days": _Rule(ALL, counts=True),
    "keep.messages_per_room": _Rule(ALL, counts=True),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings as they hold for this process."""

    values: Mapping[str, Setting] = field(default_factory=dict)
    trouble: tuple[str, ...] = ()
    """What in the file makes no sense, each with its line; the defaults hold there."""

    def text(self, name: str) -> str:
        """A setting that is a word. Raises KeyError for one that does not exist."""
        return str(self.values[name].value if name in self.values else _RULES[name].default)

    def count(self, name: str) -> int | None:
        """A setting that limits; None: no limit."""
        value = self.values[name].value if name in self.values else ALL
        return value if isinstance(value, int) else None

    @property
    def keys(self) -> Mapping[str, str]:
        """A person's own keys, by command id."""
        own = (setting for name, setting in self.values.items() if name.startswith(f"{_KEYS}."))
        return {setting.name.removeprefix(f"{_KEYS}."): str(setting.value) for setting in own}


def read_settings(home: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of `config.toml` in the data folder, under what the environment says.

    Raises WrongUsage for a file that cannot be read or is no TOML.
    """
    path = home / FILE
    found = {name: Setting(name, rule.default) for name, rule in _RULES.items()}
    trouble: list[str] = []
    text = _text(path)
    lines = _lines(text)
    for name, value in _entries(_parsed(path, text)):
        where = f"{FILE}:{lines[name]}" if name in lines else FILE
        if name.startswith(f"{_KEYS}.") and isinstance(value, str):
            found[name] = Setting(name, value, where)
            continue
        rule = _Rule("") if name.startswith(f"{_KEYS}.") else _RULES.get(name)
        read = rule.read(value) if rule else None
        if rule is None:
            trouble.append(f"{where}: there is no setting {name}.")
        elif read is None:
            trouble.append(f"{where}: {name} cannot be {_shown(value)}; it is {rule.words}.")
        else:
            found[name] = Setting(name, read, where)
    if environ.get(_NO_COLOR):
        found["theme"] = Setting("theme", _WITHOUT_COLOUR, _NO_COLOR)
    return Settings(found, tuple(trouble))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def _parsed(path: Path, text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> WrongUsage:
    why = error.strerror if isinstance(error, OSError) else error
    return WrongUsage(f"{path} cannot be read: {why}.", "Mend it, or move it away.", code="config")


def _entries(raw: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    """Every value under its whole name."""
    for key, value in raw.items():
        if isinstance(value, Mapping) and value:
            yield from _entries(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _lines(text: str) -> Mapping[str, int]:
    """In which line each name is set; the TOML reader does not tell."""
    found: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _SECTION.match(line):
            section = f"{_joined(header[1])}."
        elif entry := _ENTRY.match(line):
            found.setdefault(section + _joined(entry[1]), number)
    return found


def _joined(name: str) -> str:
    return ".".join(part.strip("\"'") for part in re.findall(_PART, name))


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str | int | float) else "that"
