"""The server as it looks before one has signed in: what it offers, and the ways through."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from nookterm.client.ports.secrets import Secret
from nookterm.client.ports.server import Credentials
from nookterm.client.ports.trust import Auth, Challenge
from nookterm.domain.ids import DeviceId
from nookterm.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody by whom a server lets people be known (spec: `identity_providers` of `m.login.sso`)."""

    id: str
    """Empty: the server asks by whom on a page of its own."""
    name: str
    """The server's word."""


@dataclass(frozen=True, slots=True)
class Homeserver:
    """What discovery found."""

    url: str
    flows: tuple[str, ...]
    """Ways to log in: `m.login.password`, `m.login.sso`, ..."""
    versions: tuple[str, ...] = ()
    providers: tuple[Provider, ...] = ()
    """For `m.login.sso`; never empty where that is among `flows`."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Who somebody would like to be."""

    localpart: str
    password: Secret
    device_name: str


class Callback(Protocol):
    """A place on this machine to which a browser comes back, once, from signing in."""

    @property
    def address(self) -> str:
        """Where it is. A part of it cannot be guessed."""

    async def token(self) -> Secret:
        """What the browser brought: good for one sign-in. Waits for ever."""


class Doorway(Protocol):
    """The server as it looks before one has signed in."""

    async def discover(self, server: str) -> Homeserver:
        """Find the homeserver of a server name or URL (spec: Client-Server API, server discovery)."""

    async def login(
        self, server: Homeserver, user: str, password: Secret, device_name: str, device_id: DeviceId | None = None
    ) -> Credentials:
        """Sign in by password: a new device, or `device_id` once more. Raises WrongPassword."""

    async def login_by_token(
        self, server: Homeserver, token: Secret, device_name: str, device_id: DeviceId | None = None
    ) -> Credentials:
        """Sign in with what a browser brought back. Raises WrongPassword (`login_token`): it is used up."""

    def await_browser(self) -> AbstractAsyncContextManager[Callback]:
        """Listen on this machine for a browser that comes back, as long as the block lasts. Raises CannotWrite."""

    async def terms_of_joining(self, server: Homeserver) -> Challenge | None:
        """What the server would want of somebody who makes an account; None where nobody can. Begins nothing."""

    async def is_free(self, server: Homeserver, localpart: str) -> bool | None:
        """Whether an account can have this name; None where the server does not say. Raises Problem: why it cannot."""

    async def takes_token(self, server: Homeserver, token: Secret) -> bool | None:
        """Whether a registration token is good; None where the server does not say."""

    async def register(self, server: Homeserver, wish: NewAccount, auth: Auth | None = None) -> Credentials | Challenge:
        """Make an account, or say what is wanted first. Raises Problem (`user_in_use`), NotAllowed: nobody can."""

    async def has_page(self, server: Homeserver, page: str) -> bool:
        """Whether the server shows something at this address of its own, for a stage that only a browser can do."""

    async def is_valid(self, credentials: Credentials) -> bool:
        """Whether the server takes this token."""

    async def end(self, credentials: Credentials) -> None:
        """End a device on the server; nothing happens where it has ended already."""
