"""Sentences of ours that name commands, as one reads them: each with its key, which can be clicked."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from nookterm.tui.commands import command, key_name, keys_of
from nookterm.tui.themed import ThemedApp
from nookterm.tui.widgets.cards_text import KEY, SOFT, row
from nookterm.tui.widgets.pressing import presses
from nookterm.viewmodels.keyed import with_keys


def taught(widget: Widget, words: str, style: str = SOFT) -> Content:
    """One line; the keys are those of the app that the widget is in. Never for words of a stranger."""
    keymap = widget.app.keymap if isinstance(widget.app, ThemedApp) else {}

    def key_of(id_: str) -> str:
        found = command(id_)
        keys = keys_of(found, keymap)
        return key_name(keys[0]) if keys else found.slash

    return row(*(presses(row((text, KEY)), id_) if id_ else (text, style) for text, id_ in with_keys(words, key_of)))
