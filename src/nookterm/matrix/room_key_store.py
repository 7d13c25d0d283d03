"""The room keys on the disk: those to read with, and for each room the one to write with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from nio.crypto import InboundGroupSession, OutboundGroupSession

from nookterm.matrix.tables import atomic


class RoomKeyTables:
    """The part of the crypto's store that knows room keys."""

    def __init__(self, connection: Any, pickle_key: str) -> None:
        self.connection = connection
        self._pickle_key = pickle_key

    def save_group_session(self, session: InboundGroupSession, *, imported: bool = False, shared: bool = False) -> bool:
        """Keep a room key unless a better one of the same maker is here. Says whether it was kept.

        What its maker sent is never replaced by what was imported, unless that is shown to be the same and to reach
        further back. `shared`: whether newcomers may have it; of one that only reaches further back that stays as it
        was. A key that was kept is in no backup yet.
        """
        row = self.connection.execute(
            "SELECT sender_key, signing_key, pickle, imported, shared FROM crypto_megolm"
            " WHERE room_id = ? AND session_id = ? AND sender_key = ?",
            (session.room_id, session.id, session.sender_key),
        ).fetchone()
        if row is not None:
            known = self._group_session(session.room_id, row[:4])
            further = session.first_known_index < known.first_known_index
            if imported or row[3]:
                same = _same_key(known, session)
                if imported and not (same and further):
                    return False
                if same:
                    session = session if further else known
                    session.ed25519 = known.ed25519 if imported else session.ed25519
                    shared = bool(row[4]) if imported else shared
                    imported = imported and bool(row[3])
            elif not further:
                return False
        return self._write_group_session(session, imported=imported, shared=shared)

    def _write_group_session(self, session: InboundGroupSession, *, imported: bool, shared: bool) -> bool:
        pickle = session.pickle(self._pickle_key).decode()
        keys = (session.room_id, session.id, session.sender_key, session.ed25519)
        self._write(
            "INSERT INTO crypto_megolm"
            " (room_id, session_id, sender_key, signing_key, first_index, pickle, imported, shared)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (room_id, session_id, sender_key) DO UPDATE SET"
            " signing_key = excluded.signing_key, first_index = excluded.first_index, pickle = excluded.pickle,"
            " imported = excluded.imported, shared = excluded.shared, saved_in = NULL",
            (*keys, session.first_known_index, pickle, int(imported), int(shared)),
        )
        return True

    def group_sessions(self, room_id: str, session_id: str) -> list[InboundGroupSession]:
        """The room keys of that id, one for each device that claimed to have made it; imported ones have a chain."""
        rows = self.connection.execute(
            "SELECT sender_key, signing_key, pickle, imported FROM crypto_megolm WHERE room_id = ? AND session_id = ?",
            (room_id, session_id),
        )
        return [self._group_session(room_id, row) for row in rows.fetchall()]

    def best_group_session(self, room_id: str, session_id: str) -> tuple[InboundGroupSession, bool] | None:
        """The one of that id to carry elsewhere, and whether newcomers may have it; imported ones have a chain.

        What came from its maker goes before what was imported, then the one that reaches further back.
        """
        row = self.connection.execute(
            f"SELECT sender_key, signing_key, pickle, imported, shared FROM crypto_megolm {_BEST}",  # noqa: S608
            (room_id, session_id),
        ).fetchone()
        return None if row is None else (self._group_session(room_id, row[:4]), bool(row[4]))

    def is_best(self, room_id: str, session_id: str, sender_key: str, first_index: int) -> bool:
        """Whether this is (still) the one of its id to carry elsewhere."""
        row = self.connection.execute(
            f"SELECT sender_key, first_index FROM crypto_megolm {_BEST}",  # noqa: S608
            (room_id, session_id),
        ).fetchone()
        return row is not None and tuple(row) == (sender_key, first_index)

    def _group_session(self, room_id: str, row: tuple[Any, ...]) -> InboundGroupSession:
        sender, signing, pickle, imported = row
        chain = [sender] if imported else None
        return InboundGroupSession.from_pickle(pickle.encode(), signing, sender, room_id, self._pickle_key, chain)

    def save_outbound(self, room_id: str, session: OutboundGroupSession) -> None:
        """Keep the room key that we use as it stands now: its place in the row, and who has it."""
        shared = json.dumps(sorted(session.users_shared_with))
        withheld = json.dumps(sorted(session.users_ignored))
        pickle = session.pickle(self._pickle_key).decode()
        self._write(
            "REPLACE INTO crypto_outbound (room_id, created, messages, shared_with, pickle, withheld_from)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (room_id, session.creation_time.isoformat(), session.message_count, shared, pickle, withheld),
        )

    def load_outbound(self, room_id: str) -> OutboundGroupSession | None:
        """The room key that we used last; None where there is none."""
        row = self.connection.execute(
            "SELECT created, messages, shared_with, pickle, withheld_from FROM crypto_outbound WHERE room_id = ?",
            (room_id,),
        ).fetchone()
        if row is None:
            return None
        session = OutboundGroupSession.from_pickle(row[3].encode(), self._pickle_key)
        session.creation_time, session.message_count = datetime.fromisoformat(row[0]), row[1]
        session.users_shared_with = {(user, device) for user, device in json.loads(row[2])}
        session.users_ignored = {(user, device) for user, device in json.loads(row[4])}
        return session

    def is_shared(self, room_id: str, session_id: str) -> bool:
        """Whether newcomers may have this key."""
        row = self.connection.execute(
            f"SELECT shared FROM crypto_megolm {_BEST}",  # noqa: S608
            (room_id, session_id),
        ).fetchone()
        return row is not None and bool(row[0])

    def _write(self, statement: str, values: Iterable[Any]) -> None:
        with atomic(self.connection):
            self.connection.execute(statement, tuple(values))


_BEST = "WHERE room_id = ? AND session_id = ? ORDER BY imported, first_index, sender_key LIMIT 1"


def _same_key(one: InboundGroupSession, other: InboundGroupSession) -> bool:
    """Whether both are the same room key, perhaps from different messages on."""
    later = max(one.first_known_index, other.first_known_index)
    return bool(one.id == other.id and one.export_session(later) == other.export_session(later))
