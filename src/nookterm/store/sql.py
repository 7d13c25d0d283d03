"""The Store port over one encrypted database: the parts put together."""

from __future__ import annotations

from datetime import datetime

from nookterm.store.blocks import BlockTables
from nookterm.store.intents import IntentTables
from nookterm.store.migrating import drop_copies
from nookterm.store.outbox import OutboxTables
from nookterm.store.problems import disk_problem
from nookterm.store.receipts import ReceiptTables
from nookterm.store.rooms import RoomTables
from nookterm.store.trimming import TrimTables


class SqlStore(RoomTables, TrimTables, ReceiptTables, OutboxTables, IntentTables, BlockTables):
    """One account's database. Made by `open_store`; synchronous; for one thread at a time."""

    def is_whole(self) -> bool:
        """Whether every page of the file is as it was written. Reads all of it: for `doctor`, not for each start.

        What is read is always proved; but where a page of the search index is broken, a search may find nothing
        instead of saying so.
        """
        return not self._run("PRAGMA cipher_integrity_check")

    def drop_copies(self, before: datetime) -> None:
        """Remove copies that migrations made before this moment. Raises CannotWrite."""
        try:
            drop_copies(self._path, before)
        except OSError as error:
            raise disk_problem(error, self._path) from error
