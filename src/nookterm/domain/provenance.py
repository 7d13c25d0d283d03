"""The proof of a highlight's origin: members of its nook can check it, and nobody else can, not even by guessing."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence

from nookterm.domain.ids import EventId
from nookterm.domain.records import dataclass

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a published copy says of itself, and the proof binds: every part of it that a reader takes for true."""

    text: str
    credit: str
    picture: str = ""
    """SHA-256 of the picture's bytes, in hex; empty without one."""
    nook_name: str = ""
    by_reaction: bool = False


def provenance(key: bytes, sources: Sequence[EventId], claimed: Claimed) -> str:
    """A mark that only holders of `key` can make or check: HMAC-SHA256 over the sources and all that is claimed.

    `key` is random and known in the nook alone, so that a server, which knows every event id, can try none of them.
    """
    of_nook = [claimed.nook_name, claimed.by_reaction]
    bound = [list(sources), claimed.text, claimed.credit, claimed.picture, *of_nook]
    said = json.dumps(bound, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, said.encode("ascii"), hashlib.sha256).hexdigest()


def is_proved(commit: str, key: bytes, sources: Sequence[EventId], claimed: Claimed) -> bool:
    """Whether `commit` is the mark of exactly what is claimed, from exactly these sources."""
    mark = provenance(key, sources, claimed)
    return bool(key) and hmac.compare_digest(mark.encode(), commit.encode("utf-8", "surrogatepass"))
