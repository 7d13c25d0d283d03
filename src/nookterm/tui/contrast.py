"""Which colour of a palette is read on which, how far the two must be apart (WCAG 2), and which are not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from nookterm.domain.records import dataclass

AA, AAA, MARK = 4.5, 7.0, 3.0
"""What words need, words for whoever sees badly, and what needs only to be seen (WCAG 1.4.3, 1.4.6, 1.4.11)."""
BEACON = "beacon"
"""The theme that is held to AAA: it is there for whoever sees badly."""
GROUNDS = ("base", "side", "raise", "select")
"""What words stand on: the conversation, a column at a side, a box, the row that is chosen."""
READ: Mapping[str, str] = {
    "text": "what people wrote",
    "soft": "what is said beside",
    "nook-quiet": "times and hints",
    "accent": "keys, links and the room you are in",
    "nook-waiting": "that somebody waits",
    "nook-new": "what is new",
    "nook-mention": "what names you",
    "nook-safe": "what is safe",
    "nook-warn": "warnings",
    "nook-leaves": "what leaves encryption",
    **{f"sender-{number}": "a name" for number in range(1, 7)},
}
"""Colours that words are drawn in, and which words."""
_DARKEST = 0.04045
"""Below this a channel is reckoned without its curve (WCAG's relative luminance)."""
_FIXED = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Pair:
    """One colour on another."""

    ink: str
    ground: str
    least: float
    why: str
    lines_only: bool = False
    """It counts only where panes are told apart by hairlines."""


@dataclass(frozen=True, slots=True)
class Weak:
    """A pair that is too close."""

    pair: Pair
    ratio: float
    least: float
    """What this theme is held to."""


PAIRS = (
    *(Pair(ink, ground, AA, why) for ink, why in READ.items() for ground in GROUNDS),
    Pair("on-accent", "accent", AA, "words on the button that Enter presses"),
    *(Pair("line", ground, MARK, "where one pane ends", lines_only=True) for ground in ("base", "side")),
)
"""Every meaning on every ground that it can stand on."""


def luminance(colour: str) -> float:
    """How bright `#rrggbb` is, from 0 to 1, as WCAG 2 reckons. Raises ValueError for anything else."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= _DARKEST else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """How far two colours are apart: from 1 (the same) to 21 (black and white)."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def measured(colours: Mapping[str, str], *, lines: bool) -> Iterator[tuple[Pair, float]]:
    """Every pair that counts in a palette, and its ratio.

    The terminal's own colours (`ansi_...`, `reverse`) look different on each terminal, so that there is nothing to
    measure: pairs with one of them are left out.
    """
    for pair in PAIRS:
        ink, ground = colours[pair.ink], colours[pair.ground]
        if (lines or not pair.lines_only) and _FIXED.fullmatch(ink) and _FIXED.fullmatch(ground):
            yield pair, ratio(ink, ground)


def weak_pairs(name: str, colours: Mapping[str, str], *, lines: bool) -> tuple[Weak, ...]:
    """The pairs of a palette that are too close."""
    found = ((pair, least_for(name, pair), apart) for pair, apart in measured(colours, lines=lines))
    return tuple(Weak(pair, apart, least) for pair, least, apart in found if apart < least)


def least_for(name: str, pair: Pair) -> float:
    """What a theme is held to for a pair."""
    return AAA if name == BEACON and pair.least == AA else pair.least


def in_words(weak: tuple[Weak, ...]) -> str:
    """Which colours are hard to read, and on what: a part of a sentence for each colour."""
    return "; ".join(
        f"{ink} ({why}) on {', '.join(f'{one.pair.ground} {int(one.ratio * 10) / 10}' for one in group)}"
        for (ink, why), group in groupby(weak, lambda one: (one.pair.ink, one.pair.why))
    )
