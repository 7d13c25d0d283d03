"""Blocks of a formatted message as rows: paragraphs, lists, quotes with bars, code on its own ground."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from textual.content import Content
from textual.style import Style

from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.formatting.text import Block, Code, Details, Heading, Line, Listing, Paragraph, Quoted, Table
from nookterm.tui.widgets.cards_text import LINE, NOTHING, QUIET, SOFT, TEXT, ends, row
from nookterm.tui.widgets.timeline_pen import Pen, Shown
from nookterm.tui.widgets.timeline_table import table_rows
from nookterm.tui.widgets.timeline_text import OPENS, lines_of, paragraph_rows

_NARROWEST = 12
"""Cells under which nothing is moved in any more: deep quotes and lists keep their words readable."""
_LINE = 24
_BULLETS = "•◦▪"
_COLOURS = {
    "keyword": "bold $sender-5",
    "name": "$sender-4",
    "type": "$sender-6",
    "string": "$sender-3",
    "number": "$sender-2",
    "comment": "italic $nook-quiet",
    "added": "$nook-safe",
    "removed": "$nook-warn",
}
_LONGEST_CODE = 40_000
_MOST_CODE = 2_000


def block_rows(blocks: Sequence[Block], pen: Pen, width: int, depth: int = 0) -> Iterator[Content]:
    """The rows of blocks one under the other, no wider than `width`."""
    before: Block | None = None
    for block in blocks:
        if before is not None and _is_aired(before, block):
            yield NOTHING
        before = block
        yield from _rows(block, pen, width, depth)


def _is_aired(before: Block, block: Block) -> bool:
    return isinstance(block, Heading) or (isinstance(before, Paragraph) and isinstance(block, Paragraph))


def _rows(block: Block, pen: Pen, width: int, depth: int) -> Iterator[Content]:
    match block:
        case Paragraph(runs):
            yield from paragraph_rows(lines_of(runs, pen), width)
        case Heading(level, runs):
            style = f"bold {'underline ' if level == 1 else ''}{pen.style}"
            yield from paragraph_rows(lines_of(runs, replace(pen, style=style)), width)
        case Quoted(blocks):
            soft = replace(pen, style=SOFT if pen.style == TEXT else pen.style)
            yield from _beside(row(("│ ", QUIET)), blocks, soft, width, depth, every=True)
        case Listing():
            yield from _listing(block, pen, width, depth)
        case Code():
            yield from code_rows(block, pen, width)
        case Table():
            yield from table_rows(block, pen, width)
        case Line():
            yield row(("─" * min(width, _LINE), LINE))
        case Details():
            yield from _details(block, pen, width, depth)


def _listing(listing: Listing, pen: Pen, width: int, depth: int) -> Iterator[Content]:
    widest = 2
    if listing.start is not None:
        last = listing.start + len(listing.items) - 1
        widest = max(len(f"{number}. ") for number in (listing.start, last))
    for number, item in enumerate(listing.items, listing.start or 0):
        name = f"{_BULLETS[min(depth, 2)]} " if listing.start is None else f"{number}. ".rjust(widest)
        yield from _beside(row((name, QUIET)), item, pen, width, depth + 1)


def _beside(
    mark: Content, blocks: Sequence[Block], pen: Pen, width: int, depth: int, *, every: bool = False
) -> Iterator[Content]:
    """Blocks beside a mark, which stands before the first row or before every one."""
    room = width - mark.cell_length
    if room < _NARROWEST:
        mark, room = NOTHING, width
    blank = mark if every else row((" " * mark.cell_length, ""))
    empty = True
    for line in block_rows(blocks, pen, room, depth):
        yield row(mark if empty else blank, line)
        empty = False
    if empty:
        yield mark


def _details(details: Details, pen: Pen, width: int, depth: int) -> Iterator[Content]:
    closed = pen.how.shown < Shown.WHOLE
    bold = replace(pen, style=f"bold {pen.style}")
    lines = lines_of(details.summary, bold) if details.summary else [row(("Details", bold.style))]
    first, *more = paragraph_rows(lines, width - 2)
    opens = Style.from_meta({OPENS: int(Shown.WHOLE if closed else Shown.FOLDED)})
    yield row(("▸ " if closed else "▾ ", QUIET), first).stylize(opens)
    yield from (row(("  ", ""), line) for line in more)
    if not closed:
        yield from _beside(row(("  ", "")), details.blocks, pen, width, depth, every=True)


def code_rows(code: Code, pen: Pen, width: int) -> Iterator[Content]:
    """Lines of code in their colours; what is too long goes on in the next row."""
    room = max(4, width - 2)
    lines = _coloured(code, pen)
    rows = wrapped_code(lines, room)
    name = safe_line(code.language, longest=20)
    label = row((name, QUIET)) if name else NOTHING
    widest = min(room, max(*(line.cell_length for line in rows), label.cell_length))
    if label and rows and rows[0].cell_length + 2 + label.cell_length <= max(widest, min(room, 40)):
        widest = max(widest, rows[0].cell_length + 2 + label.cell_length)
        rows[0] = ends(rows[0], label, widest)
    for line in rows:
        filled = ends(line, NOTHING, widest)
        yield (
            row(("│ ", LINE), filled)
            if pen.how.brackets
            else row((" ", ""), filled, (" ", "")).stylize_before("on $raise")
        )


def wrapped_code(lines: Sequence[Content], room: int) -> list[Content]:
    """Lines broken at the edge and nowhere else: blanks in code mean something."""
    return [piece for line in lines for piece in (line.fold(room) if line.cell_length > room else [line])]


def _coloured(code: Code, pen: Pen) -> list[Content]:
    pieces = code.pieces or (("", code.text),)
    left = _LONGEST_CODE
    parts: list[tuple[str, str]] = []
    for kind, text in pieces:
        kept = safe_text(text, longest=max(1, left), lines=_MOST_CODE)
        left -= len(kept)
        parts.append((kept, _COLOURS.get(kind, TEXT if pen.style == TEXT else pen.style)))
        if left <= 0:
            break
    whole = Content.assemble(*parts)
    return list(whole.split("\n", allow_blank=True)) if whole else [NOTHING]
