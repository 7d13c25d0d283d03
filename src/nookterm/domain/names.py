"""How people are called on screen, so that nobody can pass for somebody else."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from nookterm.domain.ids import UserId, localpart
from nookterm.domain.room import Member
from nookterm.domain.safe_text import safe_line

_LONGEST = 64
_LONGEST_ID = 255
_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЅІЈКМНОРСТУХҮԌ", "abezhikmnoptyxabesijkmhopctyxyg")
"""Capitals that look like Latin ones, though their small letters look like others or like none."""
_LOOKALIKES = str.maketrans(
    {
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "х": "x", "у": "y", "і": "l", "ј": "j", "ѕ": "s", "ԁ": "d",
        "һ": "h", "ӏ": "l", "ո": "n", "α": "a", "ο": "o", "ν": "v", "ρ": "p", "ι": "l", "κ": "k", "τ": "t", "υ": "u",
        "ϲ": "c", "0": "o", "1": "l", "|": "l", "ı": "l", "ɡ": "g", "ʏ": "y", "i": "l", "к": "k", "м": "m", "т": "t",
        "в": "b", "н": "h", "ү": "y", "ԛ": "q", "ԝ": "w", "ɑ": "a", "ℓ": "l", "օ": "o", "ѵ": "v", "ǀ": "l",
    }
)  # fmt: skip
"""After case folding; `i` and `l` are one, since a capital I is drawn like a small l."""
_BLANK = str.maketrans("", "", "\u2800\u115f\u1160\u3164\uffa0")
"""Signs and letters that are drawn as nothing."""
_CLAIMS = frozenset("@:‹›＠﹫：﹕∶꞉ː˸։׃")
"""What ids are written with, and its lookalikes."""


def skeleton(name: str) -> str:
    """A form that look-alike names share: compatibility folded, case folded, without marks, blanks and lookalikes."""
    composed = unicodedata.normalize("NFKC", name).translate(_CAPITALS)
    folded = unicodedata.normalize("NFKD", composed.casefold()).translate(_BLANK)
    letters = "".join(c for c in folded if unicodedata.category(c)[0] in "LNSP").translate(_LOOKALIKES)
    return letters.replace("rn", "m").replace("vv", "w")


def shown_names(members: Iterable[Member]) -> Mapping[UserId, str]:
    """A name for each person: their own, with the Matrix id where another's looks like it or it reads like an id."""
    bases = {member.user: _base(member.user, member.display_name) for member in members}
    alike = {user: skeleton(base) for user, base in bases.items()}
    counts = Counter(alike.values())
    return {user: _shown(user, base, counts[alike[user]]) for user, base in bases.items()}


def shown_name(user: UserId, display_name: str | None) -> str:
    """The name of one person with nobody else around."""
    return _shown(user, _base(user, display_name), 1)


def _base(user: UserId, display_name: str | None) -> str:
    """The name that a person chose, as far as it can be seen; else the start of their id; else all of it."""
    name = safe_line(display_name or "", longest=_LONGEST)
    return (
        name if skeleton(name) else safe_line(localpart(user), longest=_LONGEST) or safe_line(user, longest=_LONGEST_ID)
    )


def _shown(user: UserId, base: str, alike: int) -> str:
    claims_an_id = not _CLAIMS.isdisjoint(base)
    return f"{base} ‹{safe_line(user, longest=_LONGEST_ID)}›" if alike > 1 or claims_an_id else base
