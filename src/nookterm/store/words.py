"""The search index: the words of messages as they read now, and queries that cannot break it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from nookterm.domain.events import Edit, Event, Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.store.codec import from_row, ticks, with_columns
from nookterm.store.database import Database
from nookterm.store.keeping import words_of

_SECOND = 1_000_000
_PLACES = 25
"""Bits for the running number of messages inside one second; the rest of 63 holds every second up to the year 9999."""
_FARTHEST = 253_402_300_799
_LONGEST_QUERY = 1000
"""Characters of a query that count; more words than that find nothing sensible."""

_TEXT = "SELECT id, text_id FROM events WHERE room_id = ? AND event_id = ?"
_EVENT = with_columns("SELECT @event FROM events WHERE room_id = ? AND event_id = ?")
_EDITS = with_columns("""
    SELECT @event FROM events
    WHERE room_id = ? AND target = ? AND sender = ? AND encrypted >= ? AND payload GLOB '{"k":"edit"*'
    ORDER BY position DESC
""")
_NEXT = "SELECT ifnull(max(text_id) + 1, ?1) FROM events WHERE text_id >= ?1 AND text_id < ?2"
_SEARCH = with_columns("""
    SELECT @event FROM words JOIN events ON events.text_id = words.rowid
    WHERE words MATCH ? ORDER BY words.rowid DESC LIMIT ?
""")


def match_expression(query: str) -> str:
    """An FTS5 expression for all words of `query` as prefixes; empty where it has none. No character is special."""
    chunks = query[:_LONGEST_QUERY].replace("\0", " ").split()
    return " AND ".join('"' + chunk.replace('"', " ") + '"*' for chunk in chunks if any(map(_is_word, chunk)))


def _is_word(character: str) -> bool:
    """Whether the tokenizer keeps a character (unicode61: letters, numbers, private use)."""
    return unicodedata.category(character)[0] in "LN" or unicodedata.category(character) == "Co"


class WordTables(Database):
    """The part of the store that finds messages."""

    def search(self, query: str, limit: int = 50) -> tuple[Event, ...]:
        """Messages that hold all words of `query` (prefixes), newest first by the second they were sent in."""
        expression = match_expression(query)
        return tuple(map(from_row, self._run(_SEARCH, (expression, max(limit, 0))))) if expression else ()

    def _index_after(self, event: Event) -> None:
        """Bring the index up to date after `event` was written: with its own words, or with those of what it edits."""
        if isinstance(event.payload, Edit):
            target = self._stored(event.room_id, event.payload.target)
            if target and isinstance(target.payload, Message):
                self._index(target)
        elif isinstance(event.payload, Message):
            self._index(event)

    def _edits_of(self, message: Event, *, protected: bool = False) -> Iterator[Event]:
        """What the sender of `message` changed in it, newest first; `protected`: by encrypted edits only."""
        return map(from_row, self._each(_EDITS, (message.room_id, message.event_id, message.sender, int(protected))))

    def _index(self, message: Event) -> None:
        number, place = self._run(_TEXT, (message.room_id, message.event_id))[0]
        if place is not None:
            self._run("DELETE FROM words WHERE rowid = ?", (place,))
        text = self._words(message)
        if not text:
            self._run("UPDATE events SET text_id = NULL WHERE id = ?", (number,))
            return
        if place is None:
            place = self._free_place(message)
            self._run("UPDATE events SET text_id = ? WHERE id = ?", (place, number))
        self._add_words(place, text)

    def _words(self, event: Event) -> str:
        """What to find an event by; empty for all but messages with text."""
        if not isinstance(event.payload, Message):
            return ""
        return words_of(event, self._edits_of(event, protected=event.encrypted))

    def _add_words(self, place: int, text: str) -> None:
        self._run("INSERT INTO words (rowid, body) VALUES (?, ?)", (place, text))

    def _free_place(self, message: Event) -> int:
        """A row number that sorts by the second in which a message was sent."""
        first = min(max(ticks(message.sent_at) // _SECOND, 0), _FARTHEST) << _PLACES
        return int(self._run(_NEXT, (first, first + (1 << _PLACES)))[0][0])

    def _stored(self, room_id: RoomId, event_id: EventId) -> Event | None:
        row = self._first(_EVENT, (room_id, event_id))
        return from_row(row) if row else None
