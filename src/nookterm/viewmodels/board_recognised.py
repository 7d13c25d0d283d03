"""Recognisable anyway? By what in a text its author could be known although no name stands under it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nookterm.domain.drafts import Flag, FlagKind
from nookterm.domain.safe_text import safe_line

_LONGEST = 40
_FEW = 8
"""Members up to which a nook is so small that its name tells much."""
_MOST_DETAILS = 3
_SHORTEST_PART = 3
_DETAIL = re.compile(
    r"\d+ (?:of|out of) \d+|\d+(?:[.,:]\d+)? ?(?:%|°C|°F|km|cm|mm|kg|kWh|°)|(?<![\w.])\d{3,}(?!\w|\.\d)"
)
"""Numbers that few people would have: counts, measures, years."""
_PLACE = re.compile(r"(?<=[a-zà-ÿ,;] )[A-ZÀ-Þ][\w'’-]{2,}(?: [A-ZÀ-Þ][\w'’-]+)*")
"""Capitals in the middle of a sentence: places, makers, events."""
_WORDS = {
    FlagKind.LINK: "the link",
    FlagKind.MAIL: "the mail address",
    FlagKind.PHONE: "the number",
    FlagKind.ID: "the id",
    FlagKind.NAME: "the name",
    FlagKind.THIRD_PERSON: "somebody else's words",
}


def tells(text: str, own_names: Iterable[str], flags: Sequence[Flag], members: int, nook: str) -> tuple[str, ...]:
    """Each piece that could tell, in words, what tells most first.

    `own_names`: how the author is called; `members`: how many people the nook has, whose name stands there anyway.
    """
    found = [f"your name “{name}”" for name in _own(text, own_names)]
    found += [f"{_WORDS[flag.kind]} “{_short(flag.piece)}”" for flag in flags]
    flagged = [(flag.start, flag.end) for flag in flags]
    details = [
        match
        for pattern in (_DETAIL, _PLACE)
        for match in pattern.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in flagged)
    ]
    shown = dict.fromkeys(_short(match.group(0)) for match in details)
    found += [f"the detail “{piece}”" for piece in list(shown)[:_MOST_DETAILS]]
    if 0 < members <= _FEW:
        found.append(f"{safe_line(nook)} has only {members} people")
    return tuple(dict.fromkeys(found))


def _own(text: str, names: Iterable[str]) -> list[str]:
    parts = [part for name in names for part in (name, *name.split()) if len(part) >= _SHORTEST_PART]
    matches = (re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text, re.IGNORECASE) for part in dict.fromkeys(parts))
    found = [match.group(0) for match in matches if match]
    return [name for name in found if not any(name != other and name in other for other in found)]


def _short(piece: str) -> str:
    return safe_line(piece, longest=_LONGEST)
