"""Whose keys are whose, as this device knows it: the pins, devices and exceptions that every verdict rests on."""

from __future__ import annotations

from collections.abc import Mapping

from nio.crypto import TrustState

from nookterm.client.ports import Secret
from nookterm.domain.events import Trust
from nookterm.domain.ids import DeviceId, RoomId, UserId
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.known_devices import KnownDevices
from nookterm.matrix.tables import atomic
from nookterm.matrix.trust_tables import TrustTables
from nookterm.trust.identity import DeviceKeys
from nookterm.trust.pins import OwnReset, Pin, PinEvent, Standing, step
from nookterm.trust.policy import Facts, UnsignedRule, Verdict, judge
from nookterm.trust.secret_storage import MASTER, USER_SIGNING

_VOUCHING = frozenset({MASTER, USER_SIGNING})


class KnownIdentities:
    """What one device knows of everybody's identity. Implements the port `Identities`."""

    def __init__(self, olm: HardenedOlm) -> None:
        self._olm = olm
        self._me = UserId(olm.user_id)
        self.tables = TrustTables(olm.store.connection)
        self.all_devices = KnownDevices(olm, self.tables)
        self.people_moved: set[UserId] = set()
        """People about whom something changed since somebody last looked: their waiting messages are read again."""
        self.rooms_moved: set[RoomId] = set()
        self.revision = 0

    # --- this device ------------------------------------------------------------------------------------------------

    @property
    def this_device(self) -> DeviceKeys:
        """The device that runs here."""
        keys, device = self._olm.account.identity_keys, DeviceId(self._olm.device_id)
        signer = self.tables.signed(self._me).get((device, keys["ed25519"]))
        signed = signer is not None and signer == self.pin(self._me).seen
        return DeviceKeys(self._me, device, keys["ed25519"], keys["curve25519"], signed)

    def sign(self, message: bytes) -> str:
        """Sign with this device's key; unpadded base64."""
        return str(self._olm.account.sign(message.decode()))

    # --- people -----------------------------------------------------------------------------------------------------

    def pin(self, user: UserId) -> Pin:
        """What is remembered of a person's identity."""
        return self.tables.pin(user)

    def everybody(self) -> Mapping[UserId, Pin]:
        """All people with an identity that was ever seen."""
        return self.tables.everybody()

    def note(self, user: UserId, event: PinEvent) -> Pin:
        """Take one step of a pin and keep it."""
        before = self.pin(user)
        after = step(before, event)
        if after != before:
            changed = after.seen != before.seen and before.pinned is not None and after.seen != before.pinned
            with atomic(self._olm.store.connection):
                self.tables.save_pin(after, changed=changed)
                if before.pinned is not None and after.pinned != before.pinned:
                    self.tables.retire(user, before.pinned)
                if user != self._me:
                    self._owe(before, after)
                elif before.verified is not None and after.verified != before.verified:
                    # What our earlier identity vouched for has to be compared again, however we came to the new one.
                    for other in self.everybody().keys() - {user}:
                        self.note(other, OwnReset())
            self.move(user)
            if user == self._me and after.standing is Standing.VERIFIED:
                self._olm.users_for_key_query |= self.everybody().keys() - {user}
        return after

    def _owe(self, before: Pin, after: Pin) -> None:
        """What is stored of a person is rated anew where they get verified or lose it; not what an earlier key said."""
        if after.standing is Standing.VERIFIED and before.standing is not Standing.VERIFIED:
            if not self.tables.has_changed(after.user):
                self.tables.owe(after.user, Trust.VERIFIED)
        elif before.was_verified and not after.was_verified:
            self.tables.owe(after.user, Trust.SIGNED)

    def devices(self, user: UserId) -> Mapping[DeviceId, DeviceKeys]:
        """The known devices of a person, but for those that the server does not show any more."""
        return self.all_devices.shown(user)

    def verdict(self, room_id: RoomId, user: UserId, device: DeviceId) -> Verdict:
        """What follows for a known device in a room."""
        known = self._olm.device_store[user].get(device)
        if (user, device) == (self._me, self._olm.device_id):
            return judge(Facts(user, self.pin(user), self.this_device, session_owner=user, this_device=True))
        return judge(
            self.all_devices.facts(user, None if known is None or known.deleted else known), self.rule(room_id)
        )

    def barred(self, user: UserId) -> frozenset[DeviceId]:
        """Devices that somebody here shut out by hand."""
        return frozenset(DeviceId(name) for name, device in self._olm.device_store[user].items() if device.blacklisted)

    def bar(self, user: UserId, device: DeviceId, *, barred: bool) -> None:
        """Shut a device out of everything that is said from now on, or let it in again."""
        known = self._olm.device_store[user].get(device)
        if known is not None and known.blacklisted != barred:
            known.trust_state = TrustState.blacklisted if barred else TrustState.unset
            self._olm.store.save_devices([known])
            self.move(user)

    # --- what moved -------------------------------------------------------------------------------------------------

    def move(self, *users: UserId) -> None:
        """Something that verdicts about `users` rest on may be another thing now."""
        self.revision += 1
        self.people_moved.update(users)

    def take_moved(self) -> tuple[set[UserId], set[RoomId]]:
        """The people and rooms about which something changed since the last call."""
        moved = self.people_moved, self.rooms_moved
        self.people_moved, self.rooms_moved = set(), set()
        return moved

    def forget(self) -> None:
        """Read everything anew from the disk, after a rollback."""
        self.tables.forget()
        self.revision += 1

    def owed_ratings(self) -> Mapping[UserId, Trust]:
        """Whose stored messages are to be rated anew, and as what."""
        return self.tables.owed()

    def rated(self, user: UserId) -> None:
        """They have been."""
        self.tables.paid(user)

    # --- exceptions and secrets -------------------------------------------------------------------------------------

    def rule(self, room_id: RoomId) -> UnsignedRule:
        """A room's exception for unsigned devices."""
        return self.tables.rule(room_id)

    def set_rule(self, room_id: RoomId, rule: UnsignedRule) -> None:
        """Keep a room's exception; an empty one is no exception."""
        if rule != self.rule(room_id):
            self.tables.save_rule(room_id, rule)
            self.rooms_moved.add(room_id)
            self.revision += 1

    def secret(self, name: str) -> Secret | None:
        """A private key of ours by its name in secret storage."""
        secret = self.tables.secret(name)
        return Secret(secret) if secret else None

    def keep_secret(self, name: str, secret: Secret | None) -> None:
        """Keep it inside the encrypted database; None forgets it."""
        self.tables.save_secret(name, secret.reveal() if secret else None)
        if secret and name in _VOUCHING:
            # It says whom we have verified: everybody's identity is looked at once more.
            self._olm.users_for_key_query |= self.everybody().keys() - {self._me}
