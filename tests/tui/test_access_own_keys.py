"""Hints show the keys that a person has given, and none is built from a key that could have been changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from textual.content import Content

import nookterm.tui
from nookterm.domain.ids import UserId
from nookterm.tui.commands import COMMANDS
from nookterm.tui.look import Look
from nookterm.tui.screens.help import _keys as help_keys
from nookterm.tui.stopping import what_stops
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.board_page import _keys as board_keys
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.desk_case import _letters as batch_keys
from nookterm.tui.widgets.desk_case import detail_rows
from nookterm.viewmodels.desk import Detail
from nookterm.viewmodels.timeline import Blocked
from tests.tui.desk_samples import other

SOURCE = Path(str(nookterm.tui.__path__[0]))
DIALOGS = frozenset({"enter", "escape", "tab", "y", "n"})
"""Keys that are the same in every dialog and form, and are no commands there."""
BOUND = {
    ("busy.py", "r"), ("leaving.py", "s"), ("leaving.py", "d"), ("message_details.py", "L"), ("returning.py", "f2"),
    ("signin_rows.py", "ctrl+q"),
}  # fmt: skip
"""Keys that a dialog binds by itself, under its own hint; before somebody is signed in there are no own keys."""
OFFERED = replace(
    other("offer", "Mo", "", "", "", "2 d", "greet"),
    detail=Detail("Mo", UserId("@mo:river.example"), "", "glaze-lab", 34, None, ways=("{desk.greet} opens the nook.",)),
)
STOPPED = Blocked("device", "Stopped.", "", "Nothing left.")
OWN = {"desk.approve": "f9", "highlights.react": "ctrl+r", "app.go_on": "f8", "desk.greet": "f7"}


@pytest.mark.parametrize(
    ("drawn", "own", "default"),
    [
        (lambda: [batch_keys(("desk.approve",))], "F9", "a"),
        (lambda: board_keys(60, ("highlights.react", "react")), "^r react", "+ react"),
        (lambda: detail_rows(OFFERED, 60), "F7 opens the nook", "e opens the nook"),
        (lambda: [Content(" ".join(what_stops(STOPPED).steps))], "F8 makes", "F8 compares"),
    ],
    ids=["desk", "board", "what to do", "stopped"],
)
async def test_a_hint_has_the_key_that_a_person_gave(
    drawn: Callable[[], Sequence[Content]], own: str, default: str
) -> None:
    app = ThemedApp[None](Look(keys=OWN))
    async with app.run_test(size=(80, 10)) as pilot:
        seen: list[str] = []

        def rows(_width: int) -> list[Content]:
            made = list(drawn())
            seen.append("\n".join(one.plain for one in made))
            return made

        await app.screen.mount(Paper(rows))
        await pilot.pause()
        assert own in seen[-1]
        assert default not in seen[-1].split("\n")
    assert own not in "\n".join(one.plain for one in drawn())


def test_the_page_of_keys_never_falls_back_to_a_key_that_was_changed() -> None:
    quits = next(one for one in COMMANDS if one.id == "app.quit")
    assert help_keys(quits, {"app.quit": "ctrl+shift+backspace,ctrl+shift+delete"}) not in {"ctrl+q", "^q"}


def test_no_hint_is_built_from_a_key_that_can_be_changed() -> None:
    default = {key for one in COMMANDS for key in one.keys}
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"key_hint", "quiet_hint"} and node.args:
                key = getattr(node.args[0], "value", None)
                if key in default - DIALOGS and (path.name, key) not in BOUND:
                    found.append(f"{path.name}:{node.lineno} {key}")
            is_default = isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith(".keys")
            if is_default and path.name not in {"commands.py", "keying.py"}:
                found.append(f"{path.name}:{getattr(node, 'lineno', 0)} {ast.unparse(node)}")
    assert found == []


def test_no_sentence_writes_out_a_key_with_alt_or_ctrl() -> None:
    source, named, found = SOURCE.parent, re.compile(r"\b(?:alt|ctrl)\+(?![cz]\b)\w"), []
    for path in sorted(p for part in ("tui", "viewmodels", "client") for p in (source / part).rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            words = node.value if isinstance(node, ast.Constant) and id(node) not in docstrings else ""
            if isinstance(words, str) and " " in words and named.search(words):
                found.append(f"{path.relative_to(source)}: {words}")
    assert found == []
