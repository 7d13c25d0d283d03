"""The one door for people's text: nothing that passes it moves a cursor, hides a direction or floods a screen."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 4000
"""Characters of one shown text; the rest is said to be there."""
MOST_LINES = 60
_MOST_MARKS = 4
"""Combining marks kept on one base character: enough for every living script."""
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN = frozenset("\u00ad\u034f\u115f\u1160\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0\u2028\u2029")
_TAB = "    "
_UNUSUAL = re.compile(r"[^ -~\n]+")
"""Most text is printable ASCII and needs no look at its single characters."""


def safe_text(text: str, *, longest: int = LONGEST, lines: int = MOST_LINES) -> str:
    """Text that may be shown over several lines: no controls, no bidi marks, few marks a letter, clipped.

    What is cut off is said in the last line. Giving the result again gives the same result.
    """
    kept = _kept(text[: longest * 4 + 1])
    rows = kept.split("\n")
    cut = len(kept) > longest or len(rows) > lines or len(text) > longest * 4 + 1
    if not cut:
        return kept
    body = "\n".join(rows[:lines])[: longest - 1].rstrip()
    return body.removesuffix("…") + "…"


def safe_line(text: str, *, longest: int = 200) -> str:
    """Text for one line: as `safe_text`, with every run of white space one blank."""
    kept = " ".join(_kept(text[: longest * 8 + 1]).split())
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip().removesuffix("…") + "…"


def _kept(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _UNUSUAL.sub(_kept_run, text.replace("\r\n", "\n"))


def _kept_run(run: re.Match[str]) -> str:
    """What is kept of characters that stand together; marks are counted anew after an ordinary one."""
    out: list[str] = []
    marks = 0
    for character in run[0]:
        shown, is_mark = _judged(character)
        marks = marks + 1 if is_mark else 0 if shown else marks
        if marks <= _MOST_MARKS:
            out.append(shown)
    return "".join(out)


@lru_cache(maxsize=4096)
def _judged(character: str) -> tuple[str, bool]:
    """What is shown in a character's place, and whether it is a mark on the one before."""
    if character == "\t":
        return _TAB, False
    category = unicodedata.category(character)
    if category in {"Mn", "Me"}:
        return character, True
    if _is_shown(character, category):
        return character, False
    return "\ufffd" if category == "Cs" else "", False


def _is_shown(character: str, category: str) -> bool:
    """Letters, signs and the joiner of emoji; never controls, bidi marks, tags, private or hidden characters."""
    if character == "\u200d":
        return True
    return category not in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"} and character not in _BIDI and character not in _HIDDEN
