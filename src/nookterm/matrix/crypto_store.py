"""Where nio's Olm machine keeps its keys: in the account's own database, by the connection that Store lends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from nio.crypto import (
    DeviceStore,
    GroupSessionStore,
    InboundGroupSession,
    OlmAccount,
    OlmDevice,
    OutboundGroupSession,
    Session,
    SessionStore,
    TrustState,
)

from nookterm.client.errors import StoreDamaged
from nookterm.matrix.tables import atomic, make_tables


class CryptoStore:
    """What nio calls its store, without peewee: that binds its models globally, so two stores in two threads mix rows.

    Nothing here commits inside a transaction of the lender. Group sessions stay on disk until an event asks for them.
    """

    def __init__(self, connection: Any, user_id: str, device_id: str, pickle_key: str) -> None:
        """Use `connection`, whose file is this device's. `pickle_key` seals what nio pickles, on top of SQLCipher."""
        self.connection = connection
        self.user_id = user_id
        self.device_id = device_id
        self._pickle_key = pickle_key
        make_tables(connection)

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

    def load_sessions(self) -> SessionStore:
        """All Olm sessions, the ones used last first."""
        found = SessionStore()
        rows = self.connection.execute("SELECT sender_key, created, used, pickle FROM crypto_olm")
        for key, created, used, pickle in rows.fetchall():
            times = datetime.fromisoformat(created), datetime.fromisoformat(used)
            found.add(key, Session.from_pickle(pickle.encode(), times[0], self._pickle_key, times[1]))
        return found

    def save_session(self, curve_key: str, session: Session) -> None:
        """Keep an Olm session as it stands now."""
        self._write(
            "REPLACE INTO crypto_olm (session_id, sender_key, created, used, pickle) VALUES (?, ?, ?, ?, ?)",
            (
                session.id,
                curve_key,
                session.creation_time.isoformat(),
                session.use_time.isoformat(),
                session.pickle(self._pickle_key).decode(),
            ),
        )

    def load_inbound_group_sessions(self) -> GroupSessionStore:
        """None: they are read one by one, when needed."""
        return GroupSessionStore()

    def load_device_keys(self) -> DeviceStore:
        """All devices that were ever seen of anybody."""
        found = DeviceStore()
        rows = self.connection.execute(
            "SELECT user_id, device_id, ed25519, curve25519, display_name, deleted, trust FROM crypto_devices"
        )
        for user, device, ed, curve, name, deleted, trust in rows.fetchall():
            keys = {"ed25519": ed, "curve25519": curve}
            found.add(OlmDevice(user, device, keys, name, bool(deleted), TrustState(trust)))
        return found

    def save_device_keys(self, changed: Mapping[str, Mapping[str, OlmDevice]]) -> None:
        """Keep devices as they stand now, each under its user and id."""
        rows = [_device_row(device) for devices in changed.values() for device in devices.values()]
        with atomic(self.connection):
            self.connection.executemany("REPLACE INTO crypto_devices VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def load_outgoing_key_requests(self) -> dict[str, Any]:
        """None: keys are never asked of others until devices can be trusted."""
        return {}

    # --- what our own reader asks for -------------------------------------------------------------------------------

    def save_group_session(self, session: InboundGroupSession) -> bool:
        """Keep a room key unless one of the same maker that reaches further back is here. Says whether it was kept."""
        who = (session.room_id, session.id, session.sender_key)
        known = self.connection.execute(
            "SELECT first_index FROM crypto_megolm WHERE room_id = ? AND session_id = ? AND sender_key = ?", who
        ).fetchone()
        if known is not None and known[0] <= session.first_known_index:
            return False
        self._write(
            "REPLACE INTO crypto_megolm (room_id, session_id, sender_key, signing_key, first_index, pickle)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*who, session.ed25519, session.first_known_index, session.pickle(self._pickle_key).decode()),
        )
        return True

    def group_sessions(self, room_id: str, session_id: str) -> list[InboundGroupSession]:
        """The room keys of that id, one for each device that claimed to have made it."""
        rows = self.connection.execute(
            "SELECT sender_key, signing_key, pickle FROM crypto_megolm WHERE room_id = ? AND session_id = ?",
            (room_id, session_id),
        )
        return [
            InboundGroupSession.from_pickle(pickle.encode(), signing, sender, room_id, self._pickle_key)
            for sender, signing, pickle in rows.fetchall()
        ]

    def save_outbound(self, room_id: str, session: OutboundGroupSession) -> None:
        """Keep the room key that we use as it stands now: its place in the row, and who has it."""
        shared = json.dumps(sorted(session.users_shared_with))
        pickle = session.pickle(self._pickle_key).decode()
        self._write(
            "REPLACE INTO crypto_outbound (room_id, created, messages, shared_with, pickle) VALUES (?, ?, ?, ?, ?)",
            (room_id, session.creation_time.isoformat(), session.message_count, shared, pickle),
        )

    def load_outbound(self, room_id: str) -> OutboundGroupSession | None:
        """The room key that we used last; None where there is none."""
        row = self.connection.execute(
            "SELECT created, messages, shared_with, pickle FROM crypto_outbound WHERE room_id = ?", (room_id,)
        ).fetchone()
        if row is None:
            return None
        session = OutboundGroupSession.from_pickle(row[3].encode(), self._pickle_key)
        session.creation_time, session.message_count = datetime.fromisoformat(row[0]), row[1]
        session.users_shared_with = {(user, device) for user, device in json.loads(row[2])}
        return session

    def _write(self, statement: str, values: Iterable[Any]) -> None:
        with atomic(self.connection):
            self.connection.execute(statement, tuple(values))


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
