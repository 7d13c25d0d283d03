"""Signed JSON: who says so is proved by a key that we name ourselves, never by one that the object brings along."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json, as_object, canonical_json
from nookterm.trust.encoding import KEY_LENGTH, decode_base64, encode_base64
from nookterm.trust.entropy import Entropy
from nookterm.trust.refusals import Reason, Refused

ED25519 = "ed25519:"
_SIGNATURE_LENGTH = 64
_NOT_SIGNED = frozenset({"signatures", "unsigned"})

Sign = Callable[[bytes], str]
"""Signs a message with Ed25519 and returns unpadded base64. A device's own key signs inside its Olm account."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair, made from its seed. Its `repr` holds the public half only."""

    seed: bytes = field(repr=False)
    public: str = field(init=False, compare=False)
    """Unpadded base64."""

    def __post_init__(self) -> None:
        """Work out the public half. Raises `Refused` (MALFORMED) for a seed that is not 32 bytes."""
        if len(self.seed) != KEY_LENGTH:
            raise Refused(Reason.MALFORMED, "seed")
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        object.__setattr__(self, "public", encode_base64(public))

    @property
    def key_id(self) -> str:
        """What a cross-signing key is called in `keys` and `signatures`: it is named by itself."""
        return ED25519 + self.public

    def sign(self, message: bytes) -> str:
        """Sign bytes; unpadded base64."""
        return encode_base64(Ed25519PrivateKey.from_private_bytes(self.seed).sign(message))


def new_signing_key(entropy: Entropy) -> SigningKey:
    """Make a new key pair."""
    return SigningKey(entropy(KEY_LENGTH))


def signed_bytes(document: Json) -> bytes:
    """Return what a signature of this object covers: all of it but `signatures` and `unsigned`."""
    return canonical_json({name: value for name, value in document.items() if name not in _NOT_SIGNED})


def add_signature(document: Json, user: str, key_id: str, sign: Sign) -> dict[str, Any]:
    """Return a copy of the object with one signature more. Those already there stay."""
    copied = copy.deepcopy(dict(document))
    signatures = as_object(copied.get("signatures"))
    theirs = as_object(signatures.get(user))
    copied["signatures"] = {**signatures, user: {**theirs, key_id: sign(signed_bytes(document))}}
    return copied


def check_signature(document: Json, user: str, key_id: str, public: str) -> None:
    """Return where `public` has signed this object in the name of `user`; raise `Refused` where not.

    NOT_SIGNED: no signature under that name and id. BAD_SIGNATURE: one that is not of that key over that object.
    MALFORMED: no key, or an object that has no canonical form.
    """
    theirs = as_object(as_object(document.get("signatures")).get(user))
    if key_id not in theirs:
        raise Refused(Reason.NOT_SIGNED)
    key = decode_base64(public, length=KEY_LENGTH)
    message = signed_bytes(document)
    try:
        signature = decode_base64(theirs[key_id], length=_SIGNATURE_LENGTH)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (Refused, InvalidSignature):
        raise Refused(Reason.BAD_SIGNATURE) from None


def is_signed(document: Json, user: str, key_id: str, public: str) -> bool:
    """Whether `public` has signed this object in the name of `user`."""
    try:
        check_signature(document, user, key_id, public)
    except Refused:
        return False
    return True
