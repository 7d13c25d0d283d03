"""Leading somebody to a nook that fits better: a private word first, which one writes oneself."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from nookterm.domain.ids import RoomId
from nookterm.tui.commands import bindings_for
from nookterm.tui.screens.dialog import Dialog
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import SOFT, STRONG, row, said, wrapped
from nookterm.tui.widgets.forms import Choice
from nookterm.tui.widgets.forms_pick import PickOne
from nookterm.viewmodels.caring import CaringPanel, LeadDraft, Went


class LeadScreen(Dialog[Went | None]):
    """Which nook."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("leading")]
    HEAD = "A better place"
    KEYS = (("leading.send", "begin"), ("leading.leave", "not now"))

    def __init__(self, panel: CaringPanel, draft: LeadDraft) -> None:
        """`draft` has the nooks."""
        super().__init__()
        self._panel = panel
        self._draft = draft

    def form(self) -> ComposeResult:
        """What will happen, and the nooks."""
        yield Paper(self._words)
        yield PickOne(
            "Your nooks",
            [(room, f"{name} · {purpose}" if purpose else name) for room, name, purpose in self._draft.nooks],
        )

    def ways(self) -> ComposeResult:
        """Begin to write, or not."""
        yield Choice("Begin a message", first=True, id="lead-yes")
        yield Choice("Not now", id="lead-no")

    def on_mount(self) -> None:
        """The keyboard is at the nooks."""
        super().on_mount()
        self.query_one(PickOne).focus()

    def _words(self, width: int) -> list[Content]:
        draft = self._draft
        about = f"A message to {draft.author} alone is begun, with a link. You change it and send it, or leave it. "
        rest = "Nothing is deleted, and nothing is said in here."
        head = row(("Where does this message of ", STRONG), said(draft.author, STRONG), (" fit better?", STRONG))
        return [head, *wrapped(said(about + rest, SOFT), width=width)]

    @on(Choice.Pressed, "#lead-yes")
    def action_send(self) -> None:
        """Begin the message."""
        to = RoomId(self.query_one(PickOne).value)
        self.carry_out(lambda: self._panel.lead(self._draft, to), self.end)

    @on(Choice.Pressed, "#lead-no")
    def action_leave(self) -> None:
        """Begin nothing."""
        self.end(None)
