"""Writes the pages that the code itself knows best: the map of the modules, keys, problems, and the pinned bootstrap.

Without arguments it writes those that are stale; with --check it only names them and exits with 1.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nookterm.tui.commands import Command

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nookterm"
RINGS = (
    "domain", "trust", "formatting", "client", "viewmodels", "matrix", "pictures", "store",
    "vault", "tui", "demo", "cli",
)  # fmt: skip

MADE_BY = "<!-- Written by `make docs`; a test fails when it is stale. -->"
MAP_INTRODUCTION = """# Map

One line for each module, from the inside out. Who may import whom is said in [architecture.md](architecture.md)."""
KEYS_INTRODUCTION = """# Keys

Each line is one command. Press its key, type its slash command in the composer, or find it in the palette.
The `vim` preset has the keys of the plain one and those of its column. The id names a command in your own keymap."""
KEYS_HEAD = "| plain | vim adds | slash | command | what it does | id |\n|---|---|---|---|---|---|"
BOOTSTRAP_HEAD = (
    "# The one package that make fetches with pip; everything else comes from uv.lock. Written by `make docs`.\n"
)


def first_line(module: Path) -> str:
    """Why a module exists, in its own words; empty when it does not say."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    return docstring.splitlines()[0] if docstring else ""


def map_page() -> str:
    """Every module with the first line of its docstring."""
    sections = [f"{MADE_BY}\n\n{MAP_INTRODUCTION}"]
    for ring in RINGS:
        folder = SOURCE / ring
        sections.append(f"## {ring}/\n\n{first_line(folder / '__init__.py')}")
        modules = [module for module in sorted(folder.rglob("*.py")) if module.name != "__init__.py"]
        if modules:
            sections.append("\n".join(f"- `{module.relative_to(SOURCE)}`: {first_line(module)}" for module in modules))
    return "\n\n".join(sections) + "\n"


def _code(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _keys(keys: Iterable[str]) -> str:
    from nookterm.tui.commands import key_name

    return _code(key if key.startswith("ctrl+") else key_name(key) for key in keys)


def _rows(commands: Iterable[Command]) -> Iterator[str]:
    for command in commands:
        slash = _code([command.slash]) if command.slash else ""
        keys, vim_keys = _keys(command.keys), _keys(command.vim_keys)
        cells = (keys, vim_keys, slash, command.title, command.help, _code([command.id]))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def keys_page() -> str:
    """Every command with its keys in both presets, grouped by where it works."""
    from nookterm.tui.commands import COMMANDS, CONTEXTS

    sections = [f"{MADE_BY}\n\n{KEYS_INTRODUCTION}"]
    for context, title in CONTEXTS.items():
        rows = _rows(command for command in COMMANDS if command.context == context)
        sections.append(f"## {title}\n\n" + "\n".join([KEYS_HEAD, *rows]))
    return "\n\n".join(sections) + "\n"


def exit_codes() -> dict[str, int]:
    """Every kind of problem by the name of its class, with the exit code of a command that ends with it."""
    from nookterm.cli.output import exit_code
    from nookterm.client import errors, intents
    from nookterm.demo.errors import DemoProblem

    named = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type)}
    named |= {"DemoProblem": DemoProblem, "Unfinished": intents.Unfinished}
    return {name: exit_code(kind("")) for name, kind in named.items() if issubclass(kind, errors.Problem)}


def problems_page() -> str:
    """Every error code."""
    from tools.problem_codes import made_in, page

    codes = exit_codes()
    return f"{MADE_BY}\n\n{page(made_in(SOURCE, codes), codes)}"


def bootstrap_list() -> str:
    """What make fetches with pip before uv is there, with the hashes of uv.lock."""
    export = "export --frozen --only-group bootstrap --no-emit-project --no-annotate --no-header"
    uv = Path(sys.executable).parent / "uv"
    done = subprocess.run([uv, *export.split()], cwd=ROOT, capture_output=True, text=True, check=True)
    return BOOTSTRAP_HEAD + done.stdout


def pages() -> dict[Path, str]:
    """Each generated file with what it should hold now."""
    return {
        ROOT / "docs" / "map.md": map_page(),
        ROOT / "docs" / "keys.md": keys_page(),
        ROOT / "docs" / "problems.md": problems_page(),
        ROOT / "tools" / "bootstrap.txt": bootstrap_list(),
    }


def stale() -> dict[Path, str]:
    """The generated files that are not what they should be, with what they should be."""
    return {
        path: text for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def main(arguments: list[str]) -> int:
    """Write the stale pages, or with --check only name them."""
    only_check = "--check" in arguments
    found = stale()
    for path, text in found.items():
        if only_check:
            print(f"{path.relative_to(ROOT)} is stale: run `make docs`")
        else:
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} written")
    return 1 if found and only_check else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main(sys.argv[1:]))
