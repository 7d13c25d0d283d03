"""The open database: queries that speak in Problems, and transactions that nest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from nookterm.client.errors import Problem
from nookterm.store.codec import Row, forget_events, storable
from nookterm.store.problems import cannot_write, problem_of

_LOST = "the disk took the last change back"


class Database:
    """A connection and its transactions. Use it from one thread at a time."""

    def __init__(self, connection: dbapi2.Connection, path: Path, *, read_only: bool = False) -> None:
        """Take over `connection`, which must be in autocommit mode. `path` is for messages only."""
        self._connection = connection
        self._path = path
        self._open = 0
        """How many transactions are nested just now."""
        self._begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @property
    def connection(self) -> Any:
        """The DB-API connection, lent to the crypto. Commit and roll back through `transaction()` only."""
        return self._connection

    @property
    def in_transaction(self) -> bool:
        """Whether changes wait for a commit, whoever began."""
        return bool(self._connection.in_transaction)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Raises CannotWrite, Busy, StoreDamaged.

        Inside another one (also one that the crypto began on `connection`) it joins that one: it may fail alone, and
        what it did is kept when the outer one commits.
        """
        inside = self.in_transaction
        if self._open and not inside:
            raise cannot_write(self._path, _LOST)
        try:
            self._connection.execute("SAVEPOINT inner" if inside else self._begin)
            self._open += 1
            try:
                yield
            except BaseException:
                self._undo(inside=inside)
                raise
            finally:
                self._open -= 1
            self._commit(inside=inside)
        except Problem:
            raise
        except Exception as error:
            problem = problem_of(error, self._path)
            if problem is None:
                raise
            raise problem from error

    def commits_elsewhere(self) -> int:
        """A number that is another one after somebody else has committed, and stays while only we do."""
        row = self._first("PRAGMA data_version")
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Close the file; an open transaction is rolled back. A second call does nothing."""
        forget_events()
        self._connection.close()

    def _commit(self, *, inside: bool) -> None:
        if not self.in_transaction:
            raise cannot_write(self._path, _LOST)
        try:
            self._connection.execute("RELEASE inner" if inside else "COMMIT")
        except BaseException:
            self._undo(inside=inside)
            raise

    def _undo(self, *, inside: bool) -> None:
        # After a full disk SQLite may have rolled everything back by itself.
        if not self.in_transaction:
            return
        if inside:
            self._connection.execute("ROLLBACK TO inner")
            self._connection.execute("RELEASE inner")
        else:
            self._connection.execute("ROLLBACK")

    def _run(self, sql: str, values: Row = ()) -> list[Row]:
        """Run one statement and fetch all of its rows."""
        return list(self._each(sql, values))

    def _each(self, sql: str, values: Row = ()) -> Iterator[Row]:
        """Run one statement and fetch its rows as they are asked for."""
        try:
            try:
                yield from self._connection.execute(sql, values)
            except (UnicodeEncodeError, OverflowError):
                yield from self._connection.execute(sql, tuple(map(storable, values)))
        except dbapi2.Error as error:
            problem = problem_of(error, self._path)
            if problem is None:
                raise
            raise problem from error

    def _first(self, sql: str, values: Row = ()) -> Row | None:
        """The first row, if any."""
        rows = self._run(sql, values)
        return rows[0] if rows else None
