"""The room keys of this device for those who carry them elsewhere: backups, files, bundles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from nookterm.domain.ids import EventId, RoomId
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.tables import atomic
from nookterm.trust.room_keys import RoomKey

if TYPE_CHECKING:
    from nio.crypto import InboundGroupSession

_MOST_MISSING = 500
_PAGE = 500
"""Rows that are read at once where all are wanted."""
_UNSAVED = (
    "SELECT DISTINCT room_id, session_id FROM ("
    "SELECT room_id, session_id FROM crypto_megolm WHERE saved_in IS NULL"
    " UNION ALL SELECT room_id, session_id FROM crypto_megolm WHERE saved_in < ?"
    " UNION ALL SELECT room_id, session_id FROM crypto_megolm WHERE saved_in > ?)"
)
"""Three ranges of an index: `saved_in IS NOT ?` would read all keys each time."""
_HOW_MANY = f"SELECT count(*) FROM ({_UNSAVED})"  # noqa: S608 - nothing of it is from outside


class HeldRoomKeys:
    """Implements the port `RoomKeys` over the crypto's tables."""

    def __init__(self, olm: HardenedOlm) -> None:
        self._olm = olm
        self._store = olm.store
        self._connection = olm.store.connection

    def count(self) -> int:
        """How many."""
        return int(self._connection.execute("SELECT count(*) FROM crypto_megolm").fetchone()[0])

    def all(self, room_id: RoomId | None = None) -> Iterator[RoomKey]:
        """All of them, or those of a room. Read as they are asked for, so that others may work in between."""
        last = (room_id or "", "")
        rest = "(room_id, session_id) > (?, ?)" if room_id is None else "room_id = ? AND session_id > ?"
        while True:
            page = self._connection.execute(
                f"SELECT DISTINCT room_id, session_id FROM crypto_megolm WHERE {rest}"  # noqa: S608 - one of two
                " ORDER BY room_id, session_id LIMIT ?",
                (*last, _PAGE),
            ).fetchall()
            yield from (key for where in page if (key := self._key(*where)) is not None)
            if len(page) < _PAGE:
                return
            last = page[-1]

    def unsaved(self, version: str, limit: int) -> Sequence[tuple[RoomKey, bool]]:
        """Some that are not in this backup yet, each with whether its maker is known and signed by its owner."""
        rows = self._connection.execute(f"{_UNSAVED} LIMIT ?", (version, version, limit)).fetchall()
        found = (self._store.best_group_session(*row) for row in rows)
        return [
            (_room_key(session, shared=shared), not session.forwarding_chain and self._is_signed(session))
            for session, shared in filter(None, found)
        ]

    def how_many_unsaved(self, version: str) -> int:
        """How many are not in this backup."""
        row = self._connection.execute(_HOW_MANY, (version, version)).fetchone()
        return int(row[0])

    def saved(self, version: str, keys: Iterable[RoomKey]) -> None:
        """These are in this backup now. One that became better meanwhile still has to go there."""
        with atomic(self._connection):
            for key in keys:
                if self._store.is_best(key.room, key.session, key.sender_key, key.first_index):
                    self._connection.execute(
                        "UPDATE crypto_megolm SET saved_in = ? WHERE room_id = ? AND session_id = ?",
                        (version, key.room, key.session),
                    )

    def take(self, keys: Iterable[RoomKey], *, from_backup: str | None = None) -> int:
        """Keep keys that came second hand where they are better. Returns how many were."""
        with atomic(self._connection):
            return sum(self._take_one(key, from_backup) for key in keys)

    def _take_one(self, key: RoomKey, version: str | None) -> bool:
        where = (key.room, key.session)
        # Whoever reads has to hear of it only where a key was here before, or a message waits for it.
        matters = self._exists("crypto_megolm", where) or self._exists("crypto_waiting", where)
        news = where not in self._olm.arrived
        claimed = key.claimed_ed25519 or ""
        taken = self._olm.take_exported(*where, key.sender_key, claimed, key.session_key, shared=key.shared_history)
        if taken and news and not matters:
            self._olm.arrived.discard(where)
        if version is not None and (taken or self._holds(key)):
            self._connection.execute(
                "UPDATE crypto_megolm SET saved_in = ? WHERE room_id = ? AND session_id = ? AND sender_key = ?",
                (version, *where, key.sender_key),
            )
        return taken

    def _exists(self, table: str, where: tuple[str, str]) -> bool:
        found = self._connection.execute(
            f"SELECT 1 FROM {table} WHERE room_id = ? AND session_id = ? LIMIT 1",  # noqa: S608 - one of two names
            where,
        ).fetchone()
        return found is not None

    def _holds(self, key: RoomKey) -> bool:
        """Whether it is here just as it is."""
        best = self._store.best_group_session(key.room, key.session)
        return best is not None and _room_key(best[0], shared=best[1]).session_key == key.session_key

    def missing(self, room_id: RoomId | None = None) -> Sequence[tuple[RoomId, str]]:
        """The sessions (room, session id) that messages here wait for, newest first.

        Also those of which only a later part is here: the message that waits may lie before it.
        """
        rows = self._connection.execute(
            "SELECT room_id, session_id FROM crypto_waiting WHERE (? IS NULL OR room_id = ?) AND NOT EXISTS"
            " (SELECT 1 FROM crypto_megolm AS key WHERE key.room_id = crypto_waiting.room_id"
            " AND key.session_id = crypto_waiting.session_id AND key.first_index = 0)"
            " GROUP BY room_id, session_id ORDER BY max(rowid) DESC LIMIT ?",
            (room_id, room_id, _MOST_MISSING),
        )
        return [(RoomId(room), session) for room, session in rows.fetchall()]

    def given(self, room_id: RoomId, events: Collection[EventId]) -> frozenset[EventId]:
        """Those of these events that were read with a key which newcomers may have."""
        return self._store.replay_guard().read_with(room_id, self._shareable(room_id), events)

    def _shareable(self, room_id: RoomId) -> frozenset[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT session_id FROM crypto_megolm WHERE room_id = ? AND shared", (room_id,)
        )
        return frozenset(session for (session,) in rows.fetchall())

    def _key(self, room_id: str, session_id: str) -> RoomKey | None:
        best = self._store.best_group_session(room_id, session_id)
        return None if best is None else _room_key(best[0], shared=best[1])

    def _is_signed(self, session: InboundGroupSession) -> bool:
        """Whether the device that made it is known, this one or another, and signed by its owner."""
        if session.sender_key == self._olm.account.identity_keys["curve25519"]:
            row = self._connection.execute(
                "SELECT 1 FROM crypto_signed WHERE user_id = ? AND device_id = ? AND ed25519 = ?",
                (self._olm.user_id, self._olm.device_id, session.ed25519),
            ).fetchone()
        else:
            row = self._connection.execute(
                "SELECT 1 FROM crypto_devices JOIN crypto_signed USING (user_id, device_id, ed25519)"
                " WHERE curve25519 = ? AND ed25519 = ?",
                (session.sender_key, session.ed25519),
            ).fetchone()
        return row is not None


def _room_key(held: InboundGroupSession, *, shared: bool) -> RoomKey:
    first = held.first_known_index
    return RoomKey(
        RoomId(held.room_id),
        held.id,
        held.export_session(first),
        first,
        held.sender_key,
        held.ed25519 or None,
        (),
        shared_history=shared,
    )
