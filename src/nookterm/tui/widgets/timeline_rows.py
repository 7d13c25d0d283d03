"""The timeline's rows: time at column 2, words at column 9, at most 84 cells wide; all of it text, never markup."""

from __future__ import annotations

from textual.content import Content

from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.tui.widgets.cards_text import LINE, NOTHING, QUIET, SOFT, STRONG, TEXT, WARN, ends, row, said, wrapped
from nookterm.viewmodels.timeline import Aside, Entry, Rule, Words

INDENT = 7
"""From the time (column 2 of the screen) to the words (column 9)."""
WIDEST = 84
_COMPACT_NAME = 8
_NEW = "$nook-new"
_MENTION = "$nook-mention"


def entry_rows(entry: Entry, width: int, *, compact: bool) -> list[Content]:
    """The rows of one entry, without the air above it."""
    match entry:
        case Rule():
            return [_rule(entry, width)]
        case Aside():
            return _aside(entry, width)
        case Words():
            return _compact(entry, width) if compact else _cosy(entry, width)


def _rule(rule: Rule, width: int) -> Content:
    style = {"new": _NEW, "gap": WARN}.get(rule.meaning, LINE)
    text = row(("── ", style), (safe_line(rule.text), style if rule.meaning != "day" else SOFT), (" ", ""))
    return row(text, ("─" * max(0, width - text.cell_length), style))


def _aside(aside: Aside, width: int) -> list[Content]:
    lines = wrapped(said(("! " if aside.locked else "") + aside.text, WARN if aside.locked else QUIET), width=_room(width))
    return _beside(aside.time if aside.locked else "", lines)


def _cosy(words: Words, width: int) -> list[Content]:
    room = _room(width)
    rows = [_name(words)] if words.first else []
    if words.quote:
        bar = f"$sender-{words.quote.colour}"
        quote = row(("│ ", bar), (f"{words.quote.author}  ", SOFT), (words.quote.text, QUIET))
        rows.append(quote.truncate(room, ellipsis=True))
    rows += _body(words, room)
    rows += _below(words, room)
    return _beside(words.time if words.first else "", rows)


def _compact(words: Words, width: int) -> list[Content]:
    room = max(8, _room(width) - _COMPACT_NAME - 2)
    name = said(words.author, _author(words)).truncate(_COMPACT_NAME, ellipsis=True)
    lines = [*_body(words, room), *_below(words, room)] or [NOTHING]
    pad = " " * (_COMPACT_NAME - name.cell_length + 2)
    head = row(name, (pad, "")) if words.first else Content(" " * (_COMPACT_NAME + 2))
    beside = [row(head if n == 0 else Content(" " * (_COMPACT_NAME + 2)), line) for n, line in enumerate(lines)]
    return _beside(words.time if words.first else "", beside)


def _room(width: int) -> int:
    return max(8, min(WIDEST, width - INDENT))


def _beside(time: str, rows: list[Content]) -> list[Content]:
    """Rows beside their time; a narrow terminal that has no room for times keeps the words."""
    first = row((time.ljust(INDENT), QUIET)) if time else Content(" " * INDENT)
    return [row(first if n == 0 else Content(" " * INDENT), line) for n, line in enumerate(rows)]


def _author(words: Words) -> str:
    return STRONG if words.colour == 0 else f"bold $sender-{words.colour}"


def _name(words: Words) -> Content:
    parts: list[tuple[str, str] | Content] = [(words.author, _author(words))]
    if words.role:
        parts.append((f" {words.role}", QUIET))
    if words.newcomer:
        parts += [("  ", ""), (" new here ", f"{_NEW} on $raise")]
    if words.warning:
        parts.append((f"  ! {words.warning}", WARN))
    return row(*parts)


def _body(words: Words, room: int) -> list[Content]:
    if words.redacted:
        return [row(("taken back", f"italic {QUIET}"))]
    style = QUIET if words.quiet else TEXT
    lines: list[Content] = []
    if words.attachment:
        lines += wrapped(row(("▤ ", QUIET), (words.attachment, TEXT)), width=room)
    text = safe_text(words.body)
    if text:
        start = f"{words.author} " if words.emote else ""
        marked = [_pills(f"{start if n == 0 else ''}{line}", words, style) for n, line in enumerate(text.split("\n"))]
        if words.emote:
            marked = [line.stylize("italic") for line in marked]
        lines += wrapped(*marked, width=room)
    if words.edited and lines:
        mark = row((" (edited)", QUIET))
        fits = lines[-1].cell_length + mark.cell_length <= room
        lines = [*lines[:-1], row(lines[-1], mark)] if fits else [*lines, row(("(edited)", QUIET))]
    if words.state == "queued" and lines:
        lines = [*lines[:-1], row(lines[-1], ("  ◷ waits its turn", QUIET))]
    return lines


def _pills(line: str, words: Words, style: str) -> Content:
    """A line of the body with the names in it marked."""
    content = Content.styled(line, style)
    tone = f"bold {_MENTION if words.mention else '$foreground'} on $raise"
    for name in words.names:
        start = line.find(name)
        if name and start >= 0:
            content = content.stylize(tone, start, start + len(name))
    return content


def _below(words: Words, room: int) -> list[Content]:
    rows: list[Content] = []
    if words.state == "failed":
        rows += wrapped(row(("! not sent", f"bold {WARN}"), (f" · {words.problem}" if words.problem else "", QUIET)), width=room)
    pills: list[tuple[str, str] | Content] = []
    for key, count, mine in words.reactions:
        pills += [(f" {key} {count} ", f"{'bold ' if mine else ''}{TEXT if mine else SOFT} on $raise"), ("  ", "")]
    if words.replies:
        last = f" · last {words.last_reply}" if words.last_reply else ""
        pills.append((f"▸ {words.replies} {'reply' if words.replies == 1 else 'replies'}{last}", QUIET))
    if pills:
        rows.append(ends(row(*pills), NOTHING, room))
    return rows
