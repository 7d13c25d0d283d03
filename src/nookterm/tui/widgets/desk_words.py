"""The lines that one types in at the desk: words for a case, bound to it when it is opened; and letters of a filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.forms import LineField
from nookterm.tui.widgets.pressing import in_a_row, key_hint


class DeskWords(Vertical):
    """Hidden until words are wanted. Enter says them, Esc does not."""

    DEFAULT_CSS = """
    DeskWords { display: none; height: auto; background: $background; padding: 0 1; &.-open { display: block; } }
    DeskWords Paper { padding: 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Not now", show=False)]

    def __init__(self, closed: Callable[[], None]) -> None:
        """`closed` is told when the line is gone."""
        super().__init__()
        self._about = ""
        self._say: Callable[[str], None] = _nothing
        self._after = closed

    def compose(self) -> list[Widget]:
        """The one field."""
        ways = in_a_row(key_hint("enter", "go on"), key_hint("escape", "not now"))
        return [LineField("Words"), Paper(lambda _width: [ways])]

    @property
    def is_open(self) -> bool:
        """Whether words are being asked for."""
        return self.has_class("-open")

    def ask(self, about: str, title: Content, readers: Content, say: Callable[[str], None], *, draft: str = "") -> None:
        """Ask for words; `say` gets them. What was begun `about` the same thing is still there."""
        field = self.query_one(LineField)
        if about != self._about:
            field.value = draft
        self._about, self._say = about, say
        field.border_title, field.border_subtitle = title, readers
        self.add_class("-open")
        field.focus()

    def action_close(self) -> None:
        """Say nothing; the words stay for the next time."""
        self.remove_class("-open")
        self._after()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self.is_open:
            return
        self._about, say = "", self._say
        self.remove_class("-open")
        self._after()
        say(event.value.strip())


def _nothing(_words: str) -> None:
    """Nobody asked for words yet."""


class DeskFilter(Vertical):
    """One row to type in; the list follows each letter. Enter keeps the filter, Esc ends it."""

    DEFAULT_CSS = """
    DeskFilter {
        display: none; height: 1; background: $background; padding: 0 1 0 0; &.-open { display: block; }
        Input, Input:focus { border: none; height: 1; padding: 0 2; background: $raise; color: $foreground; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "end", "No filter", show=False)]

    def __init__(self, typed: Callable[[str], None], closed: Callable[[], None]) -> None:
        """`typed` gets what is written, with each letter; `closed` is told when the keyboard is free again."""
        super().__init__()
        self._tell = typed
        self._back = closed
        self._field = Input(select_on_focus=False)

    def compose(self) -> list[Widget]:
        """The one field."""
        hint = "show only: mine, free, ask, hello, or letters of a name, nook or server"
        self._field.placeholder = hint
        return [self._field]

    @property
    def words(self) -> str:
        """What is written."""
        return self._field.value

    @property
    def is_typing(self) -> bool:
        """Whether it has the keyboard."""
        return self._field.has_focus

    def begin(self) -> None:
        """Type."""
        self.add_class("-open")
        self._field.focus()

    def end(self) -> None:
        """No filter any more."""
        self.remove_class("-open")
        self._field.value = ""
        self._tell("")

    def action_end(self) -> None:
        """No filter, and back to the list."""
        self.end()
        self._back()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._tell(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._tell(event.value)
        if not event.value.strip():
            self.remove_class("-open")
        self._back()
