"""Choosing a reaction: six by number, any other by typing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from nookterm.domain.safe_text import safe_line
from nookterm.tui.widgets.cards_text import KEY, QUIET, TEXT, row

KEYS = ("👍", "❤️", "😂", "🎉", "🤔", "✅")
_LONGEST = 24


class ReactionStrip(Widget, can_focus=True):
    """One row while it asks, none else."""

    DEFAULT_CSS = """
    ReactionStrip {
        height: 1; padding: 0 2; display: none; background: $raise; text-wrap: nowrap; text-overflow: clip;
        &.-asking { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Not now", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._act: Callable[[str], None] | None = None
        self._back: Widget | None = None
        self._typed = ""

    def ask(self, act: Callable[[str], None]) -> None:
        """Ask; `act` gets the reaction."""
        self._act, self._typed, self._back = act, "", self.screen.focused
        self.add_class("-asking")
        self.focus()

    def action_close(self) -> None:
        """No reaction."""
        self.remove_class("-asking")
        if self._back and self._back.is_attached:
            self._back.focus()

    def on_key(self, event: events.Key) -> None:
        """A number chooses, letters and emoji are typed, Enter sends what was typed."""
        if event.key == "enter" and self._typed:
            self._give(self._typed)
        elif event.key == "backspace":
            self._typed = self._typed[:-1]
        elif (
            event.character and event.character.isdigit() and not self._typed and 1 <= int(event.character) <= len(KEYS)
        ):
            self._give(KEYS[int(event.character) - 1])
        elif event.character and event.is_printable and len(self._typed) < _LONGEST:
            self._typed += event.character
        else:
            return
        event.stop()
        self.refresh()

    def _give(self, key: str) -> None:
        act = self._act
        self.action_close()
        if act:
            act(key)

    def render(self) -> Content:
        """The six, then what is typed."""
        parts: list[tuple[str, str] | Content] = []
        for number, key in enumerate(KEYS, 1):
            parts += [(f"{number} ", KEY), (f"{key}   ", TEXT)]
        typed = safe_line(self._typed)
        parts.append((f"or type one: {typed}", QUIET) if not typed else (f"{typed}   Enter", TEXT))
        return row(*parts, ("   not encrypted", QUIET))
