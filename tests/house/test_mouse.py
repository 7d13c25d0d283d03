"""Whoever hears clicks looks which button it was: the middle and the right one never act by accident."""

from __future__ import annotations

import ast
from pathlib import Path

TUI = Path(__file__).parents[2] / "src" / "nookterm" / "tui"
_HARMLESS = {
    "Confirm.on_click": "keeps the question",
    "ChooseScreen.on_click": "closes it",
    "MenuScreen.on_click": "closes it",
    "MessageListScreen.on_click": "closes it",
}
"""What does the same for every button, and acts on nothing."""
_LOOKS = ("event.button", "pressed(event)")
"""How one looks: at the button itself, or by `pressed`, which knows only the left one."""


def _hears_clicks(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return function.name == "on_click" or any("events.Click" in ast.unparse(one) for one in function.decorator_list)


def _careless(source: str) -> list[str]:
    """The handlers of clicks that do not look."""
    return [
        f"{kind.name}.{function.name}"
        for kind in ast.walk(ast.parse(source))
        if isinstance(kind, ast.ClassDef)
        for function in kind.body
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and _hears_clicks(function)
        and not any(word in ast.unparse(function) for word in _LOOKS)
    ]


def test_every_handler_of_clicks_looks_at_the_button() -> None:
    found = {name for path in TUI.rglob("*.py") for name in _careless(path.read_text(encoding="utf-8"))}
    assert found == set(_HARMLESS)


def test_one_that_does_not_look_is_found() -> None:
    careless = "class A:\n    @on(events.Click)\n    def _hit(self, event):\n        self.do()\n"
    assert _careless(careless) == ["A._hit"]
