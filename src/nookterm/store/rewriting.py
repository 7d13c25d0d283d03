"""Which timelines changed elsewhere than at their newest end: who has read one needs only what came behind it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from nookterm.domain.ids import RoomId
from nookterm.store.words import WordTables


class RewritingTables(WordTables):
    """The part of the store that counts such changes. They count also where they were rolled back."""

    def __init__(self, connection: Any, path: Path, *, read_only: bool = False) -> None:
        """As `Database`."""
        super().__init__(connection, path, read_only=read_only)
        self._rewrites = Counter[RoomId]()

    def rewrites(self, room_id: RoomId) -> tuple[int, int]:
        """What is another value after events of a room changed, moved, went, or came before its newest ones."""
        return self._rewrites[room_id], self.commits_elsewhere()

    def _rewritten(self, room_id: RoomId) -> None:
        self._rewrites[room_id] += 1
