"""Whom words that are being written call: by a name, or a first name that only one here has; and what calls nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from nookterm.domain.names import skeleton
from nookterm.domain.safe_text import safe_line
from nookterm.formatting.writing import Formatted, People

_LONGEST = 2_000
"""Characters that are looked at: a hint must not be felt at a key."""
_MOST = 2
"""Names that are said; of the others how many they are."""
_SHORTEST = 2
_PARTS = re.compile(r"[\s(‹]+")
_AT = re.compile(r"(?:^|(?<=[\s(\[{\"'“*_]))@([\w'’-]+)(?!:\S)")


def names_to_call(people: People) -> People:
    """By what people can be called after an `@`: their shown names, and their first names where only one has that.

    Names that look alike are one here: nobody is called because another was meant.
    """
    first = [(words[0], user) for name, user in people if len(words := _PARTS.split(name.strip())) > 1]
    alike = Counter(skeleton(word) for word, _ in first)
    alike.update(skeleton(name) for name, _ in people)
    more = ((word, user) for word, user in first if len(word) >= _SHORTEST and alike[skeleton(word)] == 1)
    return (*people, *more)


def calls_whom(said: Formatted, text: str, names: People, *, editing: bool = False) -> str:
    """Whom these words call, in a few words; empty where they name nobody. `said` is what is sent, without code `text`.

    `editing`: who was named before is not called again, so names are all that can be told.
    """
    if "@" not in text or len(text) > _LONGEST:
        return ""
    shown = {user: safe_line(name) for name, user in reversed(names)}
    who = sorted((shown.get(user) or safe_line(user) for user in said.mentions), key=str.casefold)
    called = _listed(["everybody here", *who] if said.everybody else who)
    verb = "names" if editing else "calls"
    unsure = next(_unsure(text, names), "")
    told = (f"{verb} {called}" if called else "", f"@{safe_line(unsure)} calls nobody: choose who" if unsure else "")
    return " · ".join(filter(None, told))


def _unsure(text: str, names: People) -> Iterator[str]:
    """What stands after an `@` and is a part of somebody's name, but calls nobody."""
    folded = text.casefold()
    known = {name.casefold() for name, _ in names}
    parts = {part for name in known for part in _PARTS.split(name)}
    for found in _AT.finditer(text):
        word = found[1].casefold()
        # A case folded text may be longer than the text: what stands before it counts.
        rest = folded[len(text[: found.start(1)].casefold()) :]
        if word in parts and not any(_begins(rest, name) for name in known):
            yield found[1]


def _begins(text: str, name: str) -> bool:
    return text.startswith(name) and not re.match(r"\w", text[len(name) :][:1])


def _listed(names: list[str]) -> str:
    if len(names) > _MOST:
        return f"{names[0]} and {len(names) - 1} more"
    return " and ".join(names)
