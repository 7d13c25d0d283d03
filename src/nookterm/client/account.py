"""Signing in, opening what is signed in, signing out."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, cast

from nookterm.client.askers import Askers
from nookterm.client.errors import CannotWrite, Offline, Problem, SignedOut, StoreDamaged, VaultClosed, WrongUsage
from nookterm.client.ports import (
    Clock,
    Credentials,
    Doorway,
    Gateway,
    Homeserver,
    Outgoing,
    Pictures,
    Secret,
    Store,
    Vault,
)
from nookterm.client.profiles import DEFAULT, Profile, Profiles
from nookterm.client.session import Session
from nookterm.client.sharing import Sharing
from nookterm.client.tokens import Keeper, load_tokens, save_tokens
from nookterm.client.upgrading import refuse_closed
from nookterm.domain.ids import DeviceId, UserId, localpart
from nookterm.domain.records import dataclass

DEVICE_NAME = "nookterm"
Entrance = Callable[[DeviceId | None], Awaitable[Credentials]]
"""How the server lets one in: as a new device, or as this one once more."""
_LOST = frozenset({"store_missing", "store_empty", "store_foreign", "store_damaged", "foreign_store", "key_lost"})
"""Codes of problems after which an account can only begin anew on this machine."""


_PARTS = frozenset({"identities", "room_keys", "key_server"})
"""What a Gateway has that is no method."""


class OpenStore(Protocol):
    """Opens an account's database; `create` only where no file is."""

    def __call__(self, path: Path, key: Secret, *, create: bool, read_only: bool, beside: bool = False) -> Store:
        """`beside`: write while another process has the account. Raises StoreDamaged, CannotWrite."""


class Hold(Protocol):
    """The account, held by this process until the block ends."""

    def serve(self) -> None:
        """Tell those who come that this process stays and does what it is asked."""

    def __enter__(self) -> object:
        """Hold it already."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it go."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The implementations of the ports, as the command line wired them."""

    doorway: Doorway
    open_vault: Callable[[str | None], Vault]
    """By kind; None picks one for a new account."""
    open_store: OpenStore
    open_gateway: Callable[[Credentials, Store], Gateway]
    hold: Callable[[Path], Hold]
    """Takes the account for this process alone. Raises Busy, with a time where the other one will not stay."""
    clock: Clock
    profiles: Profiles
    pictures: Pictures


@dataclass(slots=True)
class OpenAccount:
    """An account in use by this process."""

    profile: Profile
    session: Session
    held: Hold | None
    parts: Parts | None = None
    """What it was opened with."""

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
        WrongPassword, Offline, VaultClosed, CannotWrite: nothing was made, here or on the server.

    """
    return await enter(parts, by_password(parts, server, user, password), name)


async def enter(parts: Parts, entrance: Entrance, name: str | None) -> Profile:
    """The same by any entrance."""
    chosen = free_name(parts.profiles, name)
    vault = parts.open_vault(None)
    credentials = await entrance(None)
    async with taken_back(parts, credentials):
        return keep(parts, vault, credentials, chosen)


def by_password(parts: Parts, server: Homeserver, user: str, password: Secret) -> Entrance:
    """In with a name and a password. Raises WrongPassword when it is used."""
    return lambda device: parts.doorway.login(server, user, password, DEVICE_NAME, device)


def by_token(parts: Parts, server: Homeserver, token: Secret) -> Entrance:
    """In with what the browser brought back. Raises WrongPassword (`login_token`) when it is used."""
    return lambda device: parts.doorway.login_by_token(server, token, DEVICE_NAME, device)


def only_as(parts: Parts, user: str, entrance: Entrance) -> Entrance:
    """An entrance that somebody else cannot come in by. Raises WrongUsage (`another_user`) when they do."""

    async def enter_as(device: DeviceId | None) -> Credentials:
        credentials = await entrance(device)
        if user.strip() not in {str(credentials.user_id), localpart(credentials.user_id)}:
            with suppress(Problem):
                await parts.doorway.end(credentials)
            message = f"The server has signed in {credentials.user_id}, and you asked for {user.strip()}."
            raise WrongUsage(message, "Leave your name out, or be somebody else in the browser.", code="another_user")
        return credentials

    return enter_as


@asynccontextmanager
async def taken_back(parts: Parts, credentials: Credentials) -> AsyncIterator[None]:
    """A new device that cannot be kept here is ended on the server again, as far as that can be reached."""
    try:
        yield
    except BaseException:
        with suppress(Problem):
            await parts.doorway.end(credentials)
        raise


def free_name(profiles: Profiles, name: str | None) -> str:
    """A name for a new profile. Raises WrongUsage where it is taken."""
    chosen = name or DEFAULT
    if profiles.has(chosen):
        taken = profiles.load(chosen)
        message = f"{taken.user_id} is signed in as profile {chosen}."
        raise WrongUsage(message, "Use --profile NAME for another account, or log out first.", code="already_signed_in")
    return chosen


def keep(parts: Parts, vault: Vault, credentials: Credentials, name: str) -> Profile:
    """Keep a signed-in device: key and tokens in the vault, an empty database, then the profile; or none of them."""
    profile = Profile(name, credentials.homeserver, credentials.user_id, credentials.device_id, vault.kind)
    is_new = not parts.profiles.folder(name).exists()
    try:
        vault.save(profile.key_name, Secret(secrets.token_hex(32)))
        save_tokens(vault, profile, credentials)
        with parts.hold(parts.profiles.folder(name)):
            moved = set_aside(parts.profiles, name)
            try:
                make_database(parts, vault, profile)
                parts.profiles.save(profile)
            except BaseException:
                put_back(parts.profiles, name, moved)
                raise
    except BaseException:
        for secret in (profile.key_name, profile.token_name):
            with suppress(VaultClosed, CannotWrite):
                vault.delete(secret)
        if is_new:
            parts.profiles.delete(name)
        raise
    return profile


def make_database(parts: Parts, vault: Vault, profile: Profile) -> None:
    """An empty database under the profile's key; none where it cannot be finished. Raises CannotWrite, VaultClosed."""
    key = vault.load(profile.key_name)
    if key is None:
        raise key_lost(vault, profile)
    parts.open_store(parts.profiles.database(profile.name), key, create=True, read_only=False).close()


def set_aside(profiles: Profiles, name: str) -> tuple[tuple[Path, Path], ...]:
    """Keep whatever database lies there under another name, with its log. Returns what went where."""
    database = profiles.database(name)
    aside = database.with_suffix(f".{secrets.token_hex(4)}.aside")
    moves = [(database, aside), (_log(database), _log(aside))]
    if not os.path.lexists(database):
        return ()
    try:
        done = tuple((there, away.absolute()) for there, away in moves if os.path.lexists(there))
        for there, away in done:
            there.rename(away)
    except OSError as error:
        message = f"{database} cannot be moved aside: {(error.strerror or 'the disk refuses').lower()}."
        raise CannotWrite(message, "Nothing was changed. Allow writing there, then try again.") from None
    return done


def put_back(profiles: Profiles, name: str, moved: tuple[tuple[Path, Path], ...]) -> None:
    """Undo `set_aside`; what has been made in the place of those files goes."""
    with suppress(OSError):
        profiles.database(name).unlink(missing_ok=True)
        _log(profiles.database(name)).unlink(missing_ok=True)
        for there, away in moved:
            away.replace(there)


def _log(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")


def open_account(parts: Parts, name: str | None, *, offline: bool = False, beside: bool = False) -> OpenAccount:
    """Open a signed-in account; `offline` reads only, and also while another process has the account.

    `beside` another process that has it, what is to be done can be written down for that one; the server is its own.

    Raises:
        NotSignedIn, VaultClosed, StoreDamaged: nothing was changed.
        Busy: another nookterm has the account.

    """
    profile = parts.profiles.chosen(name)
    try:
        return _open(parts, profile, offline=offline, beside=beside)
    except StoreDamaged as problem:
        if is_lost(problem):
            problem.hint = f"{problem.hint} The command for that: {login_again(profile)} --new-device"
        raise


def _open(parts: Parts, profile: Profile, *, offline: bool, beside: bool) -> OpenAccount:
    vault = parts.open_vault(profile.vault)
    key = vault.load(profile.key_name)
    if key is None:
        raise key_lost(vault, profile)
    database = parts.profiles.database(profile.name)
    if offline or beside:
        store = parts.open_store(database, key, create=False, read_only=not beside, beside=beside)
        hint = "Leave out --offline, or do it in the nookterm that has this account."
        away = Offline("This needs the server.", hint, code="offline")
        session = Session.open(unplugged(profile, away), store, parts.clock, parts.pictures)
        return OpenAccount(profile, session, None, parts)
    held = parts.hold(parts.profiles.folder(profile.name))
    held.__enter__()
    try:
        store = parts.open_store(database, key, create=False, read_only=False)
        try:
            session = Session.open(_gateway(parts, vault, profile, store), store, parts.clock, parts.pictures)
        except BaseException:
            store.close()
            raise
    except BaseException:
        held.__exit__(None, None, None)
        raise
    askers, sharing = Askers(session), Sharing(session)

    async def last_look(row: Outgoing) -> None:
        askers.look_at_company(row)
        refuse_closed(session.rooms, row)
        await sharing.last_look(row)

    session.outbox.last_look = last_look
    return OpenAccount(profile, session, held, parts)


def _gateway(parts: Parts, vault: Vault, profile: Profile, store: Store) -> Gateway:
    """The way to the server; where the session has ended, one that says so without asking."""
    tokens = load_tokens(vault, profile)
    if profile.ended or tokens is None:
        return unplugged(profile, session_over(profile))
    credentials = replace(
        tokens, keeper=Keeper(vault, parts.profiles, profile), signed_in_after=profile.signed_in_after
    )
    gateway = parts.open_gateway(credentials, store)
    if profile.signed_in_after:
        parts.profiles.save(replace(profile, signed_in_after=None))
    return gateway


def session_over(profile: Profile) -> SignedOut:
    """What is said of a profile whose session the server has ended."""
    hard = profile.ended == "signed_out"
    message = (
        f"The server has signed this device of {profile.user_id} out."
        if hard
        else f"The session of {profile.user_id} on this machine has expired."
    )
    hint = f"Everything here is safe, and --offline reads it. To sign in again: {login_again(profile)}"
    return SignedOut(message, hint, code=profile.ended or "soft_logout")


def key_lost(vault: Vault, profile: Profile) -> VaultClosed:
    """The vault is open and empty."""
    message = f"The vault ({vault.kind}) does not hold the key of {profile.user_id}."
    hint = (
        "The database was left as it is. Restore that vault, or begin anew as a new device: "
        f"{login_again(profile)} --new-device"
    )
    return VaultClosed(message, hint, code="key_lost")


def is_lost(problem: Problem) -> bool:
    """Whether only a copy of the database, or beginning anew, helps against this."""
    return isinstance(problem, StoreDamaged | VaultClosed) and problem.code in _LOST


def login_again(profile: Profile) -> str:
    """The command that signs a profile in again."""
    return f"nookterm login {profile.homeserver} {profile.user_id} --profile {profile.name}"


async def sign_out(parts: Parts, name: str | None) -> Profile:
    """End the device on the server where that can be reached, then remove its key, token and database here."""
    profile = parts.profiles.chosen(name)
    with suppress(VaultClosed, StoreDamaged, SignedOut, Offline):
        account = open_account(parts, profile.name)
        try:
            await account.session.gateway.logout()
        finally:
            await account.close()
    with suppress(VaultClosed, CannotWrite):
        vault = parts.open_vault(profile.vault)
        vault.delete(profile.key_name)
        vault.delete(profile.token_name)
    parts.profiles.delete(profile.name)
    return profile


def unplugged(profile: Profile, why: Problem) -> Gateway:
    """A Gateway that reaches nobody: for reading the store without the network."""
    return cast("Gateway", Unplugged(profile.user_id, profile.device_id, why))


class Unplugged:
    """Answers everything that would need the server with the same problem."""

    def __init__(self, user_id: UserId, device_id: DeviceId, why: Problem) -> None:
        """Stand in for this device."""
        self.user_id = user_id
        self.device_id = device_id
        self._why = why

    async def close(self) -> None:
        """Nothing is open."""

    def forget_crypto(self) -> None:
        """Nothing is remembered."""

    def __getattr__(self, name: str) -> Callable[..., Problem]:
        """Every other method of the port."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name in _PARTS:
            raise self._problem()

        def refuse(*_args: object, **_more: object) -> Problem:
            raise self._problem()

        return refuse

    def _problem(self) -> Problem:
        # Made anew each time: a raised one carries the trace of whoever raised it.
        return type(self._why)(self._why.message, self._why.hint, code=self._why.code)
