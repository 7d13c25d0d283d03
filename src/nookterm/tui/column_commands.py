"""What one can do about the column beside the conversation, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, within

EVERYWHERE: tuple[Fields, ...] = (
    (
        "go.column",
        "Other side",
        "From the conversation to the column beside it, and back",
        ("alt+b",),
        (),
        "",
        "global",
    ),
)
PANEL: tuple[Fields, ...] = (
    within("column", "next", "Next face", "About, threads, pinned, members, privacy", "right"),
    within("column", "previous", "Face before", "The one before", "left"),
    within("column", "back", "Back", "Back to About, and to the conversation", "escape", "x"),
)
ACTIONS = {
    "column.next": "screen.turn(1)",
    "column.previous": "screen.turn(-1)",
    "column.back": "screen.turn_back",
}
CONTEXTS = {"column": "Beside the conversation"}
