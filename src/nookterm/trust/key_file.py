"""Room keys in a file under a passphrase (spec: Key exports), the form that all clients read and write."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from nookterm.trust.canonical import read_json
from nookterm.trust.encoding import KEY_LENGTH, decode_base64, encode_base64
from nookterm.trust.entropy import Entropy
from nookterm.trust.recovery_key import MOST_ROUNDS, OUR_ROUNDS
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.room_keys import Restored, RoomKey, export_content, read_listed

_BEGIN = "-----BEGIN MEGOLM SESSION DATA-----"
_END = "-----END MEGOLM SESSION DATA-----"
_VERSION = b"\x01"
_SALT = 16
_IV = 16
_ROUNDS = 4
_MAC = 32
_HEAD = len(_VERSION) + _SALT + _IV + _ROUNDS
_BIT_63 = 8
_LINE = 76
LARGEST = 256 * 1024 * 1024
"""Characters of a file; an account with half a million sessions stays below."""


def write_key_file(keys: Iterable[RoomKey], passphrase: str, entropy: Entropy, *, rounds: int = OUR_ROUNDS) -> str:
    """Return the text of a key file. Takes about a second for the passphrase alone."""
    # Key by key: one long call would keep every other thread waiting.
    listed = (json.dumps(export_content(key), separators=(",", ":")) for key in keys)
    plain = f"[{','.join(listed)}]".encode()
    salt, drawn = entropy(_SALT), bytearray(entropy(_IV))
    drawn[_BIT_63] &= 0x7F
    iv = bytes(drawn)
    aes, mac = _derive(passphrase, salt, rounds)
    body = _VERSION + salt + iv + rounds.to_bytes(_ROUNDS, "big") + _crypt(aes, iv, plain)
    text = encode_base64(body + hmac.digest(mac, body, "sha256"))
    text += "=" * (-len(text) % 4)
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def read_key_file(text: str, passphrase: str) -> Restored:
    """Read a key file. All keys in it are second hand.

    Raises `Refused`: MALFORMED (not a key file, or one that was cut off or mangled), UNKNOWN_ALGORITHM (a later
    version), TOO_MUCH (too large, or more rounds than an honest client writes), WRONG_PASSPHRASE (it may also be that
    letters inside were changed: the format cannot tell these two apart).
    """
    if len(text) > LARGEST:
        raise Refused(Reason.TOO_MUCH, "file")
    raw = decode_base64(_between_the_lines(text))
    if raw and not raw.startswith(_VERSION):
        raise Refused(Reason.UNKNOWN_ALGORITHM, "file")
    if len(raw) < _HEAD + _MAC:
        raise Refused(Reason.MALFORMED, "file")
    salt, iv = raw[len(_VERSION) :][:_SALT], raw[len(_VERSION) + _SALT :][:_IV]
    rounds = int.from_bytes(raw[_HEAD - _ROUNDS : _HEAD], "big")
    if rounds > MOST_ROUNDS:
        raise Refused(Reason.TOO_MUCH, "rounds")
    if rounds < 1:
        raise Refused(Reason.MALFORMED, "rounds")
    aes, mac = _derive(passphrase, salt, rounds)
    body, given = raw[:-_MAC], raw[-_MAC:]
    if not hmac.compare_digest(hmac.digest(mac, body, "sha256"), given):
        raise Refused(Reason.WRONG_PASSPHRASE)
    return read_listed(read_json(_crypt(aes, iv, body[_HEAD:])))


def _between_the_lines(text: str) -> str:
    before, begin, rest = text.partition(_BEGIN)
    inside, end, _after = rest.partition(_END)
    if not begin or not end or before.strip():
        raise Refused(Reason.MALFORMED, "file")
    return "".join(inside.split())


def _derive(passphrase: str, salt: bytes, rounds: int) -> tuple[bytes, bytes]:
    try:
        words = passphrase.encode()
    except UnicodeEncodeError:
        raise Refused(Reason.MALFORMED, "passphrase") from None
    keys = PBKDF2HMAC(SHA512(), 2 * KEY_LENGTH, salt, rounds).derive(words)
    return keys[:KEY_LENGTH], keys[KEY_LENGTH:]


def _crypt(key: bytes, iv: bytes, text: bytes) -> bytes:
    return Cipher(AES256(key), CTR(iv)).encryptor().update(text)
