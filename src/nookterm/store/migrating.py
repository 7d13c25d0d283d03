"""Brings a database to the schema of this program: numbered SQL files, all in one transaction after a copy."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from sqlcipher3 import dbapi2

from nookterm.client.errors import Busy, StoreDamaged
from nookterm.domain.records import dataclass
from nookterm.store.files import copy_privately
from nookterm.store.words import WordTables

APPLICATION = 0x6E6F6F6B
"""Says in the (encrypted) header whose file it is: the letters `nook`."""
_TRIES, _WAIT_MS = 3, 500
"""How often and how long others are waited for."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step to schema `number`."""

    number: int
    script: str
    finish: Callable[[dbapi2.Connection, Path], None] | None = None
    """What SQL alone cannot do: runs after the script, in the same transaction, and does not end it."""


def _index_words(connection: dbapi2.Connection, path: Path) -> None:
    WordTables(connection, path).index_anew()


def _index_named(connection: dbapi2.Connection, path: Path) -> None:
    WordTables(connection, path).index_named()


_IN_PYTHON: dict[int, Callable[[dbapi2.Connection, Path], None]] = {3: _index_words, 6: _index_named}


def shipped() -> tuple[Migration, ...]:
    """The migrations of this program, in order."""
    folder = files("nookterm.store") / "migrations"
    scripts = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    numbered = [(int(script.name[:4]), script.read_text("utf-8")) for script in scripts]
    return tuple(Migration(number, script, _IN_PYTHON.get(number)) for number, script in numbered)


def version(connection: dbapi2.Connection) -> int:
    """The schema that a database has; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: dbapi2.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Apply what is missing. Raises StoreDamaged for a newer schema, Busy while others write, OSError, dbapi2.Error.

    Where the database held a schema before, the file as it was stays beside it as `NAME.schema-N`, in place of a copy
    from an earlier migration.
    """
    held, newest = version(connection), max(migration.number for migration in migrations)
    if held > newest:
        raise StoreDamaged(
            f"The database {path} was written by a newer nookterm.",
            "It was left as it is. Use that version.",
            None,
            "newer_store",
        )
    if held < newest:
        _begin_alone(connection, path)
        try:
            _apply(connection, path, migrations)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def copies(path: Path) -> tuple[Path, ...]:
    """The copies that migrations of the database at `path` have left beside it."""
    return tuple(sorted(path.parent.glob(f"{glob.escape(path.name)}.schema-*[0-9]")))


def drop_copies(path: Path, before: datetime) -> None:
    """Remove the copies that were made before a moment. Raises OSError."""
    for copy in copies(path):
        if copy.stat().st_mtime < before.timestamp():
            copy.unlink(missing_ok=True)


def _apply(connection: dbapi2.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Bring the schema up to date inside one transaction, so that it is never half way."""
    held = version(connection)
    missing = [migration for migration in migrations if migration.number > held]
    if held and missing:
        kept = path.with_name(f"{path.name}.schema-{held}")
        copy_privately(path, kept)
        for older in copies(path):
            if older != kept:
                older.unlink(missing_ok=True)
    for migration in missing:
        for statement in _statements(migration.script):
            connection.execute(statement)
        if migration.finish:
            migration.finish(connection, path)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {migration.number}")


def _begin_alone(connection: dbapi2.Connection, path: Path) -> None:
    """Begin with everything in the main file, so that a copy of that file is the whole database."""
    log = path.with_name(f"{path.name}-wal")
    patience = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
    try:
        for _ in range(_TRIES):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("BEGIN IMMEDIATE")
            if not log.exists() or log.stat().st_size == 0:
                return
            connection.execute("ROLLBACK")
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")
    raise Busy(
        "The database has to be brought up to date, and another nookterm is using it.", "Close that one.", 1.0, "busy"
    )


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if dbapi2.complete_statement(statement):
            yield statement
            statement = ""
