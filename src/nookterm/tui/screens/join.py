"""Going into a room or space whose address one has: a line for it, also where no room is open to write in."""

from __future__ import annotations

from textual.content import Content

from nookterm.tui.screens.line import LineScreen
from nookterm.tui.widgets.cards_text import QUIET, STRONG, row, wrapped
from nookterm.tui.widgets.taught import taught

_ASKS = "Where do you want to go in?"
_ELSE = "Where nobody walks in unasked, one asks at the door: {go.directory}, then {directory.look_up}."
_LINE = "#name:server, or an id   Enter goes in, Esc stays here"


class GoInScreen(LineScreen):
    """Gives an address; nothing where one stays outside."""

    def __init__(self) -> None:
        """Nothing is typed yet."""
        super().__init__(self._question, _LINE, "everybody who is in there sees that you came")

    def _question(self, width: int) -> list[Content]:
        return wrapped(row((_ASKS, STRONG)), taught(self, _ELSE, QUIET), width=width)
