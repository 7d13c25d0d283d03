"""A list of rooms with everything in it: favourites, low priority, levels, marks, folded headings."""

from __future__ import annotations

from dataclasses import replace

from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level
from nookterm.viewmodels.tree_rows import FAVOURITES, LOW, RowKind, TreeRow, TreeView
from tests.tui.fakes import TREE

NOOK, PERSON, HEADING = RowKind.NOOK, RowKind.PERSON, RowKind.HEADING


def room(name: str, kind: RowKind, section: str, **more: object) -> TreeRow:
    """A room's row."""
    row = TreeRow(f"!{name}", kind, name, RoomId(f"!{name}"), section=section)
    return replace(row, **more)  # type: ignore[arg-type]  # fields by name


ROOMS = TreeView(
    "Riverside Makers",
    "river.example",
    (
        *TREE.rows[:4],
        TreeRow(FAVOURITES, HEADING, "Favourites"),
        room("glaze", NOOK, FAVOURITES, label="glaze-lab", unread=3, mentions=1, tag=FAVOURITES),
        room("bo", PERSON, FAVOURITES, label="Bo Lindqvist", tag=FAVOURITES),
        TreeRow("nooks", HEADING, "Nooks"),
        room("bike", NOOK, "nooks", label="bike-kitchen", unread=7),
        room("herb", NOOK, "nooks", label="herb-garden", quiet=12, level=Level.MENTIONS),
        room("river", NOOK, "nooks", label="river-watch", note="full", waits=True),
        room("sail", NOOK, "nooks", label="sail-loft", quiet=4, level=Level.MUTE),
        room("loom", NOOK, "nooks", label="loom-room", level=Level.MUTE),
        TreeRow("people", HEADING, "People"),
        room("dee", PERSON, "people", label="Dee Okafor", marked=True),
        TreeRow(LOW, HEADING, "Low priority"),
        room("attic", NOOK, LOW, label="attic", unread=2, tag=LOW),
        room("cellar", NOOK, LOW, label="cellar", tag=LOW),
    ),
    TREE.face,
)
