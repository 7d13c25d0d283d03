"""The rows of the privacy sheet: points under their headings, each with a mark and where Enter leads."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.content import Content

from nookterm.tui.widgets.cards import GAP, Block, Look, heading
from nookterm.tui.widgets.cards_text import HEADING, LEAVES, QUIET, SAFE, TEXT, WARN, ends, hanging, row, said
from nookterm.tui.widgets.pressing import command_hint
from nookterm.viewmodels.privacy import PrivacyLine

_MARKS = {"safe": ("✓ ", SAFE), "warn": ("! ", WARN), "leaves": ("↗ ", LEAVES)}


def privacy_blocks(lines: Iterable[PrivacyLine], width: int) -> list[Block]:
    """The sheet, with a heading over each group."""
    blocks: list[Block] = []
    last = ""
    for line in lines:
        if line.heading != last:
            last = line.heading
            blocks += [GAP] if blocks else []
            blocks.append(heading(partial(_heading, last)))
        rows = _point(line, width, Look.PLAIN)
        blocks.append(Block(line.id, len(rows), partial(_point, line)))
    return blocks


def _heading(text: str, _width: int) -> Content:
    return row((text, HEADING))


def _point(line: PrivacyLine, width: int, look: Look) -> list[Content]:
    rows = hanging(row(_MARKS.get(line.mark, ("  ", QUIET))), said(line.text, TEXT), width)
    if look is Look.PLAIN or not line.leads:
        return rows
    hint = command_hint("list.open", line.leads)
    last = rows[-1]
    fits = last.cell_length + hint.cell_length + 2 <= width
    return [*rows[:-1], ends(last, hint, width)] if fits else rows
