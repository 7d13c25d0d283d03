"""What the dialogs of care share: a box that scrolls, words in place when something fails, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.forms import Choice
from nookterm.viewmodels.caring import Went
from nookterm.viewmodels.model import Notice

_ROOM_FOR_LINE = 16
_ROOM_FOR_AIR = 34


class CaringScreen(ModalScreen[Went | None]):
    """A form in a box. Gives how it went, or None where nothing was done."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")
    AUTO_FOCUS = ""
    HEAD = ""

    def __init__(self) -> None:
        """Nothing went wrong yet."""
        super().__init__()
        self._trouble = ""
        self.busy = False

    def compose(self) -> ComposeResult:
        """The form, what went wrong, the ways on."""
        with VerticalScroll(id="caring-box", can_focus=False):
            yield from self.form()
            yield Paper(self._problem, id="caring-problem")
            with Horizontal(id="caring-ways"):
                yield from self.ways()

    def form(self) -> ComposeResult:
        """What is asked."""
        yield from ()

    def ways(self) -> ComposeResult:
        """The buttons."""
        yield from ()

    def on_mount(self) -> None:
        """Say what this is."""
        self.query_one("#caring-box", VerticalScroll).border_title = said(self.HEAD, "")
        self.on_resize(None)

    def on_resize(self, _event: events.Resize | None) -> None:
        """Air goes first where rows are few."""
        height = self.app.size.height
        self.set_class(height < _ROOM_FOR_LINE, "-low")
        self.set_class(height < _ROOM_FOR_AIR, "-short")

    def _problem(self, width: int) -> list[Content]:
        return list(problem_rows(Notice(self._trouble), width)) if self._trouble else []

    def complain(self, words: str) -> None:
        """Say it in place; what was typed stays."""
        self._trouble = words
        for paper in self.query("#caring-problem").results(Paper):
            paper.refresh(layout=True)
            self.call_after_refresh(paper.scroll_visible, animate=False)

    def carry_out(self, work: Callable[[], Coroutine[Any, Any, Went]], then: Callable[[Went], None]) -> None:
        """Do it once, with the buttons shut meanwhile; `then` is for what worked."""
        if self.busy:
            return
        self._set_busy(busy=True)
        self.complain("")

        async def run() -> None:
            went = await work()
            if not self.is_attached:
                return
            self._set_busy(busy=False)
            if went.done:
                then(went)
            else:
                self.complain(went.words)

        self.app.run_worker(run(), group="intents")

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        for choice in self.query("#caring-ways Choice").results(Choice):
            choice.disabled = busy

    def end(self, went: Went | None) -> None:
        """Close, unless something lies over it."""
        if self.is_active:
            self.dismiss(went)
