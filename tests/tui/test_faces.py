"""No panel without its five faces: a new one fails here until it says what it shows with nothing in it, and when."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import nookterm.tui
import nookterm.viewmodels
from nookterm.tui.commands import COMMANDS
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.viewmodels.keyed import named_in
from nookterm.viewmodels.model import Face, Notice
from tests.tui.faces_table import PANELS, Faces, Never, Says
from tests.tui.panel_host import seen

SOURCE = Path(nookterm.tui.__file__).parents[1]
MAKES = {"FaceView", "BlockList", "Tree"}
"""What a list is made of, or stands in its place."""
IDS = {command.id for command in COMMANDS}
_MOST_STEPS = 3
_WIDEST = 78
"""Cells of a headline, so that it is one line at 80 columns."""


def _trees(ring: str, words: tuple[str, ...]) -> Iterator[ast.Module]:
    """The modules of a ring that have any of these words."""
    for module in sorted((SOURCE / ring).rglob("*.py")):
        text = module.read_text(encoding="utf-8")
        if any(word in text for word in words):
            yield ast.parse(text)


def _panels() -> Iterator[str]:
    for tree in _trees("tui", tuple(f"{name}(" for name in MAKES)):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
                if any(isinstance(made, ast.Name) and made.id in MAKES for made in calls):
                    yield node.name


def _views() -> Iterator[str]:
    """Classes of view-models that have a face of their own."""
    for tree in _trees("viewmodels", ("    face: ",)):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                fields = (part.target for part in node.body if isinstance(part, ast.AnnAssign))
                if any(isinstance(field, ast.Name) and field.id == "face" for field in fields):
                    yield node.name


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _notices() -> dict[str, Notice]:
    """Every notice that stands in a module."""
    found: dict[str, Notice] = {}
    for package in (nookterm.viewmodels, nookterm.tui):
        for module in _modules(package):
            for name, value in vars(module).items():
                many = value.values() if isinstance(value, dict) else (value,)
                found |= {f"{module.__name__}.{name} {n}": it for n, it in enumerate(many) if isinstance(it, Notice)}
    return found


def test_every_list_and_every_face_of_the_screen_is_in_the_table() -> None:
    # About draws its rows itself.
    assert {*_panels(), "About"} == set(PANELS)


def test_every_view_with_a_face_is_shown_by_a_panel_of_the_table() -> None:
    # What all panels over one room share has no panel by itself.
    assert set(_views()) - {"RoomView"} <= {faces.content for faces in PANELS.values()}


@pytest.mark.parametrize("faces", PANELS.values(), ids=PANELS)
def test_a_panel_says_what_one_waits_for_what_is_missing_and_what_is_safe(faces: Faces) -> None:
    for words in (faces.loading, faces.empty, faces.problem, faces.offline):
        if isinstance(words, Never):
            assert words.why
        elif isinstance(words, Says):
            assert words.words in (SOURCE / words.file).read_text(encoding="utf-8")
        else:
            assert words
            assert all(notice.headline.endswith(".") for notice in words)
    if isinstance(faces.offline, tuple):
        assert all(step for notice in faces.offline for step in notice.steps[:1])


@pytest.mark.parametrize(
    ("panel", "notice"),
    [(name, notice) for name, faces in PANELS.items() if isinstance(faces.empty, tuple) for notice in faces.empty],
)
def test_an_empty_face_teaches_the_way_to_something(panel: str, notice: Notice) -> None:
    assert len(notice.headline) <= _WIDEST
    assert len(notice.steps) <= _MOST_STEPS
    if panel == "About":
        return
    assert named_in(" ".join(notice.steps)), notice.headline


def test_no_words_of_ours_name_a_command_that_there_is_not() -> None:
    named = {where: set(named_in(" ".join((it.headline, *it.steps)))) for where, it in _notices().items()}

    assert len(named) > len(PANELS)
    assert {where: ids - IDS for where, ids in named.items() if ids - IDS} == {}


def test_notices_blame_nobody_and_do_not_shout() -> None:
    for it in _notices().values():
        assert "!" not in " ".join((it.headline, *it.steps))


class _Bare(ThemedApp[None]):
    """A face, and nothing else."""

    pressed: tuple[str, ...] = ()

    def compose(self) -> Iterator[FaceView]:
        yield FaceView("Looking who waits")

    def simulate_key(self, key: str) -> None:
        """Noted."""
        self.pressed = (*self.pressed, key)


async def test_each_face_is_drawn_as_itself_and_its_keys_can_be_clicked() -> None:
    app = _Bare()
    notice = Notice("Nobody waits.", ("{app.help} shows every key", "Esc goes back"))
    wrong = Notice("The server said no.", ("Nothing was changed.", "Try again."))

    async with app.run_test(size=(80, 24)) as pilot:
        face = app.query_one(FaceView)
        shown: dict[tuple[Face, bool], str] = {}
        for kind, said in ((Face.LOADING, None), (Face.EMPTY, notice), (Face.PROBLEM, wrong), (Face.OFFLINE, wrong)):
            for over in (False, True):
                face.show(kind, said, above=over)
                await pilot.pause()
                shown[kind, over] = seen(app)
        face.show(Face.EMPTY, notice, above=True)
        await pilot.pause()
        row = next(n for n, line in enumerate(seen(app).splitlines()) if "F1" in line)
        await pilot.click(offset=(seen(app).splitlines()[row].index("F1"), row))

    assert "Looking who waits" in shown[Face.LOADING, False]
    for over in (True, False):
        assert "F1 shows every key" in shown[Face.EMPTY, over]
        assert "! " not in shown[Face.EMPTY, over]
        assert "! The server said no." in shown[Face.PROBLEM, over]
        assert "○ The server said no." in shown[Face.OFFLINE, over]
    assert app.pressed == ("f1",)
