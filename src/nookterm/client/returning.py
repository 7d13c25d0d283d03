"""Signing in again: where the session has ended, as the same device or a new one; where the store is lost, anew."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from typing import Protocol, cast

from nookterm.client.account import (
    Entrance,
    Parts,
    by_password,
    is_lost,
    key_lost,
    make_database,
    put_back,
    set_aside,
    taken_back,
)
from nookterm.client.errors import CannotWrite, Changed, Problem, StoreDamaged, VaultClosed, WrongUsage
from nookterm.client.ports import Credentials, Homeserver, Secret, Store, Vault
from nookterm.client.profiles import Profile
from nookterm.client.tokens import load_tokens, save_tokens
from nookterm.domain.records import dataclass

_HELD_BACK = (
    "This waited when the earlier device was signed out, and may have arrived all the same. "
    "Look, then send it again or delete it."
)


class Way(StrEnum):
    """How a profile can be signed in again."""

    NONE = "none"
    """It is signed in."""
    SAME = "same"
    """Its token has expired; the device lives on, with its keys and what waits to be sent."""
    NEW_DEVICE = "new_device"
    """The server knows the device no more. A new one goes on in the same database, if the person agrees."""
    ANEW = "anew"
    """The database or its key is lost. A new device with an empty database, if the person agrees."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a profile stands, and what signing in again would mean."""

    profile: Profile
    way: Way
    problem: Problem | None = None
    """Why it cannot be used as it is."""
    waiting: int = 0
    """Messages that are not sent yet."""


class Checked(Protocol):
    """A database that can be read through, page by page."""

    def is_whole(self) -> bool:
        """Whether every page is as it was written."""


def standing(parts: Parts, profile: Profile, *, thorough: bool = False) -> Standing:
    """Look at a profile's database, without the server; `thorough` reads all of it.

    Raises:
        VaultClosed, Busy, CannotWrite: it cannot be said now.
    """
    try:
        vault, key = _opened(parts, profile)
        with parts.hold(parts.profiles.folder(profile.name)):
            store = parts.open_store(parts.profiles.database(profile.name), key, create=False, read_only=False)
            try:
                tokens = load_tokens(vault, profile)
                found = ended_standing(profile, store, no_tokens=tokens is None)
                return _read_through(parts, found, store, tokens) if thorough else found
            finally:
                store.close()
    except (StoreDamaged, VaultClosed) as problem:
        if is_lost(problem):
            return Standing(profile, Way.ANEW, problem)
        raise


def _read_through(parts: Parts, at: Standing, store: Store, tokens: Credentials | None) -> Standing:
    """The same, after every page was read and the crypto was loaded."""
    if not cast("Checked", store).is_whole():
        message = f"The database of {at.profile.user_id} is damaged."
        return replace(at, way=Way.ANEW, problem=StoreDamaged(message, code="store_damaged"))
    if at.way is not Way.NONE or tokens is None:
        return at
    try:
        parts.open_gateway(tokens, store)
    except StoreDamaged as problem:
        # A copy from the time of an earlier device was put back: a new one can go on in it.
        return replace(at, way=Way.NEW_DEVICE, problem=problem)
    return at


def ended_standing(profile: Profile, store: Store, *, no_tokens: bool = False) -> Standing:
    """How a profile stands whose database is open."""
    waiting = sum(1 for row in store.outgoing() if row.event_id is None)
    if profile.ended == "signed_out":
        return Standing(profile, Way.NEW_DEVICE, None, waiting)
    return Standing(profile, Way.SAME if profile.ended or no_tokens else Way.NONE, None, waiting)


def consequences(at: Standing) -> tuple[str, ...]:
    """What signing in again does, in plain words, a sentence each; what is safe comes first."""
    count = at.waiting
    waits = f"{count} unsent {'message' if count == 1 else 'messages'}"
    if at.way is Way.ANEW:
        key_is_here = at.problem is None or at.problem.code != "key_lost"
        return (
            f"The old file is kept beside the new one, under another name{', its key in the vault' * key_is_here}.",
            "Your rooms come back from the server. Older encrypted messages open when their keys come from a backup.",
            "What was written and not sent is in the old file only. The earlier device stays in your account.",
        )
    if at.way is Way.NEW_DEVICE:
        return (
            "Messages, search and the keys of old messages stay here.",
            "This becomes a new device: the others see it as new, and check it anew.",
            *(
                (f"{waits} {'is' if count == 1 else 'are'} held back: look first, some may have arrived.",)
                if count
                else ()
            ),
        )
    return (
        "Everything here stays, and the device stays the same.",
        *((f"Then {waits} {'goes' if count == 1 else 'go'} out.",) if count else ()),
    )


async def is_back(parts: Parts, profile: Profile) -> Profile | None:
    """The profile, signed in again, where the server takes its old token after all; None where it does not.

    A server that ran on an old copy of its data for a while refuses tokens that it knows again later.
    """
    tokens = load_tokens(parts.open_vault(profile.vault), profile)
    if tokens is None or not await parts.doorway.is_valid(tokens):
        return None
    again = replace(parts.profiles.load(profile.name), ended="")
    parts.profiles.save(again)
    return again


async def sign_in_again(
    parts: Parts,
    at: Standing,
    server: Homeserver,
    password: Secret,
    let_go: Callable[[], Awaitable[None]] | None = None,
) -> Profile:
    """Sign in again in the way of `at`. The caller has asked the person where the device becomes a new one.

    `let_go` closes the account where this process has it open; it is called once the password was right.

    Raises:
        WrongPassword, Offline, VaultClosed, CannotWrite: all is as it was, here and on the server.
        Changed: somebody else has signed in meanwhile.
    """
    return await enter_again(parts, at, by_password(parts, server, at.profile.user_id, password), let_go)


async def enter_again(
    parts: Parts, at: Standing, entrance: Entrance, let_go: Callable[[], Awaitable[None]] | None = None
) -> Profile:
    """The same by any entrance. Raises WrongUsage (`another_user`) where somebody else came in; they are out."""
    if at.way is Way.NONE:
        message = f"{at.profile.user_id} is signed in as profile {at.profile.name}."
        raise WrongUsage(message, "Use --profile NAME for another account, or log out first.", code="already_signed_in")
    credentials = await entrance(at.profile.device_id if at.way is Way.SAME else None)
    if (credentials.user_id, credentials.device_id) == (at.profile.user_id, at.profile.device_id):
        # Never ended again: that would take its keys from the server.
        return await _settle(parts, at, credentials, let_go)
    async with taken_back(parts, credentials):
        return await _settle(parts, at, credentials, let_go)


async def _settle(
    parts: Parts, at: Standing, credentials: Credentials, let_go: Callable[[], Awaitable[None]] | None
) -> Profile:
    if credentials.user_id != at.profile.user_id:
        message = f"The server has signed in {credentials.user_id}, and this profile is {at.profile.user_id}'s."
        raise WrongUsage(message, "Use another --profile for another account.", code="another_user")
    if let_go:
        await let_go()
    with parts.hold(parts.profiles.folder(at.profile.name)):
        kept = parts.profiles.load(at.profile.name)
        if kept.device_id != at.profile.device_id:
            raise Changed("Somebody has signed in to this profile meanwhile.", "Start nookterm again.", code="changed")
        profile = replace(kept, homeserver=credentials.homeserver, device_id=credentials.device_id, ended="")
        if at.way is Way.ANEW:
            return _begin_anew(parts, kept, profile, credentials)
        return _go_on(parts, kept, replace(profile, signed_in_after=kept.device_id), credentials)


def _go_on(parts: Parts, kept: Profile, profile: Profile, credentials: Credentials) -> Profile:
    """The same database under new tokens, for the same device or the one that follows it."""
    vault, key = _opened(parts, kept)
    store = parts.open_store(parts.profiles.database(kept.name), key, create=False, read_only=False)
    try:
        if profile.device_id != kept.device_id:
            _hold_back(store)
            vault.save(profile.key_name, key)
        save_tokens(vault, profile, credentials)
        parts.profiles.save(profile)
    finally:
        store.close()
    if profile.device_id != kept.device_id:
        _forget(vault, kept.key_name, kept.token_name)
    return profile


def _hold_back(store: Store) -> None:
    """For a new device: what may have arrived is asked about, and the server tells everything once more."""
    with store.transaction():
        for row in store.outgoing():
            if row.event_id is None:
                store.save_outgoing(replace(row, state="failed", retry_at=None, problem=_HELD_BACK))
        store.set_position("")


def _begin_anew(parts: Parts, kept: Profile, profile: Profile, credentials: Credentials) -> Profile:
    """A new device with an empty database. The old file stays beside it, and its key under the old device's name."""
    vault = parts.open_vault(kept.vault)
    moved = set_aside(parts.profiles, kept.name)
    try:
        vault.save(profile.key_name, Secret(secrets.token_hex(32)))
        save_tokens(vault, profile, credentials)
        make_database(parts, vault, profile)
        parts.profiles.save(replace(profile, signed_in_after=None))
    except BaseException:
        put_back(parts.profiles, kept.name, moved)
        _forget(vault, profile.key_name, profile.token_name)
        raise
    return profile


def _forget(vault: Vault, *names: str) -> None:
    for name in names:
        with suppress(VaultClosed, CannotWrite):
            vault.delete(name)


def _opened(parts: Parts, profile: Profile) -> tuple[Vault, Secret]:
    """The profile's vault and the key in it. Raises VaultClosed."""
    vault = parts.open_vault(profile.vault)
    key = vault.load(profile.key_name)
    if key is None:
        raise key_lost(vault, profile)
    return vault, key
