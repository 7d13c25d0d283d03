"""The search index: the words of messages as they read now, and queries that cannot break it."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Collection, Iterator
from hashlib import blake2b

from nookterm.domain.events import Edit, Event, Message
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.search import Search, Term, kinds_of
from nookterm.domain.spelling import tokens
from nookterm.store.codec import from_row, ticks, with_columns
from nookterm.store.database import Database
from nookterm.store.keeping import is_emptied, named_in, words_of

_SECOND = 1_000_000
_PLACES = 25
"""Bits for the running number of messages inside one second; the rest of 63 holds every second up to the year 9999."""
_FARTHEST = 253_402_300_799
_END = 2**63 - 1
_ANY, _SENDER, _ROOM, _KIND = "\ue000", "\ue001", "\ue002", "\ue003"
_NAMED, _EVERYBODY = "\ue004", "\ue005"
"""What marks of our own begin with. `tokens` never yields private-use characters, so no text holds such a word."""
_PAGE = 1000

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
    WHERE words MATCH ? AND words.rowid >= ? AND words.rowid < ? ORDER BY words.rowid DESC LIMIT ?
""")
_INDEXED = with_columns("SELECT @event, text_id FROM events WHERE text_id > ? ORDER BY text_id LIMIT ?")
_UNINDEXED = with_columns('SELECT @event FROM events WHERE text_id IS NULL AND payload GLOB \'{"k":"message"*\'')
_NAMING = with_columns("""
    SELECT @event FROM events
    WHERE payload GLOB '{"k":"message"*"mentions":*' OR payload GLOB '{"k":"message"*"everybody":*'
    OR payload GLOB '{"k":"edit"*"named":*' OR payload GLOB '{"k":"edit"*"everybody":*'
""")


def match_expression(query: Search) -> str:
    """The FTS5 expression of a query, without its dates. Only tokens and marks of ours come into it, in quotes."""
    must = [_phrase(term) for term in query.terms]
    for mark, wanted in ((_SENDER, query.senders), (_ROOM, query.rooms)):
        if wanted is not None:
            must.append(_either(_named(mark, name) for name in sorted(wanted)))
    if query.has:
        must.append(_either(f'"{_KIND}{kind}"' for kind in sorted(query.has)))
    if query.naming is not None:
        must.append(_either(iter((_named(_NAMED, query.naming), f'"{_EVERYBODY}"'))))
    found = " AND ".join(must or [f'"{_ANY}"'])
    return f"({found}) NOT ({' OR '.join(map(_phrase, query.without))})" if query.without else found


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"{" *" if term.open_end else ""}'


def _either(phrases: Iterator[str]) -> str:
    return f"({' OR '.join(phrases)})"


def _named(mark: str, name: str) -> str:
    return f'"{_mark(mark, name)}"'


def _mark(mark: str, name: str) -> str:
    """A word of ours for a long name: always the same one, and never the same for two."""
    digest = blake2b(name.encode("utf-8", "replace"), digest_size=10).digest()
    return mark + b32encode(digest).decode().lower()


class WordTables(Database):
    """The part of the store that finds messages."""

    def search(self, query: Search, limit: int = 50, before: Event | None = None) -> tuple[Event, ...]:
        """Messages for which all of `query` holds, newest first by the second they were sent in.

        `before` is the last one of the page that came before; nothing follows one that is not here.
        """
        first, end = 0, _END
        if query.since:
            first = _first_place(-(-ticks(query.since) // _SECOND))
        if query.until:
            end = _first_place(-(-ticks(query.until) // _SECOND))
        if before:
            row = self._first(_TEXT, (before.room_id, before.event_id))
            end = min(end, (row and row[1]) or 0)
        if query.senders == frozenset() or query.rooms == frozenset():
            return ()
        return tuple(map(from_row, self._run(_SEARCH, (match_expression(query), first, end, max(limit, 0)))))

    def index_anew(self) -> None:
        """Write the whole index again. Call inside a transaction, with the index empty."""
        place = -1
        while rows := self._run(_INDEXED, (place, _PAGE)):
            for row in rows:
                place = row[8]
                self._add_words(place, self._words(from_row(row)))
        for row in self._run(_UNINDEXED):
            self._index(from_row(row))

    def index_named(self) -> None:
        """Write anew what is there of messages that name somebody, as they stand. Call inside a transaction."""
        for row in tuple(self._each(_NAMING)):
            self._index_after(from_row(row))

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
            self._drop_words([place])
        text = self._words(message)
        if not text:
            self._run("UPDATE events SET text_id = NULL WHERE id = ?", (number,))
            return
        if place is None:
            place = self._free_place(message)
            self._run("UPDATE events SET text_id = ? WHERE id = ?", (place, number))
        self._add_words(place, text)

    def _words(self, event: Event) -> str:
        """What to find an event by, words and marks; empty for all but messages that were not taken back."""
        if not isinstance(event.payload, Message) or is_emptied(event.payload):
            return ""
        edits = tuple(self._edits_of(event, protected=event.encrypted))
        body, (people, everybody) = words_of(event, edits), named_in(event, edits)
        kinds = (_KIND + kind for kind in sorted(kinds_of(event.payload.kind, body)))
        named = (*(_mark(_NAMED, user) for user in sorted(people)), *([_EVERYBODY] if everybody else []))
        marks = (_ANY, _mark(_SENDER, event.sender), _mark(_ROOM, event.room_id), *kinds, *named)
        # The marks stand last, so that no phrase of a text goes on into them.
        return " ".join((*tokens(body), *marks))

    def _add_words(self, place: int, text: str) -> None:
        self._run("INSERT INTO words (rowid, body) VALUES (?, ?)", (place, text))

    def _drop_words(self, places: Collection[int]) -> None:
        for place in places:
            self._run("DELETE FROM words WHERE rowid = ?", (place,))

    def _free_place(self, message: Event) -> int:
        """A row number that sorts by the second in which a message was sent."""
        first = _first_place(ticks(message.sent_at) // _SECOND)
        return int(self._run(_NEXT, (first, first + (1 << _PLACES)))[0][0])

    def _stored(self, room_id: RoomId, event_id: EventId) -> Event | None:
        row = self._first(_EVENT, (room_id, event_id))
        return from_row(row) if row else None


def _first_place(second: int) -> int:
    """The row number of the first message sent in a second since 1970."""
    return min(max(second, 0), _FARTHEST) << _PLACES
