"""The crypto's own tables, inside the account's database, and the transactions that keep them in step with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nookterm.client.errors import Busy, CannotWrite, Problem

_PRIMARY = 0xFF
"""The low byte of an SQLite result code is the kind of error."""
_BUSY = frozenset({5, 6})
"""SQLITE_BUSY and SQLITE_LOCKED."""

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS crypto_account (
        only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
        user_id TEXT NOT NULL, device_id TEXT NOT NULL, shared INTEGER NOT NULL, pickle TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS crypto_olm (
        session_id TEXT PRIMARY KEY, sender_key TEXT NOT NULL,
        created TEXT NOT NULL, used TEXT NOT NULL, pickle TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS crypto_olm_sender ON crypto_olm (sender_key)",
    """CREATE TABLE IF NOT EXISTS crypto_megolm (
        room_id TEXT NOT NULL, session_id TEXT NOT NULL, sender_key TEXT NOT NULL, signing_key TEXT NOT NULL,
        first_index INTEGER NOT NULL, pickle TEXT NOT NULL, imported INTEGER NOT NULL DEFAULT 0,
        shared INTEGER NOT NULL DEFAULT 0, saved_in TEXT,
        PRIMARY KEY (room_id, session_id, sender_key)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS crypto_megolm_saved ON crypto_megolm (saved_in)",
    """CREATE TABLE IF NOT EXISTS crypto_outbound (
        room_id TEXT PRIMARY KEY, created TEXT NOT NULL, messages INTEGER NOT NULL, shared_with TEXT NOT NULL,
        pickle TEXT NOT NULL, withheld_from TEXT NOT NULL DEFAULT '[]') WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS crypto_devices (
        user_id TEXT NOT NULL, device_id TEXT NOT NULL, ed25519 TEXT NOT NULL, curve25519 TEXT NOT NULL,
        display_name TEXT NOT NULL, deleted INTEGER NOT NULL, trust INTEGER NOT NULL,
        PRIMARY KEY (user_id, device_id)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS crypto_devices_key ON crypto_devices (curve25519)",
    # Which event each message of a room key was: a mark of eight bytes for each, a hundred to a row.
    """CREATE TABLE IF NOT EXISTS crypto_played (
        room_id TEXT NOT NULL, session_id TEXT NOT NULL, block INTEGER NOT NULL, marks BLOB NOT NULL,
        PRIMARY KEY (room_id, session_id, block)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS crypto_waiting (
        event_id TEXT PRIMARY KEY, room_id TEXT NOT NULL, session_id TEXT NOT NULL, sender TEXT NOT NULL,
        raw TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS crypto_waiting_session ON crypto_waiting (room_id, session_id)",
    "CREATE INDEX IF NOT EXISTS crypto_waiting_sender ON crypto_waiting (sender)",
    """CREATE TABLE IF NOT EXISTS crypto_rooms (
        room_id TEXT PRIMARY KEY, period_ms INTEGER, messages INTEGER) WITHOUT ROWID""",
    # What is remembered of people's identities: see trust/pins.py. `changes`: how often another master key was seen.
    # `owed`: the trust that their stored messages are to be rated with, where that was not done yet.
    """CREATE TABLE IF NOT EXISTS crypto_pins (
        user_id TEXT PRIMARY KEY, pinned TEXT, seen TEXT, verified TEXT, was_verified INTEGER NOT NULL,
        changes INTEGER NOT NULL, self_signing TEXT, owed TEXT) WITHOUT ROWID""",
    # The devices whose owner has signed them: the key that was signed, and the master key behind the signature.
    """CREATE TABLE IF NOT EXISTS crypto_signed (
        user_id TEXT NOT NULL, device_id TEXT NOT NULL, ed25519 TEXT NOT NULL, master TEXT NOT NULL,
        PRIMARY KEY (user_id, device_id, ed25519)) WITHOUT ROWID""",
    # Identities that were accepted once and have been replaced: a signature of ours on one of them says nothing now.
    """CREATE TABLE IF NOT EXISTS crypto_former (
        user_id TEXT NOT NULL, master TEXT NOT NULL, PRIMARY KEY (user_id, master)) WITHOUT ROWID""",
    # Our own private keys, by their names in secret storage.
    "CREATE TABLE IF NOT EXISTS crypto_secrets (name TEXT PRIMARY KEY, secret TEXT NOT NULL) WITHOUT ROWID",
    # Rooms with an exception for unsigned devices: everybody, or these people (a JSON list).
    """CREATE TABLE IF NOT EXISTS crypto_rules (
        room_id TEXT PRIMARY KEY, everybody INTEGER NOT NULL, people TEXT NOT NULL) WITHOUT ROWID""",
    # Why somebody gave us no key; no room and no session where it holds for all that they say.
    """CREATE TABLE IF NOT EXISTS crypto_withheld (
        sender TEXT NOT NULL, room_id TEXT NOT NULL, session_id TEXT NOT NULL, code TEXT NOT NULL,
        UNIQUE (sender, room_id, session_id))""",
)

_ADDED = {
    # Written by a nookterm that kept no room keys but those which their makers had sent.
    ("crypto_megolm", "imported"): "INTEGER NOT NULL DEFAULT 0",
    # By one that knew no backups: whether newcomers may have the key, and the backup that it is in.
    ("crypto_megolm", "shared"): "INTEGER NOT NULL DEFAULT 0",
    ("crypto_megolm", "saved_in"): "TEXT",
    # By one that gave its keys to every device: which of them were told that they do not get this one.
    ("crypto_outbound", "withheld_from"): "TEXT NOT NULL DEFAULT '[]'",
}


def make_tables(connection: Any) -> None:
    """Create what is missing. Where nothing is, nothing is written: a start waits for nobody else's commit."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    columns = {
        (table, row[1])
        for table in dict.fromkeys(table for table, _ in _ADDED)
        for row in connection.execute(f"PRAGMA table_info({table})")
    }
    if {statement.split()[5] for statement in SCHEMA} <= there and columns >= _ADDED.keys():
        return
    with atomic(connection):
        # The columns first: an index may be over one of them.
        for (table, name), kind in _ADDED.items():
            if table in there and (table, name) not in columns:
                connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
        for statement in SCHEMA:
            connection.execute(statement)


@contextmanager
def atomic(connection: Any) -> Iterator[None]:
    """All or nothing. Inside a transaction of the lender it joins that one, and never ends it.

    Raises:
        Busy, CannotWrite: outside of one, where the database cannot be written now. The lender's own transactions
            have their own words for that, so there the database's error goes through.
    """
    if connection.in_transaction:
        yield
        return
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except connection.Error as error:
        raise _problem(error) from error


def _problem(error: BaseException) -> Problem:
    if getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _BUSY:
        return Busy("Another nookterm is writing to this account.", "Try again in a moment.", 1.0, "busy")
    return CannotWrite(
        "The account's database cannot be written.", "What was stored before is safe.", code="cannot_write"
    )
