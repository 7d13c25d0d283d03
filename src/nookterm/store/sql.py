"""The Store port over one encrypted database: the parts put together."""

from __future__ import annotations

from nookterm.store.outbox import OutboxTables
from nookterm.store.rooms import RoomTables
from nookterm.store.timeline import TimelineTables


class SqlStore(RoomTables, TimelineTables, OutboxTables):
    """One account's database. Made by `open_store`; synchronous; for one thread at a time."""

    def is_whole(self) -> bool:
        """Whether every page of the file is as it was written. Reads all of it: for `doctor`, not for each start.

        What is read is always proved; but where a page of the search index is broken, a search may find nothing
        instead of saying so.
        """
        return not self._run("PRAGMA cipher_integrity_check")
