"""The one place where ports get their implementations."""

from __future__ import annotations

import secrets
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import cast

from nookterm.cli import home as places
from nookterm.cli.late import LateGateway
from nookterm.client.account import Hold, Parts
from nookterm.client.ports import (
    Auth,
    Callback,
    Challenge,
    Credentials,
    Doorway,
    Gateway,
    Homeserver,
    NewAccount,
    Secret,
    Store,
    Vault,
)
from nookterm.client.profiles import Profiles
from nookterm.client.settings import AUTO, FOLDER, Settings
from nookterm.domain.ids import DeviceId
from nookterm.domain.records import dataclass
from nookterm.pictures.cleaner import PictureCleaner

_PICKLE = "pickle_key"


def now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LazyDoorway:
    """The real doorway, loaded when somebody stands at it: nio takes half a second to import."""

    def _real(self) -> Doorway:
        from nookterm.matrix.doorway import NioDoorway

        return NioDoorway()

    async def discover(self, server: str) -> Homeserver:
        """Find the homeserver of a name or URL."""
        return await self._real().discover(server)

    async def login(
        self, server: Homeserver, user: str, password: Secret, device_name: str, device_id: DeviceId | None = None
    ) -> Credentials:
        """Sign in by password."""
        return await self._real().login(server, user, password, device_name, device_id)

    async def login_by_token(
        self, server: Homeserver, token: Secret, device_name: str, device_id: DeviceId | None = None
    ) -> Credentials:
        """Sign in with what a browser brought back."""
        return await self._real().login_by_token(server, token, device_name, device_id)

    def await_browser(self) -> AbstractAsyncContextManager[Callback]:
        """Listen for a browser that comes back."""
        return self._real().await_browser()

    async def terms_of_joining(self, server: Homeserver) -> Challenge | None:
        """What a server wants of somebody new."""
        return await self._real().terms_of_joining(server)

    async def is_free(self, server: Homeserver, localpart: str) -> bool | None:
        """Whether a name is free."""
        return await self._real().is_free(server, localpart)

    async def takes_token(self, server: Homeserver, token: Secret) -> bool | None:
        """Whether a registration token is good."""
        return await self._real().takes_token(server, token)

    async def register(self, server: Homeserver, wish: NewAccount, auth: Auth | None = None) -> Credentials | Challenge:
        """Make an account, or say what is wanted first."""
        return await self._real().register(server, wish, auth)

    async def has_page(self, server: Homeserver, page: str) -> bool:
        """Whether the server shows something there."""
        return await self._real().has_page(server, page)

    async def is_valid(self, credentials: Credentials) -> bool:
        """Whether the server takes a token."""
        return await self._real().is_valid(credentials)

    async def end(self, credentials: Credentials) -> None:
        """End a device."""
        await self._real().end(credentials)


def downloads_folder(settings: Settings) -> Path:
    """Where files of others are kept: as the settings say, else where the system has downloads."""
    chosen = settings.text(FOLDER)
    if chosen != AUTO:
        return Path(chosen).expanduser()
    from platformdirs import user_downloads_path

    return user_downloads_path()


def pickle_key(store: Store) -> str:
    """What nio seals its keys with: random for each account, and itself inside the encrypted database."""
    kept = store.recall(_PICKLE, "")
    if kept is None:
        kept = {"key": secrets.token_hex(32)}
        with store.transaction():
            store.remember(_PICKLE, "", kept)
    return str(kept["key"])


def parts_for(home: Path, *, late: bool = False, sync: str = "auto") -> Parts:
    """The real parts over a data folder. `late`: the way to the server is made when it is first used.

    `sync` is one of `SYNC_WAYS`.
    """
    from nookterm.store.lock import hold_account
    from nookterm.store.opening import open_store

    vaults: dict[str | None, Vault] = {}

    def vault(kind: str | None) -> Vault:
        if kind not in vaults:
            vaults[kind] = places.open_vault_of(home, kind, places.passphrase_of(home))
        return vaults[kind]

    def gateway(credentials: Credentials, store: Store) -> Gateway:
        def make() -> Gateway:
            from nookterm.matrix.gateway import NioGateway

            return NioGateway(credentials, store.connection, pickle_key(store), sync=sync)

        if not late or credentials.signed_in_after:
            return make()
        load = partial(import_module, "nookterm.matrix.gateway")
        return cast("Gateway", LateGateway(credentials.user_id, credentials.device_id, load, make))

    def hold(folder: Path) -> Hold:
        return hold_account(folder / "account.lock")

    return Parts(LazyDoorway(), vault, open_store, gateway, hold, now, Profiles(home), PictureCleaner())
