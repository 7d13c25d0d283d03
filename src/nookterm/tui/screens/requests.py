"""My requests: what I asked for, how it stands in plain words, and how to take it back."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from nookterm.tui.commands import bindings_for
from nookterm.tui.messages import ComparePerson, OpenRoom
from nookterm.tui.widgets.cards import GAP, Block, BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Band, Page, Paper
from nookterm.tui.widgets.cards_pane import PanelPane
from nookterm.tui.widgets.cards_request import explain_rows, request_block
from nookterm.tui.widgets.cards_text import QUIET, row
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.viewmodels.panels import RequestsPanel
from nookterm.viewmodels.requests import Doubt, RequestLine, RequestsView, Unsure


class RequestsPane(PanelPane[RequestsView]):
    """Each request with its words under it."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("requests")]

    def __init__(self, panel: RequestsPanel) -> None:
        """`panel` is the requests' view-model."""
        super().__init__(panel, panel.refresh)
        self._panel = panel
        self._asked: Doubt | None = None
        """What the row under the list asked last: with several, the next time the next one."""

    def compose(self) -> ComposeResult:
        """The list, what is true of all requests, and the row that asks before one is taken back."""
        with Horizontal(id="requests-body"):
            with Vertical(id="requests-main"):
                yield Band("My requests")
                yield FaceView("Looking how they stand")
                yield BlockList(self._blocks, id="requests-list")
            yield Page(id="requests-side")
        yield Paper(id="requests-explains")
        yield Confirm()

    def changed(self) -> None:
        """Show the view."""
        view = self._panel.view
        self.query_one(BlockList).rebuild()
        self.present(view.face, view.notice, len(view.lines))
        waiting = sum(line.can_withdraw for line in view.lines)
        self.query_one(Band).show("My requests", row((f"{waiting} open", QUIET)) if view.lines else row(), self.place)
        self.query_one("#requests-side", Page).show(lambda width: explain_rows(view, width, headed=True))
        self.query_one("#requests-explains", Paper).show(lambda width: explain_rows(view, width, headed=False))
        self.refresh_bindings()

    def _blocks(self, width: int) -> list[Block]:
        low = self.has_class("-low")
        blocks = [] if low else [GAP]
        for line in self._panel.view.lines:
            blocks.append(request_block(line, width))
            if not low:
                blocks.append(GAP)
        return blocks

    def _line(self) -> RequestLine | None:
        key = self.query_one(BlockList).key
        return next((line for line in self._panel.view.lines if line.room_id == key), None)

    @on(BlockList.Moved)
    def _moved(self) -> None:
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key works where the request allows it."""
        if action in {"withdraw", "open", "confirm", "compare"}:
            line = self._line()
            if line is None:
                return False
            ways = {
                "withdraw": line.can_withdraw,
                "open": line.can_open or line.talk is not None,
                "confirm": bool(line.doubts),
                "compare": any(doubt.unsure is Unsure.IDENTITY for doubt in line.doubts),
            }
            return ways[action]
        return super().check_action(action, parameters)

    def action_confirm(self) -> None:
        """Say yes to what the request waits for; where several people ask, pressing again asks about the next."""
        line = self._line()
        if line is None or not line.doubts:
            return
        place = line.doubts.index(self._asked) + 1 if self._asked in line.doubts else 0
        doubt = self._asked = line.doubts[place % len(line.doubts)]
        room_id = line.room_id
        self.query_one(Confirm).ask(
            doubt.question, lambda: self.intend(self._panel.answer(room_id, doubt)), yes=doubt.yes, no="not now"
        )

    def action_compare(self) -> None:
        """Compare keys with whoever asks under another identity."""
        line = self._line()
        doubt = next((d for d in line.doubts if d.unsure is Unsure.IDENTITY), None) if line else None
        if doubt is not None:
            self.post_message(ComparePerson(doubt.user))

    def action_withdraw(self) -> None:
        """Take this request back, once the row under the list has its answer."""
        line = self._line()
        if line is None or not line.can_withdraw:
            return
        room_id, nook = line.room_id, line.nook
        self.query_one(Confirm).ask(
            f"Take back your request to join {nook}? Your answers here are thrown away.",
            lambda: self.intend(self._panel.withdraw(room_id)),
            yes="take it back",
            no="leave it",
        )

    @on(BlockList.Opened)
    def action_open(self) -> None:
        """Go in where one is welcome; before that into the room where the request is talked about."""
        line = self._line()
        room_id = (line.room_id if line.can_open else line.talk) if line else None
        if room_id is not None:
            self.post_message(OpenRoom(room_id))
