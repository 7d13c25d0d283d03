"""The short words by which people name a case: the same on every facilitator's machine, still known after it closed."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

_LENGTH = 6


@lru_cache(maxsize=8192)
def case_word(kind: str, room: str, subject: str) -> str:
    """`k-7q2kx4`: base32 of a hash of the kind of case, its room and its person or event. A label, not a secret."""
    digest = hashlib.sha256(f"{kind}\x00{room}\x00{subject}".encode("utf-8", "replace")).digest()
    return "k-" + base64.b32encode(digest).decode("ascii").lower()[:_LENGTH]


def is_case_word(text: str) -> bool:
    """Whether `text` has the form of a case word."""
    body = text[2:]
    return text.startswith("k-") and len(body) == _LENGTH and all(c in "abcdefghijklmnopqrstuvwxyz234567" for c in body)
