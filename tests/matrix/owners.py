"""Identities without a client: they sign whatever devices a test names, and answer `/keys/query` honestly."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nookterm.client.ports import Secret
from nookterm.domain.events import Json
from nookterm.domain.ids import DeviceId, UserId
from nookterm.matrix.gateway import NioGateway
from nookterm.trust.cross_signing import CrossSigningKeys, new_keys, upload_body
from nookterm.trust.signing import add_signature


@dataclass
class Owner:
    """Somebody with three keys."""

    user: str
    keys: CrossSigningKeys = field(init=False)
    public: dict[str, Any] = field(init=False)
    """What was uploaded, by `master_key`, `self_signing_key`, `user_signing_key`."""

    def __post_init__(self) -> None:
        self.keys = new_keys(UserId(self.user), os.urandom)
        self.public = upload_body(self.keys, DeviceId("NONE"), lambda _message: "")
        del self.public["master_key"]["signatures"]

    def signs(self, document: Json) -> dict[str, Any]:
        """A device with this owner's signature."""
        key = self.keys.self_signing
        return add_signature(document, self.user, key.key_id, key.sign)

    def vouches_for(self, other: Owner) -> None:
        """Verify somebody: their master key bears our signature from now on."""
        key = self.keys.user_signing
        other.public["master_key"] = add_signature(other.public["master_key"], self.user, key.key_id, key.sign)

    def answer(self, *devices: Json, signed: bool = True) -> dict[str, Any]:
        """What `/keys/query` says about this person with these devices."""
        return answer_of(self.user, self.public, [self.signs(device) if signed else device for device in devices])


def answer_of(user: str, public: Json, devices: Iterable[Json]) -> dict[str, Any]:
    """What `/keys/query` says about a person; `public` may lack any of the keys."""
    listed = {str(device["device_id"]): device for device in devices}
    told = {f"{role}_keys": {user: public[f"{role}_key"]} for role in _ROLES if f"{role}_key" in public}
    return {"device_keys": {user: listed}, **told}


_ROLES = ("master", "self_signing", "user_signing")


def show(gateway: NioGateway, user: str, shown: dict[str, Any]) -> None:
    """The server says this about somebody, as if the gateway had asked."""
    gateway._crypto._keys._take(shown, {user})


def trust_this_device(gateway: NioGateway) -> Owner:
    """Give the account of a gateway an identity whose keys are here and which has signed this device."""
    us = Owner(gateway.user_id)
    for name, secret in us.keys.secrets().items():
        gateway.identities.keep_secret(name, Secret(secret))
    show(gateway, us.user, us.answer(gateway._crypto._olm.device_keys()))
    return us
