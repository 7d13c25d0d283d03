"""Our secrets on the server (spec: Secrets, "4S"): opened with what a person types, written under a new key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from nookterm.client.errors import WrongRecoveryKey
from nookterm.client.ports import KeyServer, Secret
from nookterm.client.recovery_problems import another_key, bad_storage, mistyped, no_storage, wrong_passphrase
from nookterm.domain.events import Json
from nookterm.domain.records import dataclass
from nookterm.trust import secret_storage
from nookterm.trust.entropy import Entropy
from nookterm.trust.recovery_key import PassphraseRule, key_from_passphrase, read_recovery_key
from nookterm.trust.refusals import Reason, Refused
from nookterm.trust.secret_storage import DEFAULT_KEY, KEY_PREFIX, StorageKey

_LIKE_A_KEY = range(40, 57)
"""So many letters and digits in a row, blanks apart, are meant as a recovery key."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in the storage."""

    secrets: Mapping[str, str]
    """By name. None of them is proved to be what its name says."""
    refused: Mapping[str, Reason]
    """What could not be read, and why."""

    def __repr__(self) -> str:
        """Never the secrets."""
        return f"Opened({sorted(self.secrets)}, {dict(self.refused)})"


class SecretStore:
    """The secret storage of one account. Nothing of it is kept here."""

    def __init__(self, server: KeyServer, entropy: Entropy) -> None:
        self._server = server
        self._entropy = entropy

    async def has_passphrase(self) -> bool | None:
        """Whether a passphrase opens it; None where there is no storage."""
        found = await self._description()
        return None if found is None else bool(found[1].get("passphrase"))

    async def open(self, typed: Secret) -> Opened:
        """Read all secrets with a recovery key or a passphrase.

        Raises:
            WrongRecoveryKey: which kind of wrong it is stands in its code and words.
            NotFound (no_storage), ServerTrouble: there is nothing to open, or nothing that makes sense.
        """
        found = await self._description()
        if found is None:
            raise no_storage()
        key_id, content = found
        proof = await self._server.account_data(secret_storage.MASTER)
        key = await self._unlock(key_id, content, typed.reveal(), proof)
        secrets: dict[str, str] = {}
        refused: dict[str, Reason] = {}
        for name in secret_storage.SECRETS:
            try:
                kept = proof if name == secret_storage.MASTER else await self._server.account_data(name)
                secrets[name] = secret_storage.open_secret(key, name, kept)
            except Refused as refusal:
                refused[name] = refusal.reason
        return Opened(secrets, refused)

    async def write(
        self, key: StorageKey, rule: PassphraseRule | None, secrets: Mapping[str, Secret], *, beside: bool
    ) -> None:
        """Put secrets under `key` and make that the account's key, last. Doing it again does the same.

        `beside`: what other keys open stays there; else only this one opens anything.
        """
        description = secret_storage.describe(key, self._entropy, rule=rule)
        await self._server.set_account_data(KEY_PREFIX + key.key_id, description)
        await self.put(key, secrets, beside=beside)
        await self._server.set_account_data(DEFAULT_KEY, {"key": key.key_id})

    async def put(self, key: StorageKey, secrets: Mapping[str, Secret], *, beside: bool) -> None:
        """Put these secrets under `key`."""
        for name, secret in secrets.items():
            there = await self._server.account_data(name) if beside else None
            sealed = secret_storage.seal_secret(key, name, secret.reveal(), self._entropy, beside=there)
            await self._server.set_account_data(name, sealed)

    async def drop(self, names: Iterable[str]) -> None:
        """Delete secrets that are not meant any more."""
        for name in names:
            if await self._server.account_data(name):
                await self._server.set_account_data(name, {})

    async def _description(self) -> tuple[str, Json] | None:
        key_id = secret_storage.default_key_id(await self._server.account_data(DEFAULT_KEY))
        if key_id is None:
            return None
        content = await self._server.account_data(KEY_PREFIX + key_id)
        return (key_id, content) if content else None

    async def _unlock(self, key_id: str, content: Json, typed: str, proof: Json) -> StorageKey:
        try:
            secret = read_recovery_key(typed)
        except Refused as refusal:
            mistake = mistyped(refusal)
        else:
            # The rule for passphrases is the server's word; a recovery key needs none of it.
            bare = {name: value for name, value in content.items() if name != "passphrase"}
            return self._check(key_id, bare, secret, proof, another_key())
        if not content.get("passphrase"):
            raise mistake
        letters = "".join(typed.split())
        wrong = wrong_passphrase(mistake if len(letters) in _LIKE_A_KEY and letters.isalnum() else None)
        try:
            rule = secret_storage.read_description(key_id, content).rule
            assert rule is not None  # noqa: S101 - there is a passphrase
            secret = await asyncio.to_thread(key_from_passphrase, typed, rule)
        except Refused as refusal:
            raise bad_storage(refusal) from None
        return self._check(key_id, content, secret, proof, wrong)

    def _check(self, key_id: str, content: Json, secret: bytes, proof: Json, wrong: WrongRecoveryKey) -> StorageKey:
        try:
            description = secret_storage.read_description(key_id, content)
            if description.mac is None:
                return secret_storage.unlock_by_secret(description, secret, secret_storage.MASTER, proof)
            return secret_storage.unlock(description, secret)
        except Refused as refusal:
            raise wrong if refusal.reason is Reason.WRONG_KEY else bad_storage(refusal) from None
