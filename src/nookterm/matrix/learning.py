"""What a server, and devices themselves, say about who is who: taken over as far as signatures carry it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from nio.crypto import OlmDevice

from nookterm.domain.ids import DeviceId, UserId
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.identities import KnownIdentities
from nookterm.matrix.tables import atomic
from nookterm.matrix.wire import tame
from nookterm.trust import identity as roles
from nookterm.trust.identity import CrossSigningKey, DeviceKeys, Identity, is_vouched_for, read_identity
from nookterm.trust.olm_payload import OlmPayload, check_payload
from nookterm.trust.pins import Seen, Standing
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.secret_storage import MASTER, USER_SIGNING, read_seed
from nookterm.trust.signing import SigningKey

_MOST_DEVICES = 200
"""Devices of one person that are learned from what they send; a server lists as many as it likes."""
_LONGEST_NAME = 100


class Learning:
    """Brings what is known of identities up to date."""

    def __init__(self, olm: HardenedOlm, known: KnownIdentities) -> None:
        self._olm = olm
        self._known = known
        self._tables = known.tables
        self._me = UserId(olm.user_id)

    # --- from the server --------------------------------------------------------------------------------------------

    def learn(self, answer: Mapping[str, Any], users: Collection[str]) -> dict[UserId, Identity]:
        """Take over what a `/keys/query` answer says about `users`. Our own identity comes first: it vouches."""
        found: dict[UserId, Identity] = {}
        with atomic(self._olm.store.connection):
            for name in sorted(users, key=lambda user: (user != self._me, user)):
                user = UserId(name)
                found[user] = self._learn_one(read_identity(user, answer))
        # Devices came and went with it, too.
        self._known.move(*found)
        return found

    def forget(self) -> None:
        """Read everything anew from the disk: what was learned last could not be kept."""
        self._olm.device_store = self._olm.store.load_device_keys()
        self._known.forget()

    def _learn_one(self, identity: Identity) -> Identity:
        user = identity.user
        master = identity.master.public if identity.master else None
        vouched = self._holds(MASTER, master) if user == self._me else self._vouched(identity)
        pin = self._known.note(user, Seen(master, vouched))
        if pin.seen:
            self._tables.save_self_signing(user, identity.self_signing.public if identity.self_signing else None)
        devices = [((device.device, device.ed25519), device) for device in identity.devices.values()]
        signed = {which: master or "" for which, device in devices if device.signed_by_owner}
        # A device that is not shown any more keeps what it had: see `KnownDevices.facts`. One that is shown, and be it
        # with a broken signature, has none but what it is shown with: else a server could keep an old one alive.
        there = self._olm.device_store[user].values()
        shown = {which for which, _ in devices} | {(DeviceId(d.id), d.ed25519) for d in there if not d.deleted}
        self._tables.save_signed(user, signed, shown - signed.keys())
        if user == self._me:
            self._note_this_device(identity)
        return identity

    def _note_this_device(self, identity: Identity) -> None:
        """What others get to see of this device, with its owner's signature where there is one."""
        shown = identity.devices.get(DeviceId(self._olm.device_id))
        ours = self._olm.account.identity_keys
        if shown and (shown.ed25519, shown.curve25519) == (ours["ed25519"], ours["curve25519"]):
            self._olm.shown_as = shown

    def _vouched(self, identity: Identity) -> bool:
        """Whether our user-signing key, which is proved to be ours, has signed this identity, and it still counts.

        A signature cannot be taken back: the server could show an identity again that was replaced because somebody
        else has its keys. And a key of an earlier identity of our own may lie here until the new one comes.
        """
        own = self._known.pin(self._me)
        if own.standing is not Standing.VERIFIED or not self._holds(MASTER, own.verified):
            return False
        key = self._own_key(USER_SIGNING)
        if key is None or identity.master is None or self._tables.is_former(identity.user, identity.master.public):
            return False
        return is_vouched_for(identity, CrossSigningKey(self._me, roles.USER_SIGNING, key.public, {}))

    def _holds(self, name: str, public: str | None) -> bool:
        key = self._own_key(name)
        return key is not None and key.public == public

    def _own_key(self, name: str) -> SigningKey | None:
        secret = self._tables.secret(name)
        try:
            return SigningKey(read_seed(secret)) if secret else None
        except Refused:
            return None

    # --- from a device itself ---------------------------------------------------------------------------------------

    def check(self, payload: Mapping[str, Any], sender: str, sender_key: str) -> OlmPayload:
        """Check what came out of Olm. A device that shows itself there, signed by its owner, is known from then on.

        Raises:
            Refused: it is not what it says, or stands against what is known of that device.
        """
        user = UserId(sender)
        ours = self._olm.account.identity_keys["ed25519"]
        opened = check_payload(payload, self._identity(user), sender_key, self._me, ours)
        device = opened.device
        if device is None:
            return opened
        known = self._olm.device_store[user].get(device.device)
        if known is None:
            self._meet(device)
        elif (known.ed25519, known.curve25519) != (device.ed25519, device.curve25519):
            raise Refused(Reason.WRONG_KEY, "device")
        return opened

    def _identity(self, user: UserId) -> Identity:
        pin, self_signing = self._known.pin(user), self._tables.self_signing(user)
        return Identity(
            user,
            CrossSigningKey(user, roles.MASTER, pin.seen, {}) if pin.seen else None,
            CrossSigningKey(user, roles.SELF_SIGNING, self_signing, {}) if pin.seen and self_signing else None,
            devices=self._known.devices(user),
        )

    def _meet(self, device: DeviceKeys) -> None:
        """Keep a device that the server does not show (yet): what it says is proved, and it gets nothing."""
        user, master = device.user, self._known.pin(device.user).seen
        there = self._olm.device_store[user]
        if not device.signed_by_owner or not master or len(there) >= _MOST_DEVICES:
            return
        keys = {"ed25519": device.ed25519, "curve25519": device.curve25519}
        met = OlmDevice(user, device.device, keys, tame(device.name)[:_LONGEST_NAME])
        met.deleted = True
        with atomic(self._olm.store.connection):
            self._olm.store.save_devices([met])
            self._tables.save_signed(user, {(device.device, device.ed25519): master}, ())
        there[device.device] = met
        self._known.move(user)
