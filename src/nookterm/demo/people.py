"""The people of a demo world: each with an account, a device and a profile of their own in the world's folder."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nookterm.client.account import DEVICE_NAME, OpenAccount, Parts, keep, open_account
from nookterm.client.identity_keys import publish_new_identity
from nookterm.client.ports import Credentials, Gateway, Homeserver, NewAccount, Secret
from nookterm.client.profiles import Profiles
from nookterm.client.session import Session
from nookterm.demo.accounts import make_account
from nookterm.demo.world import Person
from nookterm.domain.ids import UserId

_PASSWORD_BYTES = 9
_SIDE_BY_SIDE = 2
"""People whose recovery keys are made at the same time, beside the seeding."""
_PATIENCE = 30.0
"""Seconds that somebody's backup takes at most."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person whose account is open in this process."""

    person: Person
    account: OpenAccount
    token: Secret
    """The access token of the device: for looking at what the server has."""

    @property
    def session(self) -> Session:
        """The account at work."""
        return self.account.session

    @property
    def gateway(self) -> Gateway:
        """The device."""
        return self.account.session.gateway

    @property
    def user_id(self) -> UserId:
        """The Matrix id."""
        return self.account.profile.user_id


@dataclass(frozen=True, slots=True)
class Home:
    """Where people have their accounts: a server, and the folder in which their profiles lie."""

    parts: Parts
    base_url: str
    server_name: str
    secret: Secret | None = None
    """Makes accounts on a server that limits how many anybody may make."""


class People:
    """Everybody, made when first asked for. Lives on one event loop."""

    def __init__(self, homes: Mapping[str, Home], everybody: Iterable[Person]) -> None:
        """`homes`: by the names that people of the world have for them (`Person.home`)."""
        self._homes = homes
        self._known = {person.id: person for person in everybody}
        self._passwords = {name: Secret(secrets.token_urlsafe(_PASSWORD_BYTES)) for name in self._known}
        self._coming: dict[str, asyncio.Task[Somebody]] = {}
        self._keys: dict[str, Secret] = {}

    def password(self, name: str) -> Secret:
        """With what this person signs in."""
        return self._passwords[name]

    def recovery_key(self, name: str) -> Secret | None:
        """With what this person opens their messages on a new device; None while it is not made."""
        return self._keys.get(name)

    def home(self, name: str) -> Home:
        """Where this person's account is."""
        return self._homes[self._known[name].home]

    def user(self, name: str) -> UserId:
        """The Matrix id of this person."""
        return UserId(f"@{name}:{self.home(name).server_name}")

    async def secure(self) -> None:
        """Give everybody a recovery key and a backup. The world is whole without it, so it may be made beside it."""
        places = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def one(name: str) -> None:
            identity = (await self.of(name)).session.trust.identity
            async with places:
                self._keys[name] = await identity.new_recovery_key()
                identity.noted()

        await asyncio.gather(*map(one, self._known))

    async def back_up(self) -> None:
        """Put the keys of all that was said so far into everybody's backup."""
        places = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def one(name: str) -> None:
            session = (await self.of(name)).session
            async with places:
                await session.trust.backup.save(_PATIENCE)

        await asyncio.gather(*map(one, self._known))

    async def of(self, name: str) -> Somebody:
        """The person of this name; the first call makes the account, its profile and its keys."""
        if name not in self._coming:
            self._coming[name] = asyncio.create_task(self._come(self._known[name]))
        # Several may wait for the same person; one of them being cancelled must not keep the person away.
        return await asyncio.shield(self._coming[name])

    async def all_of(self, names: Iterable[str]) -> list[Somebody]:
        """These people, made side by side."""
        return list(await asyncio.gather(*(self.of(name) for name in names)))

    async def _come(self, person: Person) -> Somebody:
        home, password = self.home(person.id), self._passwords[person.id]
        parts, server = home.parts, Homeserver(home.base_url, ())
        if home.secret:
            credentials = await make_account(home.base_url, home.secret, person.id, password, DEVICE_NAME)
        else:
            wish = NewAccount(person.id, password, DEVICE_NAME)
            answer = await parts.doorway.register(server, wish, {"type": "m.login.dummy"})
            assert isinstance(answer, Credentials)  # noqa: S101 - our own server lets everybody make an account
            credentials = answer
        keep(parts, parts.open_vault(None), credentials, person.id)
        account = open_account(parts, person.id)
        try:
            await account.session.gateway.display_name(person.name)
            # The first sync uploads the device's keys: before it, nobody can send to it.
            await account.session.sync_once()
            await publish_new_identity(account.session.gateway, os.urandom)
        except BaseException:
            await account.close()
            raise
        return Somebody(person, account, credentials.token)

    async def close(self, *, but: str | None = None) -> None:
        """Close every account except `but`, so that other processes can open them."""
        for task in self._coming.values():
            if not task.done():
                task.cancel()
        await asyncio.gather(*self._coming.values(), return_exceptions=True)
        for name, task in list(self._coming.items()):
            if name == but:
                continue
            del self._coming[name]
            if not task.cancelled() and task.exception() is None:
                await task.result().account.close()


def follow_server(profiles: Profiles, base_url: str) -> None:
    """A kept world may listen on another port than the last time: lead everybody's profile there."""
    for profile in profiles.all():
        if profile.homeserver != base_url:
            profiles.save(replace(profile, homeserver=base_url))
