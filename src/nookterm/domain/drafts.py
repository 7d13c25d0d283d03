"""What in a draft may tell more than its author means to, said before the draft leaves the nook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from nookterm.domain.borrowed import Passage
from nookterm.domain.records import dataclass

_SHORTEST_PART = 3
"""Characters of a part of a name (of "Ana van Dee", say) that is looked for on its own."""
_BLANK = "…"


class FlagKind(StrEnum):
    """What a flagged piece looks like."""

    ID = "id"
    LINK = "link"
    MAIL = "mail"
    PHONE = "phone"
    NAME = "name"
    THIRD_PERSON = "third person"
    """Words of somebody who is not asked: as long as they stand there, nobody can be asked."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A piece of a draft, from `start` to before `end`."""

    piece: str
    kind: FlagKind
    start: int
    end: int


_PATTERNS = (
    (FlagKind.ID, re.compile(r"[@#!$][^\s:@#!$]+:[A-Za-z0-9.\-]+(?::\d+)?")),
    (FlagKind.ID, re.compile(r"[!$][A-Za-z0-9_\-]{43}")),
    (FlagKind.LINK, re.compile(r"(?:https?|matrix|mxc)://\S+|matrix:\S+|www\.\S+")),
    (FlagKind.MAIL, re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+\.[A-Za-z0-9.\-]+")),
    (FlagKind.PHONE, re.compile(r"\+?\d[\d\s()/\-]{6,}\d")),
)


def flags(text: str, names: Iterable[str], passages: Iterable[Passage] = ()) -> tuple[Flag, ...]:
    """Pieces of a draft that may tell who or where, as they stand: ids, links, addresses, numbers, names of members.

    `passages`: words of people who are not asked (`domain.borrowed`). No two flags of one kind overlap.
    """
    found = [Flag(text[p.start : p.end], FlagKind.THIRD_PERSON, p.start, p.end) for p in passages]
    for kind, pattern in _PATTERNS:
        found += [Flag(match.group(0), kind, *match.span()) for match in pattern.finditer(text)]
    for name in names:
        whole = name.strip()
        words = (whole, *(part for part in whole.split() if len(part) >= _SHORTEST_PART))
        patterns = (_name(word) for word in words if word)
        found += [Flag(m.group(0), FlagKind.NAME, *m.span()) for pattern in patterns for m in pattern.finditer(text)]
    return tuple(_apart(sorted(set(found), key=lambda f: (f.start, -f.end, f.kind))))


def blank(text: str, flag: Flag) -> str:
    """The text without a flagged piece; unchanged where something else stands there by now."""
    if text[flag.start : flag.end] != flag.piece:
        return text
    return text[: flag.start] + _BLANK + text[flag.end :]


def _apart(listed: Iterable[Flag]) -> Iterator[Flag]:
    """Of pieces of which one holds the other the longer; words of a third person stand beside what they hold."""
    ends: dict[bool, int] = {}
    for flag in listed:
        passage = flag.kind == FlagKind.THIRD_PERSON
        if flag.end > ends.get(passage, 0):
            ends[passage] = flag.end
            yield flag


def _name(word: str) -> re.Pattern[str]:
    """A name where it stands as a word; in scripts without upper and lower case, which may not part words, anywhere."""
    before, after = ("", "") if word.lower() == word.upper() else (r"(?<!\w)", r"(?!\w)")
    return re.compile(f"{before}{re.escape(word)}{after}", re.IGNORECASE)
