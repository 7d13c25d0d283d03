"""What a list says where nothing in it fits what was typed: that it does not, and the way back to all of it."""

from __future__ import annotations

from functools import partial

from textual.content import Content

from nookterm.tui.widgets.cards import Block, heading
from nookterm.tui.widgets.cards_text import QUIET, row


def nothing(words: str | Content) -> list[Block]:
    """One quiet row that cannot be chosen."""
    return [heading(partial(_drawn, row((words, QUIET)) if isinstance(words, str) else words))]


def _drawn(words: Content, width: int) -> Content:
    return words.truncate(width, ellipsis=True)
