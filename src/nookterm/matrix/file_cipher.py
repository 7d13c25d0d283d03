"""Files that go encrypted through the server (spec: sending encrypted attachments): sealed, opened, proved."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from unpaddedbase64 import decode_base64, encode_base64

from nookterm.client.errors import Problem
from nookterm.matrix.wire import as_object, as_text

_KEY_BYTES = 32
_COUNTER_BYTES = 16
_HASH_BYTES = 32


class Opener:
    """Decrypts a file on its way in, and knows in the end whether it is the one that was encrypted."""

    def __init__(self, secret: Mapping[str, Any]) -> None:
        key = as_object(secret.get("key"))
        try:
            jwk = as_text(key.get("k")) or ""
            raw = decode_base64(jwk.replace("-", "+").replace("_", "/"))
            counter = decode_base64(as_text(secret.get("iv")) or "")
            self._expected = decode_base64(as_text(as_object(secret.get("hashes")).get("sha256")) or "")
        except ValueError as error:
            raise _unopenable() from error
        if (len(raw), len(counter), len(self._expected)) != (_KEY_BYTES, _COUNTER_BYTES, _HASH_BYTES):
            raise _unopenable()
        if secret.get("v") != "v2" or key.get("alg") != "A256CTR":
            raise _unopenable()
        self._cipher = Cipher(AES(raw), CTR(counter)).decryptor()
        self._hash = hashlib.sha256()

    def open(self, piece: bytes) -> bytes:
        """A piece in clear. Not to be trusted before `prove`."""
        self._hash.update(piece)
        return self._cipher.update(piece)

    def prove(self) -> None:
        """Compare what came with what the message says. Raises Problem `tampered`."""
        if not secrets.compare_digest(self._hash.digest(), self._expected):
            raise Problem(
                "The file is not the one that was shared: it was changed or damaged on its way.",
                "Nothing of it was kept. Ask for it to be shared again.",
                code="tampered",
            )


class Sealer:
    """Encrypts a file on its way out, with a key of its own: one for each try, as the file may change between two."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(_KEY_BYTES)
        # The lower half counts blocks from zero, as the spec asks: some clients count with 64 bits only.
        self._counter = secrets.token_bytes(_COUNTER_BYTES // 2) + bytes(_COUNTER_BYTES // 2)
        self._hash = hashlib.sha256()
        self._cipher = Cipher(AES(self._key), CTR(self._counter)).encryptor()

    def seal(self, piece: bytes) -> bytes:
        """A piece as it goes to the server."""
        sealed = self._cipher.update(piece)
        self._hash.update(sealed)
        return sealed

    def secret(self) -> dict[str, Any]:
        """What opens it again (spec: EncryptedFile), once all of it was sealed."""
        key = encode_base64(self._key, urlsafe=True)
        return {
            "v": "v2",
            "key": {"kty": "oct", "key_ops": ["encrypt", "decrypt"], "alg": "A256CTR", "k": key, "ext": True},
            "iv": encode_base64(self._counter),
            "hashes": {"sha256": encode_base64(self._hash.digest())},
        }


def _unopenable() -> Problem:
    return Problem(
        "The file cannot be opened: the message does not say how.", "Ask for it to be shared again.", code="unopenable"
    )
