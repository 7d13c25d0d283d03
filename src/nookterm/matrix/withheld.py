"""Why a key did not come: what the sender's client said about it, kept for the messages that wait for the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.matrix.hostile import HOSTILE
from nookterm.matrix.tables import atomic
from nookterm.trust.withheld import Code, Withheld, read_withheld

_LONGEST = 512
_MOST = 2_000
"""Reasons kept; strangers can send as many as they like."""


class Reasons:
    """The `m.room_key.withheld` messages that came. Nobody proves them: they only ever change an explanation."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def note(self, sender: str | None, content: Mapping[str, Any]) -> tuple[str, str] | None:
        """Keep a reason. Returns the room key (room id, session id) that it is about, where it is about one."""
        try:
            told = read_withheld(content)
        except HOSTILE:
            return None
        about = (told.room or "", told.session or "")
        if not sender or max(map(len, (sender, *about))) > _LONGEST:
            return None
        with atomic(self._connection):
            row = (sender, *about, told.code or "")
            self._connection.execute("REPLACE INTO crypto_withheld VALUES (?, ?, ?, ?)", row)
            self._connection.execute(
                "DELETE FROM crypto_withheld WHERE rowid <= (SELECT max(rowid) FROM crypto_withheld) - ?", (_MOST,)
            )
        return about if told.session else None

    def why(self, sender: str, room_id: str, session_id: str) -> str | None:
        """The reason that `sender` gave for keeping this room key back, as the end of a sentence."""
        row = self._connection.execute(
            "SELECT code FROM crypto_withheld WHERE sender = ? AND room_id IN (?, '') AND session_id IN (?, '')"
            " ORDER BY room_id DESC LIMIT 1",
            (sender, room_id, session_id),
        ).fetchone()
        if row is None:
            return None
        words = Withheld(Code(row[0]) if row[0] else None, "").words
        return words[0].lower() + words[1:].rstrip(".")
