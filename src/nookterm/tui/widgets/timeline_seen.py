"""The mark of who has read up to a message: in words, at the right end of its last row, where there is room for it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from nookterm.tui.widgets.cards_text import NOTHING, QUIET, ends, row
from nookterm.tui.widgets.timeline_hits import hit

_GAP = 2


def with_seen(rows: Sequence[Content], seen: Sequence[str], room: int) -> list[Content]:
    """The rows of a message with its mark in the longest form that fits; a row of its own only where none does."""
    last = rows[-1] if rows else NOTHING
    marks = [hit(row((form, QUIET)), "seen").truncate(room, ellipsis=True) for form in seen]
    fitting = (mark for mark in marks if last.cell_length + _GAP + mark.cell_length <= room)
    if mark := next(fitting, None):
        return [*rows[:-1], ends(last, mark, room)]
    return [*rows, ends(NOTHING, marks[0], room)]
