"""Rows of the panels, built from parts: people's text goes in as text and never comes out as markup."""

from __future__ import annotations

import re
from functools import lru_cache

from textual.content import Content

from nookterm.domain.safe_text import safe_line, safe_text

TEXT = "$foreground"
STRONG = "bold $foreground"
SOFT = "$soft"
QUIET = "$nook-quiet"
HEADING = "bold $nook-quiet"
LINE = "$line"
KEY = "bold $accent"
WARN = "$nook-warn"
SAFE = "$nook-safe"
WAITING = "$nook-waiting"
LEAVES = "$nook-leaves"

_MEANINGS = frozenset({"waiting", "new", "mention", "safe", "warn", "leaves", "quiet"})
_NARROWEST = 8
"""Cells that a wrapped text gets at least; what is too wide for the terminal is cut by the list that shows it."""
_LONGEST = 600
"""Characters of one line."""
_KEPT = 160
"""Characters of a part that is remembered; longer ones would fill memory with what somebody wrote."""
NOTHING = Content("")
_TIME = re.compile(r"\b[0-9]{1,4} (?:s|min|h|d|w)(?: ago)?\b")
_GLUE = chr(0xE000)
"""Stands for a blank at which a line is not broken, and is never drawn: Textual breaks at no-break spaces, too."""


def meaning_style(meaning: str, default: str = SOFT) -> str:
    """The style of a meaning (`nook-waiting` or `waiting`); `default` where there is none or it is unknown."""
    name = meaning.removeprefix("nook-")
    return f"$nook-{name}" if name in _MEANINGS else default


def said(text: str, style: str = TEXT) -> Content:
    """One line of somebody's text, long enough for a warning that is broken over several."""
    return Content.styled(safe_line(text, longest=_LONGEST), style)


def row(*parts: tuple[str, str] | Content) -> Content:
    """Parts of one line: (text, style) or content. Blanks at a part's ends are kept."""
    return Content.assemble(*(part if isinstance(part, Content) else _part(*part) for part in parts))


def ends(left: Content, right: Content, width: int) -> Content:
    """A line whose right part is kept whole and whose left part is cut with `…`."""
    if right.cell_length >= width:
        return right.truncate(max(width, 0), ellipsis=True)
    room = width - right.cell_length - (1 if right else 0)
    short = left.truncate(room, ellipsis=True) if left.cell_length > room else left
    return Content.assemble(short, " " * (width - short.cell_length - right.cell_length), right)


def paragraph(text: str, width: int, style: str = TEXT) -> list[Content]:
    """Somebody's text over as many lines as it needs."""
    return wrapped(*(Content.styled(line, style) for line in safe_text(text).split("\n")), width=width)


def wrapped(*lines: Content, width: int) -> list[Content]:
    """Each line broken where it does not fit, never inside `2 h ago`; an empty line stays one empty line."""
    room = max(width, _NARROWEST)
    return [piece for line in lines for piece in (_broken(line, room) if line else [NOTHING])]


def _broken(line: Content, room: int) -> list[Content]:
    if line.cell_length <= room or _GLUE in line.plain or not _TIME.search(line.plain):
        return line.wrap(room)
    glued = Content(_TIME.sub(lambda time: time[0].replace(" ", _GLUE), line.plain), list(line.spans))
    return [Content(piece.plain.replace(_GLUE, " "), list(piece.spans)) for piece in glued.wrap(room)]


def hanging(mark: Content, text: Content, width: int) -> list[Content]:
    """A text beside its mark: the lines after the first begin where the text begins."""
    indent = mark.cell_length
    first, *rest = wrapped(text, width=width - indent)
    return [row(mark, first), *(row((" " * indent, ""), line) for line in rest)]


def box(rows: list[Content], width: int, style: str, *, title: str = "", foot: str = "") -> list[Content]:
    """A rounded line around rows. What does not fit into the line below stands under it, whole."""
    room = max(width, _NARROWEST) - 4
    named = said(title, style).truncate(room - 2, ellipsis=True) if title else NOTHING
    top = row(
        ("╭─", style), _aired(named), ("─" * (room - named.cell_length - (2 if named else 0)), style), ("─╮", style)
    )
    end = said(foot, style)
    fits = end.cell_length <= room - 2
    inside = end if fits else NOTHING
    low = row(
        ("╰─", style), ("─" * (room - inside.cell_length - (2 if inside else 0)), style), _aired(inside), ("─╯", style)
    )
    body = [row(("│ ", style), ends(line, NOTHING, room), (" │", style)) for line in rows]
    return [top, *body, low, *([] if fits else wrapped(end, width=width))]


def _aired(title: Content) -> Content:
    return Content.assemble(" ", title, " ") if title else NOTHING


def meter(members: int, cap: int | None, width: int) -> Content:
    """How full a nook is, as a line; without a cap there is no line."""
    if cap is None or cap <= 0 or width <= 0:
        return NOTHING
    full = min(width, round(width * max(members, 0) / cap))
    return row(("━" * full, WAITING if members >= cap else SAFE), ("─" * (width - full), LINE))


def size_words(members: int, cap: int | None) -> Content:
    """`34 of 60`, or `34 people` where there is no cap."""
    if cap is None:
        return row((f"{members}", TEXT), (" people", QUIET))
    return row((f"{members}", WAITING if members >= cap else TEXT), (f" of {cap}", QUIET))


def _part(text: str, style: str) -> Content:
    """Rows are built for every size that the screen is laid out in: what is short is made once for all of them."""
    return _made(text, style) if len(text) <= _KEPT else _kept(text, style)


def _kept(text: str, style: str) -> Content:
    body = safe_line(text, longest=_LONGEST)
    if not body:
        return Content(" " * len(text) if text.isspace() else "")
    before = " " * (len(text) - len(text.lstrip(" ")))
    after = " " * (len(text) - len(text.rstrip(" ")))
    return Content.styled(before + body + after, style)


_made = lru_cache(maxsize=2048)(_kept)
