"""The one place where ports get their implementations."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import cast

from nookterm.cli.late import LateGateway
from nookterm.cli.passphrase import Passphrase
from nookterm.client.account import Hold, Parts
from nookterm.client.errors import CannotWrite
from nookterm.client.ports import Credentials, Doorway, Gateway, Homeserver, Secret, Store, Vault
from nookterm.client.profiles import Profiles
from nookterm.domain.ids import DeviceId

_PICKLE = "pickle_key"


def home_folder() -> Path:
    """Where every file lies: `NOOKTERM_HOME`, else the system's place for a program's data. Raises CannotWrite."""
    chosen = os.environ.get("NOOKTERM_HOME")
    if chosen:
        home = Path(chosen)
    else:
        from platformdirs import user_data_path

        home = user_data_path("nookterm", appauthor=False)
    there = next(path for path in (home, *home.absolute().parents) if os.path.lexists(path))
    if not there.is_dir():
        message = f"The data folder {home} cannot be made: {there} is no folder."
        raise CannotWrite(message, "Move that away, or choose another place with NOOKTERM_HOME.", code="cannot_write")
    return home


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

    async def register(self, server: Homeserver, localpart: str, password: Secret, device_name: str) -> Credentials:
        """Make an account."""
        return await self._real().register(server, localpart, password, device_name)

    async def is_valid(self, credentials: Credentials) -> bool:
        """Whether the server takes a token."""
        return await self._real().is_valid(credentials)

    async def end(self, credentials: Credentials) -> None:
        """End a device."""
        await self._real().end(credentials)


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
            vaults[kind] = open_vault_of(home, kind, passphrase_of(home))
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

    return Parts(LazyDoorway(), vault, open_store, gateway, hold, now, Profiles(home))


@cache
def passphrase_of(home: Path) -> Passphrase:
    """The passphrase of a data folder's vault, asked for at most once in this process."""
    from nookterm.vault.choose import VAULT_FILE

    return Passphrase(is_new=not (home / VAULT_FILE).exists())


def open_vault_of(home: Path, kind: str | None, passphrase: Passphrase) -> Vault:
    """The vault of a data folder. Raises VaultClosed."""
    from nookterm.vault.choose import open_vault

    return open_vault(kind, home, passphrase if passphrase.possible else None, os.environ)
