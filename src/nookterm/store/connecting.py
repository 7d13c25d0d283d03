"""A connection to an encrypted file, with every setting that safety and speed ask for."""

from __future__ import annotations

import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlcipher3 import dbapi2

from nookterm.client.errors import VaultClosed
from nookterm.client.ports import Secret

KEY_BYTES = 32
_WAIT = 5.0
"""Seconds to wait while another process commits."""


def key_digits(key: Secret | bytes) -> str:
    """The raw key as 64 hexadecimal digits. A Secret holds the digits, bytes are the key itself. Raises VaultClosed."""
    digits = key.hex() if isinstance(key, bytes) else key.reveal()
    if len(digits) != 2 * KEY_BYTES or not all(digit in string.hexdigits for digit in digits):
        raise VaultClosed(
            "What the vault holds for this account is not a database key.", "Nothing was changed.", None, "vault"
        )
    return digits


@contextmanager
def looking(path: Path, digits: str) -> Iterator[dbapi2.Connection]:
    """Open a file just to see whether the key fits. Nothing is written, not even what a killed process left behind."""
    connection = _keyed(path, digits, "ro")
    try:
        yield connection
    finally:
        connection.close()


def connect(path: Path, digits: str, *, read_only: bool = False) -> dbapi2.Connection:
    """Open an existing file for work. Raises dbapi2.Error."""
    connection = _keyed(path, digits, "rw")
    try:
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        # A commit is on the disk when it returns: what follows it (bytes on the wire, the next sync, which lets the
        # server forget what it delivered) cannot be taken back after a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except dbapi2.Error:
        connection.close()
        raise
    return connection


def _keyed(path: Path, digits: str, mode: str) -> dbapi2.Connection:
    # With a mode, a file that is not there is never made.
    connection = dbapi2.connect(
        f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=_WAIT, isolation_level=None, check_same_thread=False
    )
    # Before the key: the library writes its own errors to the terminal otherwise.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{digits}'\"")
    return connection
