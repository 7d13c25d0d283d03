"""Base64 as Matrix writes it, and keys in their one true spelling, so that comparing texts compares keys."""

from __future__ import annotations

import base64
import re

from nookterm.trust.refusals import Reason, Refused

KEY_LENGTH = 32
"""Bytes of an Ed25519 or Curve25519 key, public or private."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_GROUP = 4


def encode_base64(raw: bytes) -> str:
    """Unpadded base64 (spec: Appendices, 2)."""
    return base64.b64encode(raw).rstrip(b"=").decode()


def decode_base64(text: object, *, length: int | None = None) -> bytes:
    """Read base64 with or without padding, as some clients write it padded.

    Raises `Refused` (MALFORMED) for anything else, and where `length` is given and the bytes are not that many.
    """
    if not isinstance(text, str) or not _BASE64.fullmatch(text):
        raise Refused(Reason.MALFORMED, "base64")
    bare = text.rstrip("=")
    if len(bare) % _GROUP == 1 or (bare != text and len(text) % _GROUP):
        raise Refused(Reason.MALFORMED, "base64")
    raw = base64.b64decode(bare + "=" * (-len(bare) % _GROUP))
    if length is not None and len(raw) != length:
        raise Refused(Reason.MALFORMED, f"{len(raw)} bytes instead of {length}")
    return raw


def read_key(text: object) -> str:
    """Take a public key of 32 bytes, in its one spelling.

    Unpadded base64 can spell the same bytes in several ways. Key ids and comparisons go by the text, so any other
    spelling is refused (MALFORMED).
    """
    if not isinstance(text, str) or encode_base64(decode_base64(text, length=KEY_LENGTH)) != text:
        raise Refused(Reason.MALFORMED, "key")
    return text
