"""How much HTML is too much, told without parsing it: parsers themselves can be kept busy for minutes."""

from __future__ import annotations

import re
from collections import Counter

LONGEST = 65_536
"""Characters of HTML; an event holds no more."""
MOST_NODES = 20_000
_STEEPEST = 300
"""Elements left open at once. Parsers need a time that grows with the square of it."""
_MOST_REOPENED = 200_000
"""Elements that a parser may have to make anew: each mark that is never closed, at each of the other tags."""
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_CLOSED_BY_THE_NEXT = frozenset({"br", "hr", "img", "p", "li", "tr", "td", "th", "thead", "tbody"})
_REOPENED = frozenset({"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
"""What HTML's rules open again in the next paragraph."""


def is_too_much(html: str) -> bool:
    """Whether it is longer, deeper or more tangled than anything that is meant to be read."""
    tags = html.count("<")
    if len(html) > LONGEST or tags > MOST_NODES:
        return True
    return tags > _STEEPEST and (_tangle(html) > _MOST_REOPENED or _depth(html) > _STEEPEST)


def _tangle(html: str) -> int:
    found = _TAG.findall(html)
    marks = sum(not end and name.lower() in _REOPENED for end, name in found)
    ends = sum(bool(end) and name.lower() in _REOPENED for end, name in found)
    return marks * (len(found) - marks - min(marks, ends))


def _depth(html: str) -> int:
    """The most elements that are open at once, if every closing tag closes one of its own kind."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for end, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _CLOSED_BY_THE_NEXT:
            continue
        if not end:
            opened[tag] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif opened[tag]:
            opened[tag] -= 1
            depth -= 1
    return deepest
