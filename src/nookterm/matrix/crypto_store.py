"""Where nio's Olm machine keeps its keys: in the account's own database, by the connection that Store lends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from nio.crypto import (
    GroupSessionStore,
    OlmAccount,
    OlmDevice,
    Session,
    TrustState,
)

from nookterm.client.errors import StoreDamaged
from nookterm.domain.ids import UserId
from nookterm.matrix.lazy import NEVER, Devices, OlmSessions
from nookterm.matrix.played import Played
from nookterm.matrix.room_key_store import RoomKeyTables
from nookterm.matrix.tables import atomic, make_tables


class CryptoStore(RoomKeyTables):
    """What nio calls its store, without peewee: that binds its models globally, so two stores in two threads mix rows.

    Nothing here commits inside a transaction of the lender. Group sessions stay on disk until an event asks for them.
    """

    def __init__(self, connection: Any, user_id: str, device_id: str, pickle_key: str) -> None:
        """Use `connection`, whose file is this device's. `pickle_key` seals what nio pickles, on top of SQLCipher."""
        super().__init__(connection, pickle_key)
        self.user_id = user_id
        self.device_id = device_id
        make_tables(connection)

    def replay_guard(self) -> Played:
        """Which event each message of a room key was."""
        return Played(self.connection, self._pickle_key)

    # --- what nio's machine asks for --------------------------------------------------------------------------------

    def load_account(self) -> OlmAccount | None:
        """The identity of this device; None before its first start.

        Raises:
            StoreDamaged: the database belongs to another device.
        """
        row = self.connection.execute("SELECT user_id, device_id, shared, pickle FROM crypto_account").fetchone()
        if row is None:
            return None
        if (row[0], row[1]) != (self.user_id, self.device_id):
            raise StoreDamaged(
                f"The keys in this database are those of {row[0]} ({row[1]}).",
                "It was left as it is.",
                code="foreign_store",
            )
        return OlmAccount.from_pickle(row[3].encode(), self._pickle_key, bool(row[2]))

    def save_account(self, account: OlmAccount) -> None:
        """Keep the identity and its one-time keys."""
        self._write(
            "REPLACE INTO crypto_account (only_one, user_id, device_id, shared, pickle) VALUES (1, ?, ?, ?, ?)",
            (self.user_id, self.device_id, int(account.shared), account.pickle(self._pickle_key).decode()),
        )

    def load_sessions(self) -> OlmSessions:
        """All Olm sessions, each read when it is first asked for."""
        return OlmSessions(self._olm_sessions, self._end_sessions)

    def _olm_sessions(self, sender_keys: Iterable[str]) -> Mapping[str, list[Session]]:
        found: dict[str, list[Session]] = {}
        rows = self.connection.execute(
            "SELECT sender_key, created, used, pickle FROM crypto_olm"
            " WHERE sender_key IN (SELECT value FROM json_each(?)) ORDER BY used DESC",
            (json.dumps(list(sender_keys)),),
        )
        for key, created, used, pickle in rows.fetchall():
            times = datetime.fromisoformat(created), datetime.fromisoformat(used)
            session = Session.from_pickle(pickle.encode(), times[0], self._pickle_key, times[1])
            found.setdefault(key, []).append(session)
        return found

    def _end_sessions(self, sessions: Iterable[Session]) -> None:
        with atomic(self.connection):
            self.connection.executemany(
                "DELETE FROM crypto_olm WHERE session_id = ?", [(session.id,) for session in sessions]
            )

    def save_session(self, curve_key: str, session: Session) -> None:
        """Keep an Olm session as it stands now."""
        self.save_sessions([(curve_key, session)])

    def save_sessions(self, sessions: Iterable[tuple[str, Session]]) -> None:
        """Keep many at once, each with the other device's curve25519 key."""
        rows = [
            (
                session.id,
                curve_key,
                session.creation_time.isoformat(),
                session.use_time.isoformat(),
                session.pickle(self._pickle_key).decode(),
            )
            for curve_key, session in sessions
        ]
        with atomic(self.connection):
            self.connection.executemany(
                "REPLACE INTO crypto_olm (session_id, sender_key, created, used, pickle) VALUES (?, ?, ?, ?, ?)", rows
            )

    def end_strangers(self, keep: int) -> None:
        """End the Olm sessions with devices that nobody is known to have, but for the `keep` used last."""
        with atomic(self.connection):
            self.connection.execute(
                "DELETE FROM crypto_olm WHERE session_id IN (SELECT session_id FROM crypto_olm"
                " WHERE sender_key NOT IN (SELECT curve25519 FROM crypto_devices)"
                " ORDER BY used DESC LIMIT -1 OFFSET ?)",
                (keep,),
            )

    def stop_sending(self) -> None:
        """Encrypt no more with any ratchet that is here: somebody went on with a newer copy of them."""
        with atomic(self.connection):
            self.connection.execute("UPDATE crypto_olm SET used = ?", (NEVER.isoformat(),))
            self.connection.execute("DELETE FROM crypto_outbound")

    def load_inbound_group_sessions(self) -> GroupSessionStore:
        """None: they are read one by one, when needed."""
        return GroupSessionStore()

    def load_device_keys(self) -> Devices:
        """All devices that were ever seen of anybody, read user by user when they are asked for."""
        return Devices(self._devices)

    def _devices(self, users: Iterable[str]) -> Mapping[str, dict[str, OlmDevice]]:
        found: dict[str, dict[str, OlmDevice]] = {}
        rows = self.connection.execute(
            "SELECT user_id, device_id, ed25519, curve25519, display_name, deleted, trust FROM crypto_devices"
            " WHERE user_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(users)),),
        )
        for user, device, ed, curve, name, deleted, trust in rows.fetchall():
            keys = {"ed25519": ed, "curve25519": curve}
            found.setdefault(user, {})[device] = OlmDevice(user, device, keys, name, bool(deleted), TrustState(trust))
        return found

    def owner_of(self, curve25519: str, ed25519: str) -> UserId | None:
        """Who is known to have the device with these keys; None where nobody is."""
        row = self.connection.execute(
            "SELECT user_id FROM crypto_devices WHERE curve25519 = ? AND ed25519 = ?", (curve25519, ed25519)
        ).fetchone()
        return UserId(row[0]) if row else None

    def save_devices(self, changed: Iterable[OlmDevice]) -> None:
        """Keep devices as they stand now, each under its user and id."""
        rows = [_device_row(device) for device in changed]
        with atomic(self.connection):
            self.connection.executemany("REPLACE INTO crypto_devices VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def load_outgoing_key_requests(self) -> dict[str, Any]:
        """None: keys are never asked of others until devices can be trusted."""
        return {}


def _device_row(device: OlmDevice) -> tuple[Any, ...]:
    return (
        device.user_id,
        device.id,
        device.ed25519,
        device.curve25519,
        device.display_name,
        int(device.deleted),
        device.trust_state.value,
    )
