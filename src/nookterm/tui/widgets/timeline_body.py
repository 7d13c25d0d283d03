"""The words of one message: formatted or plain, folded where they are many, with what stands behind the last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from textual.content import Content
from textual.style import Style

from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.formatting.text import Block, Code, Paragraph, Run
from nookterm.formatting.writing import EVERYBODY
from nookterm.tui.widgets.cards_text import KEY, QUIET, SOFT, TEXT, hanging, row, said
from nookterm.tui.widgets.timeline_blocks import block_rows
from nookterm.tui.widgets.timeline_pen import Drawing, Pen, Shown
from nookterm.tui.widgets.timeline_text import OPENS, paragraph_rows, with_links
from nookterm.viewmodels.timeline import Words

_FOLDED_OVER = 24
"""Rows that are shown without being asked for."""
_FOLDED_TO = 18
_MUCH = 6_000
"""Characters that are laid out to know where a message folds; how many rows the rest makes is reckoned."""
_MOST_ROWS = 2_000
_LONGEST = 20_000
_MENTION = "$nook-mention"


def body_rows(words: Words, how: Drawing, room: int) -> list[Content]:
    """The rows of what somebody said."""
    if words.redacted:
        return [row(("taken back", f"italic {QUIET}"))]
    lines = _folded(words, how, room)
    if words.attachment:
        lines += hanging(row(("▤ ", QUIET)), said(words.attachment, TEXT), room)
    if words.edited:
        lines = _after(lines, "(edited)", room)
    if words.state == "queued":
        lines = _after(lines, f"◷ waits: {words.problem}" if words.problem else "◷ waits its turn", room)
    return lines


def _folded(words: Words, how: Drawing, room: int) -> list[Content]:
    """The words, or their beginning and how much more there is."""
    if how.shown is not Shown.FOLDED:
        rows = list(islice(_rows(words, how, room, _LONGEST * 10)[0], _MOST_ROWS))
        return [*rows, _to_fold().truncate(room, ellipsis=True)] if len(rows) > _FOLDED_OVER else rows
    made, left = _rows(words, how, room, _MUCH)
    rows = list(islice(made, _MOST_ROWS))
    more = len(rows) - _FOLDED_TO + -(-left // room)
    if len(rows) <= _FOLDED_OVER and not left:
        return rows
    about = "about " if left else ""
    opens = Style.from_meta({OPENS: int(Shown.WHOLE)})
    last = row((f"… {about}{more} more lines", SOFT), ("  Enter", KEY), (" shows them", QUIET)).stylize(opens)
    return [*rows[:_FOLDED_TO], last.truncate(room, ellipsis=True)]


def _to_fold() -> Content:
    return row(("Enter", KEY), (" folds this", QUIET)).stylize(Style.from_meta({OPENS: int(Shown.FOLDED)}))


def _rows(words: Words, how: Drawing, room: int, most: int) -> tuple[Iterable[Content], int]:
    """The rows of the first `most` characters, and how many characters are left."""
    style = f"{'italic ' if words.emote else ''}{QUIET if words.quiet else TEXT}"
    tone = f"bold {_MENTION if words.mention else TEXT}{'' if how.brackets else ' on $raise'}"
    pen = Pen(how, style, tone, dict(words.called))
    start = f"{words.author} " if words.emote else ""
    if words.formatted is None:
        text = safe_text(words.body, longest=_LONGEST, lines=_MOST_ROWS)
        shown = text[:most]
        lines = [_plain(f"{start if n == 0 else ''}{line}", words, pen) for n, line in enumerate(shown.split("\n"))]
        return paragraph_rows(lines if text else [], room), len(text) - len(shown)
    pen = replace(pen, reasons=words.formatted.spoilers, everybody=EVERYBODY if words.everybody else "")
    blocks, left = _cut(words.formatted.blocks, most)
    return block_rows(_begun(blocks, start), pen, room), left


def _plain(line: str, words: Words, pen: Pen) -> Content:
    """A line of the body with the names in it marked."""
    content = with_links(line, pen.style, pen)
    for name in filter(None, words.names):
        start = content.plain.find(name)
        if start >= 0:
            content = content.stylize(pen.named, start, start + len(name))
    return content


def _begun(blocks: tuple[Block, ...], start: str) -> tuple[Block, ...]:
    """With the author's name before what they do."""
    if not start:
        return blocks
    name = Run(safe_line(start) + " ")
    if blocks and isinstance(blocks[0], Paragraph):
        return (Paragraph((name, *blocks[0].runs)), *blocks[1:])
    return (Paragraph((name,)), *blocks)


def _cut(blocks: tuple[Block, ...], most: int) -> tuple[tuple[Block, ...], int]:
    """The first blocks, with about so many characters in paragraphs and code, and how many are left."""
    kept: list[Block] = []
    left = 0
    for block in blocks:
        if most <= 0:
            left += _length(block)
        elif isinstance(block, Code) and len(block.text) > most:
            left += len(block.text) - most
            kept.append(Code(block.text[:most], block.language))
        elif isinstance(block, Paragraph) and _length(block) > most:
            left += _length(block) - most
            kept.append(Paragraph(tuple(_first(block.runs, most))))
        else:
            kept.append(block)
        most -= _length(block)
    return tuple(kept), left


def _length(block: Block) -> int:
    if isinstance(block, Code):
        return len(block.text)
    return sum(len(run.text) for run in block.runs) if isinstance(block, Paragraph) else 200


def _first(runs: Iterable[Run], most: int) -> Iterable[Run]:
    for run in runs:
        if most <= 0:
            return
        yield replace(run, text=run.text[:most])
        most -= len(run.text)


def _after(lines: list[Content], mark: str, room: int) -> list[Content]:
    """A quiet mark behind the last line, or under it where it does not fit."""
    noted = row((mark, QUIET))
    if lines and lines[-1].cell_length + 2 + noted.cell_length <= room:
        return [*lines[:-1], row(lines[-1], ("  ", ""), noted)]
    return [*lines, noted.truncate(room, ellipsis=True)]
