"""The one door for people's text: nothing that passes it moves a cursor, hides a direction or floods a screen."""

from __future__ import annotations

import unicodedata

LONGEST = 4000
"""Characters of one shown text; the rest is said to be there."""
MOST_LINES = 60
_MOST_MARKS = 4
"""Combining marks kept on one base character: enough for every living script."""
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN = frozenset("\u00ad\u034f\u115f\u1160\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0\u2028\u2029")
_TAB = "    "


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
    out: list[str] = []
    marks = 0
    for character in text.replace("\r\n", "\n"):
        if " " <= character <= "~":
            marks = 0
            out.append(character)
        elif character in "\n\t":
            marks = 0
            out.append(_TAB if character == "\t" else "\n")
        else:
            category = unicodedata.category(character)
            if category in {"Mn", "Me"}:
                marks += 1
                if marks <= _MOST_MARKS:
                    out.append(character)
            elif _is_shown(character, category):
                marks = 0
                out.append(character)
            elif category == "Cs":
                out.append("\ufffd")
    return "".join(out)


def _is_shown(character: str, category: str) -> bool:
    """Letters, signs and the joiner of emoji; never controls, bidi marks, tags, private or hidden characters."""
    if character == "\u200d":
        return True
    return category not in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"} and character not in _BIDI and character not in _HIDDEN
