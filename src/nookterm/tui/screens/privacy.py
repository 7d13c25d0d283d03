"""The privacy sheet: one page on who reads what in a room; Enter on a point leads where something can be done."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.dom import DOMNode
from textual.widget import Widget

from nookterm.domain.privacy import Fix
from nookterm.tui.commands import bindings_for
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.cards import GAP, Block, BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import STRONG, WARN, ends, row
from nookterm.tui.widgets.people_screen import PeopleScreen
from nookterm.tui.widgets.pressing import quiet_hint
from nookterm.tui.widgets.privacy_rows import privacy_blocks
from nookterm.viewmodels.model import Face
from nookterm.viewmodels.privacy import PrivacyPanel

LEADS = {
    Fix.SETTINGS: "app.room_settings",
    Fix.MEMBERS: "app.members",
    Fix.CHARTER: "app.charter",
    Fix.EXCEPTION: "app.unsigned",
    Fix.TRUST: "screen.go('trust')",
}


class PrivacyScreen(PeopleScreen):
    """Who reads this room. Gives the action of what was chosen."""

    CSS_PATH = "privacy.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("privacy")]

    def __init__(self, panel: PrivacyPanel) -> None:
        """`panel` is of the open room."""
        super().__init__(panel)
        self._panel = panel

    def compose(self) -> ComposeResult:
        """Head, the points, keys."""
        with Widget(id="privacy-box"):
            yield Paper(self._head)
            yield FaceView("Looking who reads this")
            yield BlockList(self._blocks, id="privacy-list")
            yield Acts(id="privacy-acts")

    def changed(self) -> None:
        """Show the newest view."""
        view = self._panel.view
        hints = (("list.open", "go where it leads"), ("privacy.refresh", ""), ("privacy.back", ""))
        self.query_one(Acts).show(hints)
        listed, face = self.query_one(BlockList), self.query_one(FaceView)
        full = view.face in {Face.CONTENT, Face.OFFLINE}
        face.show(view.face, view.notice, above=full)
        face.display = not full or view.notice is not None
        listed.display = full
        listed.rebuild()
        self.query_one(Paper).refresh(layout=True)
        if full and self.focused is not listed:
            listed.focus()

    def _head(self, width: int) -> list[Content]:
        view = self._panel.view
        name = f": {view.room}" if view.room else ""
        look = f"  {view.to_look_at} to look at" if view.to_look_at else ""
        return [ends(row((f"Who reads this{name}", STRONG), (look, WARN)), quiet_hint("escape", "back"), width)]

    def _blocks(self, width: int) -> list[Block]:
        return [GAP, *privacy_blocks(self._panel.view.lines, width)]

    @on(BlockList.Opened)
    def _opened(self, event: BlockList.Opened) -> None:
        event.stop()
        line = next((line for line in self._panel.view.lines if line.id == event.key), None)
        if line is not None and line.fix is not None and self.is_active:
            self.dismiss(LEADS[line.fix])

    def begin(self) -> None:
        """Look who reads it."""
        self.app.run_worker(self._panel.begin(), group="intents")

    def action_refresh(self) -> None:
        """Look anew."""
        self.begin()

    def target_of(self, id_: str) -> DOMNode:
        """Opening is the list's."""
        return self.query_one(BlockList) if id_.startswith("list.") else self
