"""What went wrong, in the words of the program on the screen: a key or a slash command where a shell's is named."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nookterm.client.errors import Problem

_TRUST = "Sessions and trust (/trust)"
_WAYS: Mapping[str, str] = {
    "config": "Settings (F2)",
    "desk": "the desk (/desk)",
    "highlights": "the board (/highlights)",
    "join": "/join and its address",
    "knock": "Find a nook (/nooks)",
    "login": "/signin",
    "read": "the conversation",
    "record": "the record (/record)",
    "recover": _TRUST,
    "requests": "My requests (/requests)",
    "rooms": "/jump",
    "trust": _TRUST,
    "verify": "comparing keys (/verify)",
}
"""Where the same is done inside, by the first word of the command. What is not named here is done in a shell."""
_COMMAND = re.compile(r"`nookterm ([a-z]+)[^`]*`")
_TWICE = re.compile(f"{re.escape(_TRUST)}(?: or |, ){re.escape(_TRUST)}")
_FIRST = re.compile(r"(^|(?<=[.!?] ))the ")


def inside(text: str) -> str:
    """The same words, with the ways of the screen in place of those of the command line."""
    there = _COMMAND.sub(lambda found: _WAYS.get(found[1], found[0]), text)
    return _FIRST.sub("The ", _TWICE.sub(_TRUST, there))


def way_out(problem: Problem) -> str:
    """The hint of a problem."""
    return inside(problem.hint)


def in_words(problem: Problem) -> str:
    """What happened and the way out."""
    return inside(str(problem))
