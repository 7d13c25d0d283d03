"""Where a person's files lie and how the vault among them is opened, with nothing that a first frame can do without."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nookterm.cli.passphrase import Passphrase
from nookterm.client.errors import CannotWrite

if TYPE_CHECKING:
    from nookterm.client.ports import Vault


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


@cache
def passphrase_of(home: Path) -> Passphrase:
    """The passphrase of a data folder's vault, asked for at most once in this process."""
    from nookterm.vault.choose import VAULT_FILE

    return Passphrase(is_new=not (home / VAULT_FILE).exists())


def open_vault_of(home: Path, kind: str | None, passphrase: Passphrase) -> Vault:
    """The vault of a data folder. Raises VaultClosed."""
    from nookterm.vault.choose import open_vault

    return open_vault(kind, home, passphrase if passphrase.possible else None, os.environ)
