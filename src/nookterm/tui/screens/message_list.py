"""A list of messages to go to: a room's threads, its pins; typing narrows it down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from nookterm.tui.pressing import is_beside
from nookterm.tui.widgets.cards import Block, BlockList
from nookterm.tui.widgets.cards_text import QUIET, row
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.listed_rows import listed_blocks
from nookterm.tui.widgets.nothing import nothing
from nookterm.tui.widgets.taught import taught
from nookterm.viewmodels.messages import Listed


class MessageListScreen(ModalScreen[str]):
    """Gives the id of the message that was chosen; nothing where none was."""

    DEFAULT_CSS = """
    MessageListScreen {
        align: center top; background: $background 70%;
        #messages {
            width: 84; max-width: 100%; height: auto; max-height: 90%; margin: 1 0 0 0; background: $background;
        }
        #messages BlockList { height: auto; max-height: 24; min-height: 1; }
    }
    MessageListScreen:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Not now", show=False),
        Binding("down", "step(1)", "Down", show=False, priority=True),
        Binding("up", "step(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "leap(1)", "Page down", show=False, priority=True),
        Binding("pageup", "leap(-1)", "Page up", show=False, priority=True),
        Binding("ctrl+r", "read", "All read", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        lines: Sequence[Listed],
        *,
        empty: str,
        enter: str,
        read_all: Callable[[], None] | None = None,
    ) -> None:
        """`empty` is said where there is none (see `taught`), `enter` what Enter does; `read_all` reads everything."""
        super().__init__()
        self._title = title
        self._lines = tuple(lines)
        self._empty = empty
        self._enter = enter
        self._read_all = read_all

    def compose(self) -> ComposeResult:
        """The line, then the list."""
        more = ", ^r takes all for read" if self._read_all else ""
        with Vertical(id="messages"):
            yield LineField(self._title, readers=row((f"{self._enter}{more}", QUIET)))
            yield BlockList(self._blocks, opens_at_once=True)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(LineField).focus()

    def _blocks(self, _width: int) -> list[Block]:
        typed = self.query_one(LineField).value.strip().casefold()
        fitting = [line for line in self._lines if typed in f"{line.author} {line.text} {line.last}".casefold()]
        if not fitting:
            words = "None of them says that. Fewer letters find more." if self._lines else self._empty
            return nothing(taught(words, QUIET))
        return listed_blocks(fitting)

    @on(Input.Changed)
    def _typed(self) -> None:
        listed = self.query_one(BlockList)
        listed.rebuild()
        listed.action_edge(0)

    def action_step(self, by: int) -> None:
        """Another one."""
        self.query_one(BlockList).action_step(by)

    def action_leap(self, by: int) -> None:
        """A screenful."""
        self.query_one(BlockList).action_leap(by)

    def action_read(self) -> None:
        """Nothing in here is new any more."""
        if self._read_all:
            self._read_all()
            self.dismiss("")

    def on_click(self, event: events.Click) -> None:
        """A click beside it closes it, with whichever button."""
        if is_beside(event, self):
            self.action_leave()

    def action_leave(self) -> None:
        """Nothing."""
        self.dismiss("")

    @on(Input.Submitted)
    @on(BlockList.Opened)
    def _chosen(self) -> None:
        self.dismiss(self.query_one(BlockList).key)
