"""The rows of a list of messages to go to: who, what, when, and what was said last below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from nookterm.tui.widgets.cards import GAP, Block, Look
from nookterm.tui.widgets.cards_text import QUIET, SOFT, STRONG, TEXT, ends, row, said
from nookterm.viewmodels.messages import Listed
from nookterm.viewmodels.model import Notice

NO_PINS = Notice("Nothing is pinned here.", ("{timeline.pin} on a message pins it for everybody",))
NO_THREADS = Notice("No threads here yet.", ("{timeline.thread} on a message begins one",))
_NEW = "$nook-new"
_NARROW = 44
"""Cells under which a note beside its author would hide who that is."""


def listed_blocks(lines: Sequence[Listed]) -> list[Block]:
    """A block for each, with air between them."""
    blocks: list[Block] = []
    for line in lines:
        blocks += [Block(line.event_id, 3 if line.last else 2, _drawing(line)), GAP]
    return blocks[:-1]


def _drawing(line: Listed) -> Callable[[int, Look], Sequence[Content]]:
    def draw(width: int, _look: Look) -> Sequence[Content]:
        if width < _NARROW:
            return _narrow(line, width)
        note = row((line.note, f"bold {_NEW}" if line.fresh else SOFT), (f"  {line.when}" if line.when else "", QUIET))
        rows = [
            ends(said(line.author or "Earlier", STRONG), note, width),
            said(line.text, TEXT if line.here else QUIET).truncate(width, ellipsis=True),
        ]
        if line.last:
            rows.append(row(("▸ ", QUIET), said(line.last, SOFT)).truncate(width, ellipsis=True))
        return rows

    return draw


def _narrow(line: Listed, width: int) -> list[Content]:
    """As many rows; the note stands in place of what was said last."""
    when = row((line.when.rpartition(" ")[0] or line.when, QUIET))
    rows = [
        ends(said(line.author or "Earlier", STRONG), when, width),
        said(line.text, TEXT if line.here else QUIET).truncate(width, ellipsis=True),
    ]
    if line.last:
        note = (line.note, f"bold {_NEW}" if line.fresh else SOFT)
        rows.append(row(("▸ ", QUIET), note).truncate(width, ellipsis=True))
    return rows
