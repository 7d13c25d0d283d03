"""Going into a room or space whose address one has: a line for it, also where no room is open to write in."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, STRONG, row, wrapped
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.taught import taught

_LONGEST = 300
_ASKS = "Where do you want to go in?"
_ELSE = "Where nobody walks in unasked, one asks at the door: {go.directory}, then {directory.look_up}."


class JoinScreen(ModalScreen[str]):
    """Gives an address; nothing where one stays outside."""

    DEFAULT_CSS = """
    JoinScreen {
        align: center bottom; background: $background 70%;
        Vertical { width: 100%; height: auto; background: $background; padding: 1 2; }
    }
    JoinScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Not now", show=False)]

    def compose(self) -> ComposeResult:
        """The question, and the line."""
        with Vertical():
            yield Paper(lambda width: wrapped(row((_ASKS, STRONG)), taught(self, _ELSE, QUIET), width=width))
            readers = row(("everybody who is in there sees that you came", QUIET))
            yield LineField("#name:server, or an id   Enter goes in, Esc stays here", readers=readers)

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(LineField).focus()

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip()[:_LONGEST])

    def action_leave(self) -> None:
        """Nowhere."""
        self.dismiss("")
