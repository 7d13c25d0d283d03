"""Which rooms are encrypted. Once known to be, a room stays so for ever, whatever a server says later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from nookterm.client.errors import NotFound, Unencryptable
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.matrix.hardened import MEGOLM
from nookterm.matrix.http import Http, path
from nookterm.matrix.parsing import ENCRYPTION
from nookterm.matrix.tables import atomic
from nookterm.matrix.wire import as_count, as_text

_WEEK_MS = 7 * 24 * 3600 * 1000
_HOUR_MS = 3600 * 1000
_MESSAGES = 100
_UNKNOWN = 0
"""Messages for a key, in a room that is encrypted in a way that we cannot do."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """How long a room key is used: never longer than the spec's week or hundred messages."""

    age: timedelta
    messages: int


class EncryptedRooms:
    """The rooms that are known to be encrypted."""

    def __init__(self, http: Http, connection: Any) -> None:
        self._http = http
        self._connection = connection

    def note(self, room_id: str, content: Mapping[str, Any]) -> None:
        """Remember that clear-text state says the room is encrypted. A way that we know stays, whatever comes later."""
        algorithm = as_text(content.get("algorithm"))
        if not algorithm:
            return
        period = as_count(content.get("rotation_period_ms")) or _WEEK_MS
        messages = as_count(content.get("rotation_period_msgs")) or _MESSAGES
        row = (room_id, max(min(period, _WEEK_MS), _HOUR_MS), max(min(messages, _MESSAGES), 1))
        with atomic(self._connection):
            if algorithm == MEGOLM:
                self._connection.execute("REPLACE INTO crypto_rooms VALUES (?, ?, ?)", row)
            else:
                self._connection.execute("INSERT OR IGNORE INTO crypto_rooms VALUES (?, 0, ?)", (room_id, _UNKNOWN))

    async def rotation(self, room_id: RoomId) -> Rotation | None:
        """How the room's keys rotate; None where the server says now that the room is not encrypted.

        Raises:
            Unencryptable: it is encrypted in a way that we cannot do.
        """
        known = self._known(room_id)
        if known is not None:
            return known
        try:
            content = await self._http.call("GET", path("rooms", room_id, "state", ENCRYPTION) + "/")
        except NotFound as problem:
            if problem.code != "not_found":
                raise
            return None
        if content.get("algorithm") != MEGOLM:
            raise _unknown()
        self.note(room_id, content)
        return self._known(room_id)

    def _known(self, room_id: str) -> Rotation | None:
        row = self._connection.execute(
            "SELECT period_ms, messages FROM crypto_rooms WHERE room_id = ?", (room_id,)
        ).fetchone()
        if row and row[1] == _UNKNOWN:
            raise _unknown()
        return Rotation(timedelta(milliseconds=row[0]), row[1]) if row else None


def _unknown() -> Unencryptable:
    return Unencryptable(
        "This room is encrypted in a way that nookterm does not know.", "Nothing was sent.", code="unknown_encryption"
    )
