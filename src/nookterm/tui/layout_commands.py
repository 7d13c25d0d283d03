"""What one can do about the columns' widths, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields

EVERYWHERE: tuple[Fields, ...] = (
    ("go.left_narrower", "Narrower list", "The list of rooms a little narrower", ("alt+e",), (), "", "global"),
    ("go.left_wider", "Wider list", "The list of rooms a little wider", ("alt+shift+e",), (), "", "global"),
    ("go.right_wider", "Wider column", "The column at the right a little wider", ("alt+y",), (), "", "global"),
    (
        "go.right_narrower",
        "Narrower column",
        "The column at the right a little narrower",
        ("alt+shift+y",),
        (),
        "",
        "global",
    ),
    (
        "go.columns",
        "Columns as first",
        "Both columns as wide as they were at first",
        ("alt+z",),
        (),
        "/columns",
        "global",
    ),
)
ACTIONS = {
    "go.left_narrower": "screen.widen('left', -2)",
    "go.left_wider": "screen.widen('left', 2)",
    "go.right_wider": "screen.widen('right', 2)",
    "go.right_narrower": "screen.widen('right', -2)",
    "go.columns": "screen.columns_as_first",
}
