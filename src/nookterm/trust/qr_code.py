"""What a verification QR code says (spec: QR codes), as bytes for a picture and as text for those who paste it.

A code says which keys the device that shows it holds for both sides. Whoever reads it compares them with what their
own device knows: one look proves both directions.
"""

from __future__ import annotations

import base64
from dataclasses import field
from enum import IntEnum

from nookterm.domain.records import dataclass
from nookterm.trust.encoding import KEY_LENGTH, decode_base64, encode_base64
from nookterm.trust.entropy import Entropy
from nookterm.trust.refusals import Reason, Refused

_MAGIC = b"MATRIX"
_VERSION = 2
_HEAD = len(_MAGIC) + 4
_SHORTEST_SECRET = 8
_LONGEST = 2953
"""Bytes; no QR code holds more."""


class Mode(IntEnum):
    """Who verifies whom, seen from the device that shows the code."""

    ANOTHER_USER = 0
    TRUSTING_SELF = 1
    """Two devices of one person, and this one trusts the master key."""
    UNTRUSTING_SELF = 2
    """Two devices of one person, and this one does not trust the master key yet."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """The contents of a code. Keys are unpadded base64."""

    mode: Mode
    txn: str
    """The flow that it belongs to: a transaction, or the event id of the request."""
    first: str
    """The shower's own key: its master key, or its device's where it does not trust the master key."""
    second: str
    """What the shower believes to be the other side's master key, device key, or the shared master key, by mode."""
    secret: bytes = field(repr=False)
    """Given back by whoever has read the code."""


def new_secret(entropy: Entropy) -> bytes:
    """Make the secret of a code: 16 bytes."""
    return entropy(2 * _SHORTEST_SECRET)


def encode_qr(code: QrCode) -> bytes:
    """Return the bytes of the code, to be drawn as one segment in byte mode."""
    txn = code.txn.encode()
    head = _MAGIC + bytes([_VERSION, code.mode]) + len(txn).to_bytes(2, "big") + txn
    keys = decode_base64(code.first, length=KEY_LENGTH) + decode_base64(code.second, length=KEY_LENGTH)
    return head + keys + code.secret


def decode_qr(raw: bytes) -> QrCode:
    """Read the bytes of a code. Raises `Refused`: MALFORMED, UNKNOWN_ALGORITHM (another version or mode), TOO_MUCH."""
    if len(raw) > _LONGEST:
        raise Refused(Reason.TOO_MUCH, "code")
    if not raw.startswith(_MAGIC) or len(raw) < _HEAD:
        raise Refused(Reason.MALFORMED, "code")
    version, mode = raw[len(_MAGIC)], raw[len(_MAGIC) + 1]
    if version != _VERSION or mode not in set(Mode):
        raise Refused(Reason.UNKNOWN_ALGORITHM, "code")
    length = int.from_bytes(raw[_HEAD - 2 : _HEAD], "big")
    body = raw[_HEAD + length :]
    if not length or len(body) < 2 * KEY_LENGTH + _SHORTEST_SECRET:
        raise Refused(Reason.MALFORMED, "code")
    try:
        txn = raw[_HEAD : _HEAD + length].decode()
    except UnicodeDecodeError:
        raise Refused(Reason.MALFORMED, "code") from None
    first, second = body[:KEY_LENGTH], body[KEY_LENGTH : 2 * KEY_LENGTH]
    return QrCode(Mode(mode), txn, encode_base64(first), encode_base64(second), body[2 * KEY_LENGTH :])


def write_pasted(code: QrCode) -> str:
    """Return the code as text that survives a paste: URL-safe base64."""
    return base64.urlsafe_b64encode(encode_qr(code)).rstrip(b"=").decode()


def read_pasted(text: str) -> QrCode:
    """Read a pasted code; both alphabets of base64 and white space are fine. Raises as `decode_qr`."""
    if len(text) > 2 * _LONGEST:
        raise Refused(Reason.TOO_MUCH, "code")
    return decode_qr(decode_base64("".join(text.split()).replace("-", "+").replace("_", "/")))
