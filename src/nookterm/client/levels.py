"""What of each room calls its reader: the account's push rules, known offline and at the start, changed at once."""

from __future__ import annotations

from dataclasses import field

from nookterm.client.changes import Changes, RoomsChanged
from nookterm.client.errors import Problem
from nookterm.client.owed import Owed
from nookterm.client.ports import Gateway, Store, SyncStep
from nookterm.client.rooms import Rooms
from nookterm.domain.events import Json, Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.levels import Level, Rulebook, read_rules
from nookterm.domain.records import dataclass

RULES = "m.push_rules"
_KEPT = "account_data"
_TWO = 2


def rulebook(store: Store) -> Rulebook:
    """The push rules that are on the disk."""
    return read_rules(store.recall(_KEPT, RULES) or {})


@dataclass(slots=True)
class Levels:
    """The notification level of every room of an account."""

    gateway: Gateway
    store: Store
    changes: Changes
    rooms: Rooms
    owed: Owed = field(init=False)
    """Levels that were chosen here and the server has yet to hear, by room."""
    _book: Rulebook | None = None

    def __post_init__(self) -> None:
        self.owed = Owed(self.store, "level_owed")

    @property
    def book(self) -> Rulebook:
        """The rules as the server had them last."""
        if self._book is None:
            self._book = rulebook(self.store)
        return self._book

    @property
    def silenced(self) -> bool:
        """Whether the account's one switch for all rooms is off: then nothing calls, whatever its level."""
        return self.book.silenced

    def of(self, room_id: RoomId) -> Level:
        """What of a room calls its reader."""
        chosen = self.owed.all().get(room_id)
        if chosen and not self.book.silenced:
            return Level(str(chosen["level"]))
        return self.book.level(room_id, encrypted=self._is_encrypted(room_id), two=self._has_two(room_id))

    def default(self, room_id: RoomId) -> Level:
        """What would hold in a room if nothing were said about it."""
        return self.book.default(encrypted=self._is_encrypted(room_id), two=self._has_two(room_id))

    def fold(self, step: SyncStep) -> None:
        """Keep the rules that came with a sync step. Call inside its transaction."""
        if RULES in step.account:
            self._keep(step.account[RULES])

    def forget(self) -> None:
        """Read anew what is on the disk: a transaction was rolled back, or somebody else wrote."""
        self._book = None
        self.owed.forget()

    async def put(self, room_id: RoomId, level: Level) -> bool:
        """Choose what of a room calls: holds here at once, on the server now or as soon as it can be told.

        False where it was so already.

        Raises:
            Problem: the server does not take it; then all is as it was.

        """
        if self.of(room_id) is level and not self.silenced:
            return False
        with self.store.transaction():
            self.owed.keep(room_id, {"level": str(level)})
        self._tell(room_id)
        try:
            await self.owed.tell(room_id, self._write, lambda _key, _value: None)
        finally:
            self._tell(room_id)
        return True

    async def deliver(self) -> int:
        """Tell the server what it could not be told before; read the rules where they never came. How much was told."""
        if self.store.recall(_KEPT, RULES) is None:
            await self._read()
        told = 0
        for room_id in tuple(self.owed.all()):
            try:
                told += await self.owed.tell(room_id, self._write, lambda _key, _value: None)
            except Problem:
                # What the server does not take is not owed any longer: the others have their turn.
                self._tell(RoomId(room_id))
        return told

    async def _write(self, key: str, value: Json) -> None:
        """Write as little as makes a level hold, by the rules as they are now: other clients write them, too."""
        room_id = RoomId(key)
        book = await self._read()
        changes = book.changes(
            room_id,
            Level(str(value["level"])),
            encrypted=self._is_encrypted(room_id),
            two=self._has_two(room_id),
        )
        for change in changes:
            if change.actions is None:
                await self.gateway.drop_push_rule(change.kind, change.rule_id)
            else:
                await self.gateway.put_push_rule(change.kind, change.rule_id, change.body)
        if changes:
            await self._read()

    async def _read(self) -> Rulebook:
        rules = await self.gateway.push_rules()
        with self.store.transaction():
            self._keep(rules)
        return self.book

    def _keep(self, rules: Json) -> None:
        self.store.remember(_KEPT, RULES, rules)
        self._book = None

    def _tell(self, room_id: RoomId) -> None:
        self.changes.tell(RoomsChanged(frozenset({room_id})))

    def _is_encrypted(self, room_id: RoomId) -> bool:
        room = self.rooms.get(room_id)
        return room is not None and room.encrypted

    def _has_two(self, room_id: RoomId) -> bool:
        """Whether two people are in it; not counted where no rule asks for it."""
        room = self.rooms.get(room_id) if self.book.needs_kind else None
        joined = room.members.values() if room else ()
        return sum(1 for member in joined if member.membership is Membership.JOIN) == _TWO
