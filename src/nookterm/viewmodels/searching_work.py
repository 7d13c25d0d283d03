"""Finding messages, carried out on the engine's thread: the newest line wins, long looking back is done in pieces."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from nookterm.client.errors import NotFound, Problem, WrongUsage
from nookterm.client.naming import Naming
from nookterm.client.ports import RoomRow
from nookterm.client.rooms import replaced_rooms
from nookterm.client.search import HELP, Finder
from nookterm.client.server_search import ServerHits, ServerSearch
from nookterm.domain.events import Event
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.power import Power
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.domain.search import Search, spoken
from nookterm.domain.space import title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.problem_words import way_out
from nookterm.viewmodels.searching import MENTION, UNREAD, Found, Near, SearchView, is_open, last_piece, quoted
from nookterm.viewmodels.searching_rows import Rows, fresh, names_of, word_for
from nookterm.viewmodels.words import date_of

_PAGE = 30
_PIECE = 200
"""Messages that are looked at without a pause, where an index does not know what is asked for."""
_FARTHEST = 20_000
"""Messages that are looked at for one page."""
_IS = re.compile(r'"[^"]*"?|(?<!\S)is:(\S*)', re.IGNORECASE)
_NOTHING = Notice(
    "Nothing on this disk fits.",
    (
        "Fewer words find more.",
        "What was never fetched is not found: scroll back in a room, and it is.",
        "{search.back} empties the line",
    ),
)
_NOT_THERE = Notice(
    "Neither this disk nor the server has anything that fits.",
    ("Fewer words find more.", "{search.back} empties the line"),
)
_MORE = "older ones from the server"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NOBODY = Notice(
    "Nothing here names you, as far as it is on this disk.",
    ("Messages that name you stand here, newest first", "{search.back} empties the line, to look for something else"),
)
_ALL_READ = Notice(
    "You have seen everything.",
    ("What is new in any room stands here", "{search.back} empties the line, to look for something else"),
)
_OFFLINE = Notice("The server cannot be reached.", ("What is on this disk is searched all the same.",))


@dataclass(frozen=True, slots=True)
class _Sought:
    """A line as it was understood."""

    query: Search
    is_: frozenset[str] = frozenset()

    @property
    def rooms_alone(self) -> bool:
        """Whether rooms with something new are all that is asked for."""
        return self.is_ == {UNREAD} and replace(self.query, rooms=None) == Search()


class SearchModel(Model[SearchView]):
    """Searches the disk of an open account."""

    def __init__(self) -> None:
        """Nothing is looked for."""
        super().__init__(SearchView())
        self._hub: Hub | None = None
        self._asked = 0
        """Counts the lines: one that is not the newest is not looked for any further."""
        self._sought = _Sought(Search())
        self._last: Event | None = None
        """The last message that was looked at; older ones come behind it."""
        self._here: tuple[Found, ...] = ()
        """What was found on this disk."""
        self._there: tuple[Found, ...] = ()
        """What the server found beside it."""
        self._next: str | None = None
        """Where the server goes on."""

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub
        self._last = None

    async def begin(self) -> None:
        """See whom and what a line may name."""

        async def work(hub: Hub) -> None:
            self.show(replace(self.view, names=names_of(hub)))

        await self._do(work)

    async def look(self, line: str, *, settled: bool = False) -> None:
        """Find what a line means."""
        self._asked += 1
        number = self._asked

        async def work(hub: Hub) -> None:
            if number == self._asked:
                await self._look(hub, line, number, settled=settled)

        await self._do(work)

    async def more(self) -> None:
        """Find older ones, too."""
        number = self._asked

        async def work(hub: Hub) -> None:
            if number == self._asked and self.view.more:
                await self._turn(hub, number)

        await self._do(work)

    async def ask_server(self) -> None:
        """Have the server look, too."""
        number, line = self._asked, self.view.line

        async def work(hub: Hub) -> None:
            if number != self._asked or not self.view.server or self.view.asking:
                return
            self.show(replace(self.view, asking=True, notice=None))
            try:
                page = await ServerSearch(hub.session).find(self._sought.query, spoken(line), self._next)
            finally:
                if number == self._asked:
                    self.show(replace(self.view, asking=False))
            if number == self._asked:
                self._next = page.next
                self._add(hub, page)

        await self._do(work)

    def _add(self, hub: Hub, page: ServerHits) -> None:
        """What the server found stands among what is here, by its age and marked; nothing stands there twice."""
        rows, known = Rows(hub, self._sought.query.terms), {row.key for row in (*self._here, *self._there)}
        found = (replace(rows.found(hit), server=True) for hit in page.hits)
        self._there = (*self._there, *(row for row in found if row.key not in known))
        offer = _MORE if page.next else ""
        notice = None if self._there else _NOT_THERE
        face = Face.CONTENT if self._here or self._there else Face.EMPTY
        self.show(replace(self.view, rows=self._merged(), server=offer, face=face, notice=notice))

    def _merged(self) -> tuple[Found, ...]:
        """What was found here and there, the newest first; as it came where all of it is from here."""
        if not self._there:
            return self._here
        rows = (*self._here, *self._there)
        return tuple(sorted(rows, key=lambda row: row.said_at or _LONG_AGO, reverse=True))

    async def around(self, key: str) -> None:
        """What was said before and after a row."""

        async def work(hub: Hub) -> None:
            row = next((row for row in self.view.rows if row.key == key), None)
            known = row is not None and row.event_id is not None
            near = Rows(hub, self._sought.query.terms).near(row.room_id, row.event_id) if known else ()  # type: ignore[union-attr,arg-type]  # it is known
            if known and not near and row is not None:
                near = (Near(row.author, row.when, row.pieces, hit=True),)
            self.show(replace(self.view, near=near, near_to=key))

        await self._do(work)

    async def line_in(self, room_id: RoomId | None) -> str:
        """The line to begin with for finding something in one room."""
        line = ""

        async def work(hub: Hub) -> None:
            nonlocal line
            room = hub.session.rooms.get(room_id) if room_id else None
            if room is not None:
                gone = replaced_rooms(hub.session.rooms).keys() - {room.room_id}
                alike = [r for r in hub.session.rooms.values() if title(r).casefold() == title(room).casefold()]
                same = [r for r in alike if r.room_id not in gone]
                line = f"in:{quoted(word_for(room, len(same)))} "

        await self._do(work)
        return line

    async def _do(self, work: Callable[[Hub], Coroutine[Any, Any, None]]) -> None:
        hub = self._hub
        if hub is None:
            return

        async def run() -> None:
            try:
                await work(hub)
            except Problem as problem:
                self.show(replace(self.view, looking=False, face=Face.PROBLEM, notice=_words(problem)))

        await hub.do(run())

    async def _look(self, hub: Hub, line: str, number: int, *, settled: bool) -> None:
        empty = SearchView(line=line, names=self.view.names)
        try:
            sought, hint = _understood(hub, line, settled=settled)
        except (WrongUsage, NotFound) as problem:
            self.show(replace(empty, face=Face.PROBLEM, notice=_words(problem)))
            return
        self._last, self._next, self._here, self._there = None, None, (), ()
        if sought is None:
            self.show(replace(empty, hint=hint))
            return
        self._sought = sought
        rows = self.view.rows
        # What was found before stays until there is something else: the list must not flicker while one types.
        offer = _offer(hub, sought, line)
        kept = replace(
            self.view, line=line, hint=hint, looking=True, more=False, reached="", server=offer, asking=False
        )
        self.show(replace(kept, face=kept.face if rows else Face.LOADING, notice=kept.notice if rows else None))
        if sought.rooms_alone:
            self._show_rooms(hub, line)
        else:
            await self._turn(hub, number, anew=True)

    def _show_rooms(self, hub: Hub, line: str) -> None:
        """Rooms with something new: those that name us first, then where something was said last."""
        wanted = self._sought.query.rooms
        waiting = [row for row in _unread(hub) if wanted is None or row.room_id in wanted]
        rows = Rows(hub)
        newest = {row.room_id: (said[-1].sent_at.timestamp() if (said := fresh(hub, row)) else 0.0) for row in waiting}
        waiting.sort(key=lambda row: (not row.mentions, -newest[row.room_id]))
        found = tuple(filter(None, map(rows.unread, waiting)))
        view = SearchView(line=line, rows=found, names=self.view.names, face=Face.CONTENT)
        self.show(self._faced(hub, view))

    async def _turn(self, hub: Hub, number: int, *, anew: bool = False) -> None:
        """One page more."""
        self.show(replace(self.view, looking=True))
        page = await self._page(hub, number)
        if page is None or number != self._asked:
            return
        events, more = page
        finder, rows = _finder(hub), Rows(hub, self._sought.query.terms)
        found = tuple(rows.found(finder.hit(event, self._sought.query.terms)) for event in events)
        reached = ""
        if more and len(found) < _PAGE and self._last:
            reached = date_of(self._last.sent_at, hub.session.clock(), hub.zone, hub.forms)
        shown = replace(self.view, near=(), near_to="") if anew else self.view
        self._here = (*self._here, *found)
        view = replace(
            shown, rows=self._merged(), more=more, reached=reached, looking=False, face=Face.CONTENT, notice=None
        )
        self.show(self._faced(hub, view))

    async def _page(self, hub: Hub, number: int) -> tuple[list[Event], bool] | None:
        """Up to a page of messages behind the last one, and whether there may be more; None: nobody waits for it."""
        fits = _fits(hub, self._sought)
        query, store = self._sought.query, hub.session.store
        size = _PIECE if self._sought.is_ else _PAGE + 1
        found: list[Event] = []
        looked, place = 0, self._last
        while len(found) <= _PAGE and looked < _FARTHEST:
            events = store.search(query, size, place)
            found += filter(fits, events)
            looked += len(events)
            place = events[-1] if events else place
            if len(events) < size:
                break
            await asyncio.sleep(0)
            if number != self._asked:
                return None
        else:
            self._last = found[_PAGE - 1] if len(found) > _PAGE else place
            return found[:_PAGE], True
        more = len(found) > _PAGE
        self._last = found[_PAGE - 1] if more else place
        return found[:_PAGE], more

    def _faced(self, hub: Hub, view: SearchView) -> SearchView:
        """The view with what is to be said instead of rows, or above them."""
        if not view.rows:
            is_ = self._sought.is_
            notice = _ALL_READ if UNREAD in is_ else _NOBODY if MENTION in is_ else _NOTHING
            return replace(view, face=Face.EMPTY, notice=notice)
        if hub.session.phase == "offline":
            return replace(view, face=Face.OFFLINE, notice=_OFFLINE)
        return view


def _offer(hub: Hub, sought: _Sought, line: str) -> str:
    """What asking the server means; empty where it has nothing to look for, or nowhere."""
    words = spoken(_IS.sub(lambda match: "" if match[1] is not None else match[0], line))
    rooms = ServerSearch(hub.session).rooms(sought.query) if words and not sought.is_ else ()
    if not rooms or hub.session.phase in {"offline", "beside", "read-only"}:
        return ""
    many = "1 room" if len(rooms) == 1 else f"{len(rooms)} rooms"
    return f"also ask the server: {many} not encrypted; it reads your words"


def _unread(hub: Hub) -> list[RoomRow]:
    """The rooms with something new; not those that went on in another one."""
    gone = replaced_rooms(hub.session.rooms)
    return [row for row in hub.session.store.rooms() if row.unread and row.room_id not in gone]


def _finder(hub: Hub) -> Finder:
    session = hub.session
    return Finder(session.store, session.rooms, session.gateway.user_id)


def _understood(hub: Hub, line: str, *, settled: bool) -> tuple[_Sought | None, str]:
    """What a line means, and what is not right yet at its end; None where nothing is asked.

    Raises WrongUsage or NotFound: but what is wrong at the end of a line that is still being typed is left away.
    """
    if not line.strip():
        return None, ""
    try:
        return _read(hub, line), ""
    except (WrongUsage, NotFound) as problem:
        if settled or not is_open(line):
            raise
        before = line[: last_piece(line)[0]].removesuffix("-")
        return (_read(hub, before) if before.strip() else None), safe_line(problem.message)


def _read(hub: Hub, line: str) -> _Sought:
    asked = [match[1].lower() for match in _IS.finditer(line) if match[1] is not None]
    is_ = frozenset(word.removesuffix("s") for word in asked)
    if unknown := is_ - {MENTION, UNREAD}:
        message = f"is:{min(unknown)} is nothing that can be looked for; there are {MENTION} and {UNREAD}."
        raise WrongUsage(message, HELP, code="query")
    words = _IS.sub(lambda match: "" if match[1] is not None else match[0], line)
    alone = not words.strip() and is_
    query = Search() if alone else _finder(hub).read(words, hub.session.clock(), hub.zone, hub.forms)
    if MENTION in is_:
        query = replace(query, naming=hub.session.gateway.user_id)
    if UNREAD in is_:
        waiting = frozenset(row.room_id for row in _unread(hub))
        query = replace(query, rooms=waiting if query.rooms is None else waiting & query.rooms)
    return _Sought(query, is_)


def _fits(hub: Hub, sought: _Sought) -> Callable[[Event], bool]:
    """What must hold beside what the index knows: nobody ignored, naming us, not seen."""
    naming = Naming(hub.session.store, hub.session.gateway.user_id)
    unheard = hub.session.ignoring.users() - (sought.query.senders or frozenset())
    new: frozenset[EventId] = frozenset()
    if UNREAD in sought.is_:
        waiting = _unread(hub)
        new = frozenset(event.event_id for row in waiting for event in fresh(hub, row))

    def fits(event: Event) -> bool:
        if event.sender in unheard or (UNREAD in sought.is_ and event.event_id not in new):
            return False
        if MENTION not in sought.is_:
            return True
        room = hub.session.rooms.get(event.room_id)
        said = (event, *hub.session.store.related(event.room_id, event.event_id))
        return event.event_id in naming.in_these(event.room_id, said, room.power if room else Power())

    return fits


def _words(problem: Problem) -> Notice:
    return Notice(
        safe_line(problem.message, longest=300), (safe_line(way_out(problem), longest=300),) if problem.hint else ()
    )
