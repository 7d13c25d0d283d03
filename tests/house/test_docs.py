"""The pages say what is so: generated ones are fresh, and what they name exists."""

from __future__ import annotations

import argparse
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from nookterm.cli.output import EXIT_CODES
from nookterm.cli.parser import build_parser
from nookterm.tui.commands import COMMANDS
from tools.generate_docs import ROOT, first_line, stale

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _targets() -> dict[str, str]:
    """The targets of the Makefile that people call, each with its line of help."""
    phony = re.search(r"^\.PHONY: (.+)$", _page("Makefile"), re.MULTILINE)
    assert phony
    helped = dict(re.findall(r"^([a-z]+):[^#\n]*## (.+)$", _page("Makefile"), re.MULTILINE))
    return {target: helped.get(target, "") for target in phony[1].split()}


def _required() -> Iterator[str]:
    """Every package that pyproject.toml asks for, by name."""
    project = PROJECT["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["demo"]]
    for group in PROJECT["dependency-groups"].values():
        listed += [entry for entry in group if isinstance(entry, str)]
    for requirement in listed:
        yield re.split(r"[\[<>=!~ ]", requirement)[0]


def test_the_generated_pages_are_what_the_code_says() -> None:
    assert [page.name for page in stale()] == [], "out of date: `make docs` writes them anew"


def test_every_command_of_the_screen_is_on_the_page_of_keys() -> None:
    page = _page("docs/keys.md")

    assert [command.id for command in COMMANDS if f"| `{command.id}` |" not in page] == []


@pytest.mark.parametrize(
    "module", sorted((ROOT / "src").rglob("*.py")), ids=lambda module: str(module.relative_to(ROOT / "src"))
)
def test_a_module_says_in_one_line_why_it_exists(module: Path) -> None:
    assert first_line(module).endswith((".", "?"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    inside = [target for target in targets if not re.match(r"[a-z]+:", target)]

    assert [target for target in inside if not (page.parent / target).exists()] == []


def test_the_readme_opens_with_a_picture_and_the_two_commands() -> None:
    opening = _page("README.md").partition("\n## ")[0]

    assert "docs/pictures/main.svg" in opening
    assert re.findall(r"^make (\w+)", opening, re.MULTILINE) == ["demo", "test"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_command_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"`make (\w+)", page.read_text(encoding="utf-8")))

    assert named - set(_targets()) == set()


def test_make_alone_prints_every_target_with_its_help() -> None:
    printed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert _targets()
    for target, words in _targets().items():
        assert words
        assert re.search(rf"make {target} +{re.escape(words)}", printed)


def test_every_script_that_make_runs_exists() -> None:
    scripts = re.findall(r"\b(?:tools|tests)/[\w/-]+\.(?:py|sh|txt)", _page("Makefile"))

    assert scripts
    assert [script for script in scripts if not (ROOT / script).exists()] == []


def test_the_gate_runs_the_checks_and_the_tests() -> None:
    lines = _page(".ci/run").splitlines()

    assert "set -euo pipefail" in lines
    assert [line for line in lines if line.startswith("make")] == ["make check", "make test"]


def test_every_dependency_has_its_reason() -> None:
    page = _page("docs/dependencies.md")

    assert [name for name in _required() if f"`{name}`" not in page] == []


def test_every_observation_of_the_mission_has_its_row() -> None:
    rows = re.findall(r"^\| (M\d+) \|", _page("docs/features.md"), re.MULTILINE)

    assert rows == [f"M{number}" for number in range(1, 20)]


def test_every_test_that_the_features_name_exists() -> None:
    """A name without a folder is in the folder of the one before it."""
    missing, folder = [], ""
    for name in re.findall(r"`((?:tests/)?[a-z_/]*(?:test_[a-z_*{},]+\.py|tests/[a-z_]+))`", _page("docs/features.md")):
        folder = name.rpartition("/")[0] if "/" in name else folder
        wanted = name if "/" in name else f"{folder}/{name}"
        if not any(list(ROOT.glob(one)) for one in _spelled_out(wanted)):
            missing.append(wanted)

    assert missing == []


def _spelled_out(name: str) -> list[str]:
    """A name with one `{a,b}` as two."""
    found = re.fullmatch(r"(.*)\{(.*)\}(.*)", name)
    return [f"{found[1]}{one}{found[3]}" for one in found[2].split(",")] if found else [name]


def _commands(parser: argparse.ArgumentParser, words: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command as one types it, with its own options; those of every command are under the empty word."""
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not nested or not words:
        yield (
            words,
            {option for action in parser._actions for option in action.option_strings if option.startswith("--")},
        )
    for action in nested:
        for name, below in action.choices.items():
            yield from _commands(below, f"{words} {name}".strip())


def test_every_command_and_each_of_its_options_is_documented() -> None:
    page = _page("docs/cli.md")
    commands = dict(_commands(build_parser("0")))
    common = commands.pop("")
    rows = {row.split("`")[1]: row for row in page.splitlines() if row.startswith("| `")}

    assert len(commands) > 20
    assert [option for option in common if option not in page] == []
    for command, options in commands.items():
        documented = " ".join(row for usage, row in rows.items() if re.match(rf"{command}( |$)", usage))
        assert documented, f"{command} is not in docs/cli.md"
        assert [option for option in options - common if option not in documented] == []


def test_every_exit_code_is_documented() -> None:
    documented = re.findall(r"^\| (\d+)(?:, (\d+))? \|", _page("docs/cli.md"), re.MULTILINE)

    assert {0, 1} | {code for _, code in EXIT_CODES} <= {int(code) for row in documented for code in row if code}


def test_every_decision_is_listed_where_one_looks_for_it() -> None:
    listed = _page("docs/adr/README.md")

    decisions = [page.name for page in (ROOT / "docs" / "adr").glob("0*.md")]
    assert decisions
    assert [name for name in decisions if f"({name})" not in listed] == []
