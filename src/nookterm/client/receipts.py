"""How far others have read, as they told it; and to whom we tell it ourselves, everywhere or in one room."""

from __future__ import annotations

from nookterm.client.changes import Change, Changes, RoomsChanged, SettingsChanged
from nookterm.client.ignoring import ignored_users
from nookterm.client.ports import RoomUpdate, Store
from nookterm.client.settings import Settings
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.receipts import Receipt, Telling, merged
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room

TELL, SHOW = "receipts.send", "receipts.show"
_IN_ROOM = "receipts_in_room"


@dataclass(slots=True)
class Receipts:
    """The read receipts of an account's rooms."""

    store: Store
    changes: Changes
    me: UserId
    telling: Telling = Telling.PRIVATE
    """What holds where a room has nothing of its own."""
    shown: bool = True
    """Whether those of others are to be shown at all."""

    def obey(self, settings: Settings) -> None:
        """Take over what the settings say."""
        self.telling, self.shown = Telling(settings.text(TELL)), settings.text(SHOW) == "on"

    def heed(self, change: Change) -> None:
        """Take over new settings. Listens to all changes."""
        if isinstance(change, SettingsChanged):
            self.obey(change.settings)

    def fold(self, update: RoomUpdate) -> None:
        """Keep what a sync step says. Call inside its transaction, with its events stored."""
        room_id, store = update.room_id, self.store
        if update.membership is not Membership.JOIN:
            if store.receipts(room_id):
                store.drop_receipts(room_id)
            return
        if not update.receipts:
            return
        unheard = ignored_users(store) | {self.me}
        came = [receipt for receipt in update.receipts if receipt.user not in unheard]
        new = merged(store.receipts(room_id), came, lambda event_id: store.place(room_id, event_id))
        if new:
            store.save_receipts(room_id, new)

    def of(self, room: Room, thread: EventId | None) -> tuple[Receipt, ...]:
        """What people in a room have told of a thread, or with None of what is in none; nobody whom we ignore.

        Nothing where it is not to be shown.
        """
        if not self.shown:
            return ()
        kept = self.store.receipts(room.room_id)
        unheard = (ignored_users(self.store) | {self.me}) if kept else frozenset()
        told = (receipt for receipt in kept if receipt.user not in unheard and receipt.concerns(thread))
        return tuple(receipt for receipt in told if _is_in(room, receipt.user))

    def telling_in(self, room_id: RoomId) -> Telling:
        """To whom we tell how far we have read in a room."""
        return self.own(room_id) or self.telling

    def own(self, room_id: RoomId) -> Telling | None:
        """What was chosen for this room alone; None: nothing."""
        kept = self.store.recall(_IN_ROOM, room_id)
        return Telling(kept["to"]) if kept else None

    def choose(self, room_id: RoomId, telling: Telling | None) -> None:
        """Choose for one room, on this machine; None: what holds everywhere. What was read before is told to nobody."""
        with self.store.transaction():
            self.store.remember(_IN_ROOM, room_id, {"to": telling} if telling else None)
        self.changes.tell(RoomsChanged(frozenset({room_id})))

    def forget(self, room_id: RoomId) -> None:
        """Nothing of a room is kept that we left for good. Call inside a transaction."""
        self.store.drop_receipts(room_id)
        self.store.remember(_IN_ROOM, room_id, None)


def _is_in(room: Room, user: UserId) -> bool:
    member = room.members.get(user)
    return member is not None and member.membership is Membership.JOIN
