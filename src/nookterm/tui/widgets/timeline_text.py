"""Lines of formatted words: styles, pills, links with their true host, spoilers. Every piece passes the safe door."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from textual.content import Content
from textual.style import Style

from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.formatting.links import shows_its_host
from nookterm.formatting.plain import addresses
from nookterm.formatting.text import Emoji, Link, Mark, Person, Place, Run
from nookterm.tui.widgets.cards_text import NOTHING, QUIET, SOFT, row, wrapped
from nookterm.tui.widgets.timeline_pen import Pen, Shown

OPENS = "opens"
"""The name under which a click finds out what it opens: a value of `Shown`."""
_LONGEST = 20_000
_MOST_LINES = 2_000
_STYLES = ((Mark.BOLD, "bold"), (Mark.ITALIC, "italic"), (Mark.STRIKE, "strike"), (Mark.UNDERLINE, "underline"))
_LINK = "underline $accent"


def lines_of(runs: Iterable[Run], pen: Pen) -> list[Content]:
    """Runs as lines that are not broken yet: one for each line that its author wrote."""
    lines = [NOTHING]
    for spoiler, group in groupby(runs, key=lambda run: run.spoiler):
        hidden = spoiler and pen.how.shown < Shown.OPEN
        parts = [_veil(spoiler, pen)] if hidden else _drawn(group, pen)
        for part in parts:
            first, *more = part.split("\n", allow_blank=True) if "\n" in part.plain else [part]
            lines[-1] = Content.assemble(lines[-1], _joined(lines[-1], first))
            lines += more
    return lines


def paragraph_rows(lines: Iterable[Content], width: int) -> list[Content]:
    """Lines broken where they do not fit; those of a script that runs from the right stand at the right."""
    return [piece for line in lines for piece in _aligned(line, width)]


def with_links(text: str, style: str, pen: Pen) -> Content:
    """Words without any form, with the addresses in them as links."""
    content = Content.styled(text, style)
    for begin, end, link in addresses(text):
        content = content.stylize(_LINK, begin, end)
        if pen.how.links:
            content = content.stylize(Style(link=link.url), begin, end)
    hosts = [(end, link.host) for begin, end, link in addresses(text) if not shows_its_host(text[begin:end], link)]
    for end, host in reversed(hosts):
        content = Content.assemble(content[:end], _host(host), content[end:])
    return content


def _aligned(line: Content, width: int) -> list[Content]:
    rows = wrapped(line, width=width)
    if not _from_the_right(line.plain):
        return rows
    return [row((" " * max(0, width - piece.cell_length), ""), piece) for piece in rows]


def _from_the_right(text: str) -> bool:
    """Whether the first letter that has a direction runs from the right (Unicode Bidirectional Algorithm, P2)."""
    if text.isascii():
        return False
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def _drawn(runs: Iterable[Run], pen: Pen) -> list[Content]:
    """Runs that are seen; those of one link stand together, so that its host comes once, after all of its words."""
    parts: list[Content] = []
    for target, group in groupby(runs, key=lambda run: run.target):
        listed = list(group)
        if isinstance(target, Person):
            name = safe_line(pen.called.get(target.user, target.user))
            parts.append(_pill(f"@{name.removeprefix('@')}", pen))
        elif isinstance(target, Place):
            parts.append(_pill(_place(target, "".join(run.text for run in listed)), pen))
        elif isinstance(target, Link):
            parts += _linked(listed, target, pen)
        elif isinstance(target, Emoji):
            parts += _emoji(listed, target, pen)
        else:
            parts += (_letters(run, pen) for run in listed)
    return parts


def _letters(run: Run, pen: Pen, more: str = "") -> Content:
    words = " ".join(name for mark, name in _STYLES if mark in run.marks)
    style = f"{words} {pen.style} {more}".strip()
    text = safe_text(run.text, longest=_LONGEST, lines=_MOST_LINES)
    if Mark.CODE in run.marks:
        return Content.styled(f"`{text}`", style) if pen.how.brackets else Content.styled(text, f"{style} on $raise")
    if run.spoiler:
        style = f"{style} on $raise"
    return Content.styled(text, style) if more else _with_everybody(with_links(text, style, pen), pen)


def _with_everybody(content: Content, pen: Pen) -> Content:
    """The word that calls everybody is set apart like a name."""
    at = content.plain.find(pen.everybody) if pen.everybody else -1
    return content.stylize(pen.named, at, at + len(pen.everybody)) if at >= 0 else content


def _emoji(runs: list[Run], emoji: Emoji, pen: Pen) -> Iterable[Content]:
    """Pictures where the terminal can draw them and they are here, else their name."""
    glyph = next((glyph for address, glyph in pen.how.emoji if address == emoji.address), None)
    if glyph is None:
        return [_letters(run, pen) for run in runs]
    return [glyph.drawn(max(1, run.text.count(emoji.name))) for run in runs]


def _linked(runs: list[Run], link: Link, pen: Pen) -> Iterator[Content]:
    url = link.url if pen.how.links and link.url.isascii() and link.url.isprintable() else ""
    for run in runs:
        drawn = _letters(run, pen, _LINK)
        yield drawn.stylize(Style(link=url)) if url else drawn
    words = "".join(run.text for run in runs)
    if not shows_its_host(words, link):
        yield _host(link.host)


def _host(host: str) -> Content:
    return row((f" ({safe_line(host, longest=300)})", QUIET))


def _pill(text: str, pen: Pen) -> Content:
    return row((safe_line(text), pen.named or pen.style))


def _place(place: Place, words: str) -> str:
    """An alias says by itself where it leads; behind other words that is said."""
    room = place.room if place.room.startswith("#") else "a room"
    if place.event:
        room = f"a message in {room}" if room != "a room" else "a message"
    return room if room.startswith("#") else f"{safe_line(words)} ({room})"


def _veil(spoiler: int, pen: Pen) -> Content:
    """What stands for hidden words: as long whatever they are."""
    reason = safe_line(pen.reasons[spoiler - 1], longest=60) if spoiler <= len(pen.reasons) else ""
    veil = pen.how.pill(f"▒ spoiler{f': {reason}' if reason else ''} ▒", SOFT)
    return veil.stylize(Style.from_meta({OPENS: int(Shown.OPEN)}))


def _joined(before: Content, part: Content) -> Content:
    """A part as it may follow another: marks that would pile up on the last letter of that one stay away."""
    text = part.plain
    if not before or not text or text.isascii():
        return part
    marks = next((n for n, c in enumerate(text) if unicodedata.category(c) not in {"Mn", "Me"}), len(text))
    return part[marks:] if marks else part
