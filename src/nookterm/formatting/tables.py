"""Tables of HTML as rows of equal length, bounded to what somebody could read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from nookterm.formatting.flow import Flow, Look
from nookterm.formatting.text import Runs, Table

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MOST_COLUMNS = 20
_MOST_ROWS = 500
_PARTS = frozenset({"thead", "tbody", "tfoot"})


class Walker(Protocol):
    """Whoever reads the rest of the message."""

    def walk(self, node: LexborNode, flow: Flow, look: Look, depth: int) -> None:
        """Whatever is inside the node, in its order."""

    def children(self, node: LexborNode) -> Iterator[LexborNode]:
        """The nodes right below."""


def table_of(reader: Walker, node: LexborNode, look: Look, depth: int) -> Table | None:
    """The table; None where it has no cell. More than 20 columns and 500 rows are cut."""
    head: tuple[Runs, ...] = ()
    rows: list[tuple[Runs, ...]] = []
    for line, named in _rows(reader, node):
        cells = [child for child in reader.children(line) if child.tag in {"th", "td"}][:_MOST_COLUMNS]
        read = tuple(_cell(reader, cell, look, depth + 2) for cell in cells)
        first = not head and not rows
        if first and read and (named or all(cell.tag == "th" for cell in cells)):
            head = read
        elif read and len(rows) < _MOST_ROWS:
            rows.append(read)
    columns = max((len(row) for row in (head, *rows)), default=0)
    if not columns:
        return None
    even = tuple(row + ((),) * (columns - len(row)) for row in rows)
    return Table(head + ((),) * (columns - len(head)) if head else (), even)


def _rows(reader: Walker, node: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Each row, and whether it stands in the table's head."""
    for child in reader.children(node):
        if child.tag == "tr":
            yield child, False
        elif child.tag in _PARTS:
            for line in reader.children(child):
                if line.tag == "tr":
                    yield line, child.tag == "thead"


def _cell(reader: Walker, node: LexborNode, look: Look, depth: int) -> Runs:
    flow = Flow(inline=True)
    reader.walk(node, flow, look, depth)
    return flow.words()
