"""The sheet of a batch: who is meant and who is left out before it begins, how far it is, what each came to."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import (
    HEADING,
    KEY,
    LINE,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    ends,
    hanging,
    row,
    wrapped,
)  # fmt: skip
from nookterm.tui.widgets.desk_page import CasePage
from nookterm.tui.widgets.pressing import key_hint, presses
from nookterm.viewmodels.desk import Plan, Planned, Progress

_WIDEST = 84
"""Cells of a row: farther apart, a name and its reason are no row any more."""


class BatchSheet(Vertical):
    """In the place of the list while a batch is looked at. `y` begins, Esc leaves everything as it is."""

    DEFAULT_CSS = """
    BatchSheet {
        display: none; height: 1fr; background: $background;
        &.-open { display: block; }
        CasePage { background: $background; }
        #batch-keys { padding: 0 2 1 2; height: 3; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "begin", "Begin", show=False),
        Binding("escape,n", "leave", "Not now", show=False),
    ]

    def __init__(self, begin: Callable[[Plan], None], stop: Callable[[], None], closed: Callable[[], None]) -> None:
        """`begin` gets the plan that was shown; `stop` ends one that runs; `closed` is told when the list is back."""
        super().__init__()
        self._begin = begin
        self._stop = stop
        self._after = closed
        self._plan: Plan | None = None
        self._progress: Progress | None = None

    def compose(self) -> list[Widget]:
        """The rows, and what one can do now."""
        return [CasePage(), Paper(self._keys, id="batch-keys")]

    @property
    def is_open(self) -> bool:
        """Whether it is in the place of the list."""
        return self.has_class("-open")

    def preview(self, plan: Plan) -> None:
        """Show what would be done."""
        self._plan, self._progress = plan, None
        self._show(turn=True)
        self.query_one(CasePage).focus()

    def follow(self, progress: Progress | None) -> None:
        """Show how far a batch is; nothing where none runs or has just run."""
        if progress is None:
            if self._progress is not None:
                self._progress = None
                self._close()
            return
        begun = self._progress is None
        self._progress, self._plan = progress, None
        self._show(turn=begun)
        if begun:
            self.query_one(CasePage).focus()

    def _show(self, *, turn: bool) -> None:
        self.add_class("-open")
        self.query_one(CasePage).show(self._rows, turn=turn)
        self.query_one(Paper).refresh()

    def _rows(self, room: int) -> list[Content]:
        width = min(room, _WIDEST)
        if self._progress is not None:
            return progress_rows(self._progress, width)
        return plan_rows(self._plan, width) if self._plan is not None else []

    def _keys(self, width: int) -> list[Content]:
        if self._progress is not None and self._progress.running:
            words = " ends after the one under way" if self._progress.stopping else " stop after this one"
            keys = presses(row(("u", KEY), (words, TEXT)), "desk.undo")
        elif self._progress is not None:
            keys = key_hint("escape", "back to the desk", TEXT)
        else:
            can = self._plan is not None and bool(self._plan.meant)
            begin = row(key_hint("y", "begin, with some seconds for undo", TEXT), ("   ", "")) if can else NOTHING
            keys = row(begin, key_hint("escape", "not now", TEXT))
        return [row(("─" * width, LINE)), ends(keys, NOTHING, width)]

    def action_begin(self) -> None:
        """Yes."""
        plan = self._plan
        if plan is not None and plan.meant:
            self._close()
            self._begin(plan)

    def action_leave(self) -> None:
        """No; or a batch that is over is put away. One that runs goes on."""
        if self._progress is None:
            self._close()
        elif not self._progress.running:
            self._stop()

    def _close(self) -> None:
        self._plan = None
        self.remove_class("-open")
        self._after()


def plan_rows(plan: Plan, width: int) -> list[Content]:
    """Who is meant, then who is left out and why."""
    meant = [planned for planned in plan.rows if not planned.why_not]
    out = [planned for planned in plan.rows if planned.why_not]
    rows = wrapped(row((plan.title, STRONG)), width=width)
    if plan.words:
        rows += hanging(row(("with  ", QUIET)), row((f"“{plan.words}”", SOFT)), width)
    rows.append(NOTHING)
    if not meant:
        rows += wrapped(row(("Nobody is left for this.", SOFT)), width=width)
    rows += [_row(planned, row(("● ", WAITING)), planned.line.age, width) for planned in meant]
    if out:
        rows += [NOTHING, row((f"Left out: {len(out)}", HEADING))]
        rows += [_row(planned, row(("○ ", QUIET)), planned.why_not, width) for planned in out]
    return rows


def progress_rows(progress: Progress, width: int) -> list[Content]:
    """What each came to; who is left out stays named."""
    plan, total = progress.plan, len(progress.plan.meant)
    full = round(width * progress.done / total) if total else width
    count = row((f"{progress.done}", TEXT), (f" of {total}", QUIET))
    rows = [ends(row((plan.title, STRONG)), count, width)]
    rows += [row(("━" * full, WAITING if progress.running else SAFE), ("─" * (width - full), LINE)), NOTHING]
    for planned in plan.rows:
        if planned.why_not:
            rows.append(_row(planned, row(("○ ", QUIET)), planned.why_not, width))
        elif planned.failed:
            rows += hanging(row(("! ", WARN)), row((planned.line.who, TEXT), (f" {planned.result}", WARN)), width)
        elif planned.result:
            rows.append(_row(planned, row(("✓ ", SAFE)), planned.result, width))
        else:
            rows.append(_row(planned, row(("  ", "")), "" if progress.running else "not done", width))
    return rows


def _row(planned: Planned, mark: Content, word: str, width: int) -> Content:
    line = planned.line
    return ends(row(mark, (line.who, TEXT), (" ", ""), (line.what, QUIET)), row((word, SOFT)), width)
