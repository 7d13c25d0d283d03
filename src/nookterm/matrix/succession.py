"""What a sign-in finds of an earlier one in the database: the same device goes on, a new one inherits what it may."""

from __future__ import annotations

from typing import Any

from nio.crypto import TrustState

from nookterm.client.ports import Credentials
from nookterm.matrix.crypto_store import CryptoStore
from nookterm.matrix.tables import atomic, make_tables


def succeed(connection: Any, pickle_key: str, credentials: Credentials) -> None:
    """Let the device of `credentials` go on where the one before it ended. Doing it again changes nothing.

    The same device publishes its keys again: the server may have lost them. A new one keeps all room keys, and makes
    an identity of its own; the earlier one stays known as a device that has ended, so that what it said is still
    proved to be its own.
    """
    if credentials.signed_in_after is None:
        return
    user, device = credentials.user_id, credentials.device_id
    make_tables(connection)
    with atomic(connection):
        row = connection.execute("SELECT device_id FROM crypto_account WHERE user_id = ?", (user,)).fetchone()
        if row is None or row[0] == device:
            connection.execute("UPDATE crypto_account SET shared = 0")
        else:
            # Whichever it is: a crash may have come between two sign-ins.
            _retire(CryptoStore(connection, user, row[0], pickle_key))


def _retire(old: CryptoStore) -> None:
    account = old.load_account()
    if account is not None:
        keys = account.identity_keys
        # Ours beyond doubt: the private keys lay here. `KnownIdentities.facts` knows it by this mark.
        known = (old.user_id, old.device_id, keys["ed25519"], keys["curve25519"], "", 1, TrustState.verified.value)
        old.connection.execute(
            "REPLACE INTO crypto_devices (user_id, device_id, ed25519, curve25519, display_name, deleted, trust)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            known,
        )
    for table in ("crypto_account", "crypto_olm", "crypto_outbound", "crypto_withheld"):
        old.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
