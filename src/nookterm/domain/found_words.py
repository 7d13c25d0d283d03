"""Where in a text stands what was looked for, and the piece of it that is worth showing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nookterm.domain.search import Term
from nookterm.domain.spelling import tokens

Piece = tuple[str, bool]
"""Some characters, and whether they are what was looked for."""

_UNIT = re.compile(r"[^\W_]+|[^\w\s]")
_LONGEST = 4000
_MOST = 100
"""Places that are marked in one text."""


def places(text: str, terms: Sequence[Term]) -> tuple[tuple[int, int], ...]:
    """Beginning and end of everything in `text` that a term means, in order, apart from each other."""
    units = list(_units(text[:_LONGEST]))
    spelled = [unit[0] for unit in units]
    found = [
        (units[start][1], units[start + len(term.tokens) - 1][2])
        for term in terms
        for start in range(len(units) - len(term.tokens) + 1)
        if _stands(term, spelled[start : start + len(term.tokens)])
    ]
    apart: list[tuple[int, int]] = []
    for begin, end in sorted(found)[:_MOST]:
        if apart and begin < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((begin, end))
    return tuple(apart)


def excerpt(text: str, terms: Sequence[Term], *, before: int = 24, longest: int = 240) -> tuple[Piece, ...]:
    """One line cut so that the first thing that was looked for is near its beginning, in pieces."""
    found = places(text, terms)
    start = found[0][0] - before if found else 0
    if start > 0:
        # A cut between words reads better; a very long word is cut inside.
        blank = text.rfind(" ", max(0, start - before), found[0][0])
        start = blank + 1 if blank >= 0 else start
    start = max(0, start)
    end = min(len(text), start + longest)
    pieces: list[Piece] = [("… ", False)] if start else []
    at = start
    for begin, stop in found:
        if stop > end:
            break
        pieces += [(text[at:begin], False), (text[begin:stop], True)]
        at = stop
    pieces += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return tuple(piece for piece in pieces if piece[0])


def _units(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word as a search compares it, with where it stands."""
    for match in _UNIT.finditer(text):
        spelled = tokens(match[0])
        single = len(spelled) == len(match[0])
        for number, token in enumerate(spelled):
            begin = match.start() + number if single else match.start()
            yield token, begin, begin + 1 if single else match.end()


def _stands(term: Term, spelled: Sequence[str]) -> bool:
    *firsts, last = term.tokens
    *before, end = spelled
    return before == firsts and (end.startswith(last) if term.open_end else end == last)
