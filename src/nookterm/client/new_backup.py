"""A backup from when its key is made until the server shows it: there is never one whose key nobody has."""

from __future__ import annotations

from collections.abc import Iterator

from nookterm.client.ports import Gateway, Identities, Secret, Store
from nookterm.trust.backup import BackupVersion, new_backup_key, read_version, version_body
from nookterm.trust.entropy import Entropy
from nookterm.trust.refusals import Refused
from nookterm.trust.sealed_box import BoxKey
from nookterm.trust.secret_storage import BACKUP, MASTER, read_seed, write_seed
from nookterm.trust.signing import ED25519, Sign, SigningKey

_NEXT = "org.nookterm.new_backup"
"""The name of a key that waits for the server, beside those of secret storage; it never leaves this device."""


def kept_key(identities: Identities, name: str, public: str) -> BoxKey | None:
    """The private key that is kept under `name`, if it is the one of the backup with this public key."""
    secret = identities.secret(name)
    try:
        key = None if secret is None else BoxKey(read_seed(secret.reveal()))
    except Refused:
        return None
    return key if key and key.public == public else None


class NewBackup:
    """Makes backups for one account."""

    def __init__(self, gateway: Gateway, store: Store, entropy: Entropy) -> None:
        self._gateway = gateway
        self._store = store
        self._entropy = entropy

    async def make(self) -> BackupVersion:
        """Have the server make one, or find the one that an earlier call asked for and did not hear of."""
        return await self._begun() or await self._made()

    async def _begun(self) -> BackupVersion | None:
        identities = self._gateway.identities
        if identities.secret(_NEXT) is None:
            return None
        answer = await self._gateway.key_server.backup_version()
        try:
            found = read_version(answer or {})
        except Refused:
            return None
        return found if kept_key(identities, _NEXT, found.public) else None

    async def _made(self) -> BackupVersion:
        key = new_backup_key(self._entropy)
        self._gateway.identities.keep_secret(_NEXT, Secret(write_seed(key.secret)))
        body = version_body(key, self._gateway.user_id, self._signers())
        version = await self._gateway.key_server.create_backup(body)
        return BackupVersion(version, key.public, body["auth_data"], 0)

    def _signers(self) -> Iterator[tuple[str, Sign]]:
        identities = self._gateway.identities
        here, master = identities.this_device, identities.secret(MASTER)
        yield ED25519 + here.device, identities.sign
        if master:
            key = SigningKey(read_seed(master.reveal()))
            yield key.key_id, key.sign

    def take_over(self, found: BackupVersion) -> None:
        """The key of a backup that was asked for becomes the one in use, when the server shows that backup."""
        identities = self._gateway.identities
        if kept_key(identities, _NEXT, found.public):
            with self._store.transaction():
                identities.keep_secret(BACKUP, identities.secret(_NEXT))
                identities.keep_secret(_NEXT, None)
