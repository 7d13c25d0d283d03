"""Timelines on disk: events in the server's order, each once, and the gaps between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from nookterm.domain.events import Edit, Event, Message, Trust
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.store.codec import Row, clean, encode, from_row, to_row, with_columns
from nookterm.store.keeping import emptied, is_emptied, merged, target_of, thread_of
from nookterm.store.rewriting import RewritingTables

GAP = 2**32
"""Positions left free where events are missing, so that a gap can be filled from its newer end."""
ASIDE = -(2**61)
"""Below this position lie the few events that stayed when the past around them was let go (store/trimming.py)."""

_FIND = with_columns("SELECT @event, id, redacted, position FROM events WHERE room_id = ? AND event_id = ?")
_INSERT = with_columns("""
    INSERT INTO events (@event, position, target, thread, redacted, text_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
""")
_UPDATE = """
    UPDATE events
    SET payload = ?, encrypted = ?, trust = ?, txn_id = ?, target = ?, thread = ?, redacted = ? WHERE id = ?
"""
_NEWEST = with_columns("SELECT @event FROM events WHERE room_id = ? ORDER BY position DESC LIMIT ?")
_BEFORE = with_columns("""
    SELECT @event FROM events
    WHERE room_id = ?1 AND position < (SELECT position FROM events WHERE room_id = ?1 AND event_id = ?2)
    ORDER BY position DESC LIMIT ?3
""")
_RELATED = with_columns("""
    SELECT @event FROM events WHERE id IN (
        SELECT id FROM events WHERE room_id = ?1 AND target = ?2
        UNION SELECT id FROM events WHERE room_id = ?1 AND thread = ?2
    ) ORDER BY +position
""")
_AFTER = with_columns("""
    SELECT @event FROM events
    WHERE room_id = ?1 AND position > (SELECT position FROM events WHERE room_id = ?1 AND event_id = ?2)
    ORDER BY position LIMIT ?3
""")
_PLACE = "SELECT position FROM events WHERE room_id = ? AND event_id = ?"
_THREADS = """
    SELECT thread FROM events WHERE room_id = ? AND thread IS NOT NULL AND redacted = 0
    GROUP BY thread ORDER BY max(position) DESC
"""
_THREADED = with_columns("""
    SELECT @event FROM events WHERE room_id = ? AND thread IS NOT NULL AND redacted = 0 AND position > ?
    ORDER BY position DESC LIMIT ?
""")
_MOVE = "UPDATE events SET position = ? WHERE room_id = ? AND event_id = ?"
_OLDEST = "SELECT event_id FROM events WHERE room_id = ? AND position > ? ORDER BY position LIMIT 1"
_EMPTY_STATE = "UPDATE state SET payload = ? WHERE room_id = ? AND event_id = ?"
_ENDS = """
    SELECT (SELECT min(position) FROM events WHERE room_id = ?1 AND position > ?2),
        (SELECT max(position) FROM events WHERE room_id = ?1 AND position > ?2),
        (SELECT min(position) FROM gaps WHERE room_id = ?1), (SELECT max(position) FROM gaps WHERE room_id = ?1)
"""
_GAPS = """
    SELECT (SELECT event_id FROM events WHERE events.room_id = gaps.room_id AND events.position > gaps.position
            ORDER BY events.position LIMIT 1), token
    FROM gaps WHERE room_id = ? ORDER BY position
"""
_GAP_BEFORE = """
    SELECT max(position) FROM gaps WHERE room_id = ?1 AND position < ?2
        AND position > ifnull((SELECT max(position) FROM events WHERE room_id = ?1 AND position < ?2), position - 1)
"""


class TimelineTables(RewritingTables):
    """The part of the store that knows what was said."""

    def add_events(self, events: Iterable[Event], *, older: bool = False) -> tuple[EventId, ...]:
        """Append to (or, `older`, put before, newest first) each room's timeline. Returns the ids that are new.

        Known ids are updated in place, as `merged` says; where the past around one was let go, it takes its place in
        the past again.
        """
        added: list[EventId] = []
        ends: dict[RoomId, int] = {}
        with self.transaction():
            for event in events:
                if older:
                    self._rewritten(event.room_id)
                known = self._update(event)
                if known is not None and not (older and known < ASIDE):
                    continue
                if event.room_id not in ends:
                    ends[event.room_id] = self._next_position(event.room_id, older=older)
                if known is None:
                    self._insert(event, ends[event.room_id])
                    added.append(EventId(clean(event.event_id)))
                else:
                    self._run(_MOVE, (ends[event.room_id], event.room_id, event.event_id))
                ends[event.room_id] += -1 if older else 1
        return tuple(added)

    def oldest(self, room_id: RoomId) -> EventId | None:
        """The first event that did not stay behind alone when the past around it was let go."""
        row = self._first(_OLDEST, (room_id, ASIDE))
        return EventId(row[0]) if row else None

    def timeline(self, room_id: RoomId, limit: int, before: EventId | None = None) -> tuple[Event, ...]:
        """The newest `limit` events (before one, exclusive), oldest first; none before an event that is not here."""
        count = max(limit, 0)
        rows = self._run(_NEWEST, (room_id, count)) if before is None else self._run(_BEFORE, (room_id, before, count))
        return tuple(map(from_row, reversed(rows)))

    def event(self, room_id: RoomId, event_id: EventId) -> Event | None:
        """One stored event."""
        row = self._first(_FIND, (room_id, event_id))
        return from_row(row) if row else None

    def related(self, room_id: RoomId, target: EventId) -> tuple[Event, ...]:
        """Events that edit, react to, redact, answer or thread under `target`, in order."""
        return tuple(map(from_row, self._run(_RELATED, (room_id, target))))

    def after(self, room_id: RoomId, event_id: EventId, limit: int) -> tuple[Event, ...]:
        """The first `limit` events behind one (exclusive), oldest first; none behind an event that is not here."""
        return tuple(map(from_row, self._run(_AFTER, (room_id, event_id, max(limit, 0)))))

    def place(self, room_id: RoomId, event_id: EventId) -> int | None:
        """A number that grows along the room's timeline; it may be another one tomorrow. None: it is not here."""
        row = self._first(_PLACE, (room_id, event_id))
        return int(row[0]) if row else None

    def threads(self, room_id: RoomId) -> tuple[EventId, ...]:
        """The roots of a room's threads, the one in which something was said last first; they may not be here."""
        return tuple(EventId(row[0]) for row in self._run(_THREADS, (room_id,)))

    def threaded(self, room_id: RoomId, place: int | None, limit: int = 500) -> tuple[Event, ...]:
        """What was said in threads behind a place (None: all), the newest `limit`, in order."""
        since = -(2**63) if place is None else place
        return tuple(map(from_row, reversed(self._run(_THREADED, (room_id, since, limit)))))

    def redact(self, room_id: RoomId, event_id: EventId) -> None:
        """Remove the text of an event, and of its sender's edits, for good; its place stays."""
        with self.transaction():
            row = self._first(_FIND, (room_id, event_id))
            if row is None:
                return
            event, number = from_row(row), row[8]
            gone = replace(event, payload=emptied(event.payload))
            self._replace(number, gone, redacted=True)
            self._run(_EMPTY_STATE, (encode(gone.payload), room_id, event_id))
            self._index_after(event if isinstance(event.payload, Edit) else gone)
            for edit in tuple(self._edits_of(event)) if isinstance(event.payload, Message) else ():
                self.redact(room_id, edit.event_id)

    def rerate(self, sender: UserId, trust: Trust) -> frozenset[RoomId]:
        """Rate what a person said anew that was proved. Returns where."""
        others = [str(rated) for rated in (Trust.VERIFIED, Trust.SIGNED) if rated is not trust]
        with self.transaction():
            rooms: set[RoomId] = set()
            for other in others:
                rows = self._run("SELECT DISTINCT room_id FROM events WHERE sender = ? AND trust = ?", (sender, other))
                rooms |= {RoomId(room) for (room,) in rows}
                self._run("UPDATE events SET trust = ? WHERE sender = ? AND trust = ?", (str(trust), sender, other))
            for room_id in rooms:
                self._rewritten(room_id)
        return frozenset(rooms)

    def add_gap(self, room_id: RoomId, token: str) -> None:
        """Mark that events are missing right before those added next; `token` is where to fetch them from."""
        with self.transaction():
            _, newest, _, _ = self._ends(room_id)
            place = 0 if newest is None else newest + 1
            self._run("DELETE FROM gaps WHERE room_id = ? AND position >= ?", (room_id, place))
            self._run("INSERT INTO gaps (room_id, position, token) VALUES (?, ?, ?)", (room_id, place, token))

    def gaps(self, room_id: RoomId) -> Mapping[EventId, str]:
        """Where events are missing: the event right after each gap and the token to fetch from, oldest first."""
        return {event_id: token for event_id, token in self._run(_GAPS, (room_id,)) if event_id is not None}

    def fill_gap(
        self, room_id: RoomId, after: EventId, events: Iterable[Event], token: str | None
    ) -> tuple[EventId, ...]:
        """Put a page of the past (newest first) into the gap before the event `after`. Returns the ids that are new.

        The gap closes when the page reaches an event that lies before it, or where `token` (the page's end) is None;
        else it moves to before the page. Nothing happens where there is no such gap (any more).
        """
        added: list[EventId] = []
        with self.transaction():
            row = self._first(_FIND, (room_id, after))
            place = row[10] if row else 0
            gap = self._run(_GAP_BEFORE, (room_id, place))[0][0] if row else None
            if gap is None:
                return ()
            self._rewritten(room_id)
            met = False
            for event in (event for event in events if event.room_id == room_id):
                known = self._update(event)
                met = met or (known is not None and known < gap)
                if known is None and not met:
                    place -= 1
                    self._insert(event, place)
                    added.append(EventId(clean(event.event_id)))
            if met or token is None:
                self._run("DELETE FROM gaps WHERE room_id = ? AND position = ?", (room_id, gap))
            else:
                self._run("UPDATE gaps SET token = ? WHERE room_id = ? AND position = ?", (token, room_id, gap))
        return tuple(added)

    def add_island(self, room_id: RoomId, events: Iterable[Event], token: str) -> tuple[EventId, ...]:
        """Put a piece of the past (newest first) before everything, with a gap behind it. Returns the ids that are new.

        `token` is where the gap is filled from: where the past continued so far.
        """
        added: list[EventId] = []
        with self.transaction():
            first, _, first_gap, _ = self._ends(room_id)
            if first is None:
                return ()
            self._rewritten(room_id)
            place = min(first, first if first_gap is None else first_gap) - GAP
            for event in (event for event in events if event.room_id == room_id):
                if self._update(event) is None:
                    if not added:
                        self._run(
                            "INSERT INTO gaps (room_id, position, token) VALUES (?, ?, ?)", (room_id, place, token)
                        )
                    place -= 1
                    self._insert(event, place)
                    added.append(EventId(clean(event.event_id)))
        return tuple(added)

    def _insert(self, event: Event, position: int) -> None:
        """Put an unknown event at `position`."""
        payload, text = event.payload, self._words(event)
        place = self._free_place(event) if text else None
        marks = (target_of(payload), thread_of(payload), int(is_emptied(payload)), place)
        self._run(_INSERT, (*to_row(event), position, *marks))
        if place is not None:
            self._add_words(place, text)
        elif isinstance(payload, Edit):
            self._index_after(event)

    def _update(self, event: Event) -> int | None:
        """Bring a known event up to date. Returns its position; None for an unknown one."""
        row = self._first(_FIND, (event.room_id, event.event_id))
        if row is None:
            return None
        old, number, redacted, position = from_row(row), row[8], row[9], row[10]
        kept = merged(old, event)
        if kept != old and not redacted:
            if is_emptied(event.payload):
                self.redact(event.room_id, event.event_id)
            else:
                self._replace(number, kept, redacted=False)
                self._index_after(kept)
        return int(position)

    def _ends(self, room_id: RoomId) -> Row:
        """The first and last position of events, then of gaps; None where there are none."""
        return self._run(_ENDS, (room_id, ASIDE))[0]

    def _next_position(self, room_id: RoomId, *, older: bool) -> int:
        """Where the next event goes: behind everything (far behind a gap), or before everything."""
        first, last, first_gap, last_gap = self._ends(room_id)
        if older:
            return min((end for end in (first, first_gap) if end is not None), default=1) - 1
        return max(0 if last is None else last + 1, 0 if last_gap is None else last_gap + GAP)

    def _replace(self, number: int, event: Event, *, redacted: bool) -> None:
        self._rewritten(event.room_id)
        payload = event.payload
        values = (
            encode(payload),
            int(event.encrypted),
            str(event.trust),
            event.txn_id,
            target_of(payload),
            thread_of(payload),
        )
        self._run(_UPDATE, (*values, int(redacted), number))
