"""Favourites, rooms of low priority, rooms marked as unread: account data of each room, the same in every client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from nookterm.client.changes import Changes, RoomsChanged
from nookterm.client.errors import Problem
from nookterm.client.owed import Owed
from nookterm.client.ports import Gateway, RoomUpdate, Store
from nookterm.domain.events import Json
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass
from nookterm.domain.room_order import FAVOURITE, LOW, Tags, behind_all, read_tags

TAGS, MARKED = "m.tag", "m.marked_unread"
_MARKED_BEFORE = "com.famedly.marked_unread"
"""The name of before spec 1.12, that some clients still write."""
_KEPT = "room_account_data"


@dataclass(slots=True)
class RoomTags:
    """What an account says of its rooms, as the server has it and as it was decided here since."""

    gateway: Gateway
    store: Store
    changes: Changes
    owed: Owed = field(init=False)
    """Tags (`room tag`) and marks (`room`) that the server has yet to hear."""
    _all: dict[RoomId, Tags] | None = None

    def __post_init__(self) -> None:
        self.owed = Owed(self.store, "tags_owed")

    def of(self, room_id: RoomId) -> Tags:
        """What is said of a room."""
        return self.all().get(room_id, _NONE)

    def all(self) -> Mapping[RoomId, Tags]:
        """The rooms of which anything is said."""
        if self._all is None:
            kept = dict(self.store.recall_all(_KEPT))
            for key, value in self.owed.all().items():
                room_id = key.partition(" ")[0]
                kept[room_id] = _with(kept.get(room_id, {}), key, value)
            self._all = {RoomId(room_id): read_tags(content) for room_id, content in kept.items()}
        return self._all

    def fold(self, update: RoomUpdate) -> None:
        """Keep what a sync step says of a room. Call inside its transaction."""
        came, whole = update.account, update.account_whole
        if not whole and came.keys().isdisjoint({TAGS, MARKED, _MARKED_BEFORE}):
            return
        before: Json = {} if whole else self.store.recall(_KEPT, update.room_id) or {}
        kept = dict(before)
        if TAGS in came:
            tags = came[TAGS].get("tags")
            kept["tags"] = dict(tags) if isinstance(tags, Mapping) else {}
        # Of the two names of the mark the newer news count; where both come together the one of the spec.
        for name in (_MARKED_BEFORE, MARKED):
            if name in came:
                kept["marked"] = came[name].get("unread") is True
        if _MARKED_BEFORE in came:
            kept["before"] = True
        self._keep(update.room_id, kept)

    def forget(self) -> None:
        """Read anew what is on the disk: a transaction was rolled back, or somebody else wrote."""
        self._all = None
        self.owed.forget()

    async def favourite(self, room_id: RoomId, *, on: bool) -> bool:
        """Put a room among the favourites, behind the others, or out of them. A favourite is of no low priority."""
        places = [tags.favourite_at for tags in self.all().values() if tags.favourite]
        return await self._tag(room_id, FAVOURITE, on=on, order=behind_all(places), instead=LOW)

    async def place(self, orders: Mapping[RoomId, float]) -> bool:
        """Give favourites other places among each other (0 to 1). False where none is given."""
        if orders:
            decided = {f"{room_id} {FAVOURITE}": {"on": True, "order": order} for room_id, order in orders.items()}
            await self._decide(next(iter(orders)), decided)
        return bool(orders)

    async def low(self, room_id: RoomId, *, on: bool) -> bool:
        """Say that a room is of low priority, or not. Such a room is no favourite."""
        return await self._tag(room_id, LOW, on=on, order=None, instead=FAVOURITE)

    async def mark(self, room_id: RoomId, *, unread: bool) -> bool:
        """Mark a room as unread, or end that. False where it is so."""
        if self.of(room_id).marked is unread:
            return False
        await self._decide(room_id, {room_id: {"unread": unread}})
        return True

    async def deliver(self) -> int:
        """Tell the server what it could not be told before. How much that was."""
        told = 0
        for key in tuple(self.owed.all()):
            try:
                told += await self.owed.tell(key, self._write, self._taken)
            except Problem:
                # What the server does not take is not owed any longer: the others have their turn.
                self._changed(RoomId(key.partition(" ")[0]))
        return told

    async def _tag(self, room_id: RoomId, tag: str, *, on: bool, order: float | None, instead: str) -> bool:
        named = self.of(room_id).named
        if (tag in named) is on:
            return False
        decided: dict[str, Json] = {f"{room_id} {tag}": {"on": on} | ({"order": order} if on and order else {})}
        if on and instead in named:
            decided[f"{room_id} {instead}"] = {"on": False}
        await self._decide(room_id, decided)
        return True

    async def _decide(self, room_id: RoomId, decided: Mapping[str, Json]) -> None:
        """Keep it, show it, tell the server. Raises the Problem of a server that does not take it."""
        with self.store.transaction():
            for key, value in decided.items():
                self.owed.keep(key, value)
        self._changed(room_id)
        try:
            for key in decided:
                await self.owed.tell(key, self._write, self._taken)
        except Problem:
            # One decision: where a part of it is not taken, the rest is not owed either.
            with self.store.transaction():
                for key, value in decided.items():
                    self.owed.give_up(key, value)
            raise
        finally:
            self._changed(room_id)

    async def _write(self, key: str, value: Json) -> None:
        room, _, tag = key.partition(" ")
        room_id = RoomId(room)
        if not tag:
            await self.gateway.set_room_account_data(room_id, MARKED, dict(value))
            if (self.store.recall(_KEPT, room_id) or {}).get("before"):
                # A client that knows only the older name would show the opposite.
                await self.gateway.set_room_account_data(room_id, _MARKED_BEFORE, dict(value))
        elif value.get("on"):
            await self.gateway.put_tag(room_id, tag, {"order": value["order"]} if "order" in value else {})
        else:
            await self.gateway.drop_tag(room_id, tag)

    def _taken(self, key: str, value: Json) -> None:
        room_id = RoomId(key.partition(" ")[0])
        self._keep(room_id, _with(self.store.recall(_KEPT, room_id) or {}, key, value))

    def _keep(self, room_id: RoomId, content: Json) -> None:
        said = bool(content.get("tags") or content.get("marked") or content.get("before"))
        self.store.remember(_KEPT, room_id, content if said else None)
        self._all = None

    def _changed(self, room_id: RoomId) -> None:
        self._all = None
        self.changes.tell(RoomsChanged(frozenset({room_id})))


_NONE = Tags()


def _with(content: Json, key: str, value: Json) -> Json:
    """What is kept of a room, with something that was decided here."""
    _, _, tag = key.partition(" ")
    if not tag:
        return {**content, "marked": value.get("unread") is True}
    tags = {name: told for name, told in content.get("tags", {}).items() if name != tag}
    if value.get("on"):
        tags[tag] = {"order": value["order"]} if "order" in value else {}
    return {**content, "tags": tags}
