"""The rows of Sessions and trust: a mark and a word for the state of each device, person and key."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from textual.content import Content

from nookterm.tui.widgets.cards import GAP, Block, Look, heading
from nookterm.tui.widgets.cards_text import (
    HEADING,
    LINE,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WARN,
    ends,
    meaning_style,
    row,
    said,
    wrapped,
)
from nookterm.viewmodels.trust import LineKind, TrustLine, TrustView, Working

_NAME_CELLS = 24
_WHEN_CELLS = 12
"""The widest columns of names and times; each is as wide as what stands in it."""
_ROOMY = 62
"""Cells from which there is room for the words after the name."""
_METER = 20


def trust_blocks(view: TrustView, *, low: bool = False) -> list[Block]:
    """Groups with their lines, a gap before each."""
    blocks: list[Block] = []
    lines = [line for group in view.groups for line in group.lines]
    names = min(_NAME_CELLS, max((cell_len(line.name) for line in lines), default=0))
    whens = min(_WHEN_CELLS, max((cell_len(line.when) for line in lines), default=0))
    for group in view.groups:
        if not group.lines:
            continue
        if blocks or not low:
            blocks.append(GAP)
        blocks.append(heading(_titled(group.title)))
        blocks += [Block(line.key, 1, _drawn(line, names, whens)) for line in group.lines]
    return blocks


def _titled(title: str) -> Callable[[int], Content]:
    return lambda width: row((title, HEADING)).truncate(width, ellipsis=True)


def _drawn(line: TrustLine, names: int, whens: int) -> Callable[[int, Look], tuple[Content]]:
    def draw(width: int, look: Look) -> tuple[Content]:
        safe = line.meaning.removeprefix("nook-") == "safe"
        mark = ("! ", WARN) if line.look else ("✓ ", SAFE) if safe else ("  ", "")
        roomy = width >= _ROOMY
        name = said(line.name, STRONG if look is not Look.PLAIN or line.look else TEXT)
        if roomy and name.cell_length < names:
            name = ends(name, NOTHING, names)
        left = row(mark, name, ("  ", ""), (line.about, QUIET))
        when = row(("  ", ""), (" " * max(0, whens - cell_len(line.when)), ""), (line.when, SOFT)) if roomy else NOTHING
        state = row((line.state, meaning_style(line.meaning, QUIET)))
        return (ends(left, row(("  ", ""), state, when), width),)

    return draw


def count_row(view: TrustView) -> Content:
    """How many things there are to look at."""
    if not view.to_look_at:
        return row(("nothing to look at", QUIET)) if view.groups else NOTHING
    return row(("! ", WARN), (f"{view.to_look_at} to look at", SOFT))


def word_rows(line: TrustLine | None, width: int) -> list[Content]:
    """What the chosen line means: its id, which no list has room for, and sentences."""
    if line is None:
        return []
    head: list[Content] = []
    if line.kind in {LineKind.PERSON, LineKind.DEVICE} and line.subject:
        head = wrapped(row((line.name, TEXT), (f"  {line.subject}", QUIET)), width=width)
    return [
        row(("─" * width, LINE)),
        *head,
        *(piece for text in line.words for piece in wrapped(said(text, SOFT), width=width)),
    ]


def work_row(working: Working | None, result: str, width: int) -> list[Content]:
    """How far it is; else what the last act came to."""
    if working is None:
        return wrapped(said(result, SOFT), width=width) if result else []
    far = f"{working.done} of {working.total}" if working.total else f"{working.done}" if working.done else ""
    cells = min(_METER, max(0, width - 40))
    full = round(cells * min(working.done, working.total) / working.total) if working.total else 0
    meter = row(("━" * full, SAFE), ("─" * (cells - full), LINE)) if working.total else NOTHING
    return [ends(said(working.text, TEXT), row(meter, (f"  {far}", QUIET)), width)]
