"""Vaults that open quickly: one of the program's own making costs a third of a second each time, as it should."""

from __future__ import annotations

from pathlib import Path

from nookterm.client.ports import Secret
from nookterm.vault.choose import VAULT_FILE
from nookterm.vault.files import passphrase_from_file
from nookterm.vault.passphrase import PassphraseVault

LEAST_WORK = 2**14
"""The smallest work factor of a vault that the program opens."""


def lay_out(home: Path, passphrase_file: Path) -> None:
    """Put an empty vault into the data folder `home`, unless one is there: signing in by a command goes on with it.

    Who signs in on the screen, and tests/cli/test_folder_rights.py, let the program make one.
    """
    if (home / VAULT_FILE).exists():
        return
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault = PassphraseVault(home / VAULT_FILE, lambda: passphrase_from_file(passphrase_file), work=LEAST_WORK)
    vault.save("nothing", Secret("kept"))
    vault.delete("nothing")
