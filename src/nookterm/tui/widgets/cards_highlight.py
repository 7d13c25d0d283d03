"""The lists of highlights: the board by week and nook, what is on its way, what is mine, the weeks of a digest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum

from textual.content import Content

from nookterm.tui.widgets.cards import GAP, Block, Look, heading
from nookterm.tui.widgets.cards_text import (
    HEADING,
    LEAVES,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
    ends,
    meaning_style,
    paragraph,
    row,
    said,
)  # fmt: skip
from nookterm.viewmodels.highlights import BegunLine, BoardItem, HighlightsView, ShareLine, WeekLine
from nookterm.viewmodels.model import Notice

_MOST_BODY = 4
"""Rows of a highlight in the list; the page beside it shows the whole."""
_MOST_REACTIONS = 5
COPIES = "Copies that others keep cannot be taken back."

Entry = ShareLine | BoardItem | BegunLine | WeekLine


class Shelf(IntEnum):
    """What of the highlights is shown."""

    BOARD = 0
    WAITING = 1
    MINE = 2
    DIGEST = 3


SHELVES = (("Board", "Board"), ("On the way", "Way"), ("Mine", "Mine"), ("Digest", "Digest"))
"""Their names, and short ones."""

EMPTY = {
    Shelf.BOARD: Notice(
        "No nook has shared anything yet.",
        (
            "Choose a message in a nook: {timeline.share} asks to share it, {timeline.mark} marks several",
            "Whoever wrote it decides about every word",
            "What is shared here leaves encryption, and its readers are named before",
        ),
    ),
    Shelf.WAITING: Notice(
        "Nothing waits for a yes.",
        (
            "What asks for your own yes stands here first",
            "{timeline.share} on a message in a nook asks for one",
            "Silence is a no: after a week a request is over",
        ),
    ),
    Shelf.MINE: Notice(
        "Nothing of yours was shared.",
        (
            "What quotes you stands here as long as it is on the board",
            "{highlights.withdraw} takes it back, at any time",
        ),
    ),
    Shelf.DIGEST: Notice(
        "There is no week to tell of yet.",
        (
            "Each week in which something was shared becomes a page",
            "{highlights.copy} copies it, {highlights.write} writes it into a file",
        ),
    ),
}
"""What an empty shelf says."""


def key_of(entry: Entry) -> str:
    """What an entry is chosen by."""
    if isinstance(entry, ShareLine):
        return f"share {entry.request}"
    if isinstance(entry, BoardItem):
        return f"board {entry.event_id}"
    if isinstance(entry, BegunLine):
        return f"begun {entry.room_id} {' '.join(entry.events)}"
    return f"week {entry.key}"


def entries_of(view: HighlightsView, shelf: Shelf) -> tuple[Entry, ...]:
    """All that can be chosen there, in order."""
    if shelf is Shelf.BOARD:
        return view.board
    if shelf is Shelf.WAITING:
        return (*view.waiting, *view.begun)
    if shelf is Shelf.MINE:
        return (*(item for item in view.board if item.mine), *_under_way(view), *view.ended)
    return view.weeks


def highlight_blocks(view: HighlightsView, width: int, shelf: Shelf, *, low: bool = False) -> list[Block]:
    """What is on a shelf, in groups with headings."""
    blocks = list(_groups(view, width, shelf, low=low))
    return blocks[1:] if low else blocks


def _groups(view: HighlightsView, width: int, shelf: Shelf, *, low: bool) -> Iterable[Block]:
    if shelf is Shelf.BOARD:
        for week in dict.fromkeys(item.week for item in view.board):
            yield from _group(week, [i for i in view.board if i.week == week], _board_block(width, low=low), low=low)
    elif shelf is Shelf.WAITING:
        mine = [line for line in view.waiting if line.mine_to_answer]
        rest = [line for line in view.waiting if not line.mine_to_answer]
        yield from _group("Your yes is asked", mine, _share_block, low=low)
        yield from _group("On the way", rest, _share_block, low=low)
        yield from _group("Begun, asked of nobody yet", view.begun, _begun_block, low=low)
    elif shelf is Shelf.MINE:
        up = [item for item in view.board if item.mine]
        yield from _group("On the board", up, _board_block(width, low=low), low=low)
        yield from _group("On the way", _under_way(view), _share_block, low=low)
        yield from _group("Over", view.ended, _share_block, low=low)
    else:
        yield from _group("Weeks", view.weeks, _week_block, low=low)


def _under_way(view: HighlightsView) -> tuple[ShareLine, ...]:
    return tuple(line for line in view.waiting if line.mine)


def _group(title: str, members: Sequence[Entry], block: Callable[..., Block], *, low: bool) -> list[Block]:
    if not members:
        return []
    count = str(len(members))
    spaced = [part for entry in members for part in ((block(entry),) if low else (block(entry), GAP))]
    return [
        GAP,
        heading(lambda width: ends(row((title, HEADING)), row((count, QUIET)), width)),
        *spaced[: None if low else -1],
    ]


def _share_block(line: ShareLine) -> Block:
    def draw(width: int, look: Look) -> list[Content]:
        author = row((line.author, STRONG if look is not Look.PLAIN else TEXT), (" in ", QUIET), (line.nook, QUIET))
        state = row((line.state, meaning_style(line.meaning, QUIET)), (f"  {line.age:>6}", SOFT))
        mark = "@ " if line.mine_to_answer else ""
        picture = "[picture] " if line.picture else ""
        words = said(f"{picture}{line.busy or f'“{line.draft}”'}", WAITING if line.busy else SOFT)
        return [ends(row((mark, "$nook-mention"), author), state, width), ends(words, NOTHING, width)]

    return Block(key_of(line), 2, draw, "$nook-mention" if line.mine_to_answer else "")


def _begun_block(line: BegunLine) -> Block:
    def draw(width: int, look: Look) -> list[Content]:
        count = len(line.events)
        nook = row((f"From {line.nook}", STRONG if look is not Look.PLAIN else TEXT))
        messages = row(("1 message" if count == 1 else f"{count} messages", QUIET))
        return [ends(nook, messages, width), ends(said(f"“{line.text}”", SOFT), NOTHING, width)]

    return Block(key_of(line), 2, draw)


def _week_block(line: WeekLine) -> Block:
    def draw(width: int, look: Look) -> list[Content]:
        name = row((line.label, STRONG if look is not Look.PLAIN else TEXT))
        count = row((f"{line.count} highlight{'' if line.count == 1 else 's'}", QUIET))
        return [ends(name, count, width), ends(said(line.nooks, SOFT), NOTHING, width)]

    return Block(key_of(line), 2, draw)


def _board_block(width: int, *, low: bool) -> Callable[[BoardItem], Block]:
    most = 2 if low else _MOST_BODY

    def make(item: BoardItem) -> Block:
        body = paragraph(item.body, width, TEXT) if item.body else []
        if len(body) > most:
            body = [*body[: most - 1], ends(row(body[most - 1], ("…", QUIET)), NOTHING, width)]
        foot = _foot(item, width)

        def draw(room: int, look: Look) -> list[Content]:
            name = (item.nook, STRONG if look is not Look.PLAIN else TEXT)
            nook = row(("◆ ", LEAVES), name, (f"  {item.credit}", QUIET))
            return [ends(nook, row((item.age, SOFT)), room), *body, *foot]

        return Block(key_of(item), 1 + len(body) + len(foot), draw)

    return make


def _foot(item: BoardItem, width: int) -> list[Content]:
    """Reactions, a picture, what one can do: one row, or none where there is nothing to say."""
    left = reactions(item)
    if item.picture:
        left = row((f"[{item.picture}]", LEAVES), ("   " if left else "", ""), left)
    right = row(("! altered", WARN)) if item.altered else NOTHING
    if not item.altered and item.way_in:
        right = row(("+ ask to join", SAFE))
    return [ends(left, right, width)] if left or right else []


def reactions(item: BoardItem) -> Content:
    """`👍 3   🎉 1 ●`; what is ours has the ring of one's own choice, and is strong."""
    shown = item.reactions[:_MOST_REACTIONS]
    parts = [
        row((f"{key} ", TEXT), (f"{count} ●   ", STRONG) if ours else (f"{count}   ", SOFT))
        for key, count, ours in shown
    ]
    more = len(item.reactions) - len(shown)
    return row(*parts, (f"and {more} more" if more > 0 else "", QUIET))
