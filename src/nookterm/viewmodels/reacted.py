"""How reactions are shown: an emoji as it is, somebody's own emoji by its name; never a picture by itself."""

from __future__ import annotations

from nookterm.domain.safe_text import safe_line
from nookterm.domain.timeline import Said

_LONGEST = 12
_LONGEST_NAME = 24


def shown_reaction(said: Said, key: str, longest: int = _LONGEST) -> str:
    """A key as it is shown: `👍`, `:celadon:`; safe text."""
    if not key.startswith("mxc://"):
        return safe_line(key, longest=longest)
    name = safe_line(dict(said.own_emoji).get(key, ""), longest=_LONGEST_NAME).strip(": ")
    return f":{name or 'emoji'}:"
