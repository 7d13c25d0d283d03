"""Tables of a message fitted to the width: columns give way to each other, and become lines where none fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from textual.content import Content

from nookterm.formatting.text import Runs, Table
from nookterm.tui.widgets.cards_text import LINE, NOTHING, SOFT, hanging, row, wrapped
from nookterm.tui.widgets.timeline_pen import Pen
from nookterm.tui.widgets.timeline_text import lines_of

_BETWEEN = " │ "
_LEAST = 6
"""Cells that a column needs to be read."""
_NARROWEST = 8
"""Cells that any broken text gets."""


def table_rows(table: Table, pen: Pen, width: int) -> Iterator[Content]:
    """The rows of a table, no wider than `width`."""
    bold = replace(pen, style=f"bold {pen.style}")
    head = [lines_of(cell, bold) for cell in table.head]
    body = [[lines_of(cell, pen) for cell in cells] for cells in table.rows]
    columns = len(head) or max((len(cells) for cells in body), default=0)
    naturals = [
        max((line.cell_length for cells in (head, *body) for line in (cells[n] if n < len(cells) else [])), default=0)
        for n in range(columns)
    ]
    widths = fitted(naturals, width - len(_BETWEEN) * (columns - 1))
    if widths is None:
        yield from _records(table, pen, width)
        return
    if head:
        yield from _across(head, widths)
        yield row(("─┼─".join("─" * cells for cells in widths), LINE))
    for cells in body:
        yield from _across(cells, widths)


def fitted(naturals: Sequence[int], room: int) -> list[int] | None:
    """Cells for each column: what it wants, or an equal share of what the modest ones leave. None: too many columns."""
    wanted = [max(1, cells) for cells in naturals]
    if sum(wanted) <= room:
        return wanted
    if sum(min(cells, _LEAST) for cells in wanted) > room:
        return None
    given = [0] * len(wanted)
    left = room
    for place, (cells, column) in enumerate(sorted((cells, column) for column, cells in enumerate(wanted))):
        given[column] = min(cells, left // (len(wanted) - place))
        left -= given[column]
    return given


def _across(cells: Sequence[Sequence[Content]], widths: Sequence[int]) -> Iterator[Content]:
    """One row of cells, as high as its highest."""
    broken = [_broken(lines, width) for lines, width in zip(cells, widths, strict=False)]
    for number in range(max((len(lines) for lines in broken), default=0)):
        parts: list[Content] = []
        for lines, width in zip(broken, widths, strict=False):
            line = lines[number] if number < len(lines) else NOTHING
            parts += [row((_BETWEEN, LINE)), row(line, (" " * max(0, width - line.cell_length), ""))]
        yield row(*parts[1:])


def _broken(lines: Sequence[Content], width: int) -> list[Content]:
    """A cell's lines; a column may be narrower than other text ever is."""
    return [piece for line in lines for piece in (line.wrap(width) if line else [NOTHING])]


def _records(table: Table, pen: Pen, width: int) -> Iterator[Content]:
    """Each row as lines of its own, with the column's name before each: for tables that no terminal can hold."""
    for number, cells in enumerate(table.rows):
        if number:
            yield row(("─" * min(width, 8), LINE))
        for column, cell in enumerate(cells):
            named = _name(table.head[column], pen) if column < len(table.head) else NOTHING
            for line in lines_of(cell, pen):
                room = min(width // 2, width - _NARROWEST)
                if room < len(_BETWEEN):
                    yield from wrapped(named, line, width=width)
                else:
                    yield from hanging(named.truncate(room, ellipsis=True), line, width)
    if not table.rows:
        for cell in table.head:
            yield from wrapped(*lines_of(cell, pen), width=width)


def _name(cell: Runs, pen: Pen) -> Content:
    return row(*lines_of(cell, replace(pen, style=SOFT))[:1], (": ", SOFT)) if cell else NOTHING
