"""A field in which `:owl:` becomes an owl when its second colon is typed, and a backspace takes that back."""

from __future__ import annotations

from textual import events

from nookterm.domain.safe_text import safe_text
from nookterm.tui.emoji_names import emoji_called
from nookterm.tui.widgets.completion_field import CompletingField
from nookterm.viewmodels.completing import emoji_typed

LONGEST_DRAFT = 65_536
"""Characters; an event holds no more."""
_Location = tuple[int, int]


class EmojiField(CompletingField):
    """Swaps names for emoji while one writes; what is pasted or in code stays as it is."""

    swaps = True
    """Whether it does."""
    _swapped: tuple[_Location, _Location, str] | None = None
    """What was swapped by the last key: from where to where, and for which words."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "backspace" and self._put_back():
            event.stop()
            event.prevent_default()
            return
        self._swapped = None
        await super()._on_key(event)
        if event.character == ":" and self.swaps and not self.read_only:
            self._swap()

    def put_in(self, words: str) -> None:
        """Words from elsewhere, where the cursor is."""
        self.insert(safe_text(words, longest=LONGEST_DRAFT, lines=LONGEST_DRAFT))
        self.focus()

    def _swap(self) -> None:
        end = self.cursor_location
        typed = emoji_typed(self.get_text_range((0, 0), end))
        symbol = emoji_called(typed.strip(":")) if typed else ""
        if not symbol:
            return
        start = (end[0], end[1] - len(typed))
        # A step of its own in the history, so that ctrl+z takes back this and nothing else.
        self.history.checkpoint()
        self.replace(symbol, start, end)
        self.history.checkpoint()
        self._swapped = (start, (start[0], start[1] + len(symbol)), typed)

    def _put_back(self) -> bool:
        """The name again, right after it was swapped."""
        swapped, self._swapped = self._swapped, None
        if swapped is None or self.cursor_location != swapped[1] or not self.selection.is_empty:
            return False
        self.replace(swapped[2], swapped[0], swapped[1])
        return True
