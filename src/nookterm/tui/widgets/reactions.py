"""Choosing a reaction: six by number, any other by a few letters of its name, or any short text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size

from nookterm.domain.safe_text import safe_line
from nookterm.tui.pressing import LEFT, pressed
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards_text import KEY, QUIET, SOFT, TEXT, row
from nookterm.tui.widgets.pressing import lined
from nookterm.tui.widgets.strips import AskingStrip, way_out
from nookterm.tui.widgets.timeline_hits import WANTS, hit

_NAMES = {
    "👍": "thumbs up", "❤️": "heart", "😂": "laughing", "🎉": "hooray", "🤔": "thinking", "✅": "done",
}  # fmt: skip
"""What they are called where the terminal has no emoji."""
KEYS = tuple(_NAMES)
_LONGEST = 24
_MOST = 9
"""Each has a digit."""


class ReactionStrip(AskingStrip):
    """Six at hand, others by their names."""

    def __init__(self) -> None:
        super().__init__()
        self._act: Callable[[str], None] | None = None
        self._typed = ""
        self._at = 0
        self._options: tuple[tuple[str, str], ...] = ()

    def ask(self, act: Callable[[str], None]) -> None:
        """Ask; `act` gets the reaction."""
        self._act = act
        self._type("")
        self.begin()

    def on_key(self, event: events.Key) -> None:
        """A number chooses, letters look for names, arrows go along what was found, Enter takes it."""
        key, typed = event.key, event.character if event.is_printable else None
        if key == "enter" and self._options:
            self._give(self._options[self._at][0])
        elif key in {"left", "right"} and self._options:
            self._at = (self._at + (1 if key == "right" else -1)) % len(self._options)
        elif key == "backspace":
            self._type(self._typed[:-1])
        elif typed and typed.isdigit() and 1 <= int(typed) <= len(self._options):
            self._give(self._options[int(typed) - 1][0])
        elif typed and len(self._typed) < _LONGEST:
            self._type(self._typed + typed)
        else:
            return
        event.stop()
        self.refresh(layout=True)

    def on_paste(self, event: events.Paste) -> None:
        """An emoji from elsewhere."""
        event.stop()
        self._type((self._typed + safe_line(event.text))[:_LONGEST])
        self.refresh(layout=True)

    def on_click(self, event: events.Click) -> None:
        """A click on one takes it."""
        if pressed(event):
            return
        event.stop()
        wants = event.style.meta.get(WANTS)
        if isinstance(wants, tuple) and event.button == LEFT:
            self._give(str(wants[1]))

    def _type(self, typed: str) -> None:
        self._typed, self._at = typed, 0
        if not typed.strip():
            self._options = tuple((key, "") for key in KEYS)
            return
        from nookterm.tui.emoji_names import find_emoji

        found = find_emoji(typed, _MOST - 1)
        # What was typed is always one of them: "ok" may be meant as it stands.
        self._options = (*found, (typed.strip(), "")) if typed.isascii() else ((typed.strip(), ""), *found)

    def _give(self, key: str) -> None:
        act = self._act
        self.action_close()
        if act:
            act(key)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as it takes, none of them cut."""
        return len(self._rows(width))

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._rows(self.size.width))

    def _rows(self, width: int) -> list[Content]:
        named = isinstance(self.app, ThemedApp) and self.app.look.glyphs == "ascii"
        return strip_rows(self._options, self._typed, self._at, width, named=named)


def strip_rows(
    options: Sequence[tuple[str, str]], typed: str, at: int, width: int, *, named: bool = False
) -> list[Content]:
    """What can be chosen by a digit, as (reaction, name), then what is typed; `at` is the one that Enter takes.

    `named`: by their names alone, where the terminal has no emoji.
    """
    parts = [row(("not encrypted", QUIET))]
    if typed:
        parts.append(row((safe_line(typed), TEXT)))
    for number, (key, name) in enumerate(options, 1):
        chosen = bool(typed) and number == at + 1
        told = f"{safe_line(key)} {name}" if chosen and name else safe_line(key)
        if named:
            told = name or _NAMES.get(key, safe_line(key))
        style = f"bold {TEXT} on $select" if chosen else TEXT
        option = row((f"{number} ", KEY), (told, style))
        parts.append(hit(option, "react", key))
    parts.append(row(("Enter takes it" if typed else "or a few letters of its name", SOFT)))
    parts.append(way_out())
    return lined([part.truncate(width, ellipsis=True) for part in parts], width)
