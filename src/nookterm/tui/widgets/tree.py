"""The left column: rows that are chosen by key, so that an update never moves the choice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.content import Content

from nookterm.tui.widgets.cards import GAP, Block, BlockList, Look
from nookterm.tui.widgets.cards_page import Paper
from nookterm.tui.widgets.cards_text import HEADING, NOTHING, QUIET, SOFT, STRONG, WAITING, ends, row
from nookterm.viewmodels.tree import RowKind, TreeRow, TreeView

GLYPHS = {
    RowKind.DESK: "≡", RowKind.HIGHLIGHTS: "◆", RowKind.REQUESTS: "→", RowKind.DIRECTORY: "⌂",
    RowKind.NOOK: "⌂", RowKind.ROOM: "#", RowKind.PERSON: " ", RowKind.OPEN: "+", RowKind.INVITE: "+",
    RowKind.SPACE: "⌂", RowKind.TRUST: "◇",
}  # fmt: skip


class TreeHead(Paper):
    """The space's name above its rooms."""

    DEFAULT_CSS = """
    TreeHead { height: auto; padding: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__(id="head")

    def show_space(self, view: TreeView) -> None:
        """Another view."""
        rows = [row((view.title, STRONG)), row((view.subtitle, QUIET))]
        self.show(lambda width: [NOTHING, *(line.truncate(width, ellipsis=True) for line in rows), NOTHING])


class Tree(BlockList):
    """Places, nooks, rooms, people, and what is open to ask."""

    def __init__(self) -> None:
        super().__init__(self._blocks_for, id="tree")
        self._view = TreeView()

    def show(self, view: TreeView) -> None:
        """Another view; what is chosen stays chosen."""
        self._view = view
        self.rebuild()

    @property
    def rows(self) -> tuple[TreeRow, ...]:
        """What is listed."""
        return self._view.rows

    def row(self, key: str) -> TreeRow | None:
        """A row by its key."""
        return next((r for r in self._view.rows if r.key == key), None)

    def _blocks_for(self, width: int) -> Sequence[Block]:
        blocks: list[Block] = []
        for entry in self._view.rows:
            # Rows are made when they come into view: an account may have a thousand rooms.
            if entry.kind is RowKind.HEADING:
                blocks += [GAP, Block("", 1, partial(_heading, entry))]
            else:
                blocks.append(Block(entry.key, 1, partial(_drawn, entry)))
        return blocks


def _heading(entry: TreeRow, width: int, _look: Look) -> Sequence[Content]:
    return (row(("  " * entry.depth, ""), (entry.label, HEADING)).truncate(width, ellipsis=True),)


def _drawn(entry: TreeRow, width: int, _look: Look) -> Sequence[Content]:
    return (_line(entry, width),)


def _line(entry: TreeRow, width: int) -> Content:
    fresh = entry.unread or entry.mentions or (entry.waiting and entry.kind is RowKind.DESK)
    name = row(
        ("  " * entry.depth, ""),
        (f"{GLYPHS.get(entry.kind, ' ')} ", QUIET if entry.kind is RowKind.OPEN else SOFT),
        (entry.label, STRONG if fresh else SOFT),
    )
    right: list[tuple[str, str] | Content] = []
    if entry.mentions:
        right.append((f"@{entry.mentions}", "bold $nook-mention"))
    if entry.unread:
        right.append((f"  {entry.unread}" if right else f"{entry.unread}", SOFT))
    if entry.waiting:
        right.append((f"{entry.waiting}", WAITING))
    if entry.note and not entry.unread:
        right.append((entry.note, WAITING if entry.waits else QUIET))
    return ends(name, row(*right), width)
