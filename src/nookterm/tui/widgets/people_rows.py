"""The rows of members and of one person's page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from rich.cells import cell_len
from textual.content import Content

from nookterm.tui.widgets.cards import GAP, Block, Look, heading
from nookterm.tui.widgets.cards_text import (
    HEADING,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WARN,
    ends,
    hanging,
    meaning_style,
    row,
    said,
    wrapped,
)  # fmt: skip
from nookterm.viewmodels.members import Line, MemberLine, PersonPage

_LABEL = 18
"""Cells for what a fact is about."""
_NARROW = 50
"""Columns under which the id leaves a row of the list."""
_NAMES = 24
"""Cells after which ids stand in a column at most; a longer name pushes its own aside."""


def member_blocks(lines: Iterable[MemberLine]) -> list[Block]:
    """The list, with a heading over each group."""
    blocks: list[Block] = []
    group = ""
    listed = tuple(lines)
    names = min(_NAMES, max((cell_len(line.name) + 2 * bool(line.shield) for line in listed), default=0))
    for line in listed:
        if line.group != group:
            group = line.group
            count = sum(1 for other in listed if other.group == group)
            title = partial(_heading, group, count)
            blocks += ([GAP] if blocks else []) + [heading(title)]
        blocks.append(Block(line.user, 1, partial(_member, line, names)))
    return blocks


def _heading(group: str, count: int, _width: int) -> Content:
    return row((group, HEADING), (f"  {count}", QUIET))


def _member(line: MemberLine, names: int, width: int, look: Look) -> list[Content]:
    shield = {"verified": row((" ✓", SAFE)), "doubt": row((" !", WARN))}.get(line.shield, NOTHING)
    name = row((line.name, STRONG if look is Look.FOCUSED else TEXT))
    gap = " " * max(0, names - cell_len(line.name) - shield.cell_length)
    id_ = row((f"{gap}  {line.user}", QUIET)) if width >= _NARROW else NOTHING
    right = row((line.note, WARN), ("  " if line.note and line.role else "", ""), (line.role, SOFT))
    style = "$nook-new" if line.group == "New here" else QUIET
    when = row(("  " if right else "", ""), (line.when, style)) if line.when else NOTHING
    return [ends(row(name, shield, id_), row(right, when), width)]


def person_rows(page: PersonPage, width: int) -> list[Content]:
    """A person's page, and under it what is not ours to do."""
    rows = fact_rows(page.facts, width)
    barred = [act for act in page.acts if act.why_not]
    if barred:
        rows.append(NOTHING)
    for act in barred:
        rows += hanging(
            row(("Not yours to do: ".ljust(_LABEL), QUIET)), said(f"{act.label}: {act.why_not}", SOFT), width
        )
    return rows


def fact_rows(facts: Iterable[Line], width: int) -> list[Content]:
    """What is known, each beside what it is about."""
    rows: list[Content] = []
    for left, right, meaning in facts:
        label = row((left.ljust(_LABEL)[:_LABEL], QUIET))
        if width < _LABEL * 2:
            rows += [row((left, QUIET)), *wrapped(said(right, meaning_style(meaning, TEXT)), width=width)]
        else:
            rows += hanging(label, said(right, meaning_style(meaning, TEXT)), width)
    return rows
