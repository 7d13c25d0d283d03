"""The desk's rows: a line of the queue, everything that a decision needs, and its short form for narrow screens."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from nookterm.domain.safe_text import safe_text
from nookterm.tui.commands import command, key_name
from nookterm.tui.widgets.cards import GAP, Block, Look, heading
from nookterm.tui.widgets.cards_text import (
    HEADING,
    KEY,
    LINE,
    NOTHING,
    QUIET,
    SOFT,
    STRONG,
    TEXT,
    WAITING,
    WARN,
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
from nookterm.viewmodels.desk import DeskGroup, DeskLine, DeskView, Detail

_KIND = {"ask": "waiting", "hello": "new", "share": "leaves"}
_ACTS = ("desk.approve", "desk.decline", "desk.claim", "desk.vet")
_KIND_CELLS = 7
_LABEL_CELLS = 16
_LONGEST_REASON = 500
_MARKS = {"safe": "✓ ", "warn": "! ", "leaves": "↗ "}
_ROOMY = 46
"""Cells from which a line has room for its state."""


def desk_blocks(view: DeskView, *, low: bool = False) -> list[Block]:
    """The queue: groups with their count, a gap before each."""
    blocks: list[Block] = []
    for group in view.groups:
        if not group.lines:
            continue
        if blocks or not low:
            blocks.append(GAP)
        blocks.append(heading(_group_row(group)))
        deciding = view.pending.case if view.pending else ""
        blocks += [Block(line.case, 1, _line_row(line, deciding=line.case == deciding)) for line in group.lines]
    if view.since:
        blocks += [GAP, heading(lambda _width: row((view.since, QUIET)))]
    return blocks


def _group_row(group: DeskGroup) -> Callable[[int], Content]:
    return lambda width: ends(row((group.title, HEADING)), row((str(len(group.lines)), QUIET)), width)


def _line_row(line: DeskLine, *, deciding: bool) -> Callable[[int, Look], tuple[Content]]:
    def draw(width: int, look: Look) -> tuple[Content]:
        name = STRONG if look is not Look.PLAIN else TEXT
        kind = row((line.kind[: _KIND_CELLS - 1].ljust(_KIND_CELLS), meaning_style(_KIND.get(line.kind, ""))))
        left = row(kind, (line.who, name), (" ", ""), (line.what, QUIET))
        age = row((f"  {line.age:>6}", SOFT))
        word, tone = ("not made yet", WAITING) if deciding else (line.state, meaning_style(line.state_meaning, QUIET))
        state = row((word, tone)) if width >= _ROOMY or not line.age else NOTHING
        return (ends(left, row(state, age) if line.age else state, width),)

    return draw


def find_line(view: DeskView, case: str) -> DeskLine | None:
    """The line of a case."""
    return next((line for group in view.groups for line in group.lines if line.case == case), None)


def detail_rows(line: DeskLine | None, width: int) -> list[Content]:
    """Everything that the decision needs."""
    if line is None:
        return []
    about = line.detail
    if about is None:
        head = wrapped(row((line.who, STRONG), (" ", ""), (line.what, SOFT)), width=width)
        state = row((line.state, meaning_style(line.state_meaning, QUIET)), (f"  {line.age}", QUIET))
        return [*head, state]
    rows = [ends(row((about.name, STRONG)), row((about.asked, QUIET)), width)]
    rows += wrapped(row((about.user_id, QUIET)), width=width)
    asks = line.kind == "ask"
    rows += [NOTHING, *wrapped(row(("asks to join " if asks else "from ", SOFT), (about.nook, STRONG)), width=width)]
    if asks:
        size = size_words(about.members, about.cap)
        rows.append(ends(meter(about.members, about.cap, max(0, width - size.cell_length - 4)), size, width))
    rows += [NOTHING, *(piece for fact in about.facts for piece in _fact(fact, width))] if about.facts else []
    rows += _warning(about, width) + _words(about, width) + _answers(about, width)
    if about.reveals:
        rows += [NOTHING, *wrapped(row((about.reveals, SOFT)), width=width)]
    if "desk.publish" in line.actions:
        publish = row(
            (key_name(command("go.highlights").keys[0]), KEY), (" opens Highlights, where it is published", SOFT)
        )
        rows += [NOTHING, *wrapped(publish, width=width)]
    return rows


def act_rows(line: DeskLine | None, width: int) -> list[Content]:
    """A hairline, and the keys that work on this case."""
    ids = [id_ for id_ in line.actions if id_ in _ACTS] if line else []
    ids += ["desk.compare"] if line and line.kind == "ask" and line.detail else []
    if not ids:
        return []
    lines = [NOTHING]
    for key in (row(*_key(id_)) for id_ in ids):
        fits = lines[-1].cell_length + len(key.plain.rstrip()) <= width
        lines = [*lines[:-1], row(lines[-1], key)] if fits or not lines[-1] else [*lines, key]
    return [row(("─" * width, LINE)), *(line.truncate(width) for line in lines)]


def _key(id_: str) -> tuple[tuple[str, str], tuple[str, str]]:
    found = command(id_)
    return (key_name(found.keys[0]), KEY), (f" {found.title.lower()}   ", QUIET)


def _warning(about: Detail, width: int) -> list[Content]:
    return [NOTHING, *hanging(row(("! ", WARN)), said(about.warning, WARN), width)] if about.warning else []


def _words(about: Detail, width: int) -> list[Content]:
    """The words that came with a request: quoted, so that they cannot pass for words of ours."""
    if not about.reason:
        return []
    text = safe_text(about.reason, longest=_LONGEST_REASON, lines=12)
    quoted = [row(("│ ", LINE), piece) for piece in paragraph(text, width - 2)]
    return [NOTHING, row(("In their words", HEADING)), *quoted]


def _answers(about: Detail, width: int) -> list[Content]:
    rows: list[Content] = []
    for question, answer in about.answers:
        rows += [NOTHING, *wrapped(said(question, HEADING), width=width), *paragraph(answer, width)]
    return rows


def _fact(fact: tuple[str, str, str], width: int) -> list[Content]:
    what, value, meaning = fact
    mark = _MARKS.get(meaning.removeprefix("nook-"), "")
    value_row = row((mark, meaning_style(meaning)), (value, TEXT))
    return hanging(row((what[: _LABEL_CELLS - 1].ljust(_LABEL_CELLS), QUIET)), value_row, width)


def peek_rows(line: DeskLine | None, width: int) -> list[Content]:
    """Three rows: who and how many, their first words, what to know before deciding."""
    if line is None:
        return []
    about = line.detail
    if about is None:
        return [row((line.who, STRONG), (" ", ""), (line.what, SOFT))]
    facts = [part for _what, value, meaning in about.facts[:2] for part in (
        ("  " + _MARKS.get(meaning.removeprefix("nook-"), ""), meaning_style(meaning)), (value, SOFT),
    )]  # fmt: skip
    words = next((answer for _question, answer in about.answers if answer), about.reason)
    first = ends(row((about.name, STRONG), *facts), size_words(about.members, about.cap), width)
    second = ends(row((f"“{words}”" if words else "no words came with it", SOFT)), NOTHING, width)
    third = (
        row(("! ", WARN), (about.warning, WARN))
        if about.warning
        else row((about.user_id, QUIET), (f"  {about.reveals}", QUIET))
    )
    return [first, second, *wrapped(third, width=width)]
