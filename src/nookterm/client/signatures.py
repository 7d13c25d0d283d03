"""Signatures that we owe the server: decided once, kept on the disk, made over what it shows when it can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nookterm.client.identity_keys import CROSS_SIGNING, kept_keys, shown_identities
from nookterm.client.ports import Gateway, Store
from nookterm.domain.ids import DeviceId, UserId
from nookterm.trust.cross_signing import CrossSigningKeys, sign_own_device, sign_own_master, sign_user
from nookterm.trust.identity import Identity, is_vouched_for
from nookterm.trust.pins import Standing
from nookterm.trust.refusals import Refused
from nookterm.trust.signing import ED25519, is_signed

_KIND = "signature_owed"
_DEVICE, _USER = "device", "user"


class Signatures:
    """What somebody here decided to vouch for, until the server shows it. A debt that lost its meaning is dropped."""

    def __init__(self, gateway: Gateway, store: Store) -> None:
        """For one device's account."""
        self._gateway = gateway
        self._store = store

    @property
    def owed(self) -> int:
        """How many wait."""
        return len(self._store.recall_all(_KIND))

    def owe_device(self, device: DeviceId, ed25519: str) -> None:
        """A device, with the key `ed25519`, is ours."""
        self._owe(_DEVICE, device, ed25519)

    def owe_user(self, user: UserId, master: str) -> None:
        """Somebody compared the key `master` with its owner."""
        self._owe(_USER, user, master)

    def forgive(self) -> None:
        """Our identity is another one now: what the old one was going to sign has to be decided anew."""
        with self._store.transaction():
            for key in self._store.recall_all(_KIND):
                self._store.remember(_KIND, key, None)

    async def pay(self) -> int:
        """Publish what is owed, as far as it still means what was decided. Returns how many signatures went out.

        Raises a Problem where the server cannot be reached or took not all of them: they are still owed then.
        """
        debts = self._store.recall_all(_KIND)
        if not debts or self._waits_for_keys():
            return 0
        me = self._gateway.user_id
        users = {me, *(UserId(debt["id"]) for debt in debts.values() if debt["what"] == _USER)}
        shown = await shown_identities(self._gateway, users)
        own = shown[me]
        keys = kept_keys(self._gateway.identities, own)
        bodies, settled = self._sign(debts, own, keys, shown)
        if bodies:
            await self._gateway.key_server.publish_signatures(_merged(bodies))
            await self._gateway.key_server.query(sorted(users))
        with self._store.transaction():
            for key in settled:
                # Decided anew meanwhile, for another key: that is owed still.
                if self._store.recall(_KIND, key) == debts[key]:
                    self._store.remember(_KIND, key, None)
        return len(bodies)

    def _waits_for_keys(self) -> bool:
        """Whether our identity was proved by a comparison, and its private keys are still to come."""
        identities = self._gateway.identities
        proved = identities.pin(self._gateway.user_id).standing is Standing.VERIFIED
        return proved and any(identities.secret(name) is None for name in CROSS_SIGNING)

    def _owe(self, what: str, name: str, key: str) -> None:
        with self._store.transaction():
            self._store.remember(_KIND, f"{what} {name}", {"what": what, "id": name, "key": key})

    def _sign(
        self,
        debts: Mapping[str, Mapping[str, Any]],
        own: Identity,
        keys: CrossSigningKeys | None,
        shown: Mapping[UserId, Identity],
    ) -> tuple[list[Mapping[str, Any]], list[str]]:
        """The bodies to publish, and the debts that are settled when they are."""
        bodies: list[Mapping[str, Any]] = []
        settled: list[str] = []
        for name, debt in debts.items():
            if not self._is_known(debt, shown):
                continue
            settled.append(name)
            if keys is None:
                continue
            try:
                bodies += self._device(debt, own, keys) if debt["what"] == _DEVICE else _user(debt, own, keys, shown)
            except Refused:
                # The server shows something else than what was decided about: nothing is vouched for.
                continue
        return bodies, settled

    def _is_known(self, debt: Mapping[str, Any], shown: Mapping[UserId, Identity]) -> bool:
        """Whether enough is there to decide. Our own new device and a person's keys may come a moment later."""
        if debt["what"] == _USER:
            return UserId(debt["id"]) in shown
        here = self._gateway.identities.this_device.device
        return debt["id"] != here or here in shown[self._gateway.user_id].devices

    def _device(self, debt: Mapping[str, Any], own: Identity, keys: CrossSigningKeys) -> Iterator[Mapping[str, Any]]:
        device = own.devices.get(DeviceId(debt["id"]))
        if device is None:
            return
        if not device.signed_by_owner or device.ed25519 != debt["key"]:
            yield sign_own_device(keys, device, expected_ed25519=debt["key"])
        here = self._gateway.identities.this_device
        if device.device != here.device or own.master is None:
            return
        if not is_signed(own.master.document, own.user, ED25519 + here.device, here.ed25519):
            yield sign_own_master(own, here.device, self._gateway.identities.sign, expected_master=keys.master.public)


def _user(
    debt: Mapping[str, Any], own: Identity, keys: CrossSigningKeys, shown: Mapping[UserId, Identity]
) -> Iterator[Mapping[str, Any]]:
    theirs = shown[UserId(debt["id"])]
    body = sign_user(keys, theirs, expected_master=debt["key"])
    if own.user_signing is None or not is_vouched_for(theirs, own.user_signing):
        yield body


def _merged(bodies: list[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """One body of all of them: no two are about the same key."""
    merged: dict[str, dict[str, Any]] = {}
    for body in bodies:
        for user, objects in body.items():
            merged.setdefault(user, {}).update(objects)
    return merged
