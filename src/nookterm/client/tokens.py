"""A device's tokens in the vault: written whole before they are used, and what the profile says when they end."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from nookterm.client.errors import Problem
from nookterm.client.ports import Credentials, Secret, Vault
from nookterm.client.profiles import Profile, Profiles
from nookterm.domain.records import dataclass


def save_tokens(vault: Vault, profile: Profile, credentials: Credentials) -> None:
    """Keep the tokens of a device, all in one secret, so that no crash parts them. Raises VaultClosed."""
    secret = credentials.token
    if credentials.refresh:
        ends = credentials.expires_at.timestamp() if credentials.expires_at else None
        kept = {"access": credentials.token.reveal(), "refresh": credentials.refresh.reveal(), "expires": ends}
        secret = Secret(json.dumps(kept))
    vault.save(profile.token_name, secret)


def load_tokens(vault: Vault, profile: Profile) -> Credentials | None:
    """The tokens of a device; None where the vault has none. Raises VaultClosed."""
    secret = vault.load(profile.token_name)
    if secret is None:
        return None
    known = Credentials(profile.homeserver, profile.user_id, profile.device_id, secret)
    try:
        kept = json.loads(secret.reveal())
        ends = kept["expires"]
        return replace(
            known,
            token=Secret(str(kept["access"])),
            refresh=Secret(str(kept["refresh"])),
            expires_at=None if ends is None else datetime.fromtimestamp(float(ends), UTC),
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        # A token that does not expire stands there by itself.
        return known


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps what becomes of a profile's tokens. Another device under the same profile's name is left alone."""

    vault: Vault
    profiles: Profiles
    profile: Profile

    def renewed(self, credentials: Credentials) -> None:
        """Keep new tokens. Raises VaultClosed."""
        save_tokens(self.vault, self.profile, credentials)

    def ended(self, code: str) -> None:
        """Write down that the server takes our token no more, so that the next start says so at once."""
        with suppress(Problem):
            kept = self.profiles.load(self.profile.name)
            if kept.device_id == self.profile.device_id and kept.ended != code:
                self.profiles.save(replace(kept, ended=code))
