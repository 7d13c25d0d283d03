"""Finding messages on this disk: the names in a query become people and rooms, hits become what a reader sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from nookterm.client.errors import NotFound, WrongUsage
from nookterm.client.ignoring import ignored_users
from nookterm.client.ports import Store
from nookterm.client.rooms import Rooms
from nookterm.domain.events import Event, Message
from nookterm.domain.forms import PLAIN, Forms
from nookterm.domain.ids import RoomId, UserId, is_user_id, localpart
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.search import Asked, QueryError, Search, Term, line_with, read_query
from nookterm.domain.timeline import Said, fold_timeline
from nookterm.domain.upgrade import older

HELP = 'Words are enough; also "a phrase", -word, from:NAME, in:ROOM, before:DATE, after:DATE, on:DATE, has:file.'


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found, as it stands now."""

    event: Event
    """As the store has it; the next page begins behind it."""
    room: Room
    said: Said
    line: str
    """The line of it that was looked for."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Searches the store of one account. Asks no server."""

    store: Store
    rooms: Rooms
    me: UserId

    def read(self, line: str, now: datetime, zone: tzinfo, forms: Forms = PLAIN) -> Search:
        """What a person means by a line, by the clock of `zone`; dates as `forms` has them.

        Raises:
            WrongUsage: it cannot be meant, or one name in it is that of several rooms.
            NotFound: nobody or no room is called as it says.

        """
        try:
            asked = read_query(line, now, zone, forms)
        except QueryError as error:
            raise WrongUsage(str(error), HELP, code="query") from None
        return Search(
            terms=asked.terms,
            without=asked.without,
            senders=self._people(asked),
            rooms=self._places(asked),
            since=asked.since,
            until=asked.until,
            has=asked.has,
        )

    def find(self, query: Search, limit: int = 50, before: Event | None = None) -> tuple[Hit, ...]:
        """The newest messages for which `query` holds; `before`: those behind this one.

        What ignored people said is left out, unless they are who is asked for.
        """
        unheard = ignored_users(self.store) - (query.senders or frozenset())
        found: list[Event] = []
        more = True
        while more and len(found) < limit:
            page = self.store.search(query, limit, before)
            found += [event for event in page if event.sender not in unheard]
            more = bool(unheard) and len(page) == limit
            before = page[-1] if page else None
        return tuple(self.hit(event, query.terms) for event in found[:limit])

    def hit(self, event: Event, terms: tuple[Term, ...]) -> Hit:
        """A message that the store found, as it stands now."""
        room = self.rooms.get(event.room_id) or Room(event.room_id, self.me)
        said = self._as_it_stands(event)
        return Hit(event, room, said, line_with(said.message.body, terms))

    def _as_it_stands(self, event: Event) -> Said:
        """The message with its edits and reactions."""
        message = event.payload
        thread = message.thread if isinstance(message, Message) else None
        # A timeline leaves out what stands in a thread.
        alone = replace(event, payload=replace(message, thread=None)) if isinstance(message, Message) else event
        about = self.store.related(event.room_id, event.event_id)
        items = fold_timeline((alone, *about), zone=UTC, me=self.me)
        said = next(item for item in items if isinstance(item, Said) and item.event_id == event.event_id)
        return replace(said, message=replace(said.message, thread=thread))

    def _people(self, asked: Asked) -> frozenset[UserId] | None:
        return frozenset(user for name in asked.people for user in self._called(name)) if asked.people else None

    def _called(self, name: str) -> Iterator[UserId]:
        """Everybody whom a name may mean: an id, `me`, a local part, or a name that somebody chose in some room."""
        if is_user_id(name):
            yield UserId(name)
            return
        if name.casefold() == "me":
            yield self.me
            return
        wanted = name.removeprefix("@").casefold()
        found = {
            member.user
            for room in self.rooms.values()
            for member in room.members.values()
            if wanted in {localpart(member.user).casefold(), (member.display_name or "").strip().casefold()}
        }
        if not found:
            message = f"Nobody in your rooms is called {name}."
            raise NotFound(message, "Use the name they show, or their Matrix id.", code="unknown_person")
        yield from found

    def _places(self, asked: Asked) -> frozenset[RoomId] | None:
        return frozenset(room_id for name in asked.rooms for room_id in self._inside(name)) if asked.rooms else None

    def _inside(self, name: str) -> Iterator[RoomId]:
        """A room with those that it went on from, and where it is a space all that it lists, at any depth."""
        waiting, seen = [self.rooms.named(name).room_id], set[RoomId]()
        while waiting:
            room_id = waiting.pop()
            if room_id in seen:
                continue
            seen.add(room_id)
            yield room_id
            waiting += older(room_id, self.rooms)
            room = self.rooms.get(room_id)
            waiting += [child.room_id for child in room.children] if room and room.is_space else []
