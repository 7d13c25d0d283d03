"""What one can do about the first look around, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (everywhere("tour", "Tour", "A first look around, in four steps", "/tour"),)
CARD: tuple[Fields, ...] = (
    within("tour", "next", "Go on", "The next of the four steps", "enter", "right", "space"),
    within("tour", "back", "Back", "The step before", "left", "backspace"),
    within("tour", "end", "End it", "No more of the tour; /tour brings it back", "escape"),
)
CONTEXTS = {"tour": "The tour"}
