"""What the screens about people and rooms do alike: watch a panel, know their size, obey clicks, tell what came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from textual import events, on
from textual.content import Content
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import ModalScreen

from nookterm.domain.records import dataclass
from nookterm.tui.commands import command
from nookterm.tui.widgets.acts import Acts
from nookterm.tui.widgets.cards_text import SAFE, WAITING, WARN, hanging, row, said, wrapped
from nookterm.viewmodels.panel import Panel

_ROWS, _COLUMNS = 30, 96
"""Below these, air goes first."""


class PeopleScreen(ModalScreen[str]):
    """A dialog over one panel. What it gives is where to go on; empty where nothing follows."""

    AUTO_FOCUS = ""

    @dataclass
    class Changed(Message):
        """The view is newer."""

    def __init__(self, watched: Panel[Any]) -> None:
        """`watched` is the panel that it shows."""
        super().__init__()
        self._watched = watched
        self._stop: Callable[[], None] | None = None

    def on_mount(self) -> None:
        """Watch, and look anew."""
        self._stop = self._watched.watch(self._tell)
        self.changed()
        self.begin()

    def on_unmount(self) -> None:
        """Stop watching."""
        if self._stop is not None:
            self._stop()

    def on_resize(self, event: events.Resize) -> None:
        """Air goes first where rows are few."""
        self.set_class(event.size.height < _ROWS or event.size.width < _COLUMNS, "-short")

    def _tell(self, _view: object) -> None:
        self.post_message(self.Changed())

    @on(Changed)
    def _newer(self) -> None:
        self.changed()

    def changed(self) -> None:
        """Show the newest view."""
        raise NotImplementedError

    def begin(self) -> None:
        """Ask the panel to look."""
        raise NotImplementedError

    @on(Acts.Pressed)
    async def _pressed(self, event: Acts.Pressed) -> None:
        event.stop()
        await self.app.run_action(command(event.id).action, self.target_of(event.id))

    def target_of(self, id_: str) -> DOMNode:
        """Who carries out a command of which the hint was clicked."""
        return self

    def action_back(self) -> None:
        """Away."""
        if self.is_active:
            self.dismiss("")

    def leave_for(self, message: Message) -> None:
        """Close, and let the screen below go on."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else self.app
        self.dismiss("")
        below.post_message(message)


class Told(Protocol):
    """A view that says what goes on, what went wrong, or what was done."""

    @property
    def working(self) -> str:
        """What goes on."""

    @property
    def problem(self) -> str:
        """What went wrong."""

    @property
    def result(self) -> str:
        """What was done."""


def told_rows(view: Told, width: int) -> list[Content]:
    """What goes on, what went wrong, or what was done."""
    if view.working:
        return wrapped(row((f"{view.working}: working", WAITING)), width=width)
    if view.problem:
        return hanging(row(("! ", WARN)), said(view.problem, WARN), width)
    return hanging(row(("✓ ", SAFE)), said(view.result, SAFE), width) if view.result else []
