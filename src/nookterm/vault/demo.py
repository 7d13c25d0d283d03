"""The vault of the demo's people: their keys lie beside the data, in the demo world's own folder and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret
from nookterm.vault.files import alone, read_private, write_private
from nookterm.vault.sealing import SealedFile

MARKER = "world.json"
"""The file that makes a folder a demo world."""
_KEY = 32


class DemoVault:
    """Secrets of people who do not exist, sealed under a random key in a file beside them. Never prompts."""

    kind = "demo"

    def __init__(self, world: Path) -> None:
        """Use the demo world in the folder `world`. Raises VaultClosed where that is none."""
        self._world = world
        self._demand_world()
        self._key_file = world / "vault.key"
        self._file = SealedFile(world / "vault.json", self._open, lambda: {"made_by": "random"})

    def save(self, name: str, secret: Secret) -> None:
        """Keep a secret and read it back. Raises VaultClosed, CannotWrite."""
        self._demand_world()
        self._file.save(name, secret)

    def load(self, name: str) -> Secret | None:
        """A kept secret; None where there is none. Raises VaultClosed."""
        self._demand_world()
        return self._file.load(name)

    def delete(self, name: str) -> None:
        """Forget a secret. Raises VaultClosed."""
        self._demand_world()
        self._file.delete(name)

    def _demand_world(self) -> None:
        marker = self._world / MARKER
        if marker.is_symlink() or not marker.is_file():
            raise VaultClosed(
                f"{self._world} is no demo world, so the demo's vault is not used there.",
                "Nothing was created. Accounts of real people keep their keys in the keyring or under a passphrase.",
                code="vault",
            )

    def _open(self, header: Mapping[str, Any]) -> bytes:
        if header.get("made_by") != "random":
            raise VaultClosed(f"The vault in {self._world} is not the demo's.", "It was left as it is.", code="vault")
        with alone(self._key_file):
            key = read_private(self._key_file)
            if key is None:
                key = os.urandom(_KEY)
                write_private(self._key_file, key)
        if len(key) != _KEY:
            raise VaultClosed(
                f"The key of the demo world in {self._world} is damaged.", "Seed the demo anew.", code="vault_damaged"
            )
        return key
