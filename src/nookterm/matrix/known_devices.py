"""The devices of people as facts for the policy: also those that have ended, as far as they were proved before."""

from __future__ import annotations

from collections.abc import Mapping

from nio.crypto import OlmDevice, TrustState

from nookterm.domain.ids import DeviceId, UserId
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.trust_tables import FORMER, TrustTables
from nookterm.trust.identity import DeviceKeys
from nookterm.trust.policy import Facts
from nookterm.trust.provenance import Provenance


class KnownDevices:
    """What the engine and the tables know of devices, put together."""

    def __init__(self, olm: HardenedOlm, tables: TrustTables) -> None:
        self._olm = olm
        self._tables = tables

    def shown(self, user: UserId) -> Mapping[DeviceId, DeviceKeys]:
        """The devices of a person, but for those that the server does not show any more."""
        return {
            DeviceId(name): self.keys_of(user, device)
            for name, device in self._olm.device_store[user].items()
            if not device.deleted
        }

    def keys_of(self, user: UserId, device: OlmDevice) -> DeviceKeys:
        """A device with what is known of its owner's signature.

        One that has ended stays signed as long as its owner's identity is the one that signed it.
        """
        name = DeviceId(device.id)
        signer = self._tables.signed(user).get((name, device.ed25519))
        pin = self._tables.pin(user)
        signed = signer is not None and signer == (pin.pinned if device.deleted else pin.seen)
        return DeviceKeys(user, name, device.ed25519, device.curve25519, signed, device.display_name)

    def facts(
        self,
        user: UserId,
        device: OlmDevice | None,
        owner: UserId | None = None,
        provenance: Provenance = Provenance.DIRECT,
    ) -> Facts:
        """All that a verdict about a device of `user` rests on; `owner`: whose it is, where it is somebody else's."""
        pin = self._tables.pin(user)
        if device is None:
            return Facts(user, pin, None, provenance=provenance, session_owner=owner or user)
        signer = self._tables.signed(user).get((DeviceId(device.id), device.ed25519))
        if signer == FORMER and device.deleted:
            # Proved by an identity that was accepted once and has been replaced: only hearsay is left of it.
            provenance = Provenance.SECOND_HAND
        ours = user == self._olm.user_id
        return Facts(
            user,
            pin,
            self.keys_of(user, device),
            ours=ours,
            barred=device.blacklisted,
            provenance=provenance,
            session_owner=owner or user,
            # A sign-in before this one, whose private keys lay here. One that is still listed is like any other.
            this_device=ours and device.deleted and device.trust_state is TrustState.verified,
        )
