"""On the screen nobody is sent to a shell for what a key or a slash command does."""

from __future__ import annotations

import re
from pathlib import Path

import nookterm
from nookterm.client.errors import NotTrusted
from nookterm.tui.commands import COMMANDS
from nookterm.viewmodels.problem_words import in_words, inside, way_out

SOURCES = Path(nookterm.__file__).parent
LAYERS = ("client", "domain", "matrix", "store", "trust", "vault", "viewmodels")
ONLY_IN_A_SHELL = {"doctor"}


def commands_in_problems() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for layer in LAYERS for path in (SOURCES / layer).rglob("*.py"))
    return {found for text in texts for found in re.findall(r"`nookterm [a-z][^`]*`", text)}


def test_every_command_that_a_problem_names_has_its_way_on_the_screen() -> None:
    named = commands_in_problems()
    assert len(named) > 10
    left = {command.split()[1].strip("`") for command in named if "`" in inside(command)}
    assert left == ONLY_IN_A_SHELL
    slashes = {command.slash for command in COMMANDS if command.slash}
    assert {word for command in named for word in re.findall(r"/[a-z-]+", inside(command))} <= slashes


def test_a_way_is_said_once_and_begins_a_sentence_like_one() -> None:
    problem = NotTrusted("Nothing left.", "`nookterm trust setup` or `nookterm recover` changes that.")
    assert in_words(problem) == "Nothing left. Sessions and trust (/trust) changes that."
    assert way_out(NotTrusted("", "`nookterm desk` lists what waits.")) == "The desk (/desk) lists what waits."
