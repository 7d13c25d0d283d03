"""What a click on words that name a key does: as much as the key, wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual import events
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from nookterm.tui.commands import command, keys_of

LEFT, RIGHT = 1, 3
"""Mouse buttons: the one that acts, the one that opens a menu. No other one does anything."""
PRESSES = "presses"
"""Under this a click finds what its piece presses."""


def is_beside(event: events.Click, screen: Screen[Any]) -> bool:
    """Whether a click hit what lies behind a dialog, and nothing of it."""
    return screen.get_widget_at(*event.screen_offset)[0] is screen


def pressed(event: events.Click) -> str:
    """What a click presses; empty where it hit no such words, or with another button than the left one."""
    found = event.style.meta.get(PRESSES) if event.button == LEFT else None
    return found if isinstance(found, str) else ""


async def press(app: App[Any], what: str, origin: Widget, keymap: Mapping[str, str]) -> None:
    """Do it.

    A command of a panel around the words, or of a list beside them, is done there, wherever the keyboard is. All else
    goes to where the keyboard is, as the key would.
    """
    if "." not in what:
        app.simulate_key(what)
        return
    found = command(what)
    home = _home(origin, what)
    keys = keys_of(found, keymap)
    if home is not None:
        await app.run_action(found.action, home)
    elif keys:
        app.simulate_key(keys[0])
    else:
        await app.run_action(found.action, app.screen)


def _home(origin: Widget, id_: str) -> DOMNode | None:
    """Whose command it is: of something around the words, else of something beside them."""
    around = origin.ancestors_with_self
    beside = (
        child
        for node in around
        if isinstance(node, Widget) and not isinstance(node, Screen)
        for child in node.query("*").results(Widget)
        if child.display
    )
    return next((node for nodes in (around, beside) for node in nodes if _has(node, id_)), None)


def _has(node: DOMNode, id_: str) -> bool:
    bindings = (one for kind in type(node).__mro__ for one in vars(kind).get("BINDINGS", ()))
    return any(isinstance(one, Binding) and one.id == id_ for one in bindings)
