"""The case under the cursor: everything that a decision needs, its keys, and its short form for narrow screens."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from nookterm.domain.safe_text import safe_text
from nookterm.tui.commands import command
from nookterm.tui.desk_commands import ACTS
from nookterm.tui.own_keys import own_key
from nookterm.tui.widgets.cards_text import (
    HEADING,
    KEY,
    LEAVES,
    LINE,
    NOTHING,
    QUIET,
    SAFE,
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
from nookterm.tui.widgets.pressing import command_hint, presses
from nookterm.tui.widgets.taught import taught
from nookterm.viewmodels.desk import DeskLine, Detail, Note

_LABEL_CELLS = 16
_LONGEST_REASON = 500
_MARKS = {"safe": "✓ ", "warn": "! ", "leaves": "↗ "}
_VOTES = {"for": ("+ ", SAFE), "against": ("- ", WARN)}
_BATCH = ("desk.approve", "desk.decline", "desk.waitlist", "desk.claim", "desk.snooze", "desk.clean")
_OPEN, _ALL, _DOOR = ("list.open",), ("desk.mark_all",), ("desk.door",)
_MOST_KEYS = 3
"""Rows of keys; the rest is behind `?`."""


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
    rows += wrapped(row((about.user_id, QUIET)), width=width) if about.user_id else []
    rows += [NOTHING, *wrapped(row((f"{about.title} ", SOFT), (about.nook, STRONG)), width=width)]
    if about.cap is not None:
        size = size_words(about.members, about.cap)
        rows.append(ends(meter(about.members, about.cap, max(0, width - size.cell_length - 4)), size, width))
    if line.state and line.kind != "ask":
        rows += wrapped(row((line.state, meaning_style(line.state_meaning, SOFT))), width=width)
    if about.needs:
        rows += wrapped(row((about.needs, WAITING)), width=width)
    rows += [NOTHING, *(piece for fact in about.facts for piece in _fact(fact, width))] if about.facts else []
    rows += _warnings(about, width) + _words(about, width) + _answers(about, width) + _notes(about.notes, width)
    if about.reveals:
        rows += [NOTHING, *wrapped(row((about.reveals, SOFT)), width=width)]
    for sentence in about.why:
        rows += [NOTHING, *wrapped(said(sentence, SOFT), width=width)]
    for sentence in about.ways:
        rows += [NOTHING, *wrapped(taught(sentence), width=width)]
    if "desk.publish" in line.actions:
        publish = command_hint("go.highlights", "opens Highlights, where it is published", SOFT)
        rows += [NOTHING, *wrapped(publish, width=width)]
    return rows


def act_rows(line: DeskLine | None, width: int) -> list[Content]:
    """A hairline, and the keys that work on this case."""
    ids = [id_ for id_ in ACTS if line and id_ in line.actions]
    ids += ["desk.compare"] if line and line.kind == "ask" and line.detail else []
    ids += ["desk.open"] if line and line.nook_id else []
    lines = [NOTHING]
    for key in (_key(id_, line) for id_ in ids):
        fits = lines[-1].cell_length + len(key.plain.rstrip()) <= width
        lines = [*lines[:-1], row(lines[-1], key)] if fits or not lines[-1] else [*lines, key]
    return [row(("─" * width, LINE)), *(line.truncate(width) for line in lines[:_MOST_KEYS])] if ids else []


def several_rows(lines: Sequence[DeskLine], width: int, *, row_of: str = "", door: bool = False) -> list[Content]:
    """What stands beside the list while lines are marked, or while the cursor is on a row that stands for many.

    `row_of`: what such a row is called; empty for marked lines.
    """
    if not lines:
        return []
    rows = wrapped(row((row_of or f"{len(lines)} marked", STRONG)), width=width)
    nooks = sorted({line.nook for line in lines if line.nook})
    if nooks:
        rows += wrapped(row(("at ", SOFT), (", ".join(nooks), TEXT)), width=width)
    rows.append(NOTHING)
    keys: list[tuple[tuple[str, ...], str]] = []
    keys += [(_OPEN, "opens and closes this row"), (_ALL, "marks all of them")] if row_of else []
    keys += [(_BATCH, "ask what to do with all of them, and show first who is meant")]
    keys += [(_DOOR, "closes the door, so that nobody new can ask; who waits stays")] if door else []
    keys += [] if row_of else [(_ALL, "takes the marks away")]
    for ids, words in keys:
        rows += hanging(row(_letters(ids), ("  ", "")), row((words, SOFT)), width)
    first = [line.who for line in lines[:6]]
    rest = f" and {len(lines) - len(first)} more" if len(lines) > len(first) else ""
    return [*rows, NOTHING, *wrapped(row((", ".join(first) + rest, QUIET)), width=width)]


def several_peek(lines: Sequence[DeskLine], width: int, *, row_of: str, door: bool) -> list[Content]:
    """The same in three rows."""
    if not lines:
        return []
    nooks = ", ".join(sorted({line.nook for line in lines if line.nook}))
    first = ends(row((row_of or f"{len(lines)} marked", STRONG)), row((nooks, QUIET)), width)
    keys = [(_OPEN, "open"), (_ALL, "mark all"), (_BATCH, "for all of them"), *[(_DOOR, "door")] * door]
    shown = row(*(part for ids, words in keys for part in (_letters(ids), (f" {words}   ", QUIET))))
    return [first, *wrapped(shown, width=width)]


def _letters(ids: Sequence[str]) -> Content:
    """The keys of some commands, each of which can be clicked."""
    return Content(" ").join([presses(row((own_key(id_), KEY)), id_) for id_ in ids])


def _key(id_: str, line: DeskLine | None) -> Content:
    found = command(id_)
    title = found.title.lower()
    if line is not None and id_ == "desk.approve" and line.full:
        title = "wait-list, as it is full"
    elif line is not None and id_ == "desk.claim" and line.mine:
        title = "give back"
    elif line is not None and id_ == "desk.fix" and line.kind == "sheet":
        title = "hand-over sheet"
    elif line is not None and id_ == "desk.snooze" and line.fold == "snoozed":
        title = "bring back"
    return row(command_hint(id_, title), ("   ", ""))


def _warnings(about: Detail, width: int) -> list[Content]:
    found = [piece for text in about.warnings for piece in hanging(row(("! ", WARN)), said(text, WARN), width)]
    return [NOTHING, *found] if found else []


def _words(about: Detail, width: int) -> list[Content]:
    """The words that came with a request: quoted, so that they cannot pass for words of ours."""
    if not about.reason:
        return []
    text = safe_text(about.reason, longest=_LONGEST_REASON, lines=12)
    quoted = [row(("│ ", LINE), piece) for piece in paragraph(text, width - 2)]
    return [NOTHING, *wrapped(said(about.quoting, HEADING), width=width), *quoted]


def _answers(about: Detail, width: int) -> list[Content]:
    rows: list[Content] = []
    for question, answer in about.answers:
        rows += [NOTHING, *wrapped(said(question, HEADING), width=width), *paragraph(answer, width)]
    return rows


def _notes(notes: Sequence[Note], width: int) -> list[Content]:
    if not notes:
        return []
    rows = [NOTHING, row(("Notes of the facilitators", HEADING))]
    for note in notes:
        mark, style = _VOTES.get(note.mark, ("  ", QUIET))
        text = row((note.who, LEAVES), (f" {note.words}" if note.words else "", TEXT), (f" {note.age}", QUIET))
        rows += hanging(row((mark, style)), text, width)
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
    size = size_words(about.members, about.cap) if about.cap is not None else row((about.asked, QUIET))
    first = ends(row((about.name, STRONG), *facts), size, width)
    if words or line.kind == "ask":
        quote = row((f"“{words}”" if words else "no words came with it", SOFT))
    elif about.ways and not about.why:
        quote = taught(about.ways[0])
    else:
        quote = row((next(iter(about.why), about.nook), SOFT))
    second = ends(quote, NOTHING, width)
    if about.warnings:
        third = row(("! ", WARN), (about.warnings[0], WARN))
    elif about.needs:
        third = row((about.needs, WAITING))
    else:
        third = row((about.user_id, QUIET), (f"  {about.reveals}" if about.reveals else "", QUIET))
    return [first, second, *wrapped(third, width=width)]
