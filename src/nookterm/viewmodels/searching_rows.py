"""What search lists say of a message: who, where, when, the words around what was looked for, what came around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field

from nookterm.client.ports import RoomRow
from nookterm.client.search import Hit
from nookterm.domain.calling import is_named
from nookterm.domain.events import Event, Membership, Message, Trust
from nookterm.domain.found_words import Piece, excerpt, places
from nookterm.domain.ids import EventId, RoomId, UserId, localpart
from nookterm.domain.names import shown_names
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.search import Term, line_with
from nookterm.domain.space import title
from nookterm.formatting.plain import in_a_line
from nookterm.viewmodels.conversation import thread_events
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.message_lists import said_now, when
from nookterm.viewmodels.searching import Found, Names, Near, sayable

_AROUND = 6
"""Messages shown before a hit, and after it."""
_REACH = 40
"""Events that are looked through for them at each side."""
_MOST_FRESH = 500
_LONGEST_NEAR, _LINES_NEAR = 1200, 12
_DOUBTS = {
    Trust.UNSIGNED: "from a device that its owner has not signed",
    Trust.UNPROVED: "not proved to be from this person",
}
_FILES = {"image": "picture", "video": "video", "audio": "sound", "file": "file"}


@dataclass(slots=True)
class Rows:
    """Makes rows; remembers what people are called in each room while it does. Engine's thread."""

    hub: Hub
    terms: tuple[Term, ...] = ()
    _names: dict[RoomId, Mapping[UserId, str]] = field(default_factory=dict)

    def found(self, hit: Hit) -> Found:
        """A message that was found."""
        said, room = hit.said, hit.room
        body = "(taken back)" if said.redacted else in_a_line(said.message.body, said.message.html)
        line = safe_line(line_with(body, self.terms), longest=2000)
        notes = (
            _FILES.get(said.message.kind, ""),
            "in a thread" if said.message.thread else "",
            "edited" if said.edited else "",
        )
        away = room.room_id not in self.hub.session.rooms or room.membership != Membership.JOIN
        return Found(
            key=f"{room.room_id} {said.event_id}",
            room_id=room.room_id,
            event_id=said.event_id,
            room=safe_line(title(room), longest=60),
            author=self._name(room, said.sender),
            when=when(self.hub, said.sent_at),
            said_at=said.sent_at,
            pieces=excerpt(line, self.terms),
            note=" · ".join(note for note in notes if note),
            doubt=_doubt(hit.event),
            calls=is_named(said.message, said.sender, room.me, room.power),
            away=away,
        )

    def unread(self, row: RoomRow) -> Found | None:
        """A room with something new, and the first of it; None where it is not here."""
        room = self.hub.session.rooms.get(row.room_id)
        if room is None or room.membership != Membership.JOIN:
            return None
        new = fresh(self.hub, row)
        said = said_now(self.hub, room, new[0].event_id) if new else None
        words = in_a_line(said.message.body, said.message.html) if said else ""
        calls = f" · {row.mentions} names you" if row.mentions == 1 else f" · {row.mentions} name you"
        return Found(
            key=row.room_id,
            room_id=room.room_id,
            event_id=said.event_id if said else None,
            room=safe_line(title(room), longest=60),
            author=self._name(room, said.sender) if said else "",
            when=when(self.hub, new[-1].sent_at) if new else "",
            pieces=excerpt(safe_line(words, longest=400), ()) if words else (),
            note=f"{row.unread} new" + (calls if row.mentions else ""),
            doubt=_doubt(new[0]) if new else "",
            calls=row.mentions > 0,
        )

    def near(self, room_id: RoomId, event_id: EventId) -> tuple[Near, ...]:
        """What was said around a message, as it stands now."""
        room = self.hub.session.rooms.get(room_id) or Room(room_id, self.hub.session.gateway.user_id)
        lines = []
        for near in self._around(room_id, event_id):
            said = said_now(self.hub, room, near)
            if said is None or (said.redacted and near != event_id):
                continue
            body = "(taken back)" if said.redacted else in_a_line(said.message.body, said.message.html)
            text = safe_text(body, longest=_LONGEST_NEAR, lines=_LINES_NEAR)
            pieces = _pieces(text, self.terms) if near == event_id else ((text, False),)
            author = self._name(room, said.sender)
            lines.append(Near(author, when(self.hub, said.sent_at), pieces, hit=near == event_id))
        return tuple(lines)

    def _around(self, room_id: RoomId, event_id: EventId) -> list[EventId]:
        store = self.hub.session.store
        event = store.event(room_id, event_id)
        if event is None or not isinstance(event.payload, Message):
            return []
        heard = self.hub.session.ignoring.heard
        thread = event.payload.thread
        if thread:
            line = [e.event_id for e in heard(thread_events(store, room_id, thread)) if isinstance(e.payload, Message)]
            at = line.index(event_id) if event_id in line else 0
            return line[max(0, at - _AROUND) : at + _AROUND + 1]
        before = _spoken(heard(store.timeline(room_id, _REACH, event_id)))[-_AROUND:]
        after = _spoken(heard(store.after(room_id, event_id, _REACH)))[:_AROUND]
        return [*before, event_id, *after]

    def _name(self, room: Room, user: UserId) -> str:
        if room.room_id not in self._names:
            self._names[room.room_id] = shown_names(room.members.values())
        return self._names[room.room_id].get(user) or safe_line(user)


def fresh(hub: Hub, row: RoomRow) -> tuple[Event, ...]:
    """What we have not seen of a room, the oldest first, as far as it is on this disk."""
    session = hub.session
    threads = session.reading.threads.unread(row.room_id, row.read_up_to).values()
    events = session.ignoring.heard(session.store.timeline(row.room_id, _MOST_FRESH))
    place = next((n for n, event in enumerate(events) if event.event_id == row.read_up_to), None)
    me = session.gateway.user_id
    said = [e for e in events[0 if place is None else place + 1 :] if e.sender != me and is_spoken(e)]
    if place is None:
        said = said[-row.unread :] if row.unread else []
    return tuple(sorted((*said, *(e for line in threads for e in line)), key=lambda event: event.sent_at))


def is_spoken(event: Event) -> bool:
    """Whether this is a message outside threads that was not taken back."""
    return isinstance(event.payload, Message) and event.payload.thread is None and event.payload.kind != "redacted"


def names_of(hub: Hub) -> Names:
    """Everybody and every room that a line may name, as it may be written."""
    rooms = [room for room in hub.session.rooms.values() if room.membership == Membership.JOIN]
    called = Counter(title(room).casefold() for room in rooms)
    people = [
        _writable((member.display_name or "").strip(), _writable(localpart(member.user), member.user))
        for room in rooms
        for member in room.members.values()
        if member.membership == Membership.JOIN
    ]
    return Names(sayable(people), sayable([word_for(room, called[title(room).casefold()]) for room in rooms]))


def word_for(room: Room, called: int = 1) -> str:
    """What one writes behind `in:` for a room; `called`: how many rooms have its name."""
    return _writable(title(room), room.room_id) if called == 1 else room.room_id


def _writable(name: str, otherwise: str) -> str:
    """A name that can be shown and typed as it is; else something that can."""
    return name if name and safe_line(name, longest=60) == name and '"' not in name else otherwise


def _spoken(events: Sequence[Event]) -> list[EventId]:
    return [event.event_id for event in events if is_spoken(event)]


def _doubt(event: Event) -> str:
    return _DOUBTS.get(event.trust, "") if event.encrypted else ""


def _pieces(text: str, terms: tuple[Term, ...]) -> tuple[Piece, ...]:
    """All of a text, with what was looked for apart."""
    pieces: list[Piece] = []
    at = 0
    for begin, end in places(text, terms):
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return tuple(piece for piece in (*pieces, (text[at:], False)) if piece[0])
