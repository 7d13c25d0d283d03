"""Opens an account's database, or says exactly why not. Never makes a new one in place of one that is lost."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from sqlcipher3 import dbapi2

from nookterm.client.errors import Problem, StoreDamaged
from nookterm.client.ports import Secret
from nookterm.store.connecting import KEY_BYTES, connect, key_digits, looking
from nookterm.store.files import PRIVATE_FILE, close_to_others, private_folder, put_in_place
from nookterm.store.migrating import APPLICATION, Migration, migrate, shipped, version
from nookterm.store.problems import disk_problem, problem_of, unreadable
from nookterm.store.sql import SqlStore

_PLAIN = b"SQLite format 3\0"
"""How an unencrypted database begins."""
_ANEW = (
    "Nothing was created or changed. Put the file back from a copy, or sign in again as a new device: "
    "messages come back from the server and old keys from the key backup."
)


def new_key() -> Secret:
    """A random key for a new database, in the form that `open_store` takes and a vault keeps."""
    return Secret(secrets.token_hex(KEY_BYTES))


def open_store(
    path: Path,
    key: Secret | bytes,
    *,
    create: bool,
    read_only: bool = False,
    beside: bool = False,
    migrations: Sequence[Migration] | None = None,
) -> SqlStore:
    """Open the database at `path` with its raw 32-byte key (or the 64 hexadecimal digits of it as a Secret).

    With `create` a new one is made, and a file that lies there already is an error; without it, a missing, empty,
    foreign or broken file is. With `read_only` nothing can be written, also while another process writes. `beside`
    writes while another process has the account: the schema then stays as that one knows it.
    Raises StoreDamaged, CannotRead, CannotWrite, Busy, VaultClosed (not a key).
    """
    digits = key_digits(key)
    steps = shipped() if migrations is None else migrations
    try:
        if create:
            _create(path, digits, steps)
        try:
            _look(path)
        except OSError as error:
            raise unreadable(error, path) from error
        close_to_others(path)
        _prove(path, digits)
        connection = connect(path, digits, read_only=read_only)
        try:
            _bring_up_to_date(connection, path, steps, stays=read_only or beside)
        except BaseException:
            connection.close()
            raise
        return SqlStore(connection, path, read_only=read_only)
    except dbapi2.Error as error:
        raise problem_of(error, path) or _unopenable(path) from error
    except OSError as error:
        raise disk_problem(error, path) from error


def _create(path: Path, digits: str, migrations: Sequence[Migration]) -> None:
    """Make the database under another name and move it when it is whole, so that a crash leaves no half of one."""
    if os.path.lexists(path):
        raise _exists(path)
    private_folder(path.parent)
    _set_aside_leftovers(path)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    try:
        os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_FILE))
        connection = connect(unfinished, digits)
        try:
            # So that the file can shrink bit by bit; only possible before the first table.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection, unfinished, migrations)
        finally:
            connection.close()
        put_in_place(unfinished, path)
    except FileExistsError as error:
        raise _exists(path) from error
    finally:
        for name in (unfinished.name, f"{unfinished.name}-wal", f"{unfinished.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)


def _set_aside_leftovers(path: Path) -> None:
    """Keep the log of a lost database away from the new one: SQLite would take it for the new one's own."""
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        log.replace(path.with_name(f"{path.name}-wal.left"))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)


def _look(path: Path) -> None:
    """Find out what can be seen without a key, before the library touches the file."""
    if not path.exists():
        raise StoreDamaged(f"The database of this account is missing: {path}.", _ANEW, None, "store_missing")
    if not path.is_file():
        raise StoreDamaged(f"{path} should be a database and is none.", _ANEW, None, "store_foreign")
    with path.open("rb") as file:
        start = file.read(len(_PLAIN))
    if not start:
        raise StoreDamaged(f"The database of this account is empty: {path}.", _ANEW, None, "store_empty")
    if start == _PLAIN:
        raise StoreDamaged(f"{path} is a database of another program.", _ANEW, None, "store_foreign")


def _prove(path: Path, digits: str) -> None:
    """Read for the first time: here a wrong key or a broken header shows."""
    try:
        with looking(path, digits) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
            application = connection.execute("PRAGMA application_id").fetchone()[0]
    except dbapi2.DatabaseError as error:
        raise _hidden(error, path) from error
    if not tables:
        raise StoreDamaged(f"The database of this account is empty: {path}.", _ANEW, None, "store_empty")
    if application != APPLICATION:
        raise StoreDamaged(f"{path} is a database of another program.", _ANEW, None, "store_foreign")


def _bring_up_to_date(
    connection: dbapi2.Connection, path: Path, migrations: Sequence[Migration], *, stays: bool
) -> None:
    newest = max(migration.number for migration in migrations)
    if stays and version(connection) < newest:
        raise StoreDamaged(
            f"The database {path} was written by an older nookterm.",
            "Start nookterm once by itself, it brings the database up to date.",
            code="older_store",
        )
    migrate(connection, path, migrations)


def _hidden(error: dbapi2.DatabaseError, path: Path) -> Problem:
    problem = problem_of(error, path)
    return problem if problem and not isinstance(problem, StoreDamaged) else _unopenable(path)


def _unopenable(path: Path) -> StoreDamaged:
    return StoreDamaged(
        f"The database {path} does not open with this account's key: the key is another one, or the file is damaged.",
        _ANEW,
        code="store_damaged",
    )


def _exists(path: Path) -> StoreDamaged:
    return StoreDamaged(
        f"There is a database already: {path}.",
        "It was left as it is. Open it with its own key, or move it away before signing in anew.",
        code="store_exists",
    )
