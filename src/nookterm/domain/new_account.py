"""What to say to somebody who makes an account: what a name may be, how long a password is, what a server will know."""

from __future__ import annotations

import re

_NAME = re.compile(r"[a-z0-9._=/+-]+")
_LONGEST_ID = 255
_SHORT, _FINE, _LONG = 8, 12, 20

WHAT_IT_KNOWS = (
    "It will know your name there, from where and when you connect, who is in which room with you, and when you write.",
    "It cannot read what is said in encrypted rooms. Room names, topics and reactions are not encrypted.",
)
"""For whoever chooses a server: said before an account is made."""


def wrong_name(name: str, server: str = "") -> str:
    """What is wrong with a name for a new account, in words; empty where nothing is (spec: user identifiers)."""
    if not name:
        return "A name is needed."
    if name.startswith("_"):
        return "It cannot begin with _."
    if not _NAME.fullmatch(name):
        return "Small letters without accents, digits and . _ - = / + only."
    return "It is too long." if len(name) + len(server) + 2 > _LONGEST_ID else ""


def length_hint(password: str) -> str:
    """What its length alone says about a password; nothing else is judged."""
    count = len(password)
    if not count:
        return ""
    if count < _SHORT:
        return f"{count} characters: too short, most servers want {_SHORT}"
    if count < _FINE:
        return f"{count} characters: short; {_FINE} or more are better"
    return f"{count} characters: long" if count >= _LONG else f"{count} characters: good"


def is_too_short(password: str) -> bool:
    """Whether no careful server would take it."""
    return len(password) < _SHORT
