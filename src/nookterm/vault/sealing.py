"""A file of sealed entries: AES-256-GCM under one key, each bound to its name, and a check that tells a wrong key."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret
from nookterm.domain.records import dataclass
from nookterm.vault.files import alone, read_private, write_private

VERSION = 1
_NONCE = 12
_CHECK = b"nookterm vault check"

Opener = Callable[[Mapping[str, Any]], bytes]
"""Gives the 32-byte key for a file's header (how the key was made). Raises VaultClosed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a file holds, still sealed. Nonce and sealed text lie together in each entry."""

    header: Mapping[str, Any]
    check: bytes
    entries: Mapping[str, bytes] = field(default_factory=dict)


class SealedFile:
    """One file of sealed entries. `opener` gives the key when it is needed; `new_header` describes a new file."""

    def __init__(self, path: Path, opener: Opener, new_header: Callable[[], Mapping[str, Any]]) -> None:
        """Nothing is read or asked yet."""
        self._path = path
        self._opener = opener
        self._new_header = new_header

    def save(self, name: str, secret: Secret) -> None:
        """Seal an entry, write the file anew, read it back. Raises VaultClosed, CannotWrite: the old file stays."""
        first = self._read() or Sealed(self._new_header(), b"")
        key = self._key(first)
        with alone(self._path):
            held = self._read() or first
            key = key if held.check == first.check else self._key(held)
            sealed = _seal(key, secret.reveal().encode(), _entry(name))
            self._write(
                replace(held, check=held.check or _seal(key, b"", _CHECK), entries={**held.entries, name: sealed})
            )
        if self.load(name) != secret:
            raise self._damaged()

    def load(self, name: str) -> Secret | None:
        """An entry; None where there is none (the key is not asked for then). Raises VaultClosed."""
        held = self._read()
        if held is None or name not in held.entries:
            return None
        try:
            return Secret(_open(self._key(held), held.entries[name], _entry(name)).decode())
        except (InvalidTag, UnicodeDecodeError) as error:
            raise self._damaged() from error

    def delete(self, name: str) -> None:
        """Take an entry out; the key is not needed. Raises VaultClosed."""
        if not self._path.exists():
            return
        with alone(self._path):
            held = self._read()
            if held and name in held.entries:
                self._write(replace(held, entries={key: value for key, value in held.entries.items() if key != name}))

    def _key(self, held: Sealed) -> bytes:
        """The key, proved against the file's check. Raises VaultClosed."""
        key = self._opener(held.header)
        if held.check:
            try:
                _open(key, held.check, _CHECK)
            except InvalidTag as error:
                raise VaultClosed(
                    f"The passphrase does not open the vault file {self._path}.",
                    "Nothing was created or changed. Try again with the passphrase that it was made with.",
                    code="wrong_passphrase",
                ) from error
        return key

    def _read(self) -> Sealed | None:
        content = read_private(self._path)
        if content is None:
            return None
        try:
            stored = json.loads(content)
            entries = {str(name): _bytes(text) for name, text in stored["entries"].items()}
            held = Sealed(dict(stored["key"]), _bytes(stored["check"]), entries)
            known = stored["v"] == VERSION
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise self._damaged() from error
        if not known:
            raise VaultClosed(
                f"The vault file {self._path} was written by another version of nookterm.",
                "It was left as it is.",
                code="vault",
            )
        if not held.check:
            raise self._damaged()
        return held

    def _write(self, held: Sealed) -> None:
        stored = {
            "v": VERSION,
            "key": dict(held.header),
            "check": _text(held.check),
            "entries": {name: _text(sealed) for name, sealed in held.entries.items()},
        }
        write_private(self._path, json.dumps(stored, indent=1).encode())

    def _damaged(self) -> VaultClosed:
        return VaultClosed(
            f"The vault file {self._path} is damaged or was changed by something else.",
            "It was left as it is. Put it back from a copy, or sign in again as a new device.",
            code="vault_damaged",
        )


def _seal(key: bytes, text: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, bound_to)


def _open(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """The clear bytes. Raises InvalidTag."""
    if len(sealed) <= _NONCE:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)


def _entry(name: str) -> bytes:
    return b"nookterm vault entry " + name.encode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    """Raises ValueError for what is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
