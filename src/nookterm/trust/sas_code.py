"""The arithmetic of comparing emoji (spec: SAS): what two devices compute alike, and nobody between them can steer."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json, canonical_json
from nookterm.trust.encoding import encode_base64
from nookterm.trust.sas_emoji import EMOJI, Emoji

METHOD = "m.sas.v1"
KEY_AGREEMENT = "curve25519-hkdf-sha256"
HASH = "sha256"
MAC = "hkdf-hmac-sha256.v2"
DECIMAL = "decimal"
EMOJI_METHOD = "emoji"
KEY_IDS = "KEY_IDS"

_MAC_LENGTH = 32
_CODE_LENGTH = 6
_GROUP_BITS = 6
_GROUPS = 7
_NUMBER_BITS = 13
_NUMBERS = 3
_NUMBER_BASE = 1000


@dataclass(frozen=True, slots=True)
class Side:
    """One device in the exchange; `public` is its ephemeral key in unpadded base64."""

    user: str
    device: str
    public: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """What two people compare."""

    emoji: tuple[Emoji, ...]
    numbers: tuple[int, int, int]


def commitment(public: str, start: Json) -> str:
    """Return what binds the accepting side to its key before it sees the other's. `start`: the content as sent."""
    return encode_base64(hashlib.sha256(public.encode() + canonical_json(start)).digest())


def short_code(secret: bytes, starter: Side, accepter: Side, txn: str) -> Code:
    """Compute the emoji and numbers from the shared secret and all that identifies the exchange."""
    parts = [starter.user, starter.device, starter.public, accepter.user, accepter.device, accepter.public, txn]
    raw = _derive(secret, "|".join(["MATRIX_KEY_VERIFICATION_SAS", *parts]), _CODE_LENGTH)
    bits = int.from_bytes(raw, "big")
    whole = 8 * _CODE_LENGTH
    pictures = _split(bits, whole, _GROUP_BITS, _GROUPS)
    first, second, third = (_NUMBER_BASE + number for number in _split(bits, whole, _NUMBER_BITS, _NUMBERS))
    return Code(tuple(EMOJI[number] for number in pictures), (first, second, third))


def mac(secret: bytes, sender: Side, receiver: Side, txn: str, key_id: str, text: str) -> str:
    """Compute the MAC with which `sender` vouches for a key (`text`: its base64) or for the list of ids (`KEY_IDS`)."""
    info = f"MATRIX_KEY_VERIFICATION_MAC{sender.user}{sender.device}{receiver.user}{receiver.device}{txn}{key_id}"
    return encode_base64(hmac.digest(_derive(secret, info, _MAC_LENGTH), text.encode(), "sha256"))


def key_list(key_ids: Iterable[str]) -> str:
    """Return the text over which the MAC of the list goes."""
    return ",".join(sorted(key_ids))


def same(one: str, other: object) -> bool:
    """Compare two MACs or commitments without telling by time how far they agree."""
    return isinstance(other, str) and hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


def _derive(secret: bytes, info: str, length: int) -> bytes:
    return HKDF(SHA256(), length, None, info.encode()).derive(secret)


def _split(bits: int, whole: int, size: int, count: int) -> list[int]:
    return [bits >> (whole - size * (at + 1)) & ((1 << size) - 1) for at in range(count)]
