"""The desk as it is looked at: list, case, filter and marks. What its keys do about a case is the screen's."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from nookterm.tui.widgets.cards import Block, BlockList
from nookterm.tui.widgets.cards_face import FaceView
from nookterm.tui.widgets.cards_page import Band
from nookterm.tui.widgets.cards_pane import PanelPane
from nookterm.tui.widgets.cards_text import QUIET, WARN, row
from nookterm.tui.widgets.desk_case import act_rows, detail_rows, peek_rows, several_peek, several_rows
from nookterm.tui.widgets.desk_page import CasePage
from nookterm.tui.widgets.desk_rows import SERVER, Standing, desk_blocks, opening_words
from nookterm.tui.widgets.desk_sheet import BatchSheet
from nookterm.tui.widgets.desk_words import DeskFilter, DeskWords
from nookterm.tui.widgets.forms_confirm import Confirm
from nookterm.tui.widgets.undo_bar import UndoBar
from nookterm.viewmodels.desk import DeskLine, DeskView, Plan
from nookterm.viewmodels.desk_filter import Filter, counted
from nookterm.viewmodels.panels import DeskPanel

_STYLES = Path(__file__).parents[1] / "screens" / "desk.tcss"


class DeskBoard(PanelPane[DeskView]):
    """The queue with the case under the cursor beside it, or under it."""

    DEFAULT_CSS = _STYLES.read_text(encoding="utf-8")

    def __init__(self, panel: DeskPanel) -> None:
        """`panel` is the desk's view-model."""
        super().__init__(panel, panel.refresh)
        self.panel = panel
        self.standing = Standing()
        self.remark = ""
        """What to say instead of the summary, until the cursor moves."""
        self._shown = ""
        self._band = Band("Desk")
        self.rows = BlockList(self._blocks, id="desk-list")
        self._detail, self._acts = CasePage(id="desk-detail"), CasePage(air=0, id="desk-acts")
        # A click on one of its keys leaves the keyboard where it is.
        self._acts.can_focus = False
        self._peek = CasePage(id="desk-peek")
        self.sheet = BatchSheet(self._begin, lambda: self.intend(self.panel.stop()), self.turn_back)
        self.filter = DeskFilter(self._filter, self.turn_back)
        self.words = DeskWords(self.turn_back)
        self.confirm = Confirm()
        self._bar = UndoBar(lambda: self.intend(self.panel.undo()))

    def compose(self) -> ComposeResult:
        """List and detail; under them what is for narrow screens, for words, and for undoing."""
        with Horizontal(id="desk-body"):
            with Vertical(id="desk-main"):
                yield self._band
                yield FaceView("Looking who waits")
                yield self.rows
            with Vertical(id="desk-side"):
                yield Band("Desk")
                yield self._detail
                yield self._acts
        yield from (self._peek, self.sheet, self.filter, self.words, self.confirm, self._bar)

    def _blocks(self, _width: int) -> list[Block]:
        return desk_blocks(self.panel.view, self.standing, low=self.has_class("-low"))

    @property
    def case(self) -> str:
        """The case under the cursor, or the row that opens others."""
        return self.rows.key

    @property
    def line(self) -> DeskLine | None:
        """The line under the cursor; None on a row that opens others."""
        return self.standing.lines.get(self.case)

    @property
    def is_asking(self) -> bool:
        """Whether something else than the list has the keyboard: a question, words, a filter, a batch."""
        asks = self.confirm.has_class("-asking") or self.words.is_open
        return asks or self.sheet.is_open or self.filter.is_typing

    @property
    def several(self) -> tuple[DeskLine, ...]:
        """The lines that a key is about where it is about more than one: the marked ones, else all behind a row."""
        return self.standing.chosen() or (() if self.line else self.standing.behind(self.case))

    def measure(self) -> None:
        """A low terminal has no row for air."""
        super().measure()
        self._peek.air = 0 if self.has_class("-low") else 1

    def changed(self) -> None:
        """Show the view."""
        view = self.panel.view
        self.rows.rebuild()
        self.present(view.face, view.notice, counted(view.groups))
        self._bar.show(view.pending, view.result)
        self.sheet.follow(view.progress)
        self.set_class(self.sheet.is_open, "-sheet")
        self.show_case()

    def show_case(self) -> None:
        """Show what the cursor is on."""
        view, line, several, key = self.panel.view, self.line, self.several, self.case
        self._band.show("Desk", _about(view, self.standing, self.remark), self.place)
        turn, self._shown = key != self._shown, key
        row_of = opening_words(key, several) if several and not self.standing.marked else ""
        door = key.startswith(SERVER) and bool(row_of) and any(d.nook_id == several[0].nook_id for d in view.doors)
        many = bool(several) and (line is None or line.case in self.standing.marked)

        def side(width: int) -> list[Content]:
            return several_rows(several, width, row_of=row_of, door=door) if many else detail_rows(line, width)

        def peek(width: int) -> list[Content]:
            return peek_rows(line, width) if line else several_peek(several, width, row_of=row_of, door=door)

        self._detail.show(side, turn=turn)
        self._acts.show(lambda width: act_rows(None if many else line, width), turn=turn)
        self._peek.show(peek, turn=turn)
        self.refresh_bindings()

    def expected(self, gone: str) -> bool:
        """A case that left for the undo bar left by one's own key."""
        pending = self.panel.view.pending
        return pending is not None and pending.has(gone)

    @on(BlockList.Moved)
    def _moved(self, event: BlockList.Moved) -> None:
        self.remark = ""
        if self.has_class("-drilled") and not event.by_hand:
            self.leave_case()
        self.show_case()

    @on(BlockList.Opened)
    def _opened(self) -> None:
        if self.line is None:
            self.standing.toggle(self.case)
            self.changed()
            return
        self.drill_in(into=True)
        self._detail.focus()

    def leave_case(self) -> None:
        """From the case to the list."""
        self.drill_in(into=False)
        self.rows.focus()

    def turn_back(self) -> None:
        """The keyboard goes back to the list, or to the case that is read."""
        self.set_class(self.sheet.is_open, "-sheet")
        (self._detail if self.has_class("-drilled") else self.rows).focus()
        self.show_case()

    def preview(self, plan: Plan) -> None:
        """Show who is meant by a batch."""
        self.add_class("-sheet")
        self.sheet.preview(plan)

    def _begin(self, plan: Plan) -> None:
        self.standing.marked = set()
        self.changed()
        self.intend(self.panel.batch(plan))

    def _filter(self, typed: str) -> None:
        wanted = Filter.of(typed)
        if wanted != self.standing.wanted:
            self.standing.wanted = wanted
            self.changed()
            if self.line is None:
                self.rows.action_edge(0)

    def mark(self, by: int) -> None:
        """Mark what the cursor is on, and go on by so many rows."""
        self.standing.mark(line.case for line in self.standing.behind(self.case))
        self.rows.rebuild()
        self.rows.action_step(by)
        self.show_case()

    def mark_all(self) -> None:
        """Mark all behind a server's row, else all that is shown; where something is marked, nothing any more."""
        standing = self.standing
        behind = () if self.line else standing.behind(self.case)
        if standing.marked:
            standing.marked = set()
        else:
            standing.mark(line.case for line in behind or standing.lines.values() if behind or not line.fold)
        self.rows.rebuild()
        self.show_case()


def _about(view: DeskView, standing: Standing, remark: str) -> Content:
    """What stands at the right of the title."""
    if remark:
        return row((remark, WARN))
    if standing.marked:
        return row((f"{len(standing.marked)} marked", QUIET))
    if standing.wanted:
        words = " ".join(standing.wanted.words)
        return row((f"{words}: {len(standing.lines)} of {counted(view.groups)}", QUIET))
    return row((view.summary, QUIET))
