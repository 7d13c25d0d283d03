"""The timeline's rows: time at column 2, words at column 9, at most 84 cells wide; all of it text, never markup."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from nookterm.domain.safe_text import safe_line, safe_text
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
from nookterm.viewmodels.timeline import Aside, Entry, Quote, Rule, Words

INDENT = 7
"""From the time (column 2 of the screen) to the words (column 9)."""
WIDEST = 84
_COMPACT_NAME = 8
_COMPACT_FROM = 40
"""Cells under which names beside the words would leave no room for them."""
_NEW = "$nook-new"
_MENTION = "$nook-mention"


@dataclass(frozen=True, slots=True)
class Drawing:
    """How rows are drawn: how many cells wide, how dense, and whether pills are tones or brackets."""

    width: int
    compact: bool = False
    brackets: bool = False

    @property
    def room(self) -> int:
        """Cells for words."""
        return max(8, min(WIDEST, self.width - INDENT))

    def pill(self, text: str, style: str) -> Content:
        """A word set apart, as wide in either way."""
        return row((f"[{text}]", style)) if self.brackets else row((f" {text} ", f"{style} on $raise"))


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
        return _beside(aside.time, hanging(row(("◌ ", QUIET)), said(aside.text, QUIET), how.room))
    return _beside("", wrapped(said(aside.text, QUIET), width=how.room))


def _cosy(words: Words, how: Drawing) -> list[Content]:
    room = how.room
    rows = _name(words, how) if words.first else []
    if words.quote:
        rows.append(_quote(words.quote, room))
    rows += _body(words, how, room)
    rows += _below(words, how, room)
    return _beside(words.time if words.first else "", rows)


def _compact(words: Words, how: Drawing) -> list[Content]:
    room = max(8, how.room - _COMPACT_NAME - 2)
    mark = row((" ✓", SAFE)) if words.verified else NOTHING
    name = said(words.author.split(" ")[0], _author(words)).truncate(_COMPACT_NAME - mark.cell_length, ellipsis=True)
    name = row(name, mark)
    quote = [_quote(words.quote, room)] if words.quote else []
    warning = wrapped(row((f"! {words.warning}", WARN)), width=room) if words.warning else []
    pill = how.pill("new here", _NEW) if words.newcomer else NOTHING
    body = _body(words, how, room - pill.cell_length - 1 if pill else room) or [NOTHING]
    if pill:
        body = [ends(body[0], pill, room), *body[1:]]
    lines = [*quote, *body, *warning, *_below(words, how, room)]
    pad = " " * (_COMPACT_NAME - name.cell_length + 2)
    head = row(name, (pad, "")) if words.first else Content(" " * (_COMPACT_NAME + 2))
    beside = [row(head if n == 0 else Content(" " * (_COMPACT_NAME + 2)), line) for n, line in enumerate(lines)]
    return _beside(words.time if words.first else "", beside)


def _quote(quote: Quote, room: int) -> Content:
    bar = f"$sender-{quote.colour}" if quote.colour else TEXT
    return row(("│ ", bar), (f"{quote.author}  ", SOFT), (quote.text, QUIET)).truncate(room, ellipsis=True)


def _beside(time: str, rows: list[Content]) -> list[Content]:
    """Rows beside their time; a narrow terminal that has no room for times keeps the words."""
    first = row((time.ljust(INDENT), QUIET)) if time else Content(" " * INDENT)
    return [row(first if n == 0 else Content(" " * INDENT), line) for n, line in enumerate(rows)]


def _author(words: Words) -> str:
    return STRONG if words.colour == 0 else f"bold $sender-{words.colour}"


def _name(words: Words, how: Drawing) -> list[Content]:
    parts: list[tuple[str, str] | Content] = [(words.author, _author(words))]
    if words.verified:
        parts.append((" ✓", SAFE))
    if words.role:
        parts.append((f" {words.role}", QUIET))
    if words.newcomer:
        parts += [("  ", ""), how.pill("new here", _NEW)]
    warning = wrapped(row((f"! {words.warning}", WARN)), width=how.room) if words.warning else []
    return [row(*parts).truncate(how.room, ellipsis=True), *warning]


def _body(words: Words, how: Drawing, room: int) -> list[Content]:
    if words.redacted:
        return [row(("taken back", f"italic {QUIET}"))]
    style = QUIET if words.quiet else TEXT
    lines: list[Content] = []
    text = safe_text(words.body)
    if text:
        start = f"{words.author} " if words.emote else ""
        marked = [
            _pills(f"{start if n == 0 else ''}{line}", words, style, how) for n, line in enumerate(text.split("\n"))
        ]
        if words.emote:
            marked = [line.stylize("italic") for line in marked]
        lines += wrapped(*marked, width=room)
    if words.attachment:
        lines += hanging(row(("▤ ", QUIET)), said(words.attachment, TEXT), room)
    if words.edited:
        lines = _after(lines, "(edited)", room)
    if words.state == "queued":
        lines = _after(lines, f"◷ waits: {words.problem}" if words.problem else "◷ waits its turn", room)
    return lines


def _after(lines: list[Content], mark: str, room: int) -> list[Content]:
    """A quiet mark behind the last line, or under it where it does not fit."""
    noted = row((mark, QUIET))
    if lines and lines[-1].cell_length + 2 + noted.cell_length <= room:
        return [*lines[:-1], row(lines[-1], ("  ", ""), noted)]
    return [*lines, noted.truncate(room, ellipsis=True)]


def _pills(line: str, words: Words, style: str, how: Drawing) -> Content:
    """A line of the body with the names in it marked."""
    content = Content.styled(line, style)
    tone = f"bold {_MENTION if words.mention else TEXT}{'' if how.brackets else ' on $raise'}"
    for name in filter(None, words.names):
        start = line.find(name)
        if start >= 0:
            content = content.stylize(tone, start, start + len(name))
    return content


def _below(words: Words, how: Drawing, room: int) -> list[Content]:
    rows: list[Content] = []
    if words.state == "failed":
        rows += wrapped(
            row(("! not sent", f"bold {WARN}"), (f" · {words.problem}" if words.problem else "", QUIET)), width=room
        )
    pills = [
        how.pill(f"{safe_line(key)} {count}", f"bold {TEXT}" if mine else SOFT) for key, count, mine in words.reactions
    ]
    if words.replies:
        last = f" · last {words.last_reply}" if words.last_reply else ""
        pills.append(row((f"▸ {words.replies} {'reply' if words.replies == 1 else 'replies'}{last}", SOFT)))
    line = NOTHING
    for pill in (pill.truncate(room, ellipsis=True) for pill in pills):
        if line and line.cell_length + 1 + pill.cell_length > room:
            rows.append(line)
            line = pill
        else:
            line = row(line, (" ", ""), pill) if line else pill
    return [*rows, line] if line else rows
