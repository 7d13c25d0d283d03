"""Encryption to a public key as key backups have it (`curve25519-aes-sha2`), weakness included.

Its MAC covers nothing: libolm once made it over an empty text and everybody followed (spec: 11.12.5.3). So a box that
opens was made for our key by somebody, and by nobody in particular; whoever opens one has to check what is inside.
"""

from __future__ import annotations

import hmac
from dataclasses import field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json
from nookterm.trust.encoding import KEY_LENGTH, decode_base64, encode_base64
from nookterm.trust.entropy import Entropy
from nookterm.trust.refusals import Reason, Refused

_BLOCK = 128
_IV = 16
_MAC = 8


@dataclass(frozen=True, slots=True)
class BoxKey:
    """A Curve25519 key pair. Its `repr` holds the public half only."""

    secret: bytes = field(repr=False)
    public: str = field(init=False, compare=False)
    """Unpadded base64."""

    def __post_init__(self) -> None:
        """Work out the public half. Raises `Refused` (MALFORMED) for a secret that is not 32 bytes."""
        if len(self.secret) != KEY_LENGTH:
            raise Refused(Reason.MALFORMED, "key")
        public = X25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()
        object.__setattr__(self, "public", encode_base64(public))


def shared_secret(secret: bytes, public: str) -> bytes:
    """Curve25519. Raises `Refused` (MALFORMED) for a public key that is none or leads to a secret that all know."""
    theirs = X25519PublicKey.from_public_bytes(decode_base64(public, length=KEY_LENGTH))
    try:
        return X25519PrivateKey.from_private_bytes(secret).exchange(theirs)
    except ValueError:
        raise Refused(Reason.MALFORMED, "key") from None


def seal(public: str, plain: bytes, entropy: Entropy) -> dict[str, str]:
    """Encrypt to the owner of `public`."""
    ephemeral = BoxKey(entropy(KEY_LENGTH))
    aes, mac, iv = _derive(shared_secret(ephemeral.secret, public))
    padder = PKCS7(_BLOCK).padder()
    encryptor = Cipher(AES256(aes), CBC(iv)).encryptor()
    ciphertext = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return {
        "ephemeral": ephemeral.public,
        "ciphertext": encode_base64(ciphertext),
        "mac": encode_base64(_check(mac)),
    }


def unseal(key: BoxKey, box: Json) -> bytes:
    """Decrypt. Raises `Refused`: MALFORMED; TAMPERED (changed so that it shows, or made for another key)."""
    ciphertext = decode_base64(box.get("ciphertext"))
    expected = decode_base64(box.get("mac"), length=_MAC)
    ephemeral = encode_base64(decode_base64(box.get("ephemeral"), length=KEY_LENGTH))
    aes, mac, iv = _derive(shared_secret(key.secret, ephemeral))
    if not hmac.compare_digest(_check(mac), expected):
        raise Refused(Reason.TAMPERED, "session")
    decryptor, unpadder = Cipher(AES256(aes), CBC(iv)).decryptor(), PKCS7(_BLOCK).unpadder()
    try:
        return unpadder.update(decryptor.update(ciphertext) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        raise Refused(Reason.TAMPERED, "session") from None


def _derive(secret: bytes) -> tuple[bytes, bytes, bytes]:
    keys = HKDF(SHA256(), 2 * KEY_LENGTH + _IV, bytes(32), b"").derive(secret)
    return keys[:KEY_LENGTH], keys[KEY_LENGTH : 2 * KEY_LENGTH], keys[2 * KEY_LENGTH :]


def _check(mac: bytes) -> bytes:
    return hmac.digest(mac, b"", "sha256")[:_MAC]
