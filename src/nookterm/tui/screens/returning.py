"""Signing in again: one page that says what happened, what is safe and what follows, with a field for the password."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import KEY, NOTHING, QUIET, SAFE, SOFT, STRONG, WARN, ends, row, said, wrapped
from nookterm.tui.widgets.forms import Choice, LineField
from nookterm.viewmodels.panels import ReturnPanel

_ROOM_FOR_BOX = 20


class ReturnScreen(ModalScreen[bool]):
    """Gives True when one is signed in again, False when one reads on or leaves."""

    CSS_PATH = "returning.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stay", "Not now", show=False)]

    @dataclass
    class Changed(Message):
        """There is a newer view."""

    def __init__(self, panel: ReturnPanel) -> None:
        """`panel` is the view-model of signing in again."""
        super().__init__()
        self._panel = panel
        self._stop: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """What happened, the field, the two ways on."""
        with VerticalScroll(id="return-scroll", can_focus=False), Vertical(id="return-column"):
            yield Paper(self._words, id="return-words")
            yield Paper(self._trouble, id="return-trouble")
            yield LineField(
                "Password", readers=row(("goes to this server only", QUIET)), password=True, id="return-password"
            )
            with Horizontal(id="return-ways"):
                yield Choice("Sign in again", first=True, id="return-on")
                yield Choice("Read on", id="return-stay")
        yield Paper(self._keys, id="return-keys")

    def on_mount(self) -> None:
        """Begin to watch, and see how things stand."""
        self._stop = self._panel.watch(lambda _view: self._tell())
        self._show()
        self._intend(self._panel.look())

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()

    def _tell(self) -> None:
        self.post_message(self.Changed())

    @on(Changed)
    def _show(self) -> None:
        view = self._panel.view
        if not self.is_current or not self.query(LineField):
            # The program is being left just now.
            return
        if view.step == "done":
            self.dismiss(True)
            return
        can_type = view.step == "password"
        field = self.query_one("#return-password", LineField)
        field.disabled = not can_type
        self.query_one("#return-on", Choice).disabled = not can_type
        self.query_one("#return-on", Choice).relabel("Signing in" if view.step == "working" else view.act)
        self.query_one("#return-stay", Choice).relabel(view.stay)
        for paper in self.query(Paper):
            paper.refresh(layout=True)
        if can_type and self.focused is None:
            field.focus()

    @on(Input.Submitted)
    @on(Choice.Pressed, "#return-on")
    def _go_on(self, event: Message) -> None:
        event.stop()
        field = self.query_one("#return-password", LineField)
        if self._panel.view.step != "password":
            return
        if not field.value:
            field.focus()
            return
        self._intend(self._panel.sign_in(field.value))

    @on(Choice.Pressed, "#return-stay")
    def action_stay(self) -> None:
        """Not now; not while a sign-in is under way, which cannot be taken back."""
        if self._panel.view.step != "working":
            self.dismiss(False)

    def _intend(self, intent: Coroutine[Any, Any, None]) -> None:
        self.app.run_worker(intent, group="intents")

    def _words(self, width: int) -> list[Content]:
        view = self._panel.view
        if view.step == "looking":
            return [row(("Looking at what is here", QUIET))]
        rows = [*wrapped(said(view.headline, STRONG), width=width), NOTHING]
        for number, words in enumerate(view.words):
            mark = ("✓ ", SAFE) if not number else ("· ", QUIET)
            rows += wrapped(row(mark, said(words, SOFT)), width=width)
        return [*rows, NOTHING]

    def _trouble(self, width: int) -> list[Content]:
        notice = self._panel.view.notice
        if notice is None:
            return []
        if self.app.size.height < _ROOM_FOR_BOX:
            return wrapped(row(("! ", WARN), (notice.headline, WARN)), width=width)
        return problem_rows(notice, width)

    def _keys(self, width: int) -> list[Content]:
        stay = self._panel.view.stay.lower()
        hints = row(("Enter", KEY), (" sign in", QUIET), ("   Tab", KEY), (" next", QUIET), ("   Esc", KEY))
        return [ends(row(hints, (f" {stay}", QUIET)), NOTHING, width)]
