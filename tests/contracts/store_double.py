"""A Store in memory, for tests of what lies above. `test_store.py` holds it to the same promises as the real one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from nookterm.client.ports import FROM_EVENT, Intent, Keep, Outgoing, RoomRow
from nookterm.domain.events import Edit, Event, Json, Message, Trust
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.receipts import Receipt
from nookterm.domain.room import StateKey, state_key
from nookterm.domain.search import Search, Term, kinds_of
from nookterm.domain.spelling import tokens
from nookterm.store.codec import dumps, from_row, loads, to_row
from nookterm.store.keeping import emptied, is_emptied, merged, named_in, target_of, thread_of, words_of

_RATED = frozenset({Trust.VERIFIED, Trust.SIGNED})


@dataclass
class Line:
    """A room's timeline, oldest first. A gap is its token as a plain string."""

    items: list[Event | str] = field(default_factory=list)
    redacted: set[EventId] = field(default_factory=set)
    aside: list[EventId] = field(default_factory=list)
    """What stayed when the past around it was let go: the first of the items."""

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
    intents: dict[str, Intent] = field(default_factory=dict)
    receipts: dict[RoomId, dict[tuple[UserId, str], Receipt]] = field(default_factory=dict)


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


class _Receipts(_Rooms):
    """How far others have read."""

    def save_receipts(self, room_id: RoomId, receipts: Iterable[Receipt]) -> None:
        kept = self._tables.receipts.setdefault(room_id, {})
        kept.update({(one.user, one.thread or ""): one for one in receipts})
        newest = sorted(kept.items(), key=lambda pair: (-pair[1].at.timestamp(), pair[0]))
        self._tables.receipts[room_id] = dict(newest[:1000])

    def receipts(self, room_id: RoomId) -> tuple[Receipt, ...]:
        kept = self._tables.receipts.get(room_id, {})
        return tuple(kept[key] for key in sorted(kept, key=lambda key: (kept[key].at, key)))

    def drop_receipts(self, room_id: RoomId) -> None:
        self._tables.receipts.pop(room_id, None)


class _Intents(_Receipts):
    """What processes ask of each other; nobody else can commit to this memory."""

    def commits_elsewhere(self) -> int:
        return 1

    def add_intent(self, intent: Intent) -> None:
        self._tables.intents[intent.id] = intent

    def intent(self, intent_id: str) -> Intent | None:
        return self._tables.intents.get(intent_id)

    def waiting_intents(self) -> tuple[Intent, ...]:
        return tuple(intent for intent in self._tables.intents.values() if intent.state == "waiting")

    def take_intent(self, intent_id: str) -> bool:
        found = self.intent(intent_id)
        if found is None or found.state != "waiting":
            return False
        self._tables.intents[intent_id] = replace(found, state="taken")
        return True

    def answer_intent(self, intent_id: str, answer: Mapping[str, Any]) -> None:
        found = self.intent(intent_id)
        if found:
            self._tables.intents[intent_id] = replace(found, state="done", answer=loads(dumps(answer)))

    def withdraw_intent(self, intent_id: str) -> bool:
        found = self.intent(intent_id)
        if found is None or found.state != "waiting":
            return False
        self.drop_intent(intent_id)
        return True

    def drop_intent(self, intent_id: str) -> None:
        self._tables.intents.pop(intent_id, None)

    def drop_intents(self, before: datetime) -> None:
        self._tables.intents = {key: kept for key, kept in self._tables.intents.items() if kept.until >= before}


class MemoryStore(_Intents):
    """The whole port."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[RoomId, tuple[int, list[Event]]] = {}

    def save_outgoing(self, row: Outgoing) -> None:
        self._tables.outbox[row.txn_id] = row

    def outgoing(self, txn_id: TxnId | None = None) -> tuple[Outgoing, ...]:
        return tuple(row for row in self._tables.outbox.values() if txn_id in {None, row.txn_id})

    def drop_outgoing(self, txn_id: TxnId) -> None:
        self._tables.outbox.pop(txn_id, None)

    def close(self) -> None:
        """Nothing is open."""

    def add_events(self, events: Iterable[Event], *, older: bool = False) -> tuple[EventId, ...]:
        added = []
        listed = [from_row(to_row(event)) for event in events]
        for event in listed:
            line = self._line(event.room_id)
            place = line.find(event.event_id)
            if place is None:
                self._insert(line, len(line.aside) if older else len(line.items), event)
                added.append(event.event_id)
                continue
            self._update(line, event)
            if older and event.event_id in line.aside:
                line.aside.remove(event.event_id)
                line.items.insert(len(line.aside), line.items.pop(place))
        return tuple(added)

    def rewrites(self, room_id: RoomId) -> object:
        """Changes where what was there when it was last asked is no longer what a room begins with."""
        number, before = self._seen.get(room_id, (0, []))
        now = self._line(room_id).events
        number += now[: len(before)] != before
        self._seen[room_id] = (number, now)
        return number

    def oldest(self, room_id: RoomId) -> EventId | None:
        line = self._line(room_id)
        return next((event.event_id for event in line.events if event.event_id not in line.aside), None)

    def trim(self, room_id: RoomId, keep: Keep, limit: int = 40) -> tuple[EventId, ...]:
        line = self._line(room_id)
        events = line.events
        if not events or events[-1].sent_at > keep.now + timedelta(days=1):
            return ()
        readable = [e.event_id for e in events if isinstance(e.payload, Message) and not is_emptied(e.payload)]
        first = None
        if keep.messages is not None and len(readable) >= keep.messages:
            first = line.find(readable[-max(keep.messages, 1)])
        gone: list[EventId] = []
        last = None
        for event in events:
            stays = keep.blocks and self._is_ours(line, event)
            if keep.blocks and event.event_id in line.aside:
                continue
            old = keep.since and not keep.since <= event.sent_at <= keep.now + timedelta(days=1)
            place = line.find(event.event_id)
            if (len(gone) == limit) or not (old or (first is not None and place is not None and place < first)):
                break
            last = last if event.event_id in line.aside else event.event_id
            if stays:
                line.aside.append(event.event_id)
            else:
                gone.append(event.event_id)
        if last:
            self._let_go(room_id, last)
        line.items = [item for item in line.items if isinstance(item, str) or item.event_id not in gone]
        line.aside = [event_id for event_id in line.aside if event_id not in gone]
        self._tables.arrivals = [a for a in self._tables.arrivals if a[0] != room_id or a[1] not in gone]
        return tuple(gone)

    def _let_go(self, room_id: RoomId, last: EventId) -> None:
        """The past goes on with `last`, or in the gap behind it; the gaps before it are of no use any more."""
        line = self._line(room_id)
        end = line.find(last)
        assert end is not None
        behind = line.items[end + 1] if end + 1 < len(line.items) else None
        past = behind if isinstance(behind, str) else f"{FROM_EVENT}{last}"
        end += isinstance(behind, str)
        line.items = [item for place, item in enumerate(line.items) if place > end or isinstance(item, Event)]
        self.save_room(replace(self.room(room_id), prev_batch=past))

    def _is_ours(self, line: Line, event: Event) -> bool:
        mine = {e.event_id for e in line.events if isinstance(e.payload, Message) and e.payload.blocks}
        about = None if isinstance(event.payload, Message) else target_of(event.payload)
        return event.event_id in mine or about in mine

    def compact(self) -> bool:
        return False

    def drop_copies(self, before: datetime) -> None:
        """There are none."""

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

    def after(self, room_id: RoomId, event_id: EventId, limit: int) -> tuple[Event, ...]:
        events = self._line(room_id).events
        place = next((n for n, event in enumerate(events) if event.event_id == event_id), None)
        return () if place is None else tuple(events[place + 1 : place + 1 + max(limit, 0)])

    def place(self, room_id: RoomId, event_id: EventId) -> int | None:
        return self._line(room_id).find(event_id)

    def threads(self, room_id: RoomId) -> tuple[EventId, ...]:
        return tuple(
            dict.fromkeys(filter(None, (thread_of(e.payload) for e in reversed(self.threaded(room_id, None)))))
        )

    def threaded(self, room_id: RoomId, place: int | None, limit: int = 500) -> tuple[Event, ...]:
        line = self._line(room_id)
        said = [e for e in line.events if thread_of(e.payload) and not is_emptied(e.payload)]
        later = [e for e in said if place is None or (line.find(e.event_id) or 0) > place]
        return tuple(later[max(0, len(later) - limit) :])

    def add_island(self, room_id: RoomId, events: Iterable[Event], token: str) -> tuple[EventId, ...]:
        line = self._line(room_id)
        added: list[EventId] = []
        place = len(line.aside)
        if len(line.events) == place:
            return ()
        for event in (from_row(to_row(event)) for event in events if event.room_id == room_id):
            if line.find(event.event_id) is not None:
                self._update(line, event)
                continue
            if not added:
                line.items.insert(place, token)
            self._insert(line, place, event)
            added.append(event.event_id)
        return tuple(added)

    def rooms_marked(self, block: str) -> frozenset[RoomId]:
        return frozenset(room_id for room_id in self._tables.lines if self.marked(room_id, (block,)))

    def marked(self, room_id: RoomId, blocks: Sequence[str]) -> tuple[Event, ...]:
        events = self._line(room_id).events
        mine = {e.event_id for e in events if isinstance(e.payload, Message) and set(blocks) & set(e.payload.blocks)}
        return tuple(e for e in events if e.event_id in mine or target_of(e.payload) in mine)

    def concerning(self, room_id: RoomId, blocks: Sequence[str], also: Iterable[EventId]) -> tuple[Event, ...]:
        events = self._line(room_id).events
        found = {e.event_id for e in events if isinstance(e.payload, Message) and set(blocks) & set(e.payload.blocks)}
        found |= set(also)
        for _ in range(2):
            found |= {e.event_id for e in events if target_of(e.payload) in found}
        return tuple(e for e in events if e.event_id in found)

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

    def rerate(self, sender: UserId, trust: Trust) -> frozenset[RoomId]:
        rooms = set()
        for room_id, line in self._tables.lines.items():
            for place, item in enumerate(line.items):
                if isinstance(item, Event) and item.sender == sender and item.trust in _RATED - {trust}:
                    line.items[place] = replace(item, trust=trust)
                    rooms.add(room_id)
        return frozenset(rooms)

    def search(self, query: Search, limit: int = 50, before: Event | None = None) -> tuple[Event, ...]:
        found = []
        for place, (room_id, event_id) in enumerate(self._tables.arrivals):
            event = self.event(room_id, event_id)
            if event and isinstance(event.payload, Message) and not is_emptied(event.payload):
                edits = self._edits(self._line(room_id), event)
                body, (people, everybody) = words_of(event, edits), named_in(event, edits)
                named = query.naming is None or everybody or query.naming in people
                if named and _fits(query, event, kinds_of(event.payload.kind, body), body):
                    found.append((int(event.sent_at.timestamp()), place, event))
        ordered = [event for *_, event in sorted(found, key=lambda hit: hit[:2], reverse=True)]
        if before:
            ids = [event.event_id for event in ordered]
            ordered = ordered[ids.index(before.event_id) + 1 :] if before.event_id in ids else []
        return tuple(ordered[: max(limit, 0)])

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


def _fits(query: Search, event: Event, kinds: frozenset[str], body: str) -> bool:
    return (
        all(_holds(body, term) for term in query.terms)
        and not any(_holds(body, term) for term in query.without)
        and (query.senders is None or event.sender in query.senders)
        and (query.rooms is None or event.room_id in query.rooms)
        and (query.since is None or event.sent_at >= query.since)
        and (query.until is None or event.sent_at < query.until)
        and (not query.has or bool(query.has & kinds))
    )


def _holds(body: str, term: Term) -> bool:
    """In another way than an index: by looking for the term in the text, with a blank before each word."""
    text, wanted = (" ".join(("", *words, "")) for words in (tokens(body), term.tokens))
    return (wanted.rstrip() if term.open_end else wanted) in text
