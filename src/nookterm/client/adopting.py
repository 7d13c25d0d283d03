"""The private keys of our identity are in our hands: keep them, prove it, put them where a new device finds them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from nookterm.client.changes import Changes, TrustChanged
from nookterm.client.errors import NotFound, Problem
from nookterm.client.identity_keys import CROSS_SIGNING, keep_keys
from nookterm.client.new_identity import (
    NewKeys,
    NewStorage,
    keep_new_keys,
    keep_new_storage,
    new_storage_of,
    storage_done,
)
from nookterm.client.own_state import Backup
from nookterm.client.ports import Gateway, Secret, Store
from nookterm.client.secret_store import SecretStore
from nookterm.client.signatures import Signatures
from nookterm.trust.cross_signing import CrossSigningKeys, new_keys
from nookterm.trust.entropy import Entropy
from nookterm.trust.pins import OwnReset, Seen
from nookterm.trust.recovery_key import PassphraseRule
from nookterm.trust.secret_storage import BACKUP, new_storage_key

_AT_ONCE = 50
"""People who are asked for in one request."""


class Adopting:
    """Steps that are each safe to repeat. Whoever calls sees to it that only one runs at a time."""

    def __init__(
        self, gateway: Gateway, store: Store, changes: Changes, backup: Backup | None, entropy: Entropy
    ) -> None:
        """For one account."""
        self._gateway = gateway
        self._store = store
        self._changes = changes
        self._backup = backup
        self._entropy = entropy
        self.signatures = Signatures(gateway, store)

    @property
    def secrets(self) -> SecretStore:
        """Our secrets on the server."""
        return SecretStore(self._gateway.key_server, self._entropy)

    def new_keys(self, replaces: str = "") -> NewKeys:
        """Make keys and keep them until the server has them. `replaces`: the master key that is there now."""
        new = NewKeys(new_keys(self._gateway.user_id, self._entropy), replaces)
        keep_new_keys(self._gateway.identities, new)
        return new

    def adopt(self, keys: CrossSigningKeys, *, new: NewKeys | None = None, backup: Secret | None = None) -> None:
        """Keep keys that were shown to be those of our identity: it is proved, and this device has to be signed.

        `new`: the server has just taken them. `backup`: the backup's key that lay beside them.
        """
        identities, me = self._gateway.identities, self._gateway.user_id
        before, here = identities.pin(me), identities.this_device
        with self._store.transaction():
            keep_keys(identities, keys)
            identities.note(me, Seen(keys.master.public, vouched=True))
            if before.verified not in {None, keys.master.public}:
                self._forget_the_old()
            if new:
                keep_new_keys(identities, None)
                self.new_storage(only=bool(new.replaces))
            if backup:
                identities.keep_secret(BACKUP, backup)
            self.signatures.owe_device(here.device, here.ed25519)
        self._changes.tell(TrustChanged(frozenset({self._gateway.user_id})))

    def _forget_the_old(self) -> None:
        """Our identity is another one than before: what the old one vouched for has to be compared again."""
        identities = self._gateway.identities
        self.signatures.forgive()
        identities.keep_secret(BACKUP, None)
        for user in identities.everybody():
            if user != self._gateway.user_id:
                identities.note(user, OwnReset())

    def new_storage(
        self, *, secret: bytes | None = None, rule: PassphraseRule | None = None, only: bool = False
    ) -> NewStorage:
        """Make the key of a secret storage, which `finish` writes; its recovery key is kept until it is noted."""
        new = NewStorage(new_storage_key(self._entropy, secret), rule, only=only)
        keep_new_storage(self._gateway.identities, new)
        return new

    async def finish(self) -> int:
        """Sign what has to be signed and write the secret storage, with a backup. Returns how many signatures left."""
        signed = await self.signatures.pay()
        new = new_storage_of(self._gateway.identities)
        if new and not new.done:
            await self._write(new)
            storage_done(self._gateway.identities)
        if signed or (new and not new.done):
            self._changes.tell(TrustChanged(frozenset({self._gateway.user_id})))
        return signed

    async def _write(self, new: NewStorage) -> None:
        held = self._held(*CROSS_SIGNING, BACKUP)
        await self.secrets.write(new.key, new.rule, held, beside=not new.only)
        if BACKUP in held:
            return
        if new.only:
            await self.secrets.drop([BACKUP])
        if self._backup:
            with suppress(NotFound):  # A server without backups.
                await self._backup.create()
            await self.secrets.put(new.key, self._held(BACKUP), beside=not new.only)

    def _held(self, *names: str) -> Mapping[str, Secret]:
        found = {name: self._gateway.identities.secret(name) for name in names}
        return {name: secret for name, secret in found.items() if secret}

    async def meet_again(self) -> None:
        """Ask anew for everybody we know: our identity may vouch for them. What cannot be asked comes by itself."""
        people = sorted(set(self._gateway.identities.everybody()) - {self._gateway.user_id})
        with suppress(Problem):
            for start in range(0, len(people), _AT_ONCE):
                await self._gateway.key_server.query(people[start : start + _AT_ONCE])
