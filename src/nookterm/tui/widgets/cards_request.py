"""The rows of one's own requests: how each stands, and under it what is known and what one can do."""

from __future__ import annotations

from textual.content import Content

from nookterm.tui.own_keys import own_key
from nookterm.tui.widgets.cards import Block, Look
from nookterm.tui.widgets.cards_text import (
    HEADING,
    KEY,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    ends,
    meaning_style,
    row,
    said,
    wrapped,
)  # fmt: skip
from nookterm.viewmodels.requests import RequestLine, RequestsView, Unsure

_WIDEST = 84
_MARKS = {"waiting": "◷ ", "safe": "✓ ", "warn": "! ", "new": "● "}


def request_block(line: RequestLine, width: int) -> Block:
    """The request and its words; as high as the words need at this width."""
    words = [piece for text in line.words for piece in wrapped(said(text, SOFT), width=min(width, _WIDEST))]
    if line.doubts:
        words += wrapped(_keys(line), width=min(width, _WIDEST))

    def draw(room: int, look: Look) -> list[Content]:
        name = row((line.nook, STRONG if look is not Look.PLAIN else TEXT))
        mark = _MARKS.get(line.meaning.removeprefix("nook-"), "")
        state = row(
            (mark, meaning_style(line.meaning)), (line.state, meaning_style(line.meaning)), (f"  {line.age:>6}", QUIET)
        )
        return [ends(name, state, min(room, _WIDEST)), *words]

    return Block(line.room_id, 1 + len(words), draw)


def _keys(line: RequestLine) -> Content:
    """Which key says what the request waits for."""
    decide, compare = (own_key(id_) for id_ in ("requests.confirm", "requests.compare"))
    if any(doubt.unsure is Unsure.IDENTITY for doubt in line.doubts):
        ways = ((f"{decide} ", KEY), ("go on, unverified   ", TEXT), (f"{compare} ", KEY), ("compare keys", TEXT))
        return row(*ways)
    more = f", one after the other ({len(line.doubts)})" if len(line.doubts) > 1 else ""
    return row((f"{decide} ", KEY), (f"say whether you know them{more}", TEXT))


def explain_rows(view: RequestsView, width: int, *, headed: bool) -> list[Content]:
    """What is true of all of them."""
    text = wrapped(said(view.explains, QUIET), width=width)
    return [row(("Where your answers are", HEADING)), NOTHING, *text] if headed else text
