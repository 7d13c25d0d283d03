"""Nothing in the program grows past what a person reads in one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "nookterm"
MODULES = sorted(SOURCE.rglob("*.py"))

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
MOST_METHODS = 20

Function = (ast.FunctionDef, ast.AsyncFunctionDef)

GRANTED: dict[str, str] = {}
"""What may be bigger, as `path: what`, with the reason."""


def _is_port(node: ast.ClassDef) -> bool:
    """A Protocol is a list of what is needed from outside; it has no code that could tangle."""
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


def _too_long(module: Path) -> Iterator[str]:
    text = module.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    if lines > LONGEST_MODULE:
        yield f"{lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{node.name}: {length} lines"
        elif isinstance(node, ast.ClassDef) and not _is_port(node):
            methods = sum(isinstance(part, Function) for part in node.body)
            if methods > MOST_METHODS:
                yield f"class {node.name}: {methods} methods"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(SOURCE)))
def test_a_module_stays_small(module: Path) -> None:
    where = module.relative_to(SOURCE)

    found = [f"{where}: {what}" for what in _too_long(module)]

    assert [what for what in found if what.rpartition(":")[0] not in GRANTED] == []


def test_no_exception_outlives_its_need() -> None:
    found = {
        f"{module.relative_to(SOURCE)}: {what}".rpartition(":")[0] for module in MODULES for what in _too_long(module)
    }

    assert set(GRANTED) - found == set()


def test_every_folder_of_code_is_a_package() -> None:
    """import-linter does not see a folder without an __init__.py."""
    folders = {module.parent for module in MODULES}

    assert {folder for folder in folders if not (folder / "__init__.py").exists()} == set()


def test_the_ruler_itself_measures(tmp_path: Path) -> None:
    big = tmp_path / "big.py"
    methods = "".join(f"    def m{number}(self): ...\n" for number in range(MOST_METHODS + 1))
    body = "    pass\n" * LONGEST_FUNCTION
    port = f"class Port(Protocol):\n{methods}"
    text = f"{port}class Big:\n{methods}def long():\n{body}"
    big.write_text(text + "\n" * (LONGEST_MODULE + 1 - text.count("\n")), encoding="utf-8")

    assert list(_too_long(big)) == ["401 lines", "class Big: 21 methods", "long: 61 lines"]
