"""Files of secrets: only their owner may read them, and they are replaced whole or not at all."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nookterm.client.errors import CannotWrite, VaultClosed
from nookterm.client.ports import Secret

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700
_OTHERS = 0o077
_LONGEST = 1 << 20
"""Bytes of a file that are read at most; no file of ours comes near."""


def read_private(path: Path, *, through_links: bool = False) -> bytes | None:
    """The bytes of a file that only its owner can open; None where there is none. Raises VaultClosed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | (0 if through_links else os.O_NOFOLLOW))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, (error.strerror or "it cannot be opened").lower()) from error
    try:
        about = os.fstat(descriptor)
        if not (stat.S_ISREG(about.st_mode) or stat.S_ISFIFO(about.st_mode)):
            raise _unreadable(path, "it is not a file")
        if about.st_mode & _OTHERS:
            raise VaultClosed(
                f"Other people on this machine can read {path}.",
                f"Nothing was read from it. Close it with: chmod 600 {path}",
                code="vault_open_to_others",
            )
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(_LONGEST + 1)
    finally:
        os.close(descriptor)
    if len(content) > _LONGEST:
        raise _unreadable(path, "it is far too long")
    return content


def write_private(path: Path, content: bytes) -> None:
    """Put `content` in place of the file at once, durably. Raises CannotWrite, and leaves the old file then."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _settle(path.parent)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes from changing the file at `path` meanwhile. Raises CannotWrite."""
    try:
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def passphrase_from_file(path: Path) -> Secret:
    """The first line of a file that only its owner can read (NOOKTERM_PASSPHRASE_FILE). Raises VaultClosed."""
    content = read_private(path, through_links=True)
    if content is None:
        raise VaultClosed(f"The passphrase file {path} does not exist.", "Nothing was created.", code="vault")
    try:
        line = content.decode().partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError:
        line = ""
    if not line:
        raise VaultClosed(f"The passphrase file {path} holds no passphrase.", "Nothing was created.", code="vault")
    return Secret(line)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> CannotWrite:
    why = (error.strerror or "the disk refuses").lower()
    hint = "What it held before is safe. Make room, allow writing there, or choose another place with NOOKTERM_HOME."
    return CannotWrite(f"The vault file {path} cannot be written: {why}.", hint, code="cannot_write")


def _unreadable(path: Path, why: str) -> VaultClosed:
    return VaultClosed(f"The file {path} cannot be used: {why}.", "It was left as it is.", code="vault")
