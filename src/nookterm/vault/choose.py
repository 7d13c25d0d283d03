"""Picks the vault of an account: the one that it was made with, or the best one for a new account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret, Vault
from nookterm.vault.files import passphrase_from_file
from nookterm.vault.system_keyring import KeyringVault

PASSPHRASE_FILE = "NOOKTERM_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable
"""The environment variable that names a file with the passphrase."""
VAULT_FILE = "vault.json"
# What a kind needs is loaded when it is asked for: sealing takes a library that a keyring can do without.
_DEMO, _PASSPHRASE = "demo", "passphrase"


def open_vault(kind: str | None, folder: Path, ask: Callable[[], Secret] | None, environ: Mapping[str, str]) -> Vault:
    """The vault of an account whose profile says `kind`, or, with None, the one for a new account.

    A kind that was given is the only one tried. `folder` holds the sealed file (for `demo`: is the world's folder). The
    passphrase comes from the file that `environ` names, or else from `ask`; None: nobody can be asked.
    Raises VaultClosed that names the vault.
    """
    if kind == KeyringVault.kind:
        return _keyring()
    if kind == _DEMO:
        from nookterm.vault.demo import DemoVault

        return DemoVault(folder)
    if kind == _PASSPHRASE:
        return _passphrase(folder, ask, environ)
    if kind is not None:
        raise VaultClosed(f"nookterm knows no vault of the kind {kind!r}.", "Nothing was created.", code="vault")
    return KeyringVault() if KeyringVault.available() else _passphrase(folder, ask, environ)


def _keyring() -> Vault:
    if not KeyringVault.available():
        raise VaultClosed(
            "This account's key is in the keyring, and there is no keyring here that answers.",
            "Nothing was created. Start or unlock the keyring of your desktop and try again.",
            code="vault",
        )
    return KeyringVault()


def _passphrase(folder: Path, ask: Callable[[], Secret] | None, environ: Mapping[str, str]) -> Vault:
    from nookterm.vault.passphrase import PassphraseVault

    named = environ.get(PASSPHRASE_FILE)
    if named:
        return PassphraseVault(folder / VAULT_FILE, lambda: passphrase_from_file(Path(named)))
    if ask is None:
        raise VaultClosed(
            "There is no keyring here, and nobody can be asked for a passphrase.",
            f"Nothing was created. Start nookterm in a terminal, or name a passphrase file in {PASSPHRASE_FILE}.",
            code="vault",
        )
    return PassphraseVault(folder / VAULT_FILE, ask)
