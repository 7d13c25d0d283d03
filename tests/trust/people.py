"""People with identities and devices, and the `/keys/query` answers that an honest server gives about them."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust.cross_signing import CrossSigningKeys, new_keys, upload_body
from nookterm.trust.encoding import encode_base64
from nookterm.trust.identity import Identity, read_identity
from nookterm.trust.signing import SigningKey, add_signature, new_signing_key
from tests.trust.chance import chance


@dataclass
class Person:
    """Somebody with three keys and some devices, each signed or not."""

    user: UserId
    seed: str = ""
    keys: CrossSigningKeys = field(init=False)
    device_keys: dict[DeviceId, SigningKey] = field(default_factory=dict)
    documents: dict[DeviceId, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = new_keys(self.user, chance(self.user + self.seed))

    def add_device(self, device: DeviceId, *, signed: bool = True) -> DeviceId:
        key = self.device_keys[device] = new_signing_key(chance(self.user + device))
        bare = {
            "user_id": self.user,
            "device_id": device,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {f"ed25519:{device}": key.public, f"curve25519:{device}": encode_base64(key.seed)},
        }
        document = add_signature(bare, self.user, f"ed25519:{device}", key.sign)
        if signed:
            document = add_signature(document, self.user, self.keys.self_signing.key_id, self.keys.self_signing.sign)
        self.documents[device] = {**document, "unsigned": {"device_display_name": f"{device} of mine"}}
        return device

    def answer(self, *, for_owner: bool = False) -> dict[str, Any]:
        """What `/keys/query` says; a fresh copy, so that a test may spoil it."""
        first = next(iter(self.device_keys))
        body = upload_body(self.keys, first, self.device_keys[first].sign)
        answer = {
            "device_keys": {self.user: self.documents},
            "master_keys": {self.user: body["master_key"]},
            "self_signing_keys": {self.user: body["self_signing_key"]},
            "user_signing_keys": {self.user: body["user_signing_key"]} if for_owner else {},
            "failures": {},
        }
        return copy.deepcopy(answer)

    def identity(self, *, for_owner: bool = False) -> Identity:
        return read_identity(self.user, self.answer(for_owner=for_owner))


def person(user: UserId, *devices: DeviceId, seed: str = "") -> Person:
    """Somebody whose devices are all signed."""
    made = Person(user, seed)
    for device in devices:
        made.add_device(device)
    return made
