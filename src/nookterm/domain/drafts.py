"""What in a draft may tell more than its author means to, said before the draft leaves the nook."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORTEST_PART = 3
"""Characters of a part of a name (of "Ana van Dee", say) that is looked for on its own."""
_FLAGS = (
    re.compile(r"[@#!$][^\s:@#!$]+:[A-Za-z0-9.\-]+(?::\d+)?"),
    re.compile(r"[!$][A-Za-z0-9_\-]{43}"),
    re.compile(r"(?:https?|matrix|mxc)://\S+|matrix:\S+|www\.\S+"),
    re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+\.[A-Za-z0-9.\-]+"),
    re.compile(r"\+?\d[\d\s()/\-]{6,}\d"),
)


def flagged(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Pieces of a draft that may tell who or where: ids, links, mail addresses, phone numbers, names of members."""
    pieces = [match.group(0) for pattern in _FLAGS for match in pattern.finditer(text)]
    for name in names:
        whole = name.strip()
        words = (whole, *(part for part in whole.split() if len(part) >= _SHORTEST_PART))
        pieces += [match.group(0) for word in words if word for match in _name(word).finditer(text)]
    return tuple(dict.fromkeys(pieces))


def _name(word: str) -> re.Pattern[str]:
    """A name where it stands as a word; in scripts without upper and lower case, which may not part words, anywhere."""
    before, after = ("", "") if word.lower() == word.upper() else (r"(?<!\w)", r"(?!\w)")
    return re.compile(f"{before}{re.escape(word)}{after}", re.IGNORECASE)
