"""A file from outside on this disk: for its owner alone, never over another one, without a name before it is whole."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from nookterm.client.errors import CannotWrite

_MOST_NAMES = 1000


@contextlib.contextmanager
def unfinished(folder: Path) -> Iterator[tuple[int, Path]]:
    """A new file without a proper name, open for writing; it is gone afterwards unless it was renamed."""
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _no_room(folder) from error
    try:
        yield number, part
    finally:
        os.close(number)
        part.unlink(missing_ok=True)


def write(number: int, piece: bytes, folder: Path) -> None:
    """Add a piece. Raises CannotWrite."""
    rest = memoryview(piece)
    try:
        while rest:
            rest = rest[os.write(number, rest) :]
    except OSError as error:
        raise _no_room(folder) from error


def named(part: Path, folder: Path, name: str) -> Path:
    """Give a finished file its name, or the first free one like it. Whatever stands there already stays."""
    stem, ending = os.path.splitext(name)  # noqa: PTH122 - a name, not a path
    try:
        for number in range(1, _MOST_NAMES):
            target = folder / (name if number == 1 else f"{stem}-{number}{ending}")
            with contextlib.suppress(FileExistsError):
                os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
                part.replace(target)
                return target
    except OSError as error:
        raise _no_room(folder) from error
    raise _no_room(folder)


def _no_room(folder: Path) -> CannotWrite:
    return CannotWrite(f"The file cannot be kept in {folder}.", "Choose another folder.", code="cannot_write")
