"""What was said in a nook about its highlights, found by what it is about, and who may say that a copy is up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from nookterm.domain.acts import own_block
from nookterm.domain.board import Highlight, taken_back
from nookterm.domain.events import SURE, Edit, Event, Message, Reaction, Trust, Unreadable
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.power import FACILITATOR
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.share_request import ShareRequest, parse_request, read_request
from nookterm.domain.vocabulary import HIGHLIGHT_CONSENT, HIGHLIGHT_ENDED, HIGHLIGHT_PUBLISHED, HIGHLIGHT_REQUEST


@dataclass(frozen=True, slots=True)
class OnBoard:
    """A highlights room as far as it is known here."""

    room: Room
    shows: Mapping[EventId, Highlight] = field(default_factory=dict)
    gone: frozenset[EventId] = frozenset()
    """What was redacted there."""


def named_in(events: Iterable[Event]) -> frozenset[EventId]:
    """What requests and notes name: the quoted messages, the answers that somebody went by, the requests."""
    found: set[EventId] = set()
    for event in events:
        for kind in (HIGHLIGHT_REQUEST, HIGHLIGHT_PUBLISHED):
            block = own_block(event, kind) or {}
            asked = block.get("asked") if kind == HIGHLIGHT_PUBLISHED else block
            asks = parse_request(asked, None, event.sent_at) if isinstance(asked, Mapping) else None
            found.update(
                asks.sources if asks else (), event_ids(block.get("consents")), event_ids([block.get("request")])
            )
    return frozenset(found)


def may_publish(nook: Room, board: Room | None, authors: Iterable[UserId], user: UserId) -> bool:
    """Whether somebody may put a highlight of this nook on the board: who looks after either, or one of its authors.

    On top of that the board has to let them write; where nothing is known of it, that is for its server to say.
    """
    looks_after = nook.power.of(user) >= FACILITATOR or (board is not None and board.power.of(user) >= FACILITATOR)
    return (looks_after or user in authors) and (board is None or board.power.may_send(user))


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in a nook, found by what it is about."""

    nook: Room
    events: tuple[Event, ...]
    gone: frozenset[EventId]
    by_id: Mapping[EventId, Event]
    about: Mapping[EventId, tuple[int, ...]]
    """Places of the events that are about each, in order."""

    @classmethod
    def of(cls, nook: Room, events: Iterable[Event]) -> Said:
        """Look at each event once."""
        listed = tuple(e for e in events if e.room_id == nook.room_id and e.trust != Trust.UNPROVED)
        about: dict[EventId, list[int]] = {}
        for place, event in enumerate(listed):
            for subject in _subjects(event):
                about.setdefault(subject, []).append(place)
        by_id = {event.event_id: event for event in listed}
        return cls(nook, listed, taken_back(listed), by_id, {key: tuple(places) for key, places in about.items()})

    def may_be_of(self, answer: EventId, author: UserId) -> bool:
        """Whether an answer that cannot be judged may be theirs: it is not here, not readable, or not proved.

        Nothing comes down for a key that is missing.
        """
        if answer in self.gone:
            return False
        event = self.by_id.get(answer)
        unclear = event is None or isinstance(event.payload, Unreadable) or event.trust not in SURE
        return unclear and self.sender(answer, author) == author

    def sender(self, event_id: EventId, unknown: UserId) -> UserId:
        """Who sent an event, where it is here."""
        event = self.by_id.get(event_id)
        return event.sender if event else unknown

    def requests(self, boards: Mapping[RoomId, OnBoard]) -> Iterator[tuple[Event, ShareRequest, bool]]:
        """Every request, and whether only a note says what it asked; each once, in order."""
        asked: set[EventId] = set()
        for event in self.events:
            if event.event_id not in self.gone and (asks := read_request(event)):
                asked.add(event.event_id)
                yield event, asks, False
        for event in self.events:
            request = self._of_note(event, boards)
            if request and request[0].event_id not in asked:
                asked.add(request[0].event_id)
                yield (*request, True)

    def _of_note(self, event: Event, boards: Mapping[RoomId, OnBoard]) -> tuple[Event, ShareRequest] | None:
        """The request of which a note tells that a copy of it went up."""
        block = own_block(event, HIGHLIGHT_PUBLISHED) if event.event_id not in self.gone else None
        request, asked, by = (block.get(key) if block else None for key in ("request", "asked", "asked_by"))
        if not (isinstance(request, str) and isinstance(asked, Mapping) and isinstance(by, str)):
            return None
        known = self.by_id.get(EventId(request))
        asks = parse_request(asked, None, known.sent_at if known else event.sent_at)
        board = boards.get(asks.target) if asks else None
        if asks is None or not is_sure(event):
            return None
        if not may_publish(self.nook, board.room if board else None, asks.authors, event.sender):
            return None
        return known or replace(
            event, event_id=EventId(request), sender=UserId(by), payload=Message("notice", "")
        ), asks

    def concerning(self, request: EventId, sources: Iterable[EventId]) -> Iterator[Event]:
        """What is about a request, its sources, or an answer to it, in order."""
        first = {place for subject in (request, *sources) for place in self.about.get(subject, ())}
        said = {self.events[place].event_id for place in first}
        places = first | {place for subject in said for place in self.about.get(subject, ())}
        return (self.events[place] for place in sorted(places))


def _subjects(event: Event) -> Iterator[EventId]:
    """What an event is about, of what matters to highlights."""
    payload = event.payload
    if isinstance(payload, Edit | Reaction):
        yield payload.target
    elif isinstance(payload, Message):
        if payload.reply_to:
            yield payload.reply_to
        for kind in (HIGHLIGHT_CONSENT, HIGHLIGHT_PUBLISHED, HIGHLIGHT_ENDED):
            block = payload.blocks.get(kind)
            request = block.get("request") if isinstance(block, Mapping) else None
            if isinstance(request, str):
                yield EventId(request)


def event_ids(said: object) -> tuple[EventId, ...]:
    """The ids in a list of JSON; anything else in it is left out."""
    return tuple(EventId(e) for e in said if isinstance(e, str)) if isinstance(said, list) else ()


def is_sure(event: Event) -> bool:
    """Whether it comes encrypted from a device that its owner signed."""
    return event.encrypted and event.trust in SURE
