"""The server's own search, for rooms that are not encrypted: asked for by a person, and told nothing of other rooms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nookterm.client.errors import Offline, WrongUsage
from nookterm.client.ignoring import ignored_users
from nookterm.client.search import Finder, Hit
from nookterm.client.session import Session
from nookterm.domain.events import Edit, Event, Message
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.search import Search, is_held, kinds_of
from nookterm.domain.spelling import tokens

_PAGE = 50
_PAGES = 4
"""Pages that are asked for in a row, where what comes does not fit."""


@dataclass(frozen=True, slots=True)
class ServerHits:
    """What the server found, newest first, without what is on this disk and fits as well."""

    hits: tuple[Hit, ...]
    next: str | None = None
    """Where the next page begins; None at the end."""


class ServerSearch:
    """Asks the server, as one account."""

    def __init__(self, session: Session) -> None:
        """Ask as this account."""
        self._session = session
        self._finder = Finder(session.store, session.rooms, session.gateway.user_id)

    def rooms(self, query: Search) -> tuple[Room, ...]:
        """The rooms that would be named to the server: those that we are in and that are not encrypted."""
        wanted = query.rooms
        joined = (room for room in self._session.rooms.joined() if not room.is_space and not room.encrypted)
        return tuple(room for room in joined if wanted is None or room.room_id in wanted)

    async def find(self, query: Search, words: str, start: str | None = None) -> ServerHits:
        """A page of what fits. `words`: what the server gets to read, of the query's own.

        Raises:
            WrongUsage: there is no word in it, or no room that is not encrypted.
            Offline: the server cannot be asked.

        """
        asked = self.rooms(query)
        if not words.strip():
            message = "The server looks for words alone."
            raise WrongUsage(message, "Write at least one word.", code="query")
        if not asked:
            message = "None of these rooms can be searched by the server: they are encrypted."
            raise WrongUsage(message, "What is on this disk is searched without it.", code="encrypted")
        if self._session.phase in {"offline", "beside", "read-only"}:
            message = "The server cannot be asked now."
            raise Offline(message, "What is on this disk is searched all the same.", code="offline")
        ids = [room.room_id for room in asked]
        found: list[Hit] = []
        for _ in range(_PAGES):
            page = await self._session.gateway.search_rooms(words, ids, sorted(query.senders or ()), start, _PAGE)
            found += self._fitting(query, page.events)
            start = page.next
            oldest = page.events[-1].sent_at if page.events else None
            past = query.since is not None and oldest is not None and oldest < query.since
            if start is None or past or found:
                return ServerHits(tuple(found), None if past else start)
        return ServerHits(tuple(found), start)

    def _fitting(self, query: Search, events: tuple[Event, ...]) -> Iterator[Hit]:
        unheard = ignored_users(self._session.store) - (query.senders or frozenset())
        seen: set[str] = set()
        for raw in events:
            event = _as_message(raw)
            if event is None or event.sender in unheard or event.event_id in seen or not _fits(query, event):
                continue
            seen.add(event.event_id)
            here = self._session.store.event(event.room_id, event.event_id)
            if here is not None and (here.sender != event.sender or self._is_found_here(query, here)):
                continue
            yield self._finder.hit(here or event, query.terms)

    def _is_found_here(self, query: Search, event: Event) -> bool:
        """Whether the search of this disk lists it by itself."""
        body = self._finder.hit(event, query.terms).said.message.body
        return all(is_held(term, tokens(body)) for term in query.terms)


def _as_message(event: Event) -> Event | None:
    """What was found as the message that it is about: an edit stands for the message that it changes."""
    if isinstance(event.payload, Message):
        return event if event.payload.kind != "redacted" else None
    if isinstance(event.payload, Edit):
        return replace(event, event_id=event.payload.target, payload=event.payload.message)
    return None


def _fits(query: Search, event: Event) -> bool:
    """What the server was not asked: phrases, words to be left out, dates, files."""
    message = event.payload
    assert isinstance(message, Message)  # noqa: S101 - made so right before
    spelled = tokens(message.body)
    phrases = (term for term in query.terms if len(term.tokens) > 1)
    return (
        all(is_held(term, spelled) for term in phrases)
        and not any(is_held(term, spelled) for term in query.without)
        and (query.since is None or event.sent_at >= query.since)
        and (query.until is None or event.sent_at < query.until)
        and (not query.has or bool(query.has & kinds_of(message.kind, message.body)))
    )
