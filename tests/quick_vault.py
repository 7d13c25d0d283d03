"""Vaults that open quickly: the program makes one that costs a third of a second each time, which most tests need not prove."""

from __future__ import annotations

from pathlib import Path

from nookterm.client.ports import Secret
from nookterm.vault.choose import VAULT_FILE
from nookterm.vault.passphrase import PassphraseVault

LEAST_WORK = 2**14
"""What a vault has to ask for at least, so that the program takes it."""


def lay_out(home: Path, passphrase: str) -> None:
    """Put an empty vault into the data folder `home`, made as the program makes one but for the work of a guess."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault = PassphraseVault(home / VAULT_FILE, lambda: Secret(passphrase), work=LEAST_WORK)
    vault.save("nothing", Secret("kept"))
    vault.delete("nothing")
