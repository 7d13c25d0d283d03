"""Which keys a person's own settings give to commands, for all that draws a hint."""

from __future__ import annotations

from collections.abc import Mapping

from textual._context import active_app

from nookterm.tui.commands import command, key_name, keys_of
from nookterm.tui.themed import ThemedApp


def keymap_here() -> Mapping[str, str]:
    """The keys of the app that draws; none of one's own where nothing is drawn."""
    app = active_app.get(None)
    return app.keymap if isinstance(app, ThemedApp) else {}


def own_key(id_: str) -> str:
    """The key of a command as one reads it, else its slash command."""
    found = command(id_)
    keys = keys_of(found, keymap_here())
    return key_name(keys[0]) if keys else found.slash
