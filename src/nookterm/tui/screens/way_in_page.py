"""What the pages on the way into an account have in common: they watch, say what is wrong, and leave once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual import on
from textual.content import Content
from textual.message import Message
from textual.screen import Screen, ScreenResultType

from nookterm.domain.records import dataclass
from nookterm.tui.widgets.cards_face import problem_rows
from nookterm.tui.widgets.cards_text import WARN, row, wrapped
from nookterm.tui.widgets.forms import LineField
from nookterm.viewmodels.model import Notice
from nookterm.viewmodels.panel import Panel

_ROOM_FOR_BOX = 20


class WayInPage(Screen[ScreenResultType]):
    """Shows the newest view as long as it is in front."""

    AUTO_FOCUS = ""
    _stops: tuple[Callable[[], None], ...] = ()
    _left = False

    @dataclass
    class Changed(Message):
        """There is a newer view."""

    def watched(self) -> tuple[Panel[Any], ...]:
        """The panels of which it shows something."""
        raise NotImplementedError

    def show(self) -> None:
        """Show the newest view."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Begin to watch."""
        self._stops = tuple(panel.watch(lambda _view: self._tell()) for panel in self.watched())
        self._newer()

    def on_unmount(self) -> None:
        """Stop watching."""
        for stop in self._stops:
            stop()

    def on_screen_resume(self) -> None:
        """A page over this one is gone."""
        if self._stops:
            self._tell()

    def _tell(self) -> None:
        self.post_message(self.Changed())

    @on(Changed)
    def _newer(self) -> None:
        # Without fields the program is being left just now.
        if not self._left and self.is_current and self.query(LineField):
            self.show()

    def leave(self, result: ScreenResultType) -> None:
        """Be gone, and follow no view any more."""
        self._left = True
        self.dismiss(result)

    def intend(self, intent: Coroutine[Any, Any, None]) -> None:
        """Let it run; leaving the page does not end it."""
        self.app.run_worker(intent, group="intents")

    def trouble(self, notice: Notice | None, width: int) -> list[Content]:
        """What is wrong: in a box where there are rows enough."""
        if notice is None:
            return []
        if self.app.size.height < _ROOM_FOR_BOX:
            return wrapped(row(("! ", WARN), (notice.headline, WARN)), width=width)
        return problem_rows(notice, width)
