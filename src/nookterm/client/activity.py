"""When something was last said in each room: kept as it comes, so that a list of rooms sorts without reading them."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, datetime

from nookterm.client.ports import Clock, RoomUpdate, Store
from nookterm.domain.events import Event, Message, Unreadable, moment
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass

_KEPT = "activity"
_NEAR = 30
"""How many events back something said is looked for where nothing was kept yet."""


@dataclass(slots=True)
class Activity:
    """The rooms of one account by when they were last spoken in."""

    store: Store
    clock: Clock
    _at: dict[RoomId, datetime | None] | None = field(default=None)

    def at(self, room_id: RoomId) -> datetime | None:
        """When something was last said in a room; None where nothing is known."""
        if self._at is None:
            kept = self.store.recall_all(_KEPT)
            self._at = {RoomId(key): moment(value["at"]) for key, value in kept.items()}
        if room_id not in self._at:
            self._at[room_id] = self._newest(self.store.timeline(room_id, _NEAR))
        return self._at[room_id]

    def fold(self, update: RoomUpdate) -> None:
        """Keep when something was said. Call inside the step's transaction, before its events are stored."""
        newest = self._newest(update.timeline)
        known = self.at(update.room_id) if newest else None
        if newest and (known is None or newest > known):
            self.store.remember(_KEPT, update.room_id, {"at": int(newest.timestamp() * 1000)})
            assert self._at is not None  # noqa: S101 - `at` has just read it
            self._at[update.room_id] = newest

    def forget(self) -> None:
        """Read anew what is on the disk: a transaction was rolled back, or somebody else wrote."""
        self._at = None

    def _newest(self, events: tuple[Event, ...]) -> datetime | None:
        """The time of the newest words; none lies in the future, whatever a sender's clock says."""
        said = [event.sent_at for event in events if isinstance(event.payload, Message | Unreadable)]
        return min(max(said), self.clock().astimezone(UTC)) if said else None
