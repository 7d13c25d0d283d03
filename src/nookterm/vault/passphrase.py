"""The vault where there is no keyring: one file, sealed under a passphrase."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret
from nookterm.vault.sealing import SealedFile

WORK = 2**17
"""The work factor of scrypt for new files: about 128 MiB and a third of a second for each guess."""
_LEAST_WORK, _GREATEST_WORK = 2**14, 2**20
"""What a file may ask for: not so little that guessing is cheap, not so much that opening it stops the machine."""
_BLOCK, _LANES = 8, 1
_SALT = 16
_KEY = 32
_T = TypeVar("_T")


class PassphraseVault:
    """Secrets in one file under a passphrase, which is asked for once, when it is first needed."""

    kind = "passphrase"

    def __init__(self, path: Path, ask: Callable[[], Secret], *, work: int = WORK) -> None:
        """Nothing is read or asked yet. `ask` gives the passphrase; a wrong one is forgotten and asked for again."""
        self._path = path
        self._ask = ask
        self._work = work
        self._passphrase: Secret | None = None
        self._keys: dict[tuple[bytes, int], bytes] = {}
        self._file = SealedFile(path, self._open, self._new_header)

    def save(self, name: str, secret: Secret) -> None:
        """Keep a secret and read it back. Raises VaultClosed, CannotWrite."""
        self._try(lambda: self._file.save(name, secret))

    def load(self, name: str) -> Secret | None:
        """A kept secret; None where there is none. Raises VaultClosed."""
        return self._try(lambda: self._file.load(name))

    def delete(self, name: str) -> None:
        """Forget a secret. Needs no passphrase. Raises VaultClosed."""
        self._file.delete(name)

    def _try(self, what: Callable[[], _T]) -> _T:
        try:
            return what()
        except VaultClosed as error:
            if error.code == "wrong_passphrase":
                self._passphrase = None
                self._keys.clear()
            raise

    def _new_header(self) -> Mapping[str, Any]:
        salt = base64.b64encode(os.urandom(_SALT)).decode()
        return {"made_by": "scrypt", "salt": salt, "n": self._work, "r": _BLOCK, "p": _LANES}

    def _open(self, header: Mapping[str, Any]) -> bytes:
        salt, work = self._how(header)
        if (salt, work) not in self._keys:
            phrase = self._passphrase or self._ask()
            if not phrase.reveal():
                raise VaultClosed(
                    "The passphrase is empty.", "Nothing was created or changed.", code="wrong_passphrase"
                )
            try:
                key = Scrypt(salt=salt, length=_KEY, n=work, r=_BLOCK, p=_LANES).derive(phrase.reveal().encode())
            except MemoryError as error:
                raise VaultClosed(
                    f"There is not enough memory to open the vault file {self._path}.",
                    "Close something first.",
                    code="vault",
                ) from error
            self._passphrase = phrase
            self._keys[salt, work] = key
        return self._keys[salt, work]

    def _how(self, header: Mapping[str, Any]) -> tuple[bytes, int]:
        """Salt and work factor of a file, if they are within bounds. Raises VaultClosed."""
        try:
            salt, work = base64.b64decode(header["salt"], validate=True), header["n"]
            rest = (header["made_by"], header["r"], header["p"])
        except (KeyError, TypeError, ValueError):
            salt, work, rest = b"", 0, ("", 0, 0)
        sensible = isinstance(work, int) and _LEAST_WORK <= work <= _GREATEST_WORK and work & (work - 1) == 0
        if not sensible or len(salt) != _SALT or rest != ("scrypt", _BLOCK, _LANES):
            raise VaultClosed(
                f"The vault file {self._path} asks for a key in a way that nookterm does not follow.",
                "It was left as it is; something else may have changed it.",
                code="vault_damaged",
            )
        return salt, work
