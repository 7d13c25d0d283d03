"""The timeline's rows: time at column 2, words at column 9, at most 84 cells wide; all of it text, never markup."""

from __future__ import annotations

from textual.content import Content

from nookterm.domain.safe_text import safe_line
from nookterm.tui.widgets.cards_text import (
    LINE,
    NOTHING,
    QUIET,
    SAFE,
    SOFT,
    STRONG,
    TEXT,
    WARN,
    ends,
    hanging,
    row,
    said,
    wrapped,
)
from nookterm.tui.widgets.pressing import command_hint
from nookterm.tui.widgets.timeline_body import body_rows
from nookterm.tui.widgets.timeline_hits import hit
from nookterm.tui.widgets.timeline_pen import INDENT as INDENT  # noqa: PLC0414 - where everything of a message begins
from nookterm.tui.widgets.timeline_pen import WIDEST as WIDEST  # noqa: PLC0414 - and how far it goes
from nookterm.tui.widgets.timeline_pen import Drawing as Drawing  # noqa: PLC0414 - what rows are drawn with
from nookterm.tui.widgets.timeline_poll import poll_rows
from nookterm.tui.widgets.timeline_seen import with_seen
from nookterm.viewmodels.timeline import Aside, Entry, Quote, Rule, Words

_COMPACT_NAME = 8
_COMPACT_FROM = 40
"""Cells under which names beside the words would leave no room for them."""
_NEW = "$nook-new"
_MENTION = "$nook-mention"


def entry_rows(entry: Entry, how: Drawing) -> list[Content]:
    """The rows of one entry, without the air above it."""
    match entry:
        case Rule():
            return [_rule(entry, how.width)]
        case Aside():
            return _aside(entry, how)
        case Words():
            return _compact(entry, how) if how.compact and how.width >= _COMPACT_FROM else _cosy(entry, how)


def _rule(rule: Rule, width: int) -> Content:
    style = {"new": _NEW, "gap": WARN}.get(rule.meaning, LINE)
    named = {"new": f"bold {_NEW}", "day": SOFT}.get(rule.meaning, style)
    text = row(("── ", style), (rule.text, named), (" ", "")).truncate(width, ellipsis=True)
    return row(text, ("─" * max(0, width - text.cell_length), style))


def _aside(aside: Aside, how: Drawing) -> list[Content]:
    if aside.locked:
        return _beside(how, aside.time, hanging(row(("◌ ", QUIET)), said(aside.text, QUIET), how.room))
    if aside.leads is not None:
        return _beside(how, "", [hit(line, "upgraded") for line in wrapped(said(aside.text, SOFT), width=how.room)])
    return _beside(how, "", wrapped(said(aside.text, QUIET), width=how.room))


def _cosy(words: Words, how: Drawing) -> list[Content]:
    room = how.room
    rows = _name(words, how) if words.first else []
    if words.quote:
        rows.append(_quote(words.quote, room))
    rows += poll_rows(words.poll, room) if words.poll else body_rows(words, how, room)
    rows += _below(words, how, room)
    if words.seen:
        rows = with_seen(rows, words.seen, room)
    return _beside(how, words.time if words.first else "", rows)


def _compact(words: Words, how: Drawing) -> list[Content]:
    room = max(8, how.room - _COMPACT_NAME - 2)
    mark = row((" ✓", SAFE)) if words.verified else row((" !", WARN)) if words.warned else NOTHING
    name = said(words.author.split(" ")[0], _author(words)).truncate(_COMPACT_NAME - mark.cell_length, ellipsis=True)
    name = row(name, mark)
    quote = [_quote(words.quote, room)] if words.quote else []
    warning = _warning(words, room)
    pill = how.pill("new here", _NEW) if words.newcomer else NOTHING
    left = room - pill.cell_length - 1 if pill else room
    body = (poll_rows(words.poll, left) if words.poll else body_rows(words, how, left)) or [NOTHING]
    if pill:
        body = [ends(body[0], pill, room), *body[1:]]
    lines = [*quote, *body, *warning, *_below(words, how, room)]
    if words.seen:
        lines = with_seen(lines, words.seen, room)
    pad = " " * (_COMPACT_NAME - name.cell_length + 2)
    head = row(name, (pad, "")) if words.first else Content(" " * (_COMPACT_NAME + 2))
    beside = [row(head if n == 0 else Content(" " * (_COMPACT_NAME + 2)), line) for n, line in enumerate(lines)]
    return _beside(how, words.time if words.first else "", beside)


def _quote(quote: Quote, room: int) -> Content:
    bar = f"$sender-{quote.colour}" if quote.colour else TEXT
    author = f"{quote.author}  " if quote.author else ""
    return hit(row(("│ ", bar), (author, SOFT), (quote.text, QUIET)).truncate(room, ellipsis=True), "original")


def _beside(how: Drawing, time: str, rows: list[Content]) -> list[Content]:
    """Rows beside their time; a narrow terminal that has no room for times keeps the words."""
    pad = Content(" " * how.indent)
    first = row((time.rjust(how.times).ljust(how.indent), QUIET)) if time else pad
    return [row(first if n == 0 else pad, line) for n, line in enumerate(rows)]


def _author(words: Words) -> str:
    return STRONG if words.colour == 0 else f"bold $sender-{words.colour}"


def _name(words: Words, how: Drawing) -> list[Content]:
    parts: list[tuple[str, str] | Content] = [(words.author, _author(words))]
    if words.verified:
        parts.append((" ✓", SAFE))
    if words.warned:
        parts.append((" !", WARN))
    if words.role:
        parts.append((f" {words.role}", QUIET))
    if words.newcomer:
        parts += [("  ", ""), how.pill("new here", _NEW)]
    return [row(*parts).truncate(how.room, ellipsis=True), *_warning(words, how.room)]


def _warning(words: Words, room: int) -> list[Content]:
    told = words.warned or not words.warning
    return [] if told else wrapped(row((f"! {words.warning}", WARN)), width=room)


def _below(words: Words, how: Drawing, room: int) -> list[Content]:
    rows: list[Content] = []
    if words.pinned:
        rows.append(row(("◆ pinned", QUIET)))
    if words.asked:
        way = command_hint("timeline.share", "reads and answers it", SOFT)
        asked = row(("@ ", _MENTION), (f"{words.asked} ", TEXT), way)
        rows += wrapped(asked, width=room)
    if words.state == "failed":
        rows += wrapped(
            row(("! not sent", f"bold {WARN}"), (f" · {words.problem}" if words.problem else "", QUIET)), width=room
        )
    pills = [
        hit(
            how.pill(f"{safe_line(key)} {count}{' ●' if mine else ''}", f"bold {TEXT}" if mine else SOFT),
            "reaction",
            key,
        )
        for key, count, mine in words.reactions
    ]
    if words.more_reactions:
        pills.append(hit(row((f"+{words.more_reactions}", QUIET)), "details"))
    if words.replies:
        last = f" · last {words.last_reply}" if words.last_reply else ""
        answers = row((f"▸ {words.replies} {'reply' if words.replies == 1 else 'replies'}{last}", SOFT))
        new = row((f" · {words.fresh} new", f"bold {_NEW}")) if words.fresh else NOTHING
        pills.append(hit(row(answers, new), "thread"))
    line = NOTHING
    for pill in (pill.truncate(room, ellipsis=True) for pill in pills):
        if line and line.cell_length + 1 + pill.cell_length > room:
            rows.append(line)
            line = pill
        else:
            line = row(line, (" ", ""), pill) if line else pill
    return [*rows, line] if line else rows
