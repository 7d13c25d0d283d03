"""What the pages say in code marks is so: commands, options, slash commands, settings, keys, targets, files, tests."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from tests.house import page_claims as claims
from tools.generate_docs import ROOT

_READ = sorted(
    page
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if page.name not in {"CHANGELOG.md", "map.md", "keys.md"}
)
"""Every page but the diary, which tells what was, and those that are made from the code."""
_each_page = pytest.mark.parametrize("page", _READ, ids=lambda page: str(page.relative_to(ROOT)))
_TABLES_OF_KEYS = (
    ("docs/guide/member.md", "tour"),
    ("docs/guide/member.md", "tree"),
    ("docs/guide/member.md", "timeline"),
    ("docs/guide/member.md", "member"),
    ("docs/guide/trust.md", "trust"),
)
"""Every table of keys, in the order of the pages, and where its keys work."""


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _tables(page: Path) -> list[str]:
    return re.findall(r"^\| key \|.*\n(?:\|.*\n)+", _text(page), re.MULTILINE)


@_each_page
def test_every_command_line_of_a_page_is_one_that_the_parser_takes(page: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        assert claims.wrong_commands(_text(page)) == []


@_each_page
def test_every_slash_command_of_a_page_exists(page: Path) -> None:
    assert claims.wrong_slashes(_text(page), str(page.relative_to(ROOT))) == []


@_each_page
def test_every_setting_of_a_page_exists_and_may_be_what_is_said(page: Path) -> None:
    assert claims.wrong_settings(_text(page)) == []
    assert claims.wrong_variables(_text(page)) == []


def test_the_table_of_settings_has_them_all_with_their_defaults_and_choices() -> None:
    assert claims.wrong_table_of_settings(_text(ROOT / "docs/guide/member.md")) == []


@_each_page
def test_every_key_of_a_page_is_bound_and_is_the_slash_command_beside_it(page: Path) -> None:
    assert claims.wrong_keys(_text(page)) == []
    assert claims.unlike_slashes(_text(page)) == []


def test_every_table_of_keys_says_what_its_keys_do_there() -> None:
    tables = [(str(page.relative_to(ROOT)), table) for page in _READ for table in _tables(page)]

    assert [page for page, _ in tables] == [page for page, _ in _TABLES_OF_KEYS]
    for (page, table), (_, context) in zip(tables, _TABLES_OF_KEYS, strict=True):
        assert claims.wrong_table_of_keys(table, context) == [], page


@_each_page
def test_every_target_file_module_and_test_of_a_page_exists(page: Path) -> None:
    known = set(re.findall(r"^([a-z]+):", _text(ROOT / "Makefile"), re.MULTILINE))

    assert claims.make_targets(_text(page)) - known == set()
    assert claims.missing_files(page, _text(page)) == []


@pytest.mark.parametrize(
    "line",
    [
        "`nookterm aprove k-1`",
        "`nookterm desk --jsn`",
        "`nookterm send --loud ROOM TEXT`",
        "`nookterm config put theme dusk`",
        "```\nnookterm login a b c\n```",
        "| command | what |\n|---|---|\n| `read ROOM [--newest]` | x |\n",
    ],
)
def test_a_wrong_command_is_found(line: str) -> None:
    assert len(claims.wrong_commands(line)) == 1


@pytest.mark.parametrize("line", ["`/favorite`", "`/sett clock 12`", "`/open`"])
def test_a_wrong_slash_command_is_found(line: str) -> None:
    assert len(claims.wrong_slashes(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "`notify.who`",
        '`clock = "25"`',
        "`/set clock 25`",
        "`nookterm config set colour red`",
        "```toml\n[keep]\nday = 9\n```",
        "```toml\n[keep]\ndays = -1\n```",
        '```toml\n[keys]\n"go.dsk" = "alt+w"\n```',
    ],
)
def test_a_wrong_setting_is_found(line: str) -> None:
    assert len(claims.wrong_settings(line)) == 1


@pytest.mark.parametrize(
    ("row", "other"),
    [
        ("| `clock` | `auto`, `24`, `12` |", "| `clock` | `24`, `auto`, `12` |"),
        ("| `week` | `auto`, `monday`, `sunday` |", "| `week` | `auto`, `monday`, `friday` |"),
        ("| `title` | `on`, `off` |", "| `titel` | `on`, `off` |"),
    ],
)
def test_a_wrong_row_of_settings_is_found(row: str, other: str) -> None:
    page = _text(ROOT / "docs/guide/member.md")

    assert row in page
    assert claims.wrong_table_of_settings(page.replace(row, other))


@pytest.mark.parametrize("line", ["`alt+ü`", "`F12`", "`ctrl+shift+z`"])
def test_a_key_that_nothing_answers_to_is_found(line: str) -> None:
    assert len(claims.wrong_keys(line)) == 1


@pytest.mark.parametrize("line", ["`alt+d` (`/requests`)", "`F2` (or `/help`)", "`alt+w` or `/settings`"])
def test_a_key_beside_the_slash_command_of_something_else_is_found(line: str) -> None:
    assert len(claims.unlike_slashes(line)) == 1


@pytest.mark.parametrize("row", ["| `s` | takes a message back |", "| `Q` | leaves |"])
def test_a_wrong_row_of_keys_is_found(row: str) -> None:
    assert len(claims.wrong_table_of_keys(f"| key | does |\n|---|---|\n{row}\n", "trust")) == 1


@pytest.mark.parametrize(
    "name",
    [
        "client/nowhere.py",
        "tests/tui/test_nothing_at_all.py",
        "nothing_at_all.py",
        "tests/nowhere/",
        "nookterm.client.nowhere",
        "tests/{cli,nowhere}/test_messages.py",
        "test_nobody_ever_promised_this",
    ],
)
def test_a_name_of_something_that_is_not_there_is_found(name: str) -> None:
    assert claims.missing_files(ROOT / "docs" / "index.md", f"`{name}`")


def test_a_variable_and_a_target_that_nobody_reads_are_found() -> None:
    assert claims.wrong_variables("`NOOKTERM_PLACE`") == ["NOOKTERM_PLACE"]
    assert claims.make_targets("`make tea`\n```\nmake soup ARGS=1\n```\n") == {"tea", "soup"}
