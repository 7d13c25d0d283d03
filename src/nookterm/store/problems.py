"""What the database says when something is wrong, in the words of `nookterm.client.errors`."""

from __future__ import annotations

import errno
from pathlib import Path

from sqlcipher3 import dbapi2

from nookterm.client.errors import Busy, CannotRead, CannotWrite, Problem, StoreDamaged

_BUSY = {dbapi2.SQLITE_BUSY, dbapi2.SQLITE_LOCKED}
_DAMAGED = {dbapi2.SQLITE_CORRUPT, dbapi2.SQLITE_NOTADB}
_UNWRITABLE = {
    dbapi2.SQLITE_FULL: "there is no space left for it",
    dbapi2.SQLITE_READONLY: "it may only be read",
    dbapi2.SQLITE_PERM: "it may only be read",
    dbapi2.SQLITE_CANTOPEN: "its folder cannot be used",
    dbapi2.SQLITE_IOERR: "the disk refuses",
}
_PRIMARY = 0xFF
"""The low byte of an SQLite result code is the kind of error."""


def problem_of(error: BaseException, path: Path) -> Problem | None:
    """The problem behind an exception that came out of the database, directly or through a library that wraps it.

    None where the database is not to blame, or where the fault is in our own SQL.
    """
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, dbapi2.Error):
        seen = seen.__cause__ or seen.__context__
    code = getattr(seen, "sqlite_errorcode", 0) & _PRIMARY
    if code in _DAMAGED:
        return damaged(path)
    if code in _BUSY:
        return Busy("Another nookterm is writing to this account.", "Try again in a moment.", 1.0, "busy")
    why = _UNWRITABLE.get(code)
    return cannot_write(path, why) if why else None


def damaged(path: Path) -> StoreDamaged:
    """The file is broken inside."""
    return StoreDamaged(
        f"The database {path} is damaged.",
        "It was left as it is. Put it back from a copy, or begin anew (`nookterm login` with --new-device): "
        "messages come back from the server and old keys from the key backup.",
        code="store_damaged",
    )


def cannot_write(path: Path, why: str) -> CannotWrite:
    """The file cannot be written."""
    return CannotWrite(
        f"The database {path} cannot be written: {why}.",
        "What was stored before is safe. Make room or allow writing there, then try again.",
        code="cannot_write",
    )


def disk_problem(error: OSError, path: Path) -> CannotWrite:
    """What the system says about a file."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return cannot_write(
        path, "there is no space left for it" if full else (error.strerror or "the disk refuses").lower()
    )


def unreadable(error: OSError, path: Path) -> CannotRead:
    """What the system says about a file that it does not let us read."""
    return CannotRead(
        f"The database {path} cannot be read: {(error.strerror or 'the disk refuses').lower()}.",
        "Nothing was changed. Allow reading there, then try again.",
        code="cannot_read",
    )
