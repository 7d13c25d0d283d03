"""Secrets kept on the server so that only who holds the recovery key reads them (spec: Secrets, "4S").

All of it lives in account data, which the server can change at will: a description that was swapped, a secret moved
under another name and a ciphertext changed by one bit are all told from a wrong key.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json, as_object
from nookterm.trust.encoding import KEY_LENGTH, decode_base64, encode_base64
from nookterm.trust.entropy import Entropy, random_name
from nookterm.trust.recovery_key import PassphraseRule, read_passphrase_rule
from nookterm.trust.refusals import Reason, Refused

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
DEFAULT_KEY = "m.secret_storage.default_key"
KEY_PREFIX = "m.secret_storage.key."
MASTER = "m.cross_signing.master"
SELF_SIGNING = "m.cross_signing.self_signing"
USER_SIGNING = "m.cross_signing.user_signing"
BACKUP = "m.megolm_backup.v1"
SECRETS = (MASTER, SELF_SIGNING, USER_SIGNING, BACKUP)

_IV = 16
_MAC = 32
_BIT_63 = 8
_ZEROS = bytes(32)


@dataclass(frozen=True, slots=True)
class StorageKey:
    """The 32 bytes that a recovery key stands for, with the name that the account data knows them by."""

    key_id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyDescription:
    """What the account data says about a storage key: how to derive it and how to check it."""

    key_id: str
    name: str = ""
    """A stranger's text: the server can write it."""
    rule: PassphraseRule | None = None
    iv: bytes | None = None
    mac: bytes | None = None


def new_storage_key(entropy: Entropy, secret: bytes | None = None) -> StorageKey:
    """Make a storage key: a new one, or one whose bytes come from a passphrase."""
    return StorageKey(random_name(entropy), entropy(KEY_LENGTH) if secret is None else secret)


def describe(
    key: StorageKey, entropy: Entropy, *, name: str = "", rule: PassphraseRule | None = None
) -> dict[str, Any]:
    """Return the content of the account data `KEY_PREFIX + key.key_id`."""
    sealed = _seal(key.secret, "", _ZEROS, entropy)
    content: dict[str, Any] = {"algorithm": ALGORITHM, "iv": sealed["iv"], "mac": sealed["mac"]}
    if name:
        content["name"] = name
    if rule:
        content["passphrase"] = rule.content()
    return content


def default_key_id(content: Json) -> str | None:
    """Read `DEFAULT_KEY`: the id of the key that opens the account's secrets, or None where there is none."""
    key_id = content.get("key")
    return key_id if isinstance(key_id, str) and key_id else None


def read_description(key_id: str, content: Json) -> KeyDescription:
    """Read a key's account data.

    Raises `Refused`: MISSING (deleted), UNKNOWN_ALGORITHM, MALFORMED, and what `read_passphrase_rule` raises.
    """
    if not content:
        raise Refused(Reason.MISSING, "key")
    if content.get("algorithm") != ALGORITHM:
        raise Refused(Reason.UNKNOWN_ALGORITHM, "key")
    name, iv, mac = content.get("name"), content.get("iv"), content.get("mac")
    if (iv is None) != (mac is None):
        raise Refused(Reason.MALFORMED, "key check")
    return KeyDescription(
        key_id,
        name if isinstance(name, str) else "",
        read_passphrase_rule(content["passphrase"]) if content.get("passphrase") is not None else None,
        None if iv is None else decode_base64(iv, length=_IV),
        None if mac is None else decode_base64(mac, length=_MAC),
    )


def unlock(description: KeyDescription, secret: bytes) -> StorageKey:
    """Turn 32 bytes into the key that the description means.

    Raises `Refused`: WRONG_KEY where the check does not come out; MISSING where the description carries no check (the
    spec allows it, and then a key is only proved by opening a secret: `unlock_by_secret`).
    """
    if description.iv is None or description.mac is None:
        raise Refused(Reason.MISSING, "key check")
    aes, mac = _derive(secret, "")
    if not _same(_hmac(mac, _crypt(aes, description.iv, _ZEROS)), description.mac):
        raise Refused(Reason.WRONG_KEY)
    return StorageKey(description.key_id, secret)


def unlock_by_secret(description: KeyDescription, secret: bytes, name: str, content: Json) -> StorageKey:
    """Prove a key whose description carries no check by opening the secret `name` with it.

    Raises `Refused`: WRONG_KEY, or what `open_secret` raises.
    """
    key = StorageKey(description.key_id, secret)
    try:
        open_secret(key, name, content)
    except Refused as refusal:
        raise Refused(Reason.WRONG_KEY if refusal.reason is Reason.TAMPERED else refusal.reason) from None
    return key


def seal_secret(
    key: StorageKey, name: str, plain: str, entropy: Entropy, *, beside: Json | None = None
) -> dict[str, Any]:
    """Return the account data for the secret `name`, which keeps what `beside` holds under other keys."""
    others = as_object((beside or {}).get("encrypted"))
    return {"encrypted": {**others, key.key_id: _seal(key.secret, name, plain.encode(), entropy)}}


def open_secret(key: StorageKey, name: str, content: Json) -> str:
    """Read the secret `name`.

    The format's MAC does not cover its `iv`: with another one the text turns into noise that nobody can steer. So a
    private key read here still has to be compared with its public half before it is used.

    Raises `Refused`: MISSING (deleted, or not kept under this key), MALFORMED (also noise), TAMPERED (changed, moved
    from another name, or made with another key).
    """
    sealed = as_object(content.get("encrypted")).get(key.key_id)
    if not sealed:
        raise Refused(Reason.MISSING, name)
    if not isinstance(sealed, Mapping):
        raise Refused(Reason.MALFORMED, name)
    iv = decode_base64(sealed.get("iv"), length=_IV)
    ciphertext = decode_base64(sealed.get("ciphertext"))
    expected = decode_base64(sealed.get("mac"), length=_MAC)
    aes, mac = _derive(key.secret, name)
    if not _same(_hmac(mac, ciphertext), expected):
        raise Refused(Reason.TAMPERED, name)
    try:
        return _crypt(aes, iv, ciphertext).decode()
    except UnicodeDecodeError:
        raise Refused(Reason.MALFORMED, name) from None


def write_seed(seed: bytes) -> str:
    """Return how a private key of 32 bytes is kept as a secret."""
    return encode_base64(seed)


def read_seed(plain: str) -> bytes:
    """Read a private key of 32 bytes. Raises `Refused` (MALFORMED)."""
    return decode_base64(plain.strip(), length=KEY_LENGTH)


def _seal(secret: bytes, name: str, plain: bytes, entropy: Entropy) -> dict[str, str]:
    drawn = bytearray(entropy(_IV))
    drawn[_BIT_63] &= 0x7F
    iv = bytes(drawn)
    aes, mac = _derive(secret, name)
    ciphertext = _crypt(aes, iv, plain)
    return {
        "iv": encode_base64(iv),
        "ciphertext": encode_base64(ciphertext),
        "mac": encode_base64(_hmac(mac, ciphertext)),
    }


def _derive(secret: bytes, name: str) -> tuple[bytes, bytes]:
    keys = HKDF(SHA256(), 2 * KEY_LENGTH, bytes(32), name.encode()).derive(secret)
    return keys[:KEY_LENGTH], keys[KEY_LENGTH:]


def _crypt(key: bytes, iv: bytes, text: bytes) -> bytes:
    return Cipher(AES256(key), CTR(iv)).encryptor().update(text)


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")


def _same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)
