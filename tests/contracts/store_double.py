"""A Store in memory, for tests of what lies above. `test_store.py` holds it to the same promises as the real one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from nookterm.client.ports import Outgoing, RoomRow
from nookterm.domain.events import Edit, Event, Json, Message
from nookterm.domain.ids import EventId, RoomId, TxnId
from nookterm.domain.room import StateKey, state_key
from nookterm.store.codec import dumps, from_row, loads, to_row
from nookterm.store.keeping import emptied, is_emptied, merged, target_of, thread_of, words_of


@dataclass
class Line:
    """A room's timeline, oldest first. A gap is its token as a plain string."""

    items: list[Event | str] = field(default_factory=list)
    redacted: set[EventId] = field(default_factory=set)

    @property
    def events(self) -> list[Event]:
        return [item for item in self.items if isinstance(item, Event)]

    def find(self, event_id: EventId) -> int | None:
        """Where an event stands in `items`."""
        places = (i for i, item in enumerate(self.items) if isinstance(item, Event) and item.event_id == event_id)
        return next(places, None)


@dataclass
class Tables:
    """Everything that a transaction may change."""

    position: str | None = None
    state: dict[RoomId, dict[StateKey, Event]] = field(default_factory=dict)
    rooms: dict[RoomId, RoomRow] = field(default_factory=dict)
    lines: dict[RoomId, Line] = field(default_factory=dict)
    arrivals: list[tuple[RoomId, EventId]] = field(default_factory=list)
    outbox: dict[TxnId, Outgoing] = field(default_factory=dict)
    kept: dict[tuple[str, str], str] = field(default_factory=dict)


class _Rooms:
    """The parts that need no timeline."""

    def __init__(self) -> None:
        self._tables = Tables()
        self._depth = 0

    @property
    def connection(self) -> Any:
        return None

    @property
    def in_transaction(self) -> bool:
        return self._depth > 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = deepcopy(self._tables)
        self._depth += 1
        try:
            yield
        except BaseException:
            self._tables = before
            raise
        finally:
            self._depth -= 1

    def position(self) -> str | None:
        return self._tables.position

    def set_position(self, token: str) -> None:
        self._tables.position = token

    def save_state(self, events: Iterable[Event]) -> None:
        for event in events:
            key = state_key(event)
            if key and not event.encrypted:
                self._tables.state.setdefault(event.room_id, {})[key] = from_row(to_row(event))

    def state(self, room_id: RoomId) -> tuple[Event, ...]:
        held = self._tables.state.get(room_id, {})
        return tuple(held[key] for key in sorted(held, key=lambda key: (key.type, key.key)))

    def drop_state(self, room_id: RoomId) -> None:
        self._tables.state.pop(room_id, None)

    def rooms(self) -> tuple[RoomRow, ...]:
        return tuple(self.room(room_id) for room_id in sorted(self._tables.state))

    def save_room(self, row: RoomRow) -> None:
        self._tables.rooms[row.room_id] = row

    def room(self, room_id: RoomId) -> RoomRow:
        return self._tables.rooms.get(room_id, RoomRow(room_id))

    def remember(self, kind: str, key: str, value: Mapping[str, Any] | None) -> None:
        if value is None:
            self._tables.kept.pop((kind, key), None)
        else:
            self._tables.kept[kind, key] = dumps(value)

    def recall(self, kind: str, key: str) -> Json | None:
        text = self._tables.kept.get((kind, key))
        return None if text is None else loads(text)

    def recall_all(self, kind: str) -> Mapping[str, Json]:
        return {key: loads(text) for (of, key), text in sorted(self._tables.kept.items()) if of == kind}


class MemoryStore(_Rooms):
    """The whole port."""

    def save_outgoing(self, row: Outgoing) -> None:
        self._tables.outbox[row.txn_id] = row

    def outgoing(self) -> tuple[Outgoing, ...]:
        return tuple(self._tables.outbox.values())

    def drop_outgoing(self, txn_id: TxnId) -> None:
        self._tables.outbox.pop(txn_id, None)

    def close(self) -> None:
        """Nothing is open."""

    def add_events(self, events: Iterable[Event], *, older: bool = False) -> tuple[EventId, ...]:
        added = []
        for event in (from_row(to_row(event)) for event in events):
            line = self._line(event.room_id)
            if line.find(event.event_id) is None:
                self._insert(line, 0 if older else len(line.items), event)
                added.append(event.event_id)
            else:
                self._update(line, event)
        return tuple(added)

    def add_gap(self, room_id: RoomId, token: str) -> None:
        items = self._line(room_id).items
        if items and isinstance(items[-1], str):
            items.pop()
        items.append(token)

    def gaps(self, room_id: RoomId) -> Mapping[EventId, str]:
        items = self._line(room_id).items
        pairs = pairwise(items)
        return {after.event_id: gap for gap, after in pairs if isinstance(gap, str) and isinstance(after, Event)}

    def fill_gap(
        self, room_id: RoomId, after: EventId, events: Iterable[Event], token: str | None
    ) -> tuple[EventId, ...]:
        line = self._line(room_id)
        place = line.find(after)
        if place is None or place == 0 or isinstance(line.items[place - 1], Event):
            return ()
        met, added = False, []
        for event in (from_row(to_row(event)) for event in events if event.room_id == room_id):
            known = line.find(event.event_id)
            if known is not None:
                self._update(line, event)
                met = met or known < place
            elif not met:
                self._insert(line, place, event)
                added.append(event.event_id)
        if met or token is None:
            del line.items[place - 1]
        else:
            line.items[place - 1] = token
        return tuple(added)

    def timeline(self, room_id: RoomId, limit: int, before: EventId | None = None) -> tuple[Event, ...]:
        line = self._line(room_id)
        end = len(line.items) if before is None else line.find(before)
        found = [item for item in line.items[: end or 0] if isinstance(item, Event)]
        return tuple(found[max(len(found) - max(limit, 0), 0) :])

    def event(self, room_id: RoomId, event_id: EventId) -> Event | None:
        return next((event for event in self._line(room_id).events if event.event_id == event_id), None)

    def related(self, room_id: RoomId, target: EventId) -> tuple[Event, ...]:
        events = self._line(room_id).events
        return tuple(e for e in events if target in {target_of(e.payload), thread_of(e.payload)})

    def redact(self, room_id: RoomId, event_id: EventId) -> None:
        line = self._line(room_id)
        place = line.find(event_id)
        if place is None:
            return
        event = line.items[place]
        assert isinstance(event, Event)
        line.items[place] = replace(event, payload=emptied(event.payload))
        line.redacted.add(event_id)
        for key, held in self._tables.state.get(room_id, {}).items():
            if held.event_id == event_id:
                self._tables.state[room_id][key] = replace(held, payload=emptied(event.payload))
        for edit in self._edits(line, event) if isinstance(event.payload, Message) else ():
            self.redact(room_id, edit.event_id)

    def search(self, query: str, limit: int = 50) -> tuple[Event, ...]:
        wanted = _words(query)
        found = []
        for place, (room_id, event_id) in enumerate(self._tables.arrivals):
            event = self.event(room_id, event_id)
            if event and wanted and _matches(wanted, words_of(event, self._edits(self._line(room_id), event))):
                found.append((int(event.sent_at.timestamp()), place, event))
        return tuple(event for *_, event in sorted(found, key=lambda hit: hit[:2], reverse=True)[: max(limit, 0)])

    def _line(self, room_id: RoomId) -> Line:
        return self._tables.lines.setdefault(room_id, Line())

    def _insert(self, line: Line, place: int, event: Event) -> None:
        line.items.insert(place, event)
        if is_emptied(event.payload):
            line.redacted.add(event.event_id)
        self._tables.arrivals.append((event.room_id, event.event_id))

    def _update(self, line: Line, event: Event) -> None:
        place = line.find(event.event_id)
        old = self.event(event.room_id, event.event_id)
        if old is None or place is None or event.event_id in line.redacted or merged(old, event) == old:
            return
        if is_emptied(event.payload):
            self.redact(event.room_id, event.event_id)
        else:
            line.items[place] = merged(old, event)

    def _edits(self, line: Line, message: Event) -> list[Event]:
        """What the sender changed, newest first."""
        mine = [event for event in line.events if event.sender == message.sender]
        return [e for e in reversed(mine) if isinstance(e.payload, Edit) and e.payload.target == message.event_id]


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain).split()


def _matches(wanted: list[str], text: str) -> bool:
    words = _words(text)
    return all(any(word.startswith(prefix) for word in words) for prefix in wanted)
