"""What a start of the program loads, seen at run time: late imports are invisible to import-linter."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "nookterm"

_TUI = "nookterm.tui"
_WHEN_WANTED = (
    *(f"{_TUI}.{name}" for name in ("contrast", "theme_watch")),
    *(
        f"{_TUI}.screens.{name}"
        for name in (
            "account_adding", "accounts", "browser", "charter", "desk", "directory", "facilitators", "farewell",
            "file_", "first_trust", "found", "help", "highlights", "joining", "leaving", "members", "onward",
            "privacy", "record", "requests", "returning", "room_settings", "search", "seen", "settings", "signin",
            "trust", "verify",
        )
    ),
    *(
        f"{_TUI}.widgets.{name}"
        for name in (
            "board_", "charter_", "desk_", "doors", "forms_ask", "forms_pick", "forms_share", "picture_sharp", "qr",
            "setting_rows", "signin_rows", "trust_rows", "way_in",
        )
    ),
)  # fmt: skip
"""Screens, panels and what is on them that the first frame does not show: loaded when somebody goes there."""
CLOCKS = {"now", "utcnow", "today", "monotonic", "perf_counter", "time_ns"}


def _loaded_after(code: str) -> set[str]:
    """The names of all modules that a fresh interpreter has loaded after running the code."""
    report = "import atexit, json, sys; atexit.register(lambda: print('\\n' + json.dumps(sorted(sys.modules))))"
    command = [sys.executable, "-c", f"{report}\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def _outsiders(modules: set[str]) -> set[str]:
    """Top names that belong neither to Python nor to us, without what the interpreter loads before our first line."""
    tops = {name.partition(".")[0] for name in modules - _loaded_after("")}
    return tops - set(sys.stdlib_module_names) - {"nookterm"}


def test_the_domain_needs_nothing_but_python() -> None:
    modules = sorted((SOURCE / "domain").glob("*.py"))
    names = [f"nookterm.domain.{module.stem}" for module in modules if module.stem != "__init__"]

    loaded = _loaded_after("import nookterm.domain\n" + "\n".join(f"import {name}" for name in names))

    assert set(names) <= loaded
    assert _outsiders(loaded) == set()
    assert {name for name in loaded if name.startswith("nookterm.") and not name.startswith("nookterm.domain")} == set()


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["demo", "--help"]], ids=" ".join)
def test_a_question_about_the_program_loads_neither_the_screen_nor_the_engine(arguments: list[str]) -> None:
    run = (
        f"import runpy, sys; sys.argv = ['nookterm', *{arguments!r}]; runpy.run_module('nookterm', run_name='__main__')"
    )

    loaded = _loaded_after(run)

    assert "nookterm.cli" in loaded
    assert loaded & {"textual", "rich", "nio", "aiohttp", "keyring", "sqlcipher3", "synapse", "twisted"} == set()
    assert {name for name in loaded if name.startswith("nookterm.client.")} <= {"nookterm.client.errors"}


def test_the_last_frame_needs_no_account_and_no_view() -> None:
    """It is on the terminal before anything is loaded that only a client at work needs."""
    code = "import nookterm.cli.main, nookterm.cli.begin, nookterm.store.opening, nookterm.store.lock"

    loaded = _loaded_after(f"{code}, nookterm.vault.choose")

    assert "nookterm.viewmodels.frame" in loaded
    heavy = {"nookterm.client.session", "nookterm.client.account", "nookterm.viewmodels.timeline", "asyncio"}
    assert loaded & (heavy | {"textual", "rich", "nio", "aiohttp", "cryptography"}) == set()


def test_a_start_loads_nothing_that_only_some_messages_need() -> None:
    """What reads HTML, writes Markdown, colours code and draws pictures is loaded when the first of them comes."""
    loaded = _loaded_after("import nookterm.cli.screen, nookterm.tui.app, nookterm.viewmodels.shell")

    assert "nookterm.formatting.reading" in loaded
    late = {"nh3", "selectolax", "markdown_it", "linkify_it", "pygments", "PIL", "emoji"}
    assert {name.partition(".")[0] for name in loaded} & late == set()
    assert {name for name in loaded if name.startswith(_WHEN_WANTED)} == set()


def test_records_are_those_whose_methods_are_made_late() -> None:
    """The standard library's decorator compiles five methods at import: for all our classes a quarter of a second."""
    ours = {"domain/records.py"}

    found = [
        str(module.relative_to(SOURCE))
        for module in SOURCE.rglob("*.py")
        for node in ast.parse(module.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        if any(name.name == "dataclass" for name in node.names)
    ]

    demo = {name for name in found if name.startswith("demo/")}  # It is loaded for a play alone.
    assert set(found) - ours - demo == set(), "from nookterm.domain.records import dataclass"


@pytest.mark.parametrize("module", sorted((SOURCE / "domain").glob("*.py")), ids=lambda module: module.stem)
def test_the_domain_is_told_the_time_and_never_asks(module: Path) -> None:
    asked = [
        f"{node.func.attr}() in line {node.lineno}"
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]

    assert asked == []
