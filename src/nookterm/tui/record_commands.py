"""What one can do with the record of decisions, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields

RECORD = "record"
EVERYWHERE: tuple[Fields, ...] = (
    ("app.record", "Record", "Who was let in or turned away, by whom and why", (), (), "/record", "global"),
)
AT_THE_DESK: tuple[Fields, ...] = (
    ("desk.record", "Record", "Who was let in or turned away, by whom and why", ("r",), (), "", "desk"),
)
SCREEN: tuple[Fields, ...] = (
    ("record.filter", "Filter", "Show only what has these words in it", ("f",), (), "", RECORD),
    ("record.export", "Write down", "Write what is shown into a file: .md or .json", ("x",), (), "", RECORD),
    ("record.refresh", "Look again", "Read it anew", ("ctrl+r",), (), "", RECORD),
    ("record.back", "Back", "From the field to the list; from there back", ("escape",), (), "", RECORD),
)
ACTIONS = {"desk.record": "app.record"}
CONTEXTS = {RECORD: "Record of decisions"}
