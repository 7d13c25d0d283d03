"""Our own three keys: made, loaded from secrets, and used to say which devices and which people are who they say.

A signature made over the wrong object cannot be taken back, so nothing here signs what the server sent without
comparing it with what we meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.domain.ids import DeviceId, UserId
from nookterm.domain.records import dataclass
from nookterm.trust import secret_storage
from nookterm.trust.canonical import Json, as_object
from nookterm.trust.entropy import Entropy
from nookterm.trust.identity import MASTER, SELF_SIGNING, USER_SIGNING, CrossSigningKey, DeviceKeys, Identity
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.signing import ED25519, Sign, SigningKey, add_signature, new_signing_key

_SECRET_NAMES = {
    MASTER: secret_storage.MASTER,
    SELF_SIGNING: secret_storage.SELF_SIGNING,
    USER_SIGNING: secret_storage.USER_SIGNING,
}


@dataclass(frozen=True, slots=True)
class CrossSigningKeys:
    """The private halves. None of them is shown in a `repr`."""

    user: UserId
    master: SigningKey
    self_signing: SigningKey
    user_signing: SigningKey

    def secrets(self) -> dict[str, str]:
        """Return the secrets to keep, by their names in secret storage."""
        halves = {MASTER: self.master, SELF_SIGNING: self.self_signing, USER_SIGNING: self.user_signing}
        return {_SECRET_NAMES[role]: secret_storage.write_seed(half.seed) for role, half in halves.items()}


def new_keys(user: UserId, entropy: Entropy) -> CrossSigningKeys:
    """Make a new identity."""
    return CrossSigningKeys(user, *(new_signing_key(entropy) for _ in range(3)))


def upload_body(keys: CrossSigningKeys, device: DeviceId, sign_as_device: Sign) -> dict[str, Any]:
    """Return the body of `POST /keys/device_signing/upload`, without `auth`.

    The master key signs the other two; the device signs the master key, so that clients which know the device may
    carry their trust over.
    """
    master = _public_document(keys.user, MASTER, keys.master)
    others = {
        f"{role}_key": add_signature(
            _public_document(keys.user, role, key), keys.user, keys.master.key_id, keys.master.sign
        )
        for role, key in ((SELF_SIGNING, keys.self_signing), (USER_SIGNING, keys.user_signing))
    }
    return {"master_key": add_signature(master, keys.user, ED25519 + device, sign_as_device), **others}


def load_keys(identity: Identity, secrets: Mapping[str, str]) -> CrossSigningKeys:
    """Take over the private halves of the identity that the server shows now.

    Raises `Refused`: MISSING (the identity lacks a key, or a secret is not there), MALFORMED, WRONG_KEY (a secret
    belongs to another key than the one in use: the identity was reset, or a secret was swapped).
    """
    return CrossSigningKeys(
        identity.user,
        _load(identity.master, MASTER, secrets),
        _load(identity.self_signing, SELF_SIGNING, secrets),
        _load(identity.user_signing, USER_SIGNING, secrets),
    )


def sign_own_device(keys: CrossSigningKeys, device: DeviceKeys, *, expected_ed25519: str) -> dict[str, Any]:
    """Return the body of `POST /keys/signatures/upload` that makes a device one of ours.

    `expected_ed25519` is the key that we know from elsewhere: our own account's, or the one that was just verified.
    Raises `Refused`: WRONG_USER, WRONG_KEY (the server showed another key for this device).
    """
    if device.user != keys.user:
        raise Refused(Reason.WRONG_USER)
    if device.ed25519 != expected_ed25519:
        raise Refused(Reason.WRONG_KEY)
    return _signatures_body(keys.user, device.device, device.document, keys.user, keys.self_signing)


def sign_user(keys: CrossSigningKeys, identity: Identity, *, expected_master: str) -> dict[str, Any]:
    """Return the body of `POST /keys/signatures/upload` that vouches for another person.

    `expected_master` is the key that was just verified. Raises `Refused`: WRONG_USER (ourselves), COLLISION or MISSING
    (an identity that may not be verified), WRONG_KEY (it changed meanwhile).
    """
    master = _verifiable(identity, expected_master)
    if identity.user == keys.user:
        raise Refused(Reason.WRONG_USER)
    return _signatures_body(identity.user, master.public, master.document, keys.user, keys.user_signing)


def sign_own_master(
    identity: Identity, device: DeviceId, sign_as_device: Sign, *, expected_master: str
) -> dict[str, Any]:
    """Return the body of `POST /keys/signatures/upload` with which our device accepts our own master key."""
    master = _verifiable(identity, expected_master)
    bare = {name: value for name, value in master.document.items() if name not in {"signatures", "unsigned"}}
    signed = add_signature(bare, identity.user, ED25519 + device, sign_as_device)
    return {identity.user: {master.public: signed}}


def failed_uploads(answer: Json) -> tuple[tuple[str, str, str], ...]:
    """Read what a `POST /keys/signatures/upload` did not take though it answered 200: (user, key or device, error)."""
    return tuple(
        (user, key, str(as_object(error).get("errcode", "")))
        for user, errors in as_object(answer.get("failures")).items()
        for key, error in as_object(errors).items()
    )


def _public_document(user: UserId, role: str, key: SigningKey) -> dict[str, Any]:
    return {"user_id": user, "usage": [role], "keys": {key.key_id: key.public}}


def _load(public: CrossSigningKey | None, role: str, secrets: Mapping[str, str]) -> SigningKey:
    name = _SECRET_NAMES[role]
    if public is None or name not in secrets:
        raise Refused(Reason.MISSING, name)
    key = SigningKey(secret_storage.read_seed(secrets[name]))
    if key.public != public.public:
        raise Refused(Reason.WRONG_KEY, name)
    return key


def _verifiable(identity: Identity, expected_master: str) -> CrossSigningKey:
    if identity.master is None:
        raise Refused(Reason.MISSING, MASTER)
    if not identity.may_be_verified:
        raise Refused(Reason.COLLISION)
    if identity.master.public != expected_master:
        raise Refused(Reason.WRONG_KEY)
    return identity.master


def _signatures_body(owner: UserId, key: str, document: Json, signer: UserId, by: SigningKey) -> dict[str, Any]:
    bare = {name: value for name, value in document.items() if name not in {"signatures", "unsigned"}}
    return {owner: {key: add_signature(bare, signer, by.key_id, by.sign)}}
