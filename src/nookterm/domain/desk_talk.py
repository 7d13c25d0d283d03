"""A nook's conversation as far as its desk needs it: whom nobody greeted, what nobody answered, who spoke last when.

Does not depend on the time, so that it is made once for what is known of a room. What a server could write by itself
opens nothing here. But it can end that somebody waits for a word: reactions are never encrypted, and the past that came
from a backup is not proved to be by who it names, while it mostly is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime

from nookterm.domain.acts import own_block
from nookterm.domain.events import (
    Edit,
    Event,
    MemberChange,
    Membership,
    Message,
    Reaction,
    Redaction,
    Trust,
    Unreadable,
)
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.vocabulary import ACT, ASK, HIGHLIGHT_CONSENT, HIGHLIGHT_PUBLISHED, HIGHLIGHT_REQUEST, UNSIGNED

SOLVED = "✅"
"""With this the asker says that something is the answer."""
_QUESTION_MARKS = ("?", "？", "؟", "⁇", "⁈")  # noqa: RUF001 - as they are written elsewhere
_CLOSING = " \t\r\n\"'»”’)]*_`"
"""What may stand behind a question mark."""
_BUSINESS = (ACT, HIGHLIGHT_REQUEST, HIGHLIGHT_CONSENT, HIGHLIGHT_PUBLISHED, UNSIGNED)
"""Blocks of messages that a client writes for its person: no greeting, no answer, no talk."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something that somebody said or did, and when."""

    event: EventId
    by: UserId
    at: datetime
    body: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread and the last word in it."""

    root: EventId
    by: UserId
    """Who began it."""
    last: Said
    waits_for: frozenset[UserId]
    """Whom the last word names, without who said it and who reacted to it."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What is known of a conversation."""

    newcomers: tuple[Said, ...] = ()
    """Joins after which nobody has turned to who came in."""
    questions: tuple[Said, ...] = ()
    """Questions that nobody has answered."""
    threads: tuple[Thread, ...] = ()
    spoke: Mapping[UserId, datetime] = field(default_factory=dict)
    """When each person last said something, readable here or not."""
    since: datetime | None = None
    """From when on nothing is missing; None where nothing is known."""


def read_talk(events: Iterable[Event], since: datetime | None = None) -> Talk:
    """Fold what is known of a nook, in its order. Threads whose root is not among the events are left out.

    `since`: from when on nothing is missing among them; None: from the earliest one on.
    """
    listed = list(events)
    fold = _Fold(_words(listed))
    for event in _standing(listed):
        fold.take(event)
    return fold.talk(since or min((event.sent_at for event in listed), default=None))


def _standing(events: list[Event]) -> Iterator[Event]:
    gone = {e.payload.target for e in events if isinstance(e.payload, Redaction) and not e.encrypted}
    return (event for event in events if event.event_id not in gone)


def _words(events: list[Event]) -> dict[tuple[EventId, UserId], str]:
    """What messages read after their senders' edits."""
    edits = (event for event in events if event.encrypted and event.trust != Trust.UNPROVED)
    return {(e.payload.target, e.sender): e.payload.message.body for e in edits if isinstance(e.payload, Edit)}


class _Fold:
    """What waits, event by event."""

    def __init__(self, edited: Mapping[tuple[EventId, UserId], str]) -> None:
        self._edited = edited
        self._authors: dict[EventId, UserId] = {}
        """Of messages and joins."""
        self._newcomers: dict[UserId, Said] = {}
        self._questions: dict[EventId, Said] = {}
        self._places: dict[EventId, int] = {}
        """Of messages, in the room's order."""
        self._threads: dict[EventId, Thread] = {}
        self._last_in: dict[EventId, EventId] = {}
        """Which thread a last word is in."""
        self._inside: set[UserId] = set()
        self._spoke: dict[UserId, datetime] = {}

    def talk(self, since: datetime | None) -> Talk:
        """What waits in the end."""
        threads = tuple(thread for thread in self._threads.values() if thread.waits_for)
        return Talk(tuple(self._newcomers.values()), tuple(self._questions.values()), threads, self._spoke, since)

    def take(self, event: Event) -> None:
        """One more event."""
        match event.payload:
            case MemberChange():
                self._moved(event, event.payload)
            case Message() if _is_talk(event, event.payload):
                self._said(event, event.payload)
            case Edit() if event.encrypted:
                self._spoken(event)
                self._turned_to(event.sender, event.payload.message.mentions)
            case Reaction():
                self._reacted(event, event.payload)
            case Unreadable():
                self._spoken(event)
            case _:
                pass

    def _moved(self, event: Event, move: MemberChange) -> None:
        if move.membership != Membership.JOIN:
            self._newcomers.pop(move.user, None)
            self._inside.discard(move.user)
            return
        if move.previous != Membership.JOIN and move.user not in self._inside:
            self._authors[event.event_id] = move.user
            self._newcomers[move.user] = Said(event.event_id, move.user, event.sent_at)
        self._inside.add(move.user)

    def _said(self, event: Event, message: Message) -> None:
        self._spoken(event)
        self._authors[event.event_id] = event.sender
        self._places[event.event_id] = len(self._places)
        about = [target for target in (message.reply_to, message.thread) if target]
        for target in about:
            self._answered(target, event.sender)
        self._turned_to(event.sender, message.mentions)
        if event.trust == Trust.UNPROVED:
            self._threads.pop(message.thread or event.event_id, None)
            return
        body = self._edited.get((event.event_id, event.sender), message.body)
        said = Said(event.event_id, event.sender, event.sent_at, body)
        if message.thread in self._authors:
            waits_for = message.mentions - {event.sender}
            self._threads[message.thread] = Thread(message.thread, self._authors[message.thread], said, waits_for)
            self._last_in[event.event_id] = message.thread
        if own_block(event, ASK) or (not about and message.kind == "text" and _asks(body)):
            self._questions[event.event_id] = said

    def _reacted(self, event: Event, reaction: Reaction) -> None:
        self._answered(reaction.target, event.sender)
        thread = self._threads.get(self._last_in.get(reaction.target, reaction.target))
        if thread and thread.last.event == reaction.target:
            rest = thread.waits_for - {event.sender}
            self._threads[thread.root] = Thread(thread.root, thread.by, thread.last, rest)
        if reaction.key.rstrip("\ufe0f") == SOLVED:
            self._solved(reaction.target, event.sender)

    def _answered(self, target: EventId, by: UserId) -> None:
        """Somebody answered an event, or reacted to it; nobody answers themselves."""
        author = self._authors.get(target)
        if author and author != by:
            self._questions.pop(target, None)
            self._newcomers.pop(author, None)

    def _solved(self, target: EventId, asker: UserId) -> None:
        """The asker says that `target` is the answer: to their newest open question at or before it."""
        place = self._places.get(target, -1)
        theirs = [e for e, said in self._questions.items() if said.by == asker and self._places[e] <= place]
        for event in theirs[-1:]:
            del self._questions[event]

    def _turned_to(self, by: UserId, people: Iterable[UserId]) -> None:
        for user in people:
            if user != by:
                self._newcomers.pop(user, None)

    def _spoken(self, event: Event) -> None:
        self._spoke[event.sender] = max(event.sent_at, self._spoke.get(event.sender, event.sent_at))


def _is_talk(event: Event, message: Message) -> bool:
    """Whether a person said it: end-to-end encrypted, by hand, and not taken back."""
    by_hand = message.kind not in {"notice", "redacted"} and not any(block in message.blocks for block in _BUSINESS)
    return event.encrypted and by_hand


def _asks(body: str) -> bool:
    return body.rstrip(_CLOSING).endswith(_QUESTION_MARKS)
