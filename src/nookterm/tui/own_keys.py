"""Which keys a person's own settings give to commands, for all that draws a hint."""

from __future__ import annotations

from collections.abc import Mapping

from textual._context import active_app

from nookterm.tui.commands import command, key_name, keys_of
from nookterm.tui.themed import ThemedApp
from nookterm.viewmodels.keyed import with_keys


def keymap_here() -> Mapping[str, str]:
    """The keys of the app that draws; none of one's own where nothing is drawn."""
    app = active_app.get(None)
    return app.keymap if isinstance(app, ThemedApp) else {}


def in_own_keys(words: str) -> str:
    """A sentence of ours in which `{desk.open}` stands for a command's key. Never for words of a stranger."""
    return "".join(text for text, _ in with_keys(words, own_key))


def own_key(id_: str) -> str:
    """The key of a command as one reads it, else its slash command."""
    found = command(id_)
    keys = keys_of(found, keymap_here())
    return key_name(keys[0]) if keys else found.slash
