"""A picture over the whole screen, until a key; its name below it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import ModalScreen

from nookterm.tui.commands import bindings_for
from nookterm.tui.pressing import LEFT
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import QUIET, SOFT, ends, row, said
from nookterm.tui.widgets.picture import picture_widget
from nookterm.tui.widgets.pressing import key_hint
from nookterm.viewmodels.files import Shown


class PictureScreen(ModalScreen[None]):
    """Draws one picture."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("picture")]
    DEFAULT_CSS = """
    PictureScreen {
        background: $background;
        #picture-room { height: 1fr; align: center middle; }
        #picture-name { height: 1; padding: 0 1; }
    }
    """
    AUTO_FOCUS = ""

    def __init__(self, shown: Shown, way: str) -> None:
        """`way`: as `way_of` says."""
        super().__init__()
        self._shown = shown
        self._way = way

    def compose(self) -> ComposeResult:
        """The picture, and what it is."""
        with Container(id="picture-room"):
            yield picture_widget(self._shown, self._way)
        moves = "   its first frame" if self._shown.moves else ""
        left = row(said(self._shown.name, SOFT), (moves, QUIET))
        yield Paper(lambda width: [ends(left, key_hint("escape", "back"), width)], id="picture-name")

    def on_click(self, event: events.Click) -> None:
        """A click goes back, too."""
        event.stop()
        if event.button == LEFT:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to the conversation."""
        if self.is_active:
            self.dismiss(None)
