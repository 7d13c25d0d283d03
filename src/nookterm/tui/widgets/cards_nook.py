"""A nook's card in the directory: what it is for, who belongs, how full it is, how one gets in."""

from __future__ import annotations

from textual.content import Content

from nookterm.tui.widgets.cards import Block, Look
from nookterm.tui.widgets.cards_text import (
    HEADING,
    LINE,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    ends,
    hanging,
    meaning_style,
    meter,
    paragraph,
    row,
    said,
    size_words,
    wrapped,
)  # fmt: skip
from nookterm.viewmodels.directory import Card

_METER = 16
_GLYPHS = {"safe": "✓", "leaves": "↗", "warn": "!", "waiting": "◷"}
_EDGE = {Look.PLAIN: LINE, Look.CURRENT: TEXT, Look.FOCUSED: "$accent"}
_LINES = {Look.PLAIN: "╭─╮│╰╯", Look.CURRENT: "╭─╮▎╰╯", Look.FOCUSED: "┏━┓┃┗┛"}
"""Corners and edges of a card: which one is chosen is seen without colours, too."""


def card_block(card: Card, *, low: bool = False) -> Block:
    """A box of four rows; where there is little room two rows without a box."""
    if low:
        return Block(card.room_id, 2, lambda width, _look: _low_rows(card, width))
    return Block(card.room_id, 6, lambda width, look: _boxed(card, width, look))


def _way(card: Card) -> Content:
    plain = STRONG if card.can_ask or card.can_join else SOFT
    return row((card.way_in, meaning_style(card.way_meaning, plain)))


def _low_rows(card: Card, width: int) -> list[Content]:
    return [ends(row((card.name, STRONG)), _way(card), width), ends(row((card.purpose, QUIET)), NOTHING, width)]


def _boxed(card: Card, width: int, look: Look) -> list[Content]:
    inner = width - 4
    size = size_words(card.members, card.cap)
    full = row(meter(card.members, card.cap, min(_METER, inner // 3)), ("  " if card.cap else "", ""), size)
    rows = [
        ends(row((card.name, STRONG)), _way(card), inner),
        ends(row((card.purpose, SOFT)), NOTHING, inner),
        ends(row((card.who_belongs, QUIET)), NOTHING, inner),
        ends(full, row((card.note, QUIET)), inner),
    ]
    edge = _EDGE[look]
    left, across, right, side, low_left, low_right = tuple(_LINES[look])
    end = "┃" if look is Look.FOCUSED else "│"
    box = [row((f"{side} ", edge), line, (f" {end}", edge)) for line in rows]
    across *= width - 2
    return [row((f"{left}{across}{right}", edge)), *box, row((f"{low_left}{across}{low_right}", edge))]


def about_rows(card: Card, width: int) -> list[Content]:
    """The card at length, where there is nothing to ask."""
    rows = [ends(row((card.name, STRONG)), _way(card), width), NOTHING, *paragraph(card.purpose, width)]
    if card.who_belongs:
        rows += [
            NOTHING,
            row(("Who belongs", HEADING)),
            *paragraph(card.who_belongs.removeprefix("for: ").removeprefix("for "), width, SOFT),
        ]
    size = size_words(card.members, card.cap)
    rows += [NOTHING, ends(meter(card.members, card.cap, max(0, width - size.cell_length - 4)), size, width)]
    if card.note:
        rows += [NOTHING, *wrapped(said(card.note, QUIET), width=width)]
    return rows + reader_rows(card, width)


def reader_rows(card: Card, width: int) -> list[Content]:
    """Who reads what: never cut, always broken."""
    if not card.readers:
        return []
    rows = [NOTHING, row(("Who reads this", HEADING))]
    for word, text, meaning in card.readers:
        glyph = _GLYPHS.get(meaning.removeprefix("nook-"), "") or _GLYPHS.get(word, "") or "·"
        rows += hanging(row((f"{glyph} ", meaning_style(meaning, QUIET))), said(text, SOFT), width)
    return rows
