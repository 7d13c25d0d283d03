"""What docs/architecture.md tells a newcomer to edit: a step that was left out is named by a test."""

from __future__ import annotations

import argparse
import importlib
import inspect
import re

import pytest

from nookterm.cli.main import module_of
from nookterm.cli.parser import build_parser
from nookterm.domain.desk import GROUP_OF, Kind
from nookterm.tui.commands import COMMANDS
from nookterm.viewmodels.desk_detail import _TITLES, _WAYS, _WAYS_ABOUT_SOMEBODY
from nookterm.viewmodels.keyed import named_in
from tools.generate_docs import ROOT

_ELSEWHERE = {"demo"}
"""Commands that `main` begins by itself."""


def _commands() -> list[str]:
    (nested,) = (action for action in build_parser("0")._actions if isinstance(action, argparse._SubParsersAction))
    return sorted(set(nested.choices) - _ELSEWHERE)


@pytest.mark.parametrize("command", _commands())
def test_every_command_that_the_parser_takes_has_its_function(command: str) -> None:
    module = module_of(command)

    assert module, f"{command} has no row in _MODULES of cli/main.py"
    function = getattr(importlib.import_module(module), command.replace("-", "_"), None)
    assert inspect.iscoroutinefunction(function), f"{module} has no `async def {command.replace('-', '_')}`"


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_every_kind_of_the_desk_has_its_group_its_title_and_its_row(kind: Kind) -> None:
    page = (ROOT / "docs" / "desk.md").read_text(encoding="utf-8")

    assert kind in GROUP_OF, f"{kind} has no group in domain/desk.py"
    assert kind in _TITLES, f"{kind} has no title in viewmodels/desk_detail.py"
    assert f"\n| `{kind}` |" in page, f"{kind} has no row in docs/desk.md"


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_what_can_be_done_about_a_line_is_said_with_the_desks_own_commands(kind: Kind) -> None:
    ways = (*_WAYS.get(kind, ()), *(_WAYS_ABOUT_SOMEBODY if kind is Kind.REPORT else ()))
    acts = {one.id for one in COMMANDS if one.id.startswith("desk.")}

    assert set(named_in(" ".join(ways))) <= acts
    for sentence in ways:
        letters = re.findall(r"(?:^|[:,.] |\()([a-z])(?= [a-z]|\))", sentence)
        assert set(letters) <= {"a"}, f"a key has to be the id of its command, in braces: {sentence}"
