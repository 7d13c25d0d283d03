"""How people are called on screen, so that nobody can pass for somebody else."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from nookterm.domain.ids import UserId, localpart
from nookterm.domain.room import Member
from nookterm.domain.safe_text import safe_line

_LONGEST = 64
_LOOKALIKES = str.maketrans(
    {
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "х": "x", "у": "y", "і": "i", "ј": "j", "ѕ": "s", "ԁ": "d",
        "һ": "h", "ӏ": "l", "ո": "n", "α": "a", "ο": "o", "ν": "v", "ρ": "p", "ι": "i", "κ": "k", "τ": "t", "υ": "u",
        "ϲ": "c", "0": "o", "1": "l", "|": "l", "ı": "i", "ɡ": "g", "ʏ": "y",
    }
)  # fmt: skip


def skeleton(name: str) -> str:
    """A form that look-alike names share: compatibility folded, case folded, without marks, blanks and lookalikes."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(c for c in folded if unicodedata.category(c)[0] in "LNSP").translate(_LOOKALIKES)
    return letters.replace("rn", "m")


def shown_names(members: Iterable[Member]) -> Mapping[UserId, str]:
    """A name for each person: their own where nobody else's looks like it and it claims no id; else with the Matrix id."""
    people = list(members)
    counts = Counter(skeleton(m.display_name or localpart(m.user)) for m in people)
    return {m.user: _shown(m.user, m.display_name, counts[skeleton(m.display_name or localpart(m.user))]) for m in people}


def shown_name(user: UserId, display_name: str | None) -> str:
    """The name of one person with nobody else around."""
    return _shown(user, display_name, 1)


def _shown(user: UserId, display_name: str | None, alike: int) -> str:
    name = safe_line(display_name or "", longest=_LONGEST)
    if not name:
        return safe_line(localpart(user) or user, longest=_LONGEST)
    claims_an_id = "@" in name or ":" in name
    return f"{name} ‹{safe_line(user)}›" if alike > 1 or claims_an_id else name
