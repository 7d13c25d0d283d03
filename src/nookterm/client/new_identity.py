"""What an identity needs until it is whole: new keys before the server has them, the recovery key until it is noted.

All of it lies with the other secrets in the encrypted database and is written before anything leaves: a crash at any
point leaves no identity on the server whose private keys nobody has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from nookterm.client.ports import Identities, Secret
from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.trust.cross_signing import CrossSigningKeys
from nookterm.trust.encoding import decode_base64, encode_base64
from nookterm.trust.recovery_key import PassphraseRule, write_recovery_key
from nookterm.trust.secret_storage import MASTER, SELF_SIGNING, USER_SIGNING, StorageKey, read_seed
from nookterm.trust.signing import SigningKey

_KEYS = "org.nookterm.new_identity"
_STORAGE = "org.nookterm.new_storage"
"""Names beside those of secret storage; neither ever leaves this device."""


@dataclass(frozen=True, slots=True)
class NewKeys:
    """Three keys that the server may have by now, or not."""

    keys: CrossSigningKeys = field(repr=False)
    replaces: str = ""
    """The master key that was there when they were made; empty for a first identity."""


@dataclass(frozen=True, slots=True)
class NewStorage:
    """A storage key from when it is made until a person has its recovery key."""

    key: StorageKey = field(repr=False)
    rule: PassphraseRule | None = None
    done: bool = False
    """Whether all is written on the server, and only a person has to note the recovery key."""
    only: bool = False
    """Whether no other key is to open anything after it."""

    @property
    def recovery_key(self) -> Secret:
        """As a person notes it."""
        return Secret(write_recovery_key(self.key.secret))


def keep_new_keys(identities: Identities, new: NewKeys | None) -> None:
    """Keep them; None: they are not needed any more."""
    content = None if new is None else {"keys": new.keys.secrets(), "replaces": new.replaces}
    identities.keep_secret(_KEYS, None if content is None else Secret(json.dumps(content)))


def new_keys_of(identities: Identities, user: UserId) -> NewKeys | None:
    """Those that wait for the server."""
    kept = _read(identities, _KEYS)
    if kept is None:
        return None
    seeds = kept["keys"]
    keys = (SigningKey(read_seed(seeds[name])) for name in (MASTER, SELF_SIGNING, USER_SIGNING))
    return NewKeys(CrossSigningKeys(user, *keys), kept["replaces"])


def keep_new_storage(identities: Identities, new: NewStorage | None) -> None:
    """Keep it; None: the recovery key is noted."""
    if new is None:
        identities.keep_secret(_STORAGE, None)
        return
    rule = [new.rule.salt, new.rule.rounds] if new.rule else None
    content = {"id": new.key.key_id, "key": encode_base64(new.key.secret), "rule": rule}
    identities.keep_secret(_STORAGE, Secret(json.dumps({**content, "done": new.done, "only": new.only})))


def new_storage_of(identities: Identities) -> NewStorage | None:
    """One that is not finished, or whose recovery key nobody has noted yet."""
    kept = _read(identities, _STORAGE)
    if kept is None:
        return None
    rule = PassphraseRule(*kept["rule"]) if kept["rule"] else None
    return NewStorage(StorageKey(kept["id"], decode_base64(kept["key"])), rule, kept["done"], kept["only"])


def storage_done(identities: Identities) -> None:
    """All of it is on the server."""
    new = new_storage_of(identities)
    if new:
        keep_new_storage(identities, replace(new, done=True))


def _read(identities: Identities, name: str) -> Mapping[str, Any] | None:
    kept = identities.secret(name)
    return None if kept is None else json.loads(kept.reveal())
