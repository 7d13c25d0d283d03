"""The program where another nookterm has the account: to look only, or to leave; it opens when the other one goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen

from nookterm.tui.themed import Look, ThemedApp
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import NOTHING, SOFT, STRONG, ends, row, said, wrapped
from nookterm.tui.widgets.forms import Choice
from nookterm.tui.widgets.pressing import key_hint

LOOK, LEAVE, OPEN = "look", "leave", "open"
"""What it gives: look only, leave, or the account is free now."""
_ASK_AGAIN = 1.0
_WIDEST = 64


class BusyScreen(Screen[None]):
    """Says who has the account, and what one can do."""

    DEFAULT_CSS = """
    BusyScreen {
        align: center middle; background: $background;
        #busy-column { width: 100%; max-width: 68; height: auto; padding: 0 2; }
        #busy-ways { height: 1; margin: 1 0 0 0; }
        #busy-keys { dock: bottom; padding: 0 2; }
    }
    """
    AUTO_FOCUS = "#busy-look"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "end('look')", "Look", show=False),
        Binding("q,escape", "end('leave')", "Leave", show=False),
        Binding("left,up", "app.focus_previous", "Before", show=False),
        Binding("right,down", "app.focus_next", "Next", show=False),
    ]

    def __init__(self, problem: str) -> None:
        """`problem` says who has the account."""
        super().__init__()
        self._problem = problem

    def compose(self) -> ComposeResult:
        """The words, two buttons, the keys."""
        with Vertical(id="busy-column"):
            yield Paper(self._words)
            with Horizontal(id="busy-ways"):
                yield Choice("Look, read-only", first=True, id="busy-look")
                yield Choice("Leave", id="busy-leave")
        yield Paper(_keys, id="busy-keys")

    def _words(self, width: int) -> Sequence[Content]:
        narrow = min(width, _WIDEST)
        about = (
            "One nookterm with a screen works with an account at a time. Here you can read along meanwhile; "
            "when the other one is closed, this one opens by itself."
        )
        return [
            *wrapped(said(self._problem, STRONG), width=narrow),
            NOTHING,
            *wrapped(row((about, SOFT)), width=narrow),
        ]

    @on(Choice.Pressed, "#busy-look")
    def _look(self) -> None:
        self.app.exit(LOOK)

    @on(Choice.Pressed, "#busy-leave")
    def _leave(self) -> None:
        self.app.exit(LEAVE)

    def action_end(self, way: str) -> None:
        """By a key."""
        self.app.exit(way)


def _keys(width: int) -> Sequence[Content]:
    hints = row(key_hint("r", "look, read-only"), ("   ", ""), key_hint("escape", "leave"))
    return [ends(hints, NOTHING, width)]


class BusyApp(ThemedApp[str]):
    """Gives what the person chose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,ctrl+c", "leave", "Leave", id="app.quit", priority=True, show=False)
    ]

    def __init__(self, problem: str, is_free: Callable[[], bool], look: Look | None = None) -> None:
        """`problem` says who has the account; `is_free` whether nobody has it any more."""
        super().__init__(look)
        self._problem = problem
        self._is_free = is_free

    async def on_mount(self) -> None:
        """Ask, and look now and then whether the other one is gone."""
        self.follow_signals()
        await self.push_screen(BusyScreen(self._problem))
        self.set_interval(_ASK_AGAIN, self._ask_again)

    def _ask_again(self) -> None:
        if self._is_free():
            self.exit(OPEN)

    def action_leave(self) -> None:
        """Leave."""
        self.exit(LEAVE)
