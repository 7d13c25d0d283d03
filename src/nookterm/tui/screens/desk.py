"""The desk: who waits, everything a decision needs, and the decision, bound to the case under the cursor."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from nookterm.tui.commands import bindings_for
from nookterm.tui.messages import ComparePerson, OpenRoom
from nookterm.tui.widgets.cards import BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Band, Page, Paper
from nookterm.tui.widgets.cards_pane import GRACE, LOOK_AGAIN, PanelPane
from nookterm.tui.widgets.cards_text import QUIET, WARN, row
from nookterm.tui.widgets.desk_rows import act_rows, desk_blocks, detail_rows, find_line, peek_rows
from nookterm.tui.widgets.desk_words import DeclineWords
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.undo_bar import UndoBar
from nookterm.viewmodels.desk import DeskLine, DeskView
from nookterm.viewmodels.panels import DeskPanel

_DECISIONS = {"approve": "desk.approve", "decline": "desk.decline", "claim": "desk.claim", "vet": "desk.vet"}

_IN_THE_BAR = "This is being decided. u takes it back."


class DeskPane(PanelPane[DeskView]):
    """The queue with the case under the cursor beside it, or under it."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("desk")]

    def __init__(self, panel: DeskPanel) -> None:
        """`panel` is the desk's view-model."""
        super().__init__(panel, panel.refresh)
        self._panel = panel
        self._shown_case = ""
        self._remark = ""
        self._last = ""
        self._last_at = float("-inf")

    def compose(self) -> ComposeResult:
        """List and detail; under them what is for narrow screens, for words, and for undoing."""
        with Horizontal(id="desk-body"):
            with Vertical(id="desk-main"):
                yield Band("Desk")
                yield FaceView("Looking who waits")
                yield BlockList(
                    lambda _width: desk_blocks(self._panel.view, low=self.has_class("-low")), id="desk-list"
                )
            with Vertical(id="desk-side"):
                yield Page(id="desk-detail")
                yield Paper(id="desk-acts")
        yield Paper(id="desk-peek")
        yield DeclineWords(
            lambda case, words: self._decide(case, lambda bound: self._panel.decline(bound, words)), self.action_back
        )
        yield Confirm()
        yield UndoBar(self.action_undo)

    @property
    def case(self) -> str:
        """The case under the cursor."""
        return self.query_one(BlockList).key

    def changed(self) -> None:
        """Show the view."""
        view = self._panel.view
        self.query_one(BlockList).rebuild()
        count = sum(len(group.lines) for group in view.groups)
        self.present(view.face, view.notice, count)
        self.query_one(UndoBar).show(view.pending, view.result)
        self._show_case()

    def _line(self) -> DeskLine | None:
        return find_line(self._panel.view, self.case)

    def _show_case(self) -> None:
        view, line = self._panel.view, self._line()
        about = row((self._remark, WARN)) if self._remark else row((view.summary, QUIET))
        self.query_one(Band).show("Desk", about, self.place)
        page = self.query_one("#desk-detail", Page)
        show = page.show if line is not None and line.case == self._shown_case else page.turn
        self._shown_case = line.case if line is not None else ""
        show(lambda width: detail_rows(line, width))
        self.query_one("#desk-acts", Paper).show(lambda width: act_rows(line, width))
        self.query_one("#desk-peek", Paper).show(lambda width: peek_rows(line, width))
        self.refresh_bindings()

    def expected(self, gone: str) -> bool:
        """A case that left for the undo bar left by one's own key."""
        pending = self._panel.view.pending
        return pending is not None and pending.case == gone

    @on(BlockList.Moved)
    def _moved(self, event: BlockList.Moved) -> None:
        self._remark = ""
        if self.has_class("-drilled") and not event.by_hand:
            self.action_back()
        self._show_case()

    @on(BlockList.Opened)
    def _opened(self) -> None:
        self.add_class("-drilled")
        self.query_one("#desk-detail", Page).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key works where the case allows it; where it does not, it is not offered."""
        if action in _DECISIONS:
            line = self._line()
            return line is not None and _DECISIONS[action] in line.actions
        if action == "compare":
            line = self._line()
            return line is not None and line.detail is not None and line.kind == "ask"
        if action == "undo":
            return self._panel.view.pending is not None
        if action == "open":
            line = self._line()
            return line is not None and line.nook_id is not None
        if action == "back":
            return self.has_class("-drilled") or self.query_one(DeclineWords).is_open
        return super().check_action(action, parameters)

    def _meant(self) -> str:
        """The case that a key is about; empty when it cannot have been meant.

        Not when the list just put another case under the cursor, and not while this one is being decided already: a key
        held too long must not cut short its time for undoing.
        """
        if not self.settled:
            self._remark = LOOK_AGAIN
            self._show_case()
            return ""
        pending, case = self._panel.view.pending, self.case
        waits = pending is not None and pending.case == case
        held = self._last == case and time.monotonic() - self._last_at < GRACE
        if waits or held:
            self._remark = _IN_THE_BAR
            self._show_case()
            return ""
        return case

    def _decide(self, case: str, intent: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        if case:
            self._last, self._last_at = case, time.monotonic()
            self.intend(intent(case))

    def action_approve(self) -> None:
        """Let this person in, when the bar has drained."""
        self._decide(self._meant(), self._panel.approve)

    def action_decline(self) -> None:
        """Ask for words, then turn this person away."""
        line = self._line()
        if line is not None and (case := self._meant()):
            self.query_one(DeclineWords).ask(case, line.who)

    def action_claim(self) -> None:
        """Say that one is on it, or no more."""
        self._decide(self._meant(), self._panel.claim)

    def action_vet(self) -> None:
        """Ask the nook's questions in an encrypted room; where the applicant's server could read it, whether to."""
        line, case = self._line(), self._meant()
        unsigned = line.detail.unsigned if line is not None and line.detail else ""
        if not case or not unsigned:
            self._decide(case, self._panel.vet)
            return

        def ask() -> None:
            self._decide(case, lambda bound: self._panel.vet(bound, allow_unsigned=True))

        self.query_one(Confirm).ask(unsigned, ask, yes="ask all the same", no="not yet")

    def action_compare(self) -> None:
        """Compare keys with who asks."""
        line = self._line()
        if line is not None and line.detail is not None and self._meant():
            self.post_message(ComparePerson(line.detail.user_id))

    def action_undo(self) -> None:
        """The decision in the bar is not made."""
        self._last = ""
        self.intend(self._panel.undo())

    def action_open(self) -> None:
        """Open the nook of this line."""
        line = self._line()
        if line is not None and line.nook_id is not None:
            self.post_message(OpenRoom(line.nook_id))

    def action_back(self) -> None:
        """From the case to the list."""
        self.remove_class("-drilled")
        self.query_one(BlockList).focus()
