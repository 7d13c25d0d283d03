"""Who is named by what is new in a room: oneself, or everybody at once, by a message or by newer words for one."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.client.levels import rulebook
from nookterm.client.ports import Store
from nookterm.domain.calling import named_by
from nookterm.domain.events import Edit, Event, Message
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.power import Power
from nookterm.domain.records import dataclass
from nookterm.domain.room import room_from_state, state_key
from nookterm.domain.timeline import may_edit

_DECIDES = frozenset({"m.room.create", "m.room.power_levels"})


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a message named until now."""

    people: frozenset[UserId] = frozenset()
    everybody: bool = False


NOBODY = Named()


@dataclass(frozen=True, slots=True)
class Naming:
    """What names the reader of an account, as the disk has it."""

    store: Store
    me: UserId

    def in_these(self, room_id: RoomId, events: Iterable[Event], power: Power | None = None) -> frozenset[EventId]:
        """The messages that these events name us in: themselves, and earlier ones whose newer words name us.

        `power`: who may call everybody; read from the disk where it is not given.
        """
        found: set[EventId] = set()
        for event in events:
            said = event.payload
            if not isinstance(said, Message | Edit):
                continue
            if said.everybody and power is None:
                # Read only here: hardly any message calls everybody.
                power = self._power(room_id)
            target = said.target if isinstance(said, Edit) else event.event_id
            cause = named_by(event, self.me, power or Power())
            if cause and target not in found and (not isinstance(said, Edit) or self.reworded(event)):
                found.add(target)
        return frozenset(found)

    def reworded(self, edit: Event) -> Event | None:
        """The message whose newer words these are; None where it is not here, is gone, or they do not count."""
        said = edit.payload
        original = self.store.event(edit.room_id, said.target) if isinstance(said, Edit) else None
        if original is None or not isinstance(original.payload, Message) or original.payload.kind == "redacted":
            return None
        return original if may_edit(original, edit) else None

    def until_now(self, room_id: RoomId, event_id: EventId) -> Named:
        """Whom a message and all of its newer words named: new words call none of them again."""
        original = self.store.event(room_id, event_id)
        if original is None or not isinstance(original.payload, Message):
            return NOBODY
        related = self.store.related(room_id, event_id)
        edits = (e.payload for e in related if isinstance(e.payload, Edit) and may_edit(original, e))
        said = (original.payload, *(edit.message for edit in edits))
        people = frozenset(user for words in said for user in words.mentions)
        return Named(people, any(words.everybody for words in said))

    def _power(self, room_id: RoomId) -> Power:
        """Who may call everybody; nobody where the account lets no such call through."""
        if not rulebook(self.store).heeds_everybody:
            return _NOBODY
        state = (event for event in self.store.state(room_id) if (key := state_key(event)) and key.type in _DECIDES)
        return room_from_state(room_id, self.me, state).power


_NOBODY = Power(call_everybody=1 << 60)
