"""What one can do about being called, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere

EVERYWHERE: tuple[Fields, ...] = (
    everywhere("quiet", "Quiet", "Nothing calls until then: /quiet 2h, /quiet 18:30; /quiet off ends it", "/quiet"),
    everywhere("done", "Done for today", "Nothing calls until tomorrow morning; /done monday: until then", "/done"),
)
