"""Who a person's devices are, read from one `/keys/query` answer that the server may have made up.

Only signatures count. What does not fit is left out and named in `faults`, so that one broken device never hides the
others, and a server that swaps, drops or borrows a key is left with a person who has fewer trusted devices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Any

from nookterm.domain.ids import DeviceId, UserId
from nookterm.domain.records import dataclass
from nookterm.trust.canonical import Json, as_object
from nookterm.trust.encoding import read_key
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.signing import ED25519, check_signature, is_signed

CURVE25519 = "curve25519:"
MASTER = "master"
SELF_SIGNING = "self_signing"
USER_SIGNING = "user_signing"
_ROLES = (MASTER, SELF_SIGNING, USER_SIGNING)


@dataclass(frozen=True, slots=True)
class CrossSigningKey:
    """The public half of one of a person's three keys."""

    user: UserId
    role: str
    public: str
    document: Json = field(repr=False)
    """The signed object, as the server sent it; what another person signs."""

    @property
    def key_id(self) -> str:
        """What it is called in `signatures`."""
        return ED25519 + self.public


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """A device that has signed its own keys."""

    user: UserId
    device: DeviceId
    ed25519: str
    curve25519: str
    signed_by_owner: bool
    """Whether the person's self-signing key says that this device is theirs."""
    name: str = ""
    """A stranger's text, and not signed."""
    document: Json = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the answer that was left out, and why."""

    about: str
    """A role, or a device id (a stranger's text)."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class Identity:
    """A person's keys and devices as far as they hold together."""

    user: UserId
    master: CrossSigningKey | None = None
    self_signing: CrossSigningKey | None = None
    user_signing: CrossSigningKey | None = None
    """The server shows this one to its owner only."""
    devices: Mapping[DeviceId, DeviceKeys] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    @property
    def public_keys(self) -> frozenset[str]:
        """Its cross-signing keys, which no device may bear as its id or key."""
        return frozenset(key.public for key in (self.master, self.self_signing, self.user_signing) if key)

    @property
    def may_be_verified(self) -> bool:
        """Whether a verification can mean anything: there is a master key and nothing poses as it (spec: 11.12.4.2)."""
        return self.master is not None and all(fault.reason is not Reason.COLLISION for fault in self.faults)


def read_identity(user: UserId, answer: Json) -> Identity:
    """Read all that a `/keys/query` answer says about `user`, and nothing that it says about others. Never raises."""
    faults: list[Fault] = []
    master = _read_role(user, MASTER, answer, None, faults)
    self_signing = _read_role(user, SELF_SIGNING, answer, master, faults)
    user_signing = _read_role(user, USER_SIGNING, answer, master, faults)
    found = [key for key in (master, self_signing, user_signing) if key]
    if len({key.public for key in found}) < len(found):
        faults.append(Fault(SELF_SIGNING, Reason.COLLISION))
        self_signing = user_signing = None
    identity = Identity(user, master, self_signing, user_signing)
    devices: dict[DeviceId, DeviceKeys] = {}
    for name, document in as_object(as_object(answer.get("device_keys")).get(user)).items():
        device = DeviceId(name)
        try:
            devices[device] = read_device(identity, device, document)
        except Refused as refusal:
            faults.append(Fault(name, refusal.reason))
    return replace(identity, devices=MappingProxyType(devices), faults=tuple(faults))


def users_in(answer: Json) -> frozenset[UserId]:
    """Everybody about whom the answer says something; whoever was asked for and is missing was not answered for."""
    parts = ("device_keys", "master_keys", "self_signing_keys", "user_signing_keys")
    return frozenset(UserId(user) for part in parts for user in as_object(answer.get(part)))


def is_vouched_for(theirs: Identity, ours: CrossSigningKey) -> bool:
    """Whether our user-signing key has signed their master key: we, or another device of ours, verified them."""
    return theirs.master is not None and is_signed(theirs.master.document, ours.user, ours.key_id, ours.public)


def _read_role(
    user: UserId, role: str, answer: Json, master: CrossSigningKey | None, faults: list[Fault]
) -> CrossSigningKey | None:
    document = as_object(answer.get(f"{role}_keys")).get(user)
    if document is None:
        return None
    try:
        return read_cross_signing_key(user, role, document, master)
    except Refused as refusal:
        faults.append(Fault(role, refusal.reason))
        return None


def read_cross_signing_key(
    user: UserId, role: str, document: object, master: CrossSigningKey | None
) -> CrossSigningKey:
    """Read one cross-signing key; a self-signing or user-signing key counts only if `master` has signed it.

    Raises `Refused`: MALFORMED, WRONG_USER, NOT_SIGNED, BAD_SIGNATURE.
    """
    content = as_object(document)
    if content.get("user_id") != user:
        raise Refused(Reason.WRONG_USER if content.get("user_id") else Reason.MALFORMED, role)
    usage, keys = content.get("usage"), as_object(content.get("keys"))
    if not isinstance(usage, list) or [part for part in usage if part in _ROLES] != [role] or len(keys) != 1:
        raise Refused(Reason.MALFORMED, role)
    [(key_id, text)] = keys.items()
    public = read_key(text)
    if key_id != ED25519 + public:
        raise Refused(Reason.MALFORMED, role)
    if role != MASTER:
        if master is None:
            raise Refused(Reason.NOT_SIGNED, role)
        check_signature(content, user, master.key_id, master.public)
    return CrossSigningKey(user, role, public, content)


def read_device(identity: Identity, device: DeviceId, document: object) -> DeviceKeys:
    """Read the keys that a device has signed, and whether this identity says that the device is its own.

    Raises `Refused`: WRONG_USER, WRONG_DEVICE, MALFORMED, COLLISION, NOT_SIGNED, BAD_SIGNATURE.
    """
    content, user, self_signing = as_object(document), identity.user, identity.self_signing
    if content.get("user_id") != user:
        raise Refused(Reason.WRONG_USER)
    if content.get("device_id") != device:
        raise Refused(Reason.WRONG_DEVICE)
    keys = as_object(content.get("keys"))
    ed25519, curve25519 = read_key(keys.get(ED25519 + device)), read_key(keys.get(CURVE25519 + device))
    if not identity.public_keys.isdisjoint({device, ed25519}):
        raise Refused(Reason.COLLISION)
    check_signature(content, user, ED25519 + device, ed25519)
    signed = self_signing is not None and is_signed(content, user, self_signing.key_id, self_signing.public)
    return DeviceKeys(user, device, ed25519, curve25519, signed, _display_name(content), content)


def _display_name(content: Mapping[str, Any]) -> str:
    name = as_object(content.get("unsigned")).get("device_display_name")
    return name if isinstance(name, str) else ""
