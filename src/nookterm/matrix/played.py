"""Which event each message of a room key was, so that a copy under another name is noticed, also years later."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection
from typing import Any, TypeVar

from nookterm.matrix.tables import atomic

_MARK = 8
"""Bytes for each message. Keyed, so that a server cannot look for a second event id with the same mark."""
_FIRM = 1
"""The bit of a mark that says that the sender was proved to have made the key."""
_A_BLOCK = 100
"""Messages in a row: the most that an ordinary room key is used for."""
_MOST_AT_HAND = 300
E = TypeVar("E", bound=str)
Block = tuple[str, str, int]
"""Room id, session id, and which hundred of its messages."""


class Played:
    """The replay guard. It grows by eight bytes for each message ever read, a hundred messages to a row."""

    def __init__(self, connection: Any, secret: str) -> None:
        """Keep the marks by `connection`; `secret` must be the same for the life of the database."""
        self._connection = connection
        self._secret = hashlib.blake2b(secret.encode(), digest_size=32, person=b"replay guard").digest()
        self._blocks: OrderedDict[Block, bytearray] = OrderedDict()
        self._changed: set[Block] = set()
        self._together = False
        self._take_over()

    def is_first(self, room_id: str, session_id: str, index: int, event_id: str, *, proved: bool = True) -> bool:
        """Whether this message of the key is this event's, and not an older one sent once more. It is its own then.

        An event whose sender is `proved` takes the place from one whose sender is not. Written at once; between `begin`
        and `end` only in the end.
        """
        number, place = divmod(index, _A_BLOCK)
        where = (room_id, session_id, number)
        marks = self._block(where)
        start = place * _MARK
        here = int.from_bytes(marks[start : start + _MARK], "big")
        this = self._mark(event_id)
        firm = bool(here & _FIRM)
        same = here | _FIRM == this
        if here and not same and (firm or not proved):
            return False
        if not here or (proved and not firm):
            if len(marks) < start:
                marks.extend(bytes(start - len(marks)))
            marks[start : start + _MARK] = (this if proved else this ^ _FIRM).to_bytes(_MARK, "big")
            self._changed.add(where)
            if not self._together:
                self._write()
        return True

    def _mark(self, event_id: str) -> int:
        name = event_id.encode("utf-8", "replace")
        digest = hashlib.blake2b(name, digest_size=_MARK, key=self._secret).digest()
        return int.from_bytes(digest, "big") | _FIRM

    def read_with(self, room_id: str, sessions: Collection[str], events: Collection[E]) -> frozenset[E]:
        """Those of `events` that were messages of these room keys."""
        rows = self._connection.execute("SELECT session_id, marks FROM crypto_played WHERE room_id = ?", (room_id,))
        known = {
            int.from_bytes(marks[start : start + _MARK], "big") | _FIRM
            for session_id, marks in rows.fetchall()
            if session_id in sessions
            for start in range(0, len(marks), _MARK)
        }
        return frozenset(event for event in events if self._mark(event) in known)

    def begin(self) -> None:
        """Many messages come now: write their marks in the end, together."""
        self._together = True

    def end(self) -> None:
        """Write what `begin` put off."""
        self._together = False
        self._write()

    def forget(self) -> None:
        """Let go of what is in memory: after a rollback it is not what the database holds."""
        self._blocks.clear()
        self._changed.clear()
        self._together = False

    def _block(self, where: Block) -> bytearray:
        marks = self._blocks.get(where)
        if marks is None:
            row = self._connection.execute(
                "SELECT marks FROM crypto_played WHERE room_id = ? AND session_id = ? AND block = ?", where
            ).fetchone()
            marks = self._blocks[where] = bytearray(row[0] if row else b"")
        else:
            self._blocks.move_to_end(where)
        return marks

    def _write(self) -> None:
        rows = [(*where, bytes(self._blocks[where])) for where in self._changed]
        with atomic(self._connection):
            self._connection.executemany("REPLACE INTO crypto_played VALUES (?, ?, ?, ?)", rows)
        self._changed.clear()
        while len(self._blocks) > _MOST_AT_HAND:
            self._blocks.popitem(last=False)

    def _take_over(self) -> None:
        """Make marks of the rows, one for each message, that an earlier nookterm kept."""
        found = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'crypto_seen'").fetchone()
        if not found:
            return
        with atomic(self._connection):
            self.begin()
            rows = self._connection.execute("SELECT room_id, session_id, message_index, event_id FROM crypto_seen")
            for row in rows.fetchall():
                self.is_first(*row)
            self.end()
            self._connection.execute("DROP TABLE crypto_seen")
