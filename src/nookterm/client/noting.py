"""A recovery key in a file of one's own: written once, never over something, readable by its owner alone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from nookterm.client.errors import CannotRead, CannotWrite, WrongUsage
from nookterm.client.ports import Secret

_PRIVATE = 0o600
_LONGEST = 4096
"""Bytes of a file with a key or a passphrase that are read at most."""


def free_place(path: Path) -> Path:
    """Where a key can be written: no file is there, and its folder is. Raises WrongUsage, CannotWrite."""
    place = path.expanduser().absolute()
    if os.path.lexists(place):
        message = f"{place} exists already, and is not written over."
        raise WrongUsage(message, "Choose another name.", code="file_exists")
    if not place.parent.is_dir() or not os.access(place.parent, os.W_OK | os.X_OK):
        message = f"No file can be made in {place.parent}."
        raise CannotWrite(message, "Choose another folder.", code="cannot_write")
    return place


def write_note(path: Path, key: Secret) -> Path:
    """Write the key, durably. Returns where. Raises WrongUsage, CannotWrite; then nothing is there."""
    place = free_place(path)
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE)
    except OSError as error:
        raise _unwritable(place, error) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{key.reveal()}\n")
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(place.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        with suppress(OSError):
            place.unlink()
        raise _unwritable(place, error) from None
    return place


def read_note(path: Path) -> Secret:
    """A recovery key or passphrase from a file: its text without the line's end. Raises CannotRead."""
    place = path.expanduser()
    try:
        with place.open("rb") as file:
            content = file.read(_LONGEST + 1)
        if len(content) <= _LONGEST:
            return Secret(content.decode().strip("\r\n"))
        why = "it is too long for one"
    except OSError as error:
        why = (error.strerror or "it cannot be opened").lower()
    except UnicodeDecodeError:
        why = "it is no text"
    message = f"No recovery key can be read from {place}: {why}."
    raise CannotRead(message, "Check its name and rights.", code="cannot_read")


def _unwritable(place: Path, error: OSError) -> CannotWrite:
    why = (error.strerror or "the disk refuses").lower()
    return CannotWrite(f"{place} cannot be written: {why}.", "Choose another place.", code="cannot_write")
