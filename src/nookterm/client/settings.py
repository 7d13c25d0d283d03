"""Every setting there is, with its value and where that comes from. A mistake in the file is told and stops nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from nookterm.client.errors import WrongUsage
from nookterm.client.setting_rule import ALL as ALL  # noqa: PLC0414 - a value that settings have
from nookterm.client.setting_rule import Group, Rule
from nookterm.domain.quiet import are_hours
from nookterm.domain.records import dataclass

FILE = "config.toml"
DEFAULT = "default"
AUTO = "auto"
FOLDER = "files.folder"
PICTURES = "pictures"
EMOJI = "emoji.pictures"
_NO_COLOR = "NO_COLOR"
_WITHOUT_COLOUR = "ansi"
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


_RULES: Mapping[str, Rule] = {
    "theme": Rule(
        "dusk", label="Theme", about="The colours of the screen.", shape="a theme's name"
    ),
    "density": Rule(
        "cosy", ("cosy", "compact"), label="Density", about="How much air there is between messages.",
        means={"cosy": "names above the words", "compact": "names beside the words, one line each"},
    ),
    "rooms.sort": Rule(
        "place", ("place", "activity", "unread", "name"), label="Order of rooms",
        about="By what the rooms under a heading are sorted.",
        means={
            "place": "as the space orders them", "activity": "where something was said last",
            "unread": "what is new first",
        },
    ),
    "glyphs": Rule(
        AUTO, (AUTO, "unicode", "ascii"), label="Marks", about="Which signs stand for states and places.",
        means={
            AUTO: "plain letters where the terminal has no others (LC_ALL, LC_CTYPE, LANG, TERM)",
            "ascii": "plain letters only, for terminals that draw no others",
        },
    ),
    "motion": Rule(
        AUTO, (AUTO, "on", "off"), label="Motion", about="Whether pages slide and cursors blink.",
        means={AUTO: "unless REDUCED_MOTION is set, or TEXTUAL_ANIMATIONS is none", "off": "nothing moves by itself"},
    ),
    PICTURES: Rule(
        AUTO, (AUTO, "kitty", "sixel", "blocks", "off"), label="Pictures", about="How the terminal draws a picture.",
        means={AUTO: "the best that the terminal says it can", "blocks": "coloured half blocks, in any terminal"},
    ),
    EMOJI: Rule(
        "off", ("off", "on"), label="Own emoji as pictures",
        about="Whether people's own emoji are drawn; fetching one tells when you read.",
        means={"off": "by name, nothing is fetched", "on": "drawn where the terminal has pixels (kitty, Sixel)"},
    ),
    "clock": Rule(
        AUTO, (AUTO, "24", "12"), label="Clock", about="How times are written.",
        means={AUTO: "as the system's language has it (LC_TIME)", "24": "14:05", "12": "2:05 pm"},
    ),
    "dates": Rule(
        AUTO, (AUTO, "dmy", "mdy", "iso"), label="Dates", about="How dates are written and read.",
        means={AUTO: "as the system's language has it (LC_TIME)", "dmy": "9 Nov", "mdy": "Nov 9", "iso": "2026-11-09"},
    ),
    "week": Rule(
        AUTO, (AUTO, "monday", "sunday"), label="First day of a week", about="With which day a week begins.",
        means={AUTO: "as the system's language has it (LC_TIME)"},
    ),
    "markdown": Rule(
        "on", ("on", "off"), group=Group.CONVERSATION, label="Markdown",
        about="Whether what you write is read as Markdown.", means={"off": "messages go out as they stand"},
    ),
    "desk.notify": Rule(
        "off", ("off", "bell", "desktop"), group=Group.NOTIFICATIONS, label="Requests",
        about="For facilitators: when somebody asks to join. Names nobody.",
        means={"bell": "the terminal's bell and a line", "desktop": "a note on the desktop"},
    ),
    "notify.how": Rule(
        "bell", ("off", "bell", "desktop"), group=Group.NOTIFICATIONS, label="Calls",
        about="How new messages call you; which do, each room's level says.",
        means={"bell": "the terminal's bell and a line", "desktop": "a note on the desktop"},
    ),
    "notify.show": Rule(
        "nothing", ("nothing", "room", "sender", "content"), group=Group.NOTIFICATIONS, label="Notes tell",
        about="What a note on the desktop tells; lock screens and desktops may keep it.",
        means={"nothing": "that something is new", "content": "the words, out of the encrypted room"},
    ),
    "notify.way": Rule(
        AUTO, (AUTO, "notify-send", "terminal"), group=Group.NOTIFICATIONS, label="Notes by",
        about="Who shows a note.", means={
            AUTO: "the desktop; over ssh the terminal, where it can", "notify-send": "the desktop of this machine",
            "terminal": "the terminal itself",
        },
    ),
    "quiet.hours": Rule(
        "off", group=Group.NOTIFICATIONS, label="Quiet hours", about="When nothing calls you. Nobody is told.",
        shape="spans like 22:00-07:00, Sa Su 00:00-10:00, or off", fits=are_hours,
    ),
    "quiet.mentions": Rule(
        "off", ("off", "on"), group=Group.NOTIFICATIONS, label="Mentions in quiet hours",
        about="Whether what names you, or answers you, calls in quiet hours, too.",
    ),
    "title": Rule(
        "on", ("on", "off"), group=Group.NOTIFICATIONS, label="Window title",
        about="Whether the terminal's title says how many messages name you.",
    ),
    "receipts.send": Rule(
        "private", ("private", "public", "off"), group=Group.PRIVACY, label="Tell what you read",
        about="Who hears how far you have read; a room can have its own: /receipts.",
        means={
            "private": "your server and your other devices, nobody else", "public": "everybody in the room",
            "off": "nobody; what is unread, this machine alone knows",
        },
    ),
    "receipts.show": Rule(
        "on", ("on", "off"), group=Group.PRIVACY, label="Show what others read",
        about="Whether receipts of people who send them are shown.",
    ),
    "typing.send": Rule(
        "off", ("off", "on"), group=Group.PRIVACY, label="Tell that you write",
        about="Whether a room hears that you are writing. Nothing of the words leaves.",
    ),
    "typing.show": Rule(
        "on", ("on", "off"), group=Group.PRIVACY, label="Show who writes",
        about="Whether it is shown that others are writing.",
    ),
    "keep.days": Rule(
        ALL, counts=True, group=Group.KEEPING, label="Days", next_start=True,
        about="How long messages stay on this disk; the server keeps its own.",
    ),
    "keep.messages_per_room": Rule(
        ALL, counts=True, group=Group.KEEPING, label="Messages per room", next_start=True,
        about="How many of a room's messages stay on this disk.",
    ),
    FOLDER: Rule(
        AUTO, group=Group.KEEPING, label="Folder for files", about="Where files of others are kept.",
        shape="a folder, or auto: where the system has downloads",
    ),
    "sync": Rule(
        AUTO, (AUTO, "sliding", "classic"), group=Group.CONNECTION, label="Sync", next_start=True,
        about="How news are asked for.", means={AUTO: "what the server offers"},
    ),
    "accounts": Rule(
        "one", ("one", "all"), group=Group.CONNECTION, label="Accounts", next_start=True,
        about="Which of several accounts the client opens when it starts.",
        means={"one": "the chosen one; others when you go to them", "all": "every one of them, the chosen one first"},
    ),
    "preset": Rule(
        "plain", ("plain", "vim"), group=Group.KEYS, label="Preset", about="Which keys there are to begin with.",
        means={"vim": "the plain ones, and those that a vim hand looks for"},
    ),
}  # fmt: skip
"""Every setting: what it may be and what it is in plain words. A new row appears on the settings screen by itself."""
_KEY = Rule("", group=Group.KEYS, shape="a name")
_SECTIONS = frozenset({_KEYS, *(name.partition(".")[0] for name in _RULES if "." in name)})


def names() -> tuple[str, ...]:
    """All settings that there are, but for the keys of commands (`keys.ID`)."""
    return tuple(_RULES)


def rule_of(name: str) -> Rule | None:
    """What a setting may be; None where there is none of that name."""
    return _KEY if name.startswith(f"{_KEYS}.") else _RULES.get(name)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings as they hold for this process."""

    values: Mapping[str, Setting] = field(default_factory=dict)
    trouble: tuple[str, ...] = ()
    """What in the file makes no sense, each with its line; the defaults hold there."""
    wrong: frozenset[str] = frozenset()
    """The settings with such a mistake."""

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
    wrong: set[str] = set()
    text = _text(path)
    lines = _lines(text)
    for name, value in _entries(_parsed(path, text)):
        where = f"{FILE}:{lines[name]}" if name in lines else FILE
        if name.startswith(f"{_KEYS}.") and isinstance(value, str):
            found[name] = Setting(name, value, where)
            continue
        rule = rule_of(name)
        read = rule.read(value) if rule else None
        if rule is None and name in _SECTIONS and value == {}:
            continue
        if rule is None:
            trouble.append(f"{where}: there is no setting {name}.")
        elif read is None:
            trouble.append(f"{where}: {name} cannot be {_shown(value)}; it is {rule.words}.")
            wrong.add(name)
        else:
            found[name] = Setting(name, read, where)
    if environ.get(_NO_COLOR):
        found["theme"] = Setting("theme", _WITHOUT_COLOUR, _NO_COLOR)
    return Settings(found, tuple(trouble), frozenset(wrong))


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
    for number, line in enumerate(text.split("\n"), 1):
        if header := _SECTION.match(line):
            section = f"{_joined(header[1])}."
        elif entry := _ENTRY.match(line):
            found.setdefault(section + _joined(entry[1]), number)
    return found


def _joined(name: str) -> str:
    return ".".join(part.strip("\"'") for part in re.findall(_PART, name))


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str | int | float) else "that"
