"""The one place where ports get their implementations."""

from __future__ import annotations

import os
import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nookterm.client.account import Parts
from nookterm.client.ports import Credentials, Doorway, Gateway, Homeserver, Secret, Store, Vault
from nookterm.client.profiles import Profiles

_PICKLE = "pickle_key"


def home_folder() -> Path:
    """Where every file lies: `NOOKTERM_HOME`, else the system's place for a program's data."""
    chosen = os.environ.get("NOOKTERM_HOME")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path  # noqa: PLC0415 - not on the way of --version

    return user_data_path("nookterm", appauthor=False)


def now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LazyDoorway:
    """The real doorway, loaded when somebody stands at it: nio takes half a second to import."""

    def _real(self) -> Doorway:
        from nookterm.matrix.doorway import NioDoorway  # noqa: PLC0415 - see the class

        return NioDoorway()

    async def discover(self, server: str) -> Homeserver:
        """Find the homeserver of a name or URL."""
        return await self._real().discover(server)

    async def login(self, server: Homeserver, user: str, password: Secret, device_name: str) -> Credentials:
        """Sign in by password."""
        return await self._real().login(server, user, password, device_name)

    async def register(self, server: Homeserver, localpart: str, password: Secret, device_name: str) -> Credentials:
        """Make an account."""
        return await self._real().register(server, localpart, password, device_name)


def pickle_key(store: Store) -> str:
    """What nio seals its keys with: random for each account, and itself inside the encrypted database."""
    kept = store.recall(_PICKLE, "")
    if kept is None:
        kept = {"key": secrets.token_hex(32)}
        with store.transaction():
            store.remember(_PICKLE, "", kept)
    return str(kept["key"])


def parts_for(home: Path) -> Parts:
    """The real parts over a data folder."""
    from nookterm.cli.passphrase import asker  # noqa: PLC0415 - only where a vault is opened
    from nookterm.store.lock import hold_account  # noqa: PLC0415 - sqlcipher is not on the way of --version
    from nookterm.store.opening import open_store  # noqa: PLC0415

    def vault(kind: str | None) -> Vault:
        from nookterm.vault.choose import open_vault  # noqa: PLC0415

        return open_vault(kind, home, asker(), os.environ)

    def gateway(credentials: Credentials, store: Store) -> Gateway:
        from nookterm.matrix.gateway import NioGateway  # noqa: PLC0415 - half a second

        return NioGateway(credentials, store.connection, pickle_key(store))

    def hold(folder: Path) -> AbstractContextManager[None]:
        return hold_account(folder / "account.lock")  # type: ignore[return-value]  # yields itself

    return Parts(LazyDoorway(), vault, open_store, gateway, hold, now, Profiles(home))

