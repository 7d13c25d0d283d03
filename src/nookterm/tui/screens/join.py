"""Going into a room or space whose address one has: a line for it, also where no room is open to write in."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.content import Content

from nookterm.domain.ids import RoomId
from nookterm.tui.screens.doorstep import Doorstep
from nookterm.tui.screens.line import LineScreen
from nookterm.tui.widgets.cards_text import QUIET, STRONG, WARN, hanging, row, said, wrapped
from nookterm.tui.widgets.taught import taught

_ASKS = "Where do you want to go in?"
_ELSE = "Where nobody walks in unasked, one asks at the door: {go.directory}, then {directory.look_up}."
_LINE = "#name:server, or an id   Enter goes in, Esc stays here"


class GoInScreen(LineScreen):
    """Gives an address; nothing where one stays outside."""

    def __init__(self, typed: str = "", problem: str = "") -> None:
        """`typed`: what stands there already, and `problem`: why that did not lead anywhere."""
        super().__init__(self._question, _LINE, "everybody who is in there sees that you came", typed)
        self._problem = problem

    def _question(self, width: int) -> list[Content]:
        wrong = hanging(row(("! ", WARN)), said(self._problem, WARN), width) if self._problem else []
        return [*wrong, *wrapped(row((_ASKS, STRONG)), taught(_ELSE, QUIET), width=width)]


def ask_where(app: App[Any], door: Doorstep, typed: str = "", problem: str = "") -> None:
    """Ask for an address and go in; one that does not work stands there again, the problem above it.

    Somebody who is at something else by then has the problem as a note.
    """
    before = app.screen

    def refused(address: str, why: str) -> None:
        if app.screen is before:
            ask_where(app, door, address, why)
        else:
            app.notify(why, markup=False)

    def go(address: str | None) -> None:
        if address:
            door.enter(RoomId(address), lambda why: refused(address, why))

    app.push_screen(GoInScreen(typed, problem), go)
