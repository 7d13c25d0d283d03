"""Sentences of ours that name commands: an id in braces stands for its key, as it is on this machine."""

from __future__ import annotations

import re
from collections.abc import Callable

_ID = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")


def with_keys(words: str, key_of: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """The words in pieces, each with the id of the command whose key it is, or nothing; `key_of` gives the key."""
    pieces = _ID.split(words)
    return tuple((key_of(text), text) if n % 2 else (text, "") for n, text in enumerate(pieces) if text)


def named_in(words: str) -> tuple[str, ...]:
    """The ids of the commands that the words name."""
    return tuple(_ID.findall(words))
