"""From a room's events to the rows of the timeline: names, times, runs, states, what is not proved."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from nookterm.client.ports import Outgoing, Store
from nookterm.domain.calling import is_named
from nookterm.domain.events import Event, Message, Trust, parse_payload
from nookterm.domain.forms import PLAIN, Forms
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.names import shown_names
from nookterm.domain.newcomers import is_new
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.sending import caption_of
from nookterm.domain.timeline import Day, Gap, Item, Locked, Moved, Said, Unread, fold_timeline
from nookterm.formatting.plain import called_in, in_a_line
from nookterm.formatting.reading import read_html
from nookterm.formatting.writing import EVERYBODY
from nookterm.viewmodels.files import file_row
from nookterm.viewmodels.polls import poll_view
from nookterm.viewmodels.reacted import shown_reaction
from nookterm.viewmodels.timeline import Aside, Entry, Quote, Rule, Words
from nookterm.viewmodels.words import clock, day

_RUN = timedelta(minutes=5)
_COLOURS = 6
_LONGEST_WHY = 400
_LONGEST_BODY = 20_000
_MOST_REACTIONS = 20
_MOST_LINES = 1_000
_WARNINGS = {
    Trust.UNPROVED: "not proved to be from this person",
    Trust.UNSIGNED: "from a device that its owner has not signed",
}
_IN_CLEAR = "not encrypted: the servers could read and change it"
_MOVES = {
    "joined": "{who} joined",
    "left": "{who} left",
    "invited": "{by} invited {who}",
    "removed": "{by} removed {who}",
    "banned": "{by} banned {who}",
    "renamed": "{who} has a new name",
    "created": "{by} began this room",
    "compares": "{who} asks to compare keys",
}


class Made:
    """Messages as they were drawn last: one of which nothing is new is not made again."""

    def __init__(self) -> None:
        """Nothing was drawn yet."""
        self._about: tuple[Room, UserId, tzinfo, Forms] | None = None
        self._names: Mapping[UserId, str] = {}
        self._rows: dict[EventId, tuple[tuple[Said, bool, bool], Words]] = {}

    def names(self, room: Room, reader: Reader) -> Mapping[UserId, str]:
        """What everybody is called. What was made for another room, or before it changed, is not used again."""
        about = (room, reader.me, reader.zone, reader.forms)
        if about != self._about:
            self._about, self._names, self._rows = about, shown_names(room.members.values()), {}
        return self._names

    def words(self, item: Said, room: Room, reader: Reader, *, first: bool) -> Words:
        """A message's row."""
        newcomer = is_new(room, item.sender, reader.now)
        now = (item, first, newcomer)
        before, words = self._rows.get(item.event_id, (None, None))
        if words is None or before != now:
            words = _words(item, room, self._names, reader, first=first, newcomer=newcomer)
            self._rows[item.event_id] = (now, words)
        return words

    def keep(self, drawn: Iterable[Item]) -> None:
        """Forget what is not drawn any more."""
        shown = {item.event_id for item in drawn if isinstance(item, Said)}
        if len(shown) != len(self._rows):
            self._rows = {event_id: row for event_id, row in self._rows.items() if event_id in shown}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, when, and by which clock."""

    me: UserId
    now: datetime
    zone: tzinfo
    forms: Forms = PLAIN
    made: Made = field(default_factory=Made, compare=False, repr=False)
    """What they were shown last."""


@lru_cache(maxsize=1024)
def colour_of(user: UserId) -> int:
    """A person's colour, 1-6: the same everywhere."""
    return hashlib.sha256(user.encode("utf-8", "replace")).digest()[0] % _COLOURS + 1


def unsent_events(rows: Iterable[Outgoing], me: UserId) -> tuple[Event, ...]:
    """Outbox rows as events, so that they fold like all others."""
    return tuple(
        Event(
            row.event_id or EventId(f"~{row.txn_id}"),
            row.room_id,
            me,
            row.queued_at,
            parse_payload(row.what.type, row.what.content),
            encrypted=True,
            trust=Trust.OWN,
        )
        for row in rows
    )


def _as_in(thread: EventId | None, unsent: Iterable[Event]) -> Iterable[Event]:
    """What is on its way, as it stands in a thread: what is said elsewhere is not there."""
    for event in unsent:
        if thread is None or not isinstance(event.payload, Message):
            yield event
        elif event.payload.thread == thread:
            yield replace(event, payload=replace(event.payload, thread=None))


def thread_events(store: Store, room_id: RoomId, root: EventId) -> tuple[Event, ...]:
    """A message and what is said in the thread below it, with edits and reactions, as a timeline of its own.

    Who answers such a message outside of the thread says it to the whole room, and stands there.
    """
    first = store.event(room_id, root)
    below = [e for e in store.related(room_id, root) if isinstance(e.payload, Message) and e.payload.thread == root]
    about = [e for said in (root, *(e.event_id for e in below)) for e in store.related(room_id, said)]
    others = [e for e in about if not isinstance(e.payload, Message)]
    said = [replace(e, payload=replace(e.payload, thread=None)) for e in below if isinstance(e.payload, Message)]
    listed = ((first,) if first else ()) + tuple(said) + tuple(others)
    return tuple({event.event_id: event for event in listed}.values())


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the events that are shown."""

    events: tuple[Event, ...] = ()
    """What they answer, and what was said about them later."""
    gaps: frozenset[EventId] = frozenset()
    """The events before which others are missing."""
    fresh: Mapping[EventId, int] = field(default_factory=dict)
    """How many answers are new in a thread, by its root."""


NOTHING_BESIDE = Beside()


def entries(
    room: Room,
    events: Sequence[Event],
    outgoing: Sequence[Outgoing],
    reader: Reader,
    read_up_to: EventId | None,
    *,
    waits_for: str = "",
    beside: Beside = NOTHING_BESIDE,
    thread: EventId | None = None,
) -> tuple[Entry, ...]:
    """The rows of a room's timeline. `waits_for`: what nothing is sent before. `thread`: whose events these are."""
    known = {event.event_id for event in events}
    unsent = [row for row in outgoing if (row.event_id or "") not in known]
    rows = {row.event_id or EventId(f"~{row.txn_id}"): row for row in unsent}
    items = fold_timeline(
        (*events, *_as_in(thread, unsent_events(unsent, reader.me))),
        zone=reader.zone,
        me=reader.me,
        read_up_to=read_up_to,
        beside=beside.events,
        may_end=room.power.may_redact,
        gaps=beside.gaps,
    )
    made = reader.made
    names = made.names(room, reader)
    drawn: list[Entry] = []
    last: Said | None = None
    unproved = False
    for item in _hidden_together(items):
        if isinstance(item, Said):
            words = made.words(item, room, reader, first=not _same_run(last, item))
            if fresh := beside.fresh.get(item.event_id):
                words = replace(words, fresh=fresh)
            above, unproved = unproved, item.trust is Trust.UNPROVED
            if above and unproved:
                words = replace(words, warned=True)
            row = rows.get(item.event_id)
            drawn.append(_on_its_way(words, row, reader, waits_for) if row else words)
            last = item
        else:
            line = _line(item, names, reader)
            unproved = unproved and not isinstance(line, Rule)
            drawn.append(line)
            last = None
    made.keep(items)
    return tuple(drawn)


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Messages of one person that follow each other and cannot be read for the same reason."""

    first: Locked
    count: int


def _hidden_together(items: Iterable[Item]) -> Iterable[Item | _Hidden]:
    """The same items, with what is hidden for one reason in one line."""
    run: _Hidden | None = None
    for item in items:
        if isinstance(item, Locked):
            if run and (run.first.sender, run.first.why) == (item.sender, item.why):
                run = replace(run, count=run.count + 1)
                continue
            if run:
                yield run
            run = _Hidden(item, 1)
            continue
        if run:
            yield run
        run = None
        yield item
    if run:
        yield run


def _same_run(last: Said | None, item: Said) -> bool:
    return (
        last is not None
        and (last.sender, last.trust, last.encrypted) == (item.sender, item.trust, item.encrypted)
        and item.sent_at - last.sent_at < _RUN
        and item.answers is None
    )


def _name(user: UserId, names: Mapping[UserId, str]) -> str:
    """A person's name; somebody whom the room does not know has only their id, so that they pass for nobody."""
    return names.get(user) or safe_line(user)


def _words(
    item: Said, room: Room, names: Mapping[UserId, str], reader: Reader, *, first: bool, newcomer: bool
) -> Words:
    message = item.message
    shared = file_row(message)
    body = caption_of(message) if shared else message.body
    formatted = read_html(message.html) if message.html and body else None
    everybody = message.everybody and room.power.may_call_everybody(item.sender)
    return Words(
        event_id=item.event_id,
        author=_name(item.sender, names),
        author_id=item.sender,
        colour=0 if item.sender == reader.me else colour_of(item.sender),
        time=clock(item.sent_at, reader.zone, reader.forms),
        body=safe_text(body, longest=_LONGEST_BODY, lines=_MOST_LINES),
        first=first,
        emote=message.kind == "emote",
        quiet=message.kind == "notice",
        role="facilitator" if room.encrypted and room.has_office(item.sender) else "",
        newcomer=newcomer,
        quote=_quote(item.answers, names, reader) if item.answers else _unknown(message),
        answers=None if item.redacted else message.reply_to,
        poll=poll_view(item, room),
        pinned=item.event_id in room.pinned,
        edited=item.edited,
        redacted=item.redacted,
        reactions=tuple(
            (shown_reaction(item, key), len(who), reader.me in who) for key, who in item.reactions[:_MOST_REACTIONS]
        ),
        more_reactions=max(0, len(item.reactions) - _MOST_REACTIONS),
        replies=item.replies,
        last_reply=clock(item.last_reply, reader.zone, reader.forms) if item.last_reply else "",
        mention=is_named(message, item.sender, reader.me, room.power),
        everybody=everybody,
        names=(*_named(message.body, message.mentions, names), *([EVERYBODY] if everybody else [])),
        formatted=formatted,
        called=called_in(formatted, lambda user: _name(user, names)),
        verified=item.trust is Trust.VERIFIED,
        warning=_warning(item, room),
        attachment=shared,
    )


def _warning(item: Said, room: Room) -> str:
    if item.encrypted:
        return _WARNINGS.get(item.trust, "")
    return _IN_CLEAR if room.encrypted and not item.redacted else ""


def _quote(said: Said, names: Mapping[UserId, str], reader: Reader) -> Quote:
    words = in_a_line(said.message.body, said.message.html)
    text = "(taken back)" if said.redacted else safe_line(words, longest=120)
    colour = 0 if said.sender == reader.me else colour_of(said.sender)
    return Quote(_name(said.sender, names), colour, text)


def _unknown(message: Message) -> Quote | None:
    """In place of an answered message that is not here."""
    return Quote("", 0, "an earlier message") if message.reply_to else None


def _named(body: str, mentions: frozenset[UserId], names: Mapping[UserId, str]) -> tuple[str, ...]:
    """The pieces of a body that stand for the people it mentions."""
    found = []
    for user in sorted(mentions):
        name = _name(user, names)
        pieces = (user, f"@{name}", f"@{name.split()[0]}" if name.split() else "", name)
        matches = (re.search(re.escape(piece), body, re.IGNORECASE) for piece in pieces if piece)
        first = next((match for match in matches if match), None)
        if first:
            found.append(safe_line(first.group()))
    return tuple(found)


def _on_its_way(words: Words, row: Outgoing, reader: Reader, waits_for: str) -> Words:
    if row.event_id:
        return words
    if row.state == "failed":
        return replace(words, state="failed", problem=safe_line(row.problem or "it was refused"))
    if waits_for:
        return replace(words, state="queued", problem=safe_line(waits_for))
    if row.problem and row.retry_at:
        wait = max(1, round((row.retry_at - reader.now).total_seconds()))
        return replace(words, state="failed", problem=f"{safe_line(row.problem)} next try in {wait} s")
    return replace(words, state="queued")


def _line(item: Item | _Hidden, names: Mapping[UserId, str], reader: Reader) -> Entry:
    match item:
        case Day():
            return Rule(day(item.date, reader.forms), "day")
        case Unread():
            return Rule(f"{item.count} new since {clock(item.since, reader.zone, reader.forms)}", "new")
        case Gap():
            return Rule("some messages are missing here", "gap")
        case _Hidden(first, count):
            more = "" if count == 1 else f" ({count} messages)"
            text = f"{_name(first.sender, names)} wrote something that cannot be read here{more}: {first.why}"
            at = clock(first.sent_at, reader.zone, reader.forms)
            return Aside(first.event_id, at, safe_line(text, longest=_LONGEST_WHY), locked=True)
        case Moved():
            who = _listed([_name(user, names) for user in item.people])
            text = _MOVES[item.change].format(who=who, by=_name(item.by, names))
            return Aside(item.event_id, clock(item.sent_at, reader.zone, reader.forms), safe_line(text))
        case Said() | Locked():
            raise AssertionError


def _listed(names: Sequence[str]) -> str:
    """`Bo`, `Bo and Cy`, `Bo, Cy and 3 more`."""
    few = 3
    if len(names) > few:
        return f"{', '.join(names[: few - 1])} and {len(names) - few + 1} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
