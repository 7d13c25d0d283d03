"""Signing in, opening what is signed in, signing out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from nookterm.client.errors import Offline, Problem, SignedOut, StoreDamaged, VaultClosed, WrongUsage
from nookterm.client.ports import Clock, Credentials, Doorway, Gateway, Homeserver, Secret, Store, Vault
from nookterm.client.profiles import DEFAULT, Profile, Profiles
from nookterm.client.session import Session
from nookterm.domain.ids import DeviceId, UserId

DEVICE_NAME = "nookterm"


class OpenStore(Protocol):
    """Opens an account's database; `create` only where no file is."""

    def __call__(self, path: Path, key: Secret, *, create: bool, read_only: bool) -> Store:
        """Raises StoreDamaged, CannotWrite."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The implementations of the ports, as the command line wired them."""

    doorway: Doorway
    open_vault: Callable[[str | None], Vault]
    """By kind; None picks one for a new account."""
    open_store: OpenStore
    open_gateway: Callable[[Credentials, Store], Gateway]
    hold: Callable[[Path], AbstractContextManager[None]]
    """Takes the account for this process alone. Raises Busy."""
    clock: Clock
    profiles: Profiles


@dataclass(slots=True)
class OpenAccount:
    """An account in use by this process."""

    profile: Profile
    session: Session
    held: AbstractContextManager[None] | None

    async def close(self) -> None:
        """Close everything and let the account go."""
        try:
            await self.session.close()
        finally:
            if self.held:
                self.held.__exit__(None, None, None)


async def sign_in(parts: Parts, server: Homeserver, user: str, password: Secret, name: str | None) -> Profile:
    """Sign in on a new device and make its profile, key and database.

    Raises:
        WrongUsage: the profile exists already.
        WrongPassword, Offline, VaultClosed, CannotWrite: nothing was made.

    """
    chosen = free_name(parts.profiles, name)
    vault = parts.open_vault(None)
    credentials = await parts.doorway.login(server, user, password, DEVICE_NAME)
    return keep(parts, vault, credentials, chosen)


def free_name(profiles: Profiles, name: str | None) -> str:
    """A name for a new profile. Raises WrongUsage where it is taken."""
    chosen = name or DEFAULT
    if (profiles.folder(chosen) / "profile.json").exists():
        taken = profiles.load(chosen)
        message = f"{taken.user_id} is signed in as profile {chosen}."
        raise WrongUsage(message, "Use --profile NAME for another account, or log out first.", code="already_signed_in")
    return chosen


def keep(parts: Parts, vault: Vault, credentials: Credentials, name: str) -> Profile:
    """Keep a signed-in device: key and token in the vault, an empty database, then the profile."""
    profile = Profile(name, credentials.homeserver, credentials.user_id, credentials.device_id, vault.kind)
    key = Secret(secrets.token_hex(32))
    vault.save(profile.key_name, key)
    vault.save(profile.token_name, credentials.token)
    folder = parts.profiles.folder(name)
    with parts.hold(folder):
        _set_aside(parts.profiles.database(name))
        parts.open_store(parts.profiles.database(name), key, create=True, read_only=False).close()
    parts.profiles.save(profile)
    return profile


def _set_aside(database: Path) -> None:
    """A database without a profile belongs to nobody who is signed in: keep it, under another name."""
    if database.exists():
        database.rename(database.with_suffix(f".{secrets.token_hex(4)}.aside"))


def open_account(parts: Parts, name: str | None, *, offline: bool = False) -> OpenAccount:
    """Open a signed-in account; `offline` reads only, and also while another process has the account.

    Raises:
        NotSignedIn, VaultClosed, StoreDamaged: nothing was changed.
        Busy: another nookterm has the account.

    """
    profile = parts.profiles.chosen(name)
    vault = parts.open_vault(profile.vault)
    key, token = _kept(vault, profile)
    database = parts.profiles.database(profile.name)
    if not database.exists():
        message = f"The database of {profile.user_id} is missing: {database}."
        raise StoreDamaged(message, "Put it back from a copy. To begin anew with a new device: log out, then log in.")
    if offline:
        store = parts.open_store(database, key, create=False, read_only=True)
        gateway = cast("Gateway", Unplugged(profile.user_id, profile.device_id))
        return OpenAccount(profile, Session.open(gateway, store, parts.clock), None)
    held = parts.hold(parts.profiles.folder(profile.name))
    held.__enter__()
    try:
        store = parts.open_store(database, key, create=False, read_only=False)
        credentials = Credentials(profile.homeserver, profile.user_id, profile.device_id, token)
        session = Session.open(parts.open_gateway(credentials, store), store, parts.clock)
    except BaseException:
        held.__exit__(None, None, None)
        raise
    return OpenAccount(profile, session, held)


def _kept(vault: Vault, profile: Profile) -> tuple[Secret, Secret]:
    key, token = vault.load(profile.key_name), vault.load(profile.token_name)
    if key is None or token is None:
        message = f"The vault ({vault.kind}) does not hold the key of {profile.user_id}."
        raise VaultClosed(message, "The database was left as it is. Restore that vault, or log out and in anew.")
    return key, token


async def sign_out(parts: Parts, name: str | None) -> Profile:
    """End the device on the server where that can be reached, then remove its key, token and database here."""
    profile = parts.profiles.chosen(name)
    with suppress(VaultClosed, StoreDamaged, SignedOut, Offline):
        account = open_account(parts, profile.name)
        try:
            await account.session.gateway.logout()
        finally:
            await account.close()
    with suppress(VaultClosed):
        vault = parts.open_vault(profile.vault)
        vault.delete(profile.key_name)
        vault.delete(profile.token_name)
    parts.profiles.delete(profile.name)
    return profile


class Unplugged:
    """A Gateway that reaches nobody: for reading the store without the network."""

    def __init__(self, user_id: UserId, device_id: DeviceId) -> None:
        """Stand in for this device."""
        self.user_id = user_id
        self.device_id = device_id

    async def close(self) -> None:
        """Nothing is open."""

    def __getattr__(self, name: str) -> Callable[..., Problem]:
        """Every other method of the port."""
        if name.startswith("_"):
            raise AttributeError(name)

        def refuse(*_args: object, **_more: object) -> Problem:
            message = "This needs the server."
            raise Offline(message, "Leave out --offline.", code="offline")

        return refuse
