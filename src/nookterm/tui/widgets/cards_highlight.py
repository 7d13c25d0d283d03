"""The rows of highlights: what is on the board, what is on its way, the exact text and who reads it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from nookterm.tui.widgets.cards import GAP, Block, Look, heading
from nookterm.tui.widgets.cards_text import (
    HEADING,
    KEY,
    LEAVES,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    box,
    ends,
    hanging,
    meaning_style,
    paragraph,
    row,
    wrapped,
)  # fmt: skip
from nookterm.viewmodels.highlights import BoardItem, HighlightsView, ShareLine

_MOST_BODY = 4
"""Rows of a highlight in the list; the page beside it shows the whole."""
COPIES = "Copies that others keep cannot be taken back."


def share_key(line: ShareLine) -> str:
    """What a line is chosen by."""
    return f"share {line.request}"


def board_key(item: BoardItem) -> str:
    """What a highlight is chosen by."""
    return f"board {item.event_id}"


def highlight_blocks(view: HighlightsView, width: int, *, low: bool = False) -> list[Block]:
    """What waits, then the board."""
    blocks = [*_group("On the way", (_share_block(line) for line in view.waiting), low=low)]
    blocks += _group("On the board", (_board_block(item, width) for item in view.board), low=low)
    return blocks[1:] if low else blocks


def _group(title: str, members: Iterable[Block], *, low: bool) -> list[Block]:
    found = list(members)
    if not found:
        return []
    count = str(len(found))
    spaced = [part for block in found for part in ((block,) if low else (block, GAP))]
    return [
        GAP,
        heading(lambda width: ends(row((title, HEADING)), row((count, QUIET)), width)),
        *spaced[: None if low else -1],
    ]


def _share_block(line: ShareLine) -> Block:
    def draw(width: int, look: Look) -> list[Content]:
        author = row((line.author, STRONG if look is not Look.PLAIN else TEXT), (" in ", QUIET), (line.nook, QUIET))
        state = row((line.state, meaning_style(line.meaning, QUIET)), (f"  {line.age:>6}", SOFT))
        return [ends(author, state, width), ends(row((f"“{line.draft}”", SOFT)), NOTHING, width)]

    return Block(share_key(line), 2, draw)


def _board_block(item: BoardItem, width: int) -> Block:
    body = paragraph(item.body, width, TEXT)
    if len(body) > _MOST_BODY:
        body = [*body[: _MOST_BODY - 1], ends(row(body[_MOST_BODY - 1], ("…", QUIET)), NOTHING, width)]

    def draw(room: int, look: Look) -> list[Content]:
        nook = row(("◆ ", LEAVES), (item.nook, STRONG if look is not Look.PLAIN else TEXT), (f"  {item.credit}", QUIET))
        return [ends(nook, row((item.age, SOFT)), room), *body]

    return Block(board_key(item), 1 + len(body), draw)


def page_rows(item: BoardItem | ShareLine | None, view: HighlightsView, width: int) -> list[Content]:
    """The exact text in its line, who reads it, and how far it got."""
    if item is None:
        return []
    if isinstance(item, BoardItem):
        return _board_page(item, view, width)
    rows = [ends(row((f"From {item.nook}", STRONG)), row((item.state, meaning_style(item.meaning, QUIET))), width)]
    rows += wrapped(row(("What the space will read, word for word", QUIET)), width=width)
    rows += [NOTHING, *text_box(item.draft, item.audience, width), NOTHING, row(("Consent", HEADING))]
    rows += steps(
        item.author, item.nook, item.state, agreed=item.mine_to_publish or item.meaning.endswith("safe"), width=width
    )
    rows += [NOTHING, *wrapped(row((COPIES, QUIET)), width=width)]
    if item.mine_to_answer:
        keys = row(
            ("y", KEY),
            (" yes, with my name   ", SOFT),
            ("a", KEY),
            (" yes, without   ", SOFT),
            ("n", KEY),
            (" no", SOFT),
        )
        rows += [NOTHING, *wrapped(keys, width=width)]
    return rows


def _board_page(item: BoardItem, view: HighlightsView, width: int) -> list[Content]:
    rows = [
        ends(row((f"From {item.nook}", STRONG)), row((item.age, QUIET)), width),
        *wrapped(row((item.credit, QUIET)), width=width),
    ]
    rows += [NOTHING, *text_box(item.body, view.audience, width)]
    if item.can_withdraw:
        rows += [NOTHING, *wrapped(row((f"You may take this back. {COPIES}", QUIET)), width=width)]
    return rows


def text_box(text: str, audience: str, width: int) -> list[Content]:
    """A text in the line that says who can read it."""
    return box(paragraph(text, width - 4), width, LEAVES, foot=f"↗ {audience}" if audience else "")


def steps(author: str, nook: str, state: str, *, agreed: bool, width: int) -> list[Content]:
    """Consent as steps: asked, read by the author, on the board."""
    done, now, later = row(("✓ ", SAFE)), row(("● ", WAITING)), row(("○ ", QUIET))
    rows = hanging(done, row((f"{author} was asked, in {nook}", SOFT)), width)
    if agreed:
        rows += hanging(done, row((f"{author} agreed to this exact text", SOFT)), width)
        return rows + hanging(now, row(("put on the board", TEXT), (f"  {state}", WAITING)), width)
    rows += hanging(now, row((f"{author} reads this exact text", TEXT), (f"  {state}", WAITING)), width)
    return rows + hanging(later, row(("put on the board", QUIET)), width)
