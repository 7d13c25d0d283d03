"""What the dialogs that ask for one thing share: a box, words in place when it fails, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import said
from nookterm.tui.widgets.forms import Choice
from nookterm.tui.widgets.pressing import command_hint, in_a_row
from nookterm.viewmodels.model import Notice, Told

G = TypeVar("G")
T = TypeVar("T")
_ROOM_FOR_LINE = 16
_ROOM_FOR_AIR = 34


class Dialog(ModalScreen[G]):
    """A form in a box. Gives how it went, or None where nothing was done."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")
    AUTO_FOCUS = ""
    HEAD = ""
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Commands that work wherever in the form one is, and what they do; the box names them in its lower line."""
    AIR_FROM = _ROOM_FOR_AIR
    """Rows from which there is air between the fields."""

    def __init__(self) -> None:
        """Nothing went wrong yet."""
        super().__init__()
        self.trouble = ""
        self.busy = False

    def compose(self) -> ComposeResult:
        """The form, what went wrong, the ways on."""
        with VerticalScroll(id="dialog-box", can_focus=False):
            yield from self.form()
            yield Paper(self.below, id="dialog-below")
            with Horizontal(id="dialog-ways"):
                yield from self.ways()

    def form(self) -> ComposeResult:
        """What is asked, or shown."""
        yield from ()

    def ways(self) -> ComposeResult:
        """The buttons."""
        yield from ()

    def on_mount(self) -> None:
        """Say what this is."""
        self.query_one("#dialog-box", VerticalScroll).border_title = said(self.HEAD, "")
        self.name_keys(*self.KEYS)
        self.on_resize(None)

    def name_keys(self, *keys: tuple[str, str]) -> None:
        """Say which keys work, and what they do now."""
        hints = in_a_row(*(command_hint(id_, words) for id_, words in keys))
        self.query_one("#dialog-box", VerticalScroll).border_subtitle = hints

    def on_resize(self, _event: events.Resize | None) -> None:
        """Air goes first where rows are few."""
        height = self.app.size.height
        self.set_class(height < _ROOM_FOR_LINE, "-low")
        self.set_class(height < self.AIR_FROM, "-short")

    def below(self, width: int) -> list[Content]:
        """What stands under the form: what went wrong."""
        return list(problem_rows(Notice(self.trouble), width)) if self.trouble else []

    def redraw(self) -> None:
        """Show anew what stands under the form."""
        for paper in self.query("#dialog-below").results(Paper):
            paper.refresh(layout=True)

    def complain(self, words: str) -> None:
        """Say it in place; what was typed stays."""
        self.trouble = words
        self.redraw()
        for paper in self.query("#dialog-below").results(Paper):
            self.call_after_refresh(paper.scroll_visible, animate=False)

    def carry_out(self, work: Callable[[], Coroutine[Any, Any, T | Told]], then: Callable[[T], None]) -> None:
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
            if isinstance(went, Told) and not went.done:
                self.complain(went.words)
            else:
                then(cast("T", went))

        self.app.run_worker(run(), group="intents")

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.set_class(busy, "-busy")
        for choice in self.query("#dialog-ways Choice").results(Choice):
            choice.disabled = busy
        self.redraw()

    def end(self, went: G | None) -> None:
        """Close, unless something lies over it."""
        if self.is_active:
            self.dismiss(went)
