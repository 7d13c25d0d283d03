"""What the pages claim in code marks, and which of it is not so: commands, slash commands, settings, keys, files."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from textual.binding import Binding
from textual.dom import DOMNode

import nookterm.tui
from nookterm.cli.parser import build_parser
from nookterm.client.errors import WrongUsage
from nookterm.client.settings import names, rule_of
from nookterm.tui.commands import COMMANDS, Command
from tools.generate_docs import ROOT

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_NOT_OURS = {"docs/features.md": {"/fset", "/powerlevel", "/open", "/bar"}}
"""Slash commands of other clients, where the page compares with them."""
_OF_WRITING = frozenset({"/me", "/raw", "/spoiler"})
"""Words in front of a message; they are no commands (`tests/tui` tries them)."""
_NAMED_KEYS = {"Enter", "Esc", "Tab", "PgUp", "PgDn", "Home", "End", "space", "Backspace", "Delete"}
_KEY = re.compile(rf"(?:(?:ctrl|alt|shift|super)\+)+\S+|F\d\d?|{'|'.join(sorted(_NAMED_KEYS))}")
_SIGNS = {
    "Enter": "enter", "Esc": "escape", "Tab": "tab", "PgUp": "pageup", "PgDn": "pagedown", "Home": "home",
    "End": "end", "Backspace": "backspace", "Delete": "delete", "↑": "up", "↓": "down", "←": "left", "→": "right",
    "+": "plus", "-": "minus", "*": "asterisk", "/": "slash", "?": "question_mark", "!": "exclamation_mark",
}  # fmt: skip
_AROUND = frozenset({"list", "global", "composer"})
"""Contexts whose keys work in the others, too."""
_SETTING = re.compile(r"([a-z]+(?:\.[a-z_]+)?)(?:\s*=\s*\"([^\"]*)\")?")
_PATH = re.compile(r"[\w.~*{},-]*(?:/[\w.*{},-]*)*")
_SUFFIXES = (".py", ".md", ".toml", ".sh", ".txt", ".sql", ".mjs", ".json", ".svg", ".tcss", ".lock", ".in")
_PLACES = ("", "src/nookterm", "tests", "tests/interop", "docs", "tools")
_ON_OTHER_DISKS = frozenset({"config.toml", "layout.json", "pasted.txt"})
"""Files of people who use nookterm, not of this repository."""
_MODULE = re.compile(r"nookterm(?:\.[a-z_]+)+")
_TEST = re.compile(r"test_[a-z0-9_]+")


def spans(text: str) -> list[str]:
    """Everything between single code marks; a `|` may be escaped there, as tables want it."""
    return [span.replace("\\|", "|") for span in _SPAN.findall(_FENCE.sub("", text))]


def fences(text: str, kind: str | None = None) -> list[str]:
    """The blocks of code, of one language or all."""
    return [block for of, block in _FENCE.findall(text) if kind is None or of == kind]


def command_lines(text: str) -> Iterator[str]:
    """Every command line of nookterm that a page names, without comments."""
    yield from (span for span in spans(text) if span.startswith("nookterm "))
    for block in fences(text):
        for line in block.replace("\\\n", " ").splitlines():
            plain = line.removeprefix("$ ").partition("  #")[0].strip()
            if plain.startswith("nookterm "):
                yield plain


def wrong_commands(text: str) -> list[str]:
    """Command lines that the real parser would not take, but for what has only been left out."""
    usages = [f"nookterm {span}" for cell, _ in _rows(text, "command") for span in _SPAN.findall(cell)]
    return [line for line in [*command_lines(text), *usages] if not _is_understood(line)]


def _is_understood(line: str) -> bool:
    words = [word.partition("|")[0] for word in re.sub(r"\[|\]|\.\.\.|…", "", line.replace("\\|", "|")).split()[1:]]
    options = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", re.sub(r"\"[^\"]*\"|'[^']*'", "", line)))
    leaf = _parser()
    common = set(leaf._option_string_actions)
    for word in words:
        below = [action for action in leaf._actions if isinstance(action, argparse._SubParsersAction)]
        if word.startswith("-") or not below:
            continue
        if word not in below[0].choices:
            return word.isupper() and options <= common
        leaf = below[0].choices[word]
    return options <= common | set(leaf._option_string_actions) and _is_taken(line)


@cache
def _parser() -> argparse.ArgumentParser:
    return build_parser("0")


def _is_taken(line: str) -> bool:
    """Whether the parser takes a line that is whole; one with places to fill or with choices is not parsed."""
    if re.search(r"[\[|…]|\.\.\.|\b[A-Z]\b", line):
        return True
    try:
        _parser().parse_args(shlex.split(line)[1:])
    except WrongUsage as problem:
        return bool(re.search(r"arguments are required|invalid \w+( value)?: '[A-Z]+'", problem.message))
    except SystemExit as shown:
        return shown.code == 0
    return True


def make_targets(text: str) -> set[str]:
    """Every target that a page calls."""
    lines = [line for block in fences(text) for line in block.splitlines()]
    found = (re.match(r"(?:\$ )?make ([a-z][\w-]*)", words) for words in [*spans(text), *lines])
    return {each[1] for each in found if each}


def wrong_slashes(text: str, page: str = "") -> list[str]:
    """Slash commands that do not exist."""
    known = {command.slash for command in COMMANDS if command.slash} | _OF_WRITING | _NOT_OURS.get(page, set())
    named = (re.match(r"(/[a-z][a-z-]*)(?: |$)", span) for span in spans(text))
    return [each[1] for each in named if each and each[1] not in known]


def wrong_settings(text: str) -> list[str]:
    """Settings that do not exist, or cannot be what is said, in words and in blocks of `config.toml`."""
    wrong = [span for span in spans(text) if not _is_so(span)]
    for block in fences(text, "toml"):
        values = tomllib.loads(block)
        if "palette" not in values:
            wrong += [name for name, value in _flat(values) if not _holds(name, value)]
    return wrong


def _is_so(span: str) -> bool:
    """Whether it names no setting, or one with a value that it can have."""
    sections = {name.partition(".")[0] for name in names() if "." in name}
    if set_here := re.fullmatch(r"(?:/set|nookterm config set) ([a-z._]+) (\S+)", span):
        return _may_be(set_here[1], set_here[2])
    plain = _SETTING.fullmatch(span)
    return plain is None or not _is_of_settings(plain[1], sections) or _may_be(plain[1], plain[2])


def _is_of_settings(name: str, sections: Iterable[str]) -> bool:
    return name in names() or ("." in name and name.partition(".")[0] in sections and not name.endswith(_SUFFIXES))


def _may_be(name: str, typed: str | None) -> bool:
    rule = rule_of(name)
    return rule is not None and (typed is None or typed.isupper() or rule.typed(typed) is not None)


def _holds(name: str, value: object) -> bool:
    if name.startswith("keys."):
        return name.removeprefix("keys.") in {command.id for command in COMMANDS} and value in _presses_of(str(value))
    rule = rule_of(name)
    return rule is not None and (name == "theme" or rule.read(value) is not None)


def _presses_of(value: str) -> set[str]:
    return (
        {value} if all(re.fullmatch(r"(?:(?:ctrl|alt|shift)\+)*[a-z0-9_]+", key) for key in value.split(",")) else set()
    )


def _flat(values: dict[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def wrong_table_of_settings(text: str) -> list[str]:
    """Rows of the table of settings with a wrong name, default or choice, and settings without a row."""
    rows = dict(_rows(text, "setting"))
    wrong = [name for name in names() if f"`{name}`" not in rows]
    for cell, (may_be, *_) in rows.items():
        rule = rule_of(cell.strip("`"))
        said = _SPAN.findall(may_be)
        fits = rule is not None and (
            said[:1] == [rule.default] and (set(said) == set(rule.choices) if rule.choices else rule.words in may_be)
        )
        wrong += [] if fits else [cell]
    return wrong


def _rows(text: str, head: str) -> Iterator[tuple[str, list[str]]]:
    """The rows of all tables whose first column is called `head`: the first cell, and the others."""
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells[0] == head:
            inside = True
        elif inside and not cells[0].startswith("---"):
            yield cells[0], cells[1:]


def press(shown: str) -> str:
    """A key as a page writes it, as a binding names it: `Esc`, `ctrl+↑`, `F2`, `^g`."""
    head, plus, last = re.sub(r"^\^(?=.)", "ctrl+", shown).rpartition("+") if shown != "+" else ("", "", "+")
    named = _SIGNS.get(last, last.lower() if re.fullmatch(r"F\d\d?", last) else last)
    return f"{head}{plus}{named}"


@cache
def bound() -> frozenset[str]:
    """Every key that any part of the screen answers to: the program's own bindings and those of Textual's widgets."""
    for module in pkgutil.walk_packages(nookterm.tui.__path__, "nookterm.tui."):
        importlib.import_module(module.name)
    found = {key for command in COMMANDS for key in (*command.keys, *command.vim_keys)}
    waiting: list[type[DOMNode]] = [DOMNode]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        for binding in kind.__dict__.get("BINDINGS", ()):
            keys = binding.key if isinstance(binding, Binding) else binding[0]
            found |= {key.strip() for key in keys.split(",")}
    return frozenset(found)


def wrong_keys(text: str) -> list[str]:
    """Keys that nothing answers to."""
    own = {
        str(value)
        for block in fences(text, "toml")
        for name, value in _flat(tomllib.loads(block))
        if name[:5] == "keys."
    }
    named = [span for span in spans(text) if _KEY.fullmatch(span) and span.lower() not in own]
    return [key for key in named if press(key) not in bound()]


def unlike_slashes(text: str) -> list[str]:
    """Places that name a key and the slash command beside it, as in "`alt+w` or `/account`", which are two commands."""
    pairs = re.findall(r"`([^`\n]+)` ?(?:\((?:or )?|or |, or )`(/[a-z-]+)[^`\n]*`", _FENCE.sub("", text))
    return [f"{key} {slash}" for key, slash in pairs if key != "Enter" and not _same(key, slash)]


def _same(key: str, slash: str) -> bool:
    """Whether a key and a slash command are one command, or that of a panel and that of everywhere by one name."""
    with_slash = [command for command in COMMANDS if command.slash == slash]
    with_key = [command for command in COMMANDS if press(key) in command.keys]
    return any(_is_like(one, other) for one in with_slash for other in with_key)


def _is_like(one: Command, other: Command) -> bool:
    return one.id == other.id or one.word == other.word or one.title.split()[0] == other.title.split()[0]


def wrong_table_of_keys(text: str, context: str) -> list[str]:
    """Keys of the tables of keys of a text that do nothing in their place, or something that the row does not say."""
    wrong = []
    for cell, others in _rows(text, "key"):
        said = _stems(" ".join(others))
        for shown in (span for span in _SPAN.findall(cell) if span == "/" or not span.startswith("/")):
            here = [c for c in COMMANDS if c.context in {context, *_AROUND} and _answers(c, shown)]
            if not any(said & _stems(f"{c.title} {c.help} {c.word} {c.slash}") for c in here):
                wrong.append(f"{shown}: {others[-1][:40]} ({', '.join(c.title for c in here) or 'nothing'})")
    return wrong


def _answers(command: Command, shown: str) -> bool:
    return press(shown) in command.keys or f"also {shown})" in command.help


def _stems(words: str) -> set[str]:
    """The beginnings of words that mean something."""
    return {word[:4] for word in re.findall(r"[a-z]{3,}", words.casefold())} - {
        "the",
        "and",
        "for",
        "this",
        "that",
        "with",
        "your",
    }


def wrong_variables(text: str) -> list[str]:
    """Variables of the environment under our name that nothing reads."""
    named = [name for name in spans(text) if re.fullmatch(r"NOOKTERM_[A-Z_]+", name)]
    return [name for name in named if not any(name in words for words in _sources())]


@cache
def _sources() -> tuple[str, ...]:
    return tuple(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))


def missing_files(page: Path, text: str) -> list[str]:
    """Paths, modules and tests that a page names and that are not there."""
    missing = []
    for span in spans(text):
        if _MODULE.fullmatch(span):
            missing += [] if _module(span) else [span]
        elif _TEST.fullmatch(span):
            missing += [] if _test(span) else [span]
        elif _is_path(span) and not all(_is_there(page, each) for each in _spelled_out(span)):
            missing.append(span)
    return missing


def _is_path(span: str) -> bool:
    """Whether it looks like one of ours: a file by its ending, or a folder that is named as one."""
    if not _PATH.fullmatch(span) or span in _ON_OTHER_DISKS or span.startswith(("/", "~", ".bench")):
        return False
    return (span.endswith(_SUFFIXES) and span not in _SUFFIXES) or (span.endswith("/") and len(span) > 1)


def _spelled_out(name: str) -> list[str]:
    found = re.fullmatch(r"(.*)\{(.*)\}(.*)", name)
    return [f"{found[1]}{one}{found[3]}" for one in found[2].split(",")] if found else [name]


def _is_there(page: Path, name: str) -> bool:
    if any(True for place in (*_PLACES, str(page.parent)) for _ in (ROOT / place).glob(name.rstrip("/"))):
        return True
    return "/" not in name and name in _names_of_files()


@cache
def _names_of_files() -> frozenset[str]:
    folders = ("src", "tests", "tools", "docs", "themes")
    return frozenset(path.name for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())


def _module(name: str) -> bool:
    path = ROOT / "src" / Path(*name.split("."))
    below = path.parent.with_suffix(".py")
    return (
        path.is_dir() or path.with_suffix(".py").exists() or (below.exists() and path.name in below.read_text("utf-8"))
    )


@cache
def _all_tests() -> str:
    return "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


def _test(name: str) -> bool:
    return f"def {name}(" in _all_tests() or f"{name}.py" in _names_of_files()
