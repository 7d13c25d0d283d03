"""Sentences of ours that name commands, as one reads them: each with its key, which can be clicked."""

from __future__ import annotations

from textual.content import Content

from nookterm.tui.own_keys import own_key
from nookterm.tui.widgets.cards_text import KEY, SOFT, row
from nookterm.tui.widgets.pressing import presses
from nookterm.viewmodels.keyed import with_keys


def taught(words: str, style: str = SOFT) -> Content:
    """One line; the keys are those of the app that draws it. Never for words of a stranger."""
    return row(*(presses(row((text, KEY)), id_) if id_ else (text, style) for text, id_ in with_keys(words, own_key)))
