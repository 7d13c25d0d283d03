"""The box in which keys are compared: a page for each step, its keys always in sight."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen

from nookterm.domain.records import dataclass
from nookterm.tui.commands import bindings_for
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.acts import Acts, Hint
from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, WARN, ends, row, said, wrapped
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.verify_hints import hints_of
from nookterm.tui.widgets.verify_rows import after_rows, code_rows, head_rows, picture_rows
from nookterm.viewmodels.trust_panels import VerifyPanel
from nookterm.viewmodels.verify import Step, VerifyView

_TICK = 15.0
"""Seconds between two looks at the clock."""
_ROOM_FOR_AIR = 22
"""Rows under which air is given up."""
_FRAME = 12
"""Rows of the dialog around a code."""
_BESIDE = 70
"""Columns from which the minutes stand beside the keys."""
_AROUND, _AROUND_LOW = 8, 5
"""Rows of the frame and the keys, which never scroll away."""
_STEPS = {Step.ASKED: 1, Step.CHOOSE: 1, Step.COMPARE: 2, Step.SHOW: 2, Step.SCANNED: 2}


class VerifyBox(ModalScreen[None]):
    """Shows one page after the other."""

    DEFAULT_CSS = Path(__file__).with_name("verify.tcss").read_text(encoding="utf-8")
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("verifying"),
        Binding("up", "turn(-1)", "Up", show=False),
        Binding("down", "turn(1)", "Down", show=False),
    ]

    @dataclass
    class Changed(Message):
        """There is a newer page."""

    def __init__(self, panel: VerifyPanel) -> None:
        """`panel` is the view-model of comparing."""
        super().__init__()
        self._panel = panel
        self._stop: Callable[[], None] | None = None
        self._numbers = False
        self._pasting = False
        self._page: tuple[str, Step] = ("", Step.NONE)
        self._since = float("-inf")
        self._remark = ""

    def compose(self) -> ComposeResult:
        """One box; what is not of this page is hidden."""
        with Vertical(id="verify-box"):
            with VerticalScroll(id="verify-page", can_focus=False):
                yield Paper(self._head)
                yield Paper(self._picture, id="verify-picture")
                yield Paper(self._after)
                yield LineField("The code, as text", readers=row(("from the other device", QUIET)), id="verify-code")
                yield Paper(self._trouble, id="verify-trouble")
            with Horizontal(id="verify-ways"):
                yield Acts()
                yield Paper(self._foot, id="verify-foot")

    def on_mount(self) -> None:
        """Begin to watch."""
        self._stop = self._panel.watch(lambda _view: self._tell())
        self.set_interval(_TICK, lambda: self.intend(self._panel.tick()))
        self._show()
        self._since = float("-inf")

    def on_unmount(self) -> None:
        """Stop watching; what goes on goes on."""
        if self._stop is not None:
            self._stop()

    def _tell(self) -> None:
        self.post_message(self.Changed())

    def on_resize(self) -> None:
        """Air goes first where rows are few."""
        width, height = self.app.size
        self.set_class(height < _ROOM_FOR_AIR, "-low")
        self.set_class(width < _BESIDE, "-narrow")
        self.query_one("#verify-page").styles.max_height = max(
            1, height - (_AROUND_LOW if height < _ROOM_FOR_AIR else _AROUND)
        )
        self.draw()

    @on(Changed)
    def _show(self) -> None:
        view = self._panel.view
        if not self.query("#verify-box"):
            return
        if view.step is Step.NONE:
            if self.is_active and self._page[1] is not Step.NONE:
                self.dismiss(None)
            return
        if (view.txn, view.step) != self._page:
            if view.txn != self._page[0]:
                self.intend(self._panel.look())
            self._page, self._since, self._remark = (view.txn, view.step), time.monotonic(), ""
            self.close_field()
        box = self.query_one("#verify-box", Vertical)
        box.border_title = said(view.title or "Comparing keys", "")
        box.border_subtitle = self._corner(view)
        self.draw()

    def _corner(self, view: VerifyView) -> Content:
        parts = [f"{view.others} more {'waits' if view.others == 1 else 'wait'}"] if view.others else []
        parts += [f"step {_STEPS[view.step]} of 2"] if view.step in _STEPS else []
        return row((" · ".join(parts), QUIET)) if parts else NOTHING

    def draw(self) -> None:
        """Show the page as it is now."""
        self.query_one(Acts).show(self.hints())
        view = self._panel.view
        self.query_one("#verify-picture").display = view.step in {Step.COMPARE, Step.SHOW}
        for paper in self.query(Paper):
            paper.refresh(layout=True)
        self.refresh_bindings()

    # --- rows -------------------------------------------------------------------------------------------------------

    @property
    def _plain(self) -> bool:
        return isinstance(self.app, ThemedApp) and self.app.look.glyphs == "ascii"

    def _head(self, width: int) -> Sequence[Content]:
        return head_rows(self._panel.view, width)

    def _picture(self, width: int) -> Sequence[Content]:
        view = self._panel.view
        shown = picture_rows(view, width, plain=self._plain, numbers=self._numbers)
        return shown or code_rows(view, width, self.app.size.height - _FRAME, plain=self._plain)

    def _after(self, width: int) -> Sequence[Content]:
        return after_rows(self._panel.view, width)

    def _trouble(self, width: int) -> Sequence[Content]:
        notice = self._panel.view.notice
        return problem_rows(notice, width) if notice else ()

    def _foot(self, width: int) -> Sequence[Content]:
        view = self._panel.view
        if self._remark:
            return wrapped(row((self._remark, WARN)), width=width)
        if view.ended or not view.txn:
            return []
        return [ends(NOTHING, row((f"ends by itself in {view.minutes} min", QUIET)), width)]

    def hints(self) -> tuple[Hint, ...]:
        """The keys of this page."""
        return hints_of(self._panel.view, numbers=self._numbers, pasting=self._pasting)

    def close_field(self) -> None:
        """No code is typed any more."""
        self._pasting = False
        field = self.query_one("#verify-code", LineField)
        field.remove_class("-open")
        field.value = ""
        self.set_focus(None)

    def action_turn(self, by: int) -> None:
        """A row of a page that is longer than the screen."""
        self.query_one("#verify-page", VerticalScroll).scroll_relative(y=by, animate=False)

    def intend(self, intent: Coroutine[Any, Any, None]) -> None:
        """Let an intent run; closing the box does not end what it began."""
        self.app.run_worker(intent, group="intents")
