"""Brings a database to the schema of this program: numbered SQL files, each in one transaction after a copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sqlcipher3 import dbapi2

from nookterm.client.errors import Busy, StoreDamaged
from nookterm.store.files import copy_privately

APPLICATION = 0x6E6F6F6B
"""Says in the (encrypted) header whose file it is: the letters `nook`."""
_TRIES, _WAIT_MS = 3, 500
"""How often and how long others are waited for."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step to schema `number`."""

    number: int
    script: str


def shipped() -> tuple[Migration, ...]:
    """The migrations of this program, in order."""
    folder = files("nookterm.store") / "migrations"
    scripts = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return tuple(Migration(int(script.name[:4]), script.read_text("utf-8")) for script in scripts)


def version(connection: dbapi2.Connection) -> int:
    """The schema that a database has; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: dbapi2.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Apply what is missing. Raises StoreDamaged for a newer schema, Busy while others write, OSError, dbapi2.Error.

    Where the database held a schema before, the file as it was stays beside it as `NAME.schema-N`.
    """
    held, newest = version(connection), max(migration.number for migration in migrations)
    if held > newest:
        raise StoreDamaged(
            f"The database {path} was written by a newer nookterm.",
            "It was left as it is. Use that version.",
            None,
            "newer_store",
        )
    for migration in migrations:
        if migration.number > held:
            _apply(connection, path, migration)


def _apply(connection: dbapi2.Connection, path: Path, migration: Migration) -> None:
    _begin_alone(connection, path)
    try:
        held = version(connection)
        if held < migration.number:
            if held:
                copy_privately(path, path.with_name(f"{path.name}.schema-{held}"))
            for statement in _statements(migration.script):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {migration.number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


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
