"""How hits are drawn: a block for each, the messages around the chosen one, the filters with their meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.content import Content
from textual.widget import Widget

from nookterm.domain.found_words import Piece
from nookterm.domain.safe_text import safe_text
from nookterm.tui.widgets.cards import GAP, Block, Look
from nookterm.tui.widgets.cards_text import (
    KEY,
    LEAVES,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    WARN,
    ends,
    row,
    said,
    wrapped,
)
from nookterm.tui.widgets.pressing import presses
from nookterm.viewmodels.searching import FILTERS, WORDS, Found, Near, SearchView

MORE, SERVER = "more", "server"
"""The keys of the blocks under the last hit: older ones, and asking the server."""
_HIT = "bold $nook-mention underline"
_NEW = "bold $nook-new"
_WIDEST_FILTER = 12
_TITLE, _ROOM = 20, 28


def hit_blocks(view: SearchView) -> list[Block]:
    """All hits, and the way to older ones."""
    blocks: list[Block] = []
    for found in view.rows:
        blocks += [Block(found.key, 3 if found.doubt else 2, partial(_drawn, found)), GAP]
    if view.more and view.rows:
        blocks.append(Block(MORE, 1, lambda width, _look: (_older(view, width),)))
    if view.rows and (view.server or view.asking):
        blocks.append(Block(SERVER, 1, lambda width, _look: (_server(view, width),)))
    return blocks


def _server(view: SearchView, width: int) -> Content:
    words = "the server looks" if view.asking else view.server
    return presses(row(("↗ ", LEAVES), (words, SOFT)).truncate(width, ellipsis=True), "list.open")


def _drawn(found: Found, width: int, look: Look) -> Sequence[Content]:
    named, tone = ("@ ", "$nook-mention") if found.calls else ("", SOFT)
    room = row((f"{named}{found.room}", tone)).truncate(min(_ROOM, width // 3), ellipsis=True)
    note = f"{found.note} · " if found.note and found.when else found.note
    away = row(("↗ server · ", LEAVES)) if found.server else NOTHING
    right = row(away, (note, _NEW if found.event_id is None or "new" in found.note else QUIET), (found.when, QUIET))
    name = said(found.author, STRONG if look is not Look.PLAIN else TEXT)
    rows = [ends(row(room, ("  ", ""), name), right, width), marked(found.pieces, width)]
    if found.doubt:
        rows.append(row((f"! {found.doubt}", WARN)).truncate(width, ellipsis=True))
    return rows


def _older(view: SearchView, width: int) -> Content:
    if view.looking:
        words = "looking"
    elif view.reached:
        words = f"looked back to {view.reached}; Enter looks further"
    else:
        words = "older ones"
    return presses(row(("▾ ", KEY), (words, SOFT)).truncate(width, ellipsis=True), "list.open")


def marked(pieces: Sequence[Piece], width: int) -> Content:
    """One line with what was looked for apart."""
    line = Content.assemble(*(Content.styled(_line(text), _HIT if hit else SOFT) for text, hit in pieces))
    return line.truncate(width, ellipsis=True)


def _line(text: str) -> str:
    return safe_text(text, longest=400, lines=400).replace("\n", " ")


def near_rows(near: Sequence[Near], width: int) -> tuple[list[Content], int, int]:
    """The messages around a hit; where the hit begins, and where it ends."""
    rows: list[Content] = []
    begin = end = 0
    for line in near:
        if line.hit:
            begin = len(rows)
        bar = row(("▎ ", KEY)) if line.hit else row(("  ", ""))
        head = ends(said(line.author, STRONG if line.hit else SOFT), row((line.when, QUIET)), max(1, width - 2))
        rows.append(row(bar, head))
        rows += [row(bar, text) for text in _body(line, width - 2)]
        if line.hit:
            end = len(rows)
        rows.append(NOTHING)
    return rows, begin, end


def _body(line: Near, width: int) -> list[Content]:
    style = TEXT if line.hit else SOFT
    text = Content.assemble(*(Content.styled(safe_text(words), _HIT if hit else style) for words, hit in line.pieces))
    return wrapped(*text.split("\n", allow_blank=True), width=width) or [NOTHING]


def window(rows: Sequence[Content], begin: int, end: int, height: int) -> list[Content]:
    """As many rows as there is room for, with the hit in their middle, its first row in any case."""
    spare = max(0, height - (end - begin))
    top = max(0, min(begin - spare // 2, len(rows) - height))
    return list(rows[min(top, begin) : min(top, begin) + height])


class NearView(Widget):
    """What was said before and after the chosen hit; drawn for the height that there is."""

    DEFAULT_CSS = """
    NearView { height: 1fr; text-wrap: nowrap; text-overflow: clip; background: $panel; padding: 0 1; }
    """

    def __init__(self, near: Callable[[], Sequence[Near]]) -> None:
        """`near` gives the messages."""
        super().__init__(id="search-near")
        self._near = near

    def render(self) -> Content:
        """The rows."""
        width, height = self.size
        rows, begin, end = near_rows(self._near(), max(4, width))
        return Content("\n").join(window(rows, begin, end, height)) if rows and height else NOTHING


def filter_rows(width: int) -> list[Content]:
    """What can be written, each with its meaning."""
    rows = [row(("Words are enough. Also:", STRONG)), NOTHING]
    for name, about in (*WORDS, *FILTERS):
        rows.append(row((name.ljust(_WIDEST_FILTER), KEY), (f" {about}", SOFT)).truncate(width, ellipsis=True))
    tail = "All of it must hold. Nothing leaves this machine: no server is asked before you wish it."
    return [*rows, NOTHING, *wrapped(row((tail, QUIET)), width=width)]


def count_words(view: SearchView) -> str:
    """How much was found."""
    if view.looking or view.asking:
        return "looking" if view.looking else "the server looks"
    if not view.rows:
        return ""
    return f"{len(view.rows)}{' or more' if view.more else ''} found"
