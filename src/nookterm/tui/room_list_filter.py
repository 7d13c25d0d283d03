"""The line above the rooms that shows fewer of them: letters of a name, and which kind; Esc ends it."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from nookterm.domain.records import dataclass
from nookterm.tui.pressing import LEFT, pressed
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import KEY, QUIET, TEXT, row
from nookterm.tui.widgets.pressing import presses
from nookterm.viewmodels.tree_rows import Which

_ORDER = tuple(Which)


class RoomFilter(Vertical):
    """Hidden while all rooms are shown. What was typed and which rooms: told as `Narrowed`."""

    DEFAULT_CSS = """
    RoomFilter {
        display: none; height: auto; padding: 0 2 1 2; background: $panel;
        &.-on { display: block; }
        Input { display: none; height: 1; border: none; padding: 0; background: $raise; color: $foreground; }
        Input:focus { border: none; background-tint: $foreground 0%; }
        &.-typing Input { display: block; }
        Paper { height: 1; background: $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end", "Show all", show=False),
        Binding("tab", "next", "Which", show=False, priority=True),
        Binding("down", "step(1)", "Down", show=False, priority=True),
        Binding("up", "step(-1)", "Up", show=False, priority=True),
    ]

    @dataclass
    class Narrowed(Message):
        """Other rooms are to be shown."""

        which: Which
        letters: str

    @dataclass
    class Stepped(Message):
        """Another of the rooms is to be chosen while one types."""

        by: int

    class Ended(Message):
        """All rooms are to be shown, and the keyboard is to be in the list again."""

    class Entered(Message):
        """The chosen room is to be opened."""

    def __init__(self) -> None:
        super().__init__(id="filter")
        self.which = Which.ALL

    @property
    def letters(self) -> str:
        """What was typed."""
        return self.query_one(Input).value

    def compose(self) -> ComposeResult:
        """The letters, then which rooms."""
        yield Input(placeholder="letters of a name", select_on_focus=False)
        yield Paper(self._line)

    def begin(self, letters: str = "") -> None:
        """Type letters of a name."""
        self.add_class("-on", "-typing")
        field = self.query_one(Input)
        field.value = letters
        field.focus()
        self._tell()

    def take(self, which: Which) -> None:
        """Show these rooms."""
        self.which = which
        self._tell()

    def turn(self) -> None:
        """Show the next kind of rooms."""
        self.take(_ORDER[(_ORDER.index(self.which) + 1) % len(_ORDER)])

    def forget_letters(self) -> None:
        """What was looked for was found."""
        self.query_one(Input).value = ""
        self.remove_class("-typing")
        self._tell()

    def end(self) -> None:
        """Show all rooms."""
        self.which = Which.ALL
        self.forget_letters()

    def action_end(self) -> None:
        """All rooms again."""
        self.end()
        self.post_message(self.Ended())

    def action_next(self) -> None:
        """The next kind of rooms."""
        self.turn()

    def action_step(self, by: int) -> None:
        """Another room."""
        self.post_message(self.Stepped(by))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._tell()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered())

    def on_click(self, event: events.Click) -> None:
        """A click on the kind of rooms shows the next one, on Esc all of them."""
        if event.button != LEFT or not isinstance(event.widget, Paper):
            return
        if pressed(event):
            event.stop()
            self.action_end()
        else:
            self.turn()

    def _tell(self) -> None:
        self.set_class(self.which is not Which.ALL or self.has_class("-typing"), "-on")
        for paper in self.query(Paper):
            paper.refresh()
        self.post_message(self.Narrowed(self.which, self.letters))

    def _line(self, width: int) -> list[Content]:
        key = "Tab" if self.has_class("-typing") else "f"
        which = "all rooms" if self.which is Which.ALL else str(self.which)
        line = row((which, TEXT), (" ", ""), (key, KEY), (" next ", QUIET), presses(row(("Esc", KEY)), "escape"))
        return [line.truncate(width, ellipsis=True)]
