"""The way out of a room and the way past an invite: what it means on one page, and a question before each."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from nookterm.domain.ids import RoomId
from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.act_page import ActPage
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, SAFE, SOFT, TEXT, WAITING, WARN, hanging, row, said
from nookterm.viewmodels.leaving_room import LeavingPanel, LeavingView


class FarewellScreen(ActPage[LeavingView]):
    """Leaving the open room, or answering an invite."""

    CONTEXT = "leaving"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("leaving")]

    def __init__(self, panel: LeavingPanel, room_id: RoomId | None = None) -> None:
        """`room_id`: another room than the open one."""
        super().__init__(panel, "Looking what leaving means")
        self._panel = panel
        self._room_id = room_id

    def begin(self) -> None:
        """Look what it means."""
        self.app.run_worker(self._panel.begin(self._room_id), group="intents")

    def way_back(self, view: LeavingView) -> str:
        """An invite stays, a room that one does not leave stays; what is done is done."""
        return "not now" if view.act("decline") else "close" if view.result or not view.acts else "stay"

    def more(self, view: LeavingView, width: int) -> list[Content]:
        """The rooms of a space that would be left with it."""
        rows = [NOTHING, row(("With its nooks, in this order", QUIET))] if view.steps else []
        for step in view.steps:
            mark = ("✓ ", SAFE) if step.done else ("  ", QUIET) if step.stays else ("→ ", WAITING)
            rows += hanging(row(mark), row((step.name, SOFT if step.stays else TEXT)), width)
            if step.note:
                rows += hanging(row(("  ", QUIET)), said(step.note, QUIET if step.stays else WARN), width)
        return rows

    def action_leave(self) -> None:
        """Leave it."""
        self.ask("leave")

    def action_leave_all(self) -> None:
        """Leave the space with its rooms."""
        self.ask("leave_all")

    def action_space(self) -> None:
        """The same page about the space that lists it."""
        self.ask("space")

    def action_enter(self) -> None:
        """Take the invite up."""
        self.ask("enter")

    def action_decline(self) -> None:
        """Turn the invite down."""
        self.ask("decline")

    def action_silence(self) -> None:
        """Turn it down, and ignore who sent it."""
        self.ask("silence")

    def action_forget(self) -> None:
        """Forget what was left."""
        self.ask("forget")
