"""The account on disk as the use cases see it, and the clock that dates what lies there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from nookterm.client.ports.server import SendContent
from nookterm.domain.events import Event, Json, Trust
from nookterm.domain.ids import EventId, RoomId, TxnId, UserId
from nookterm.domain.receipts import Receipt
from nookterm.domain.records import dataclass
from nookterm.domain.search import Search

Clock = Callable[[], datetime]
"""The time now, UTC."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox: something to send, committed before the first byte leaves."""

    txn_id: TxnId
    room_id: RoomId
    what: SendContent
    queued_at: datetime
    state: str = "queued"
    """queued, sent (the server has it), failed (a person must decide)."""
    event_id: EventId | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """What one process asks of the one that holds the account, committed before it waits for the answer."""

    id: str
    words: tuple[str, ...]
    """The command line."""
    asked_at: datetime
    until: datetime
    """Nobody waits for it any longer: it must not be begun."""
    state: str = "waiting"
    """waiting, taken (begun), done (answered)."""
    answer: Json | None = None


@dataclass(frozen=True, slots=True)
class RoomRow:
    """What the store keeps of a room beside state and timeline."""

    room_id: RoomId
    unread: int = 0
    mentions: int = 0
    prev_batch: str | None = None
    """Where the past continues on the server; None at the beginning."""
    read_up_to: EventId | None = None
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """How much of a room's past stays on this disk."""

    now: datetime
    since: datetime | None = None
    """Only what was sent from here on; None: whatever its age."""
    messages: int | None = None
    """Only the newest messages, this many, with what came between them; None: all."""
    blocks: bool = True
    """Messages with blocks of ours (acts, answers, highlights and consents to them) stay, whatever their age."""


class RoomStates(Protocol):
    """Which rooms there are, their current state, and what is kept beside it."""

    def save_state(self, events: Iterable[Event]) -> None:
        """Replace the room state that these events set."""

    def state(self, room_id: RoomId) -> tuple[Event, ...]:
        """A room's current state."""

    def drop_state(self, room_id: RoomId) -> None:
        """Forget a room's state (before a full list, or when it is only stripped state)."""

    def rooms(self) -> tuple[RoomRow, ...]:
        """Every room that has state here."""

    def save_room(self, row: RoomRow) -> None:
        """Insert or replace."""

    def room(self, room_id: RoomId) -> RoomRow:
        """A room's row; an empty one where there is none."""


class Timelines(Protocol):
    """What happened in the rooms, in order, with the places where something is missing."""

    def add_events(self, events: Iterable[Event], *, older: bool = False) -> tuple[EventId, ...]:
        """Append to a room's timeline (or, `older`, put before it, newest first).

        Known ids are updated in place (late decryption), never doubled. Returns the ids that are new.
        """

    def add_gap(self, room_id: RoomId, token: str) -> None:
        """Mark that events are missing right before those added next; `token` is where to fetch them from."""

    def gaps(self, room_id: RoomId) -> Mapping[EventId, str]:
        """Where events are missing: the event right after each gap and the token to fetch from, oldest first."""

    def fill_gap(
        self, room_id: RoomId, after: EventId, events: Iterable[Event], token: str | None
    ) -> tuple[EventId, ...]:
        """Put a page of the past (newest first) into the gap before the event `after`. Returns the ids that are new.

        The gap closes when the page reaches an event that lies before it, or where `token` (the page's end) is None.
        """

    def add_island(self, room_id: RoomId, events: Iterable[Event], token: str) -> tuple[EventId, ...]:
        """Put a piece of the past (newest first) before everything, with a gap behind it.

        `token` is where the gap is filled from: where the past continued so far. Returns the ids that are new; nothing
        happens where the room has no timeline here.
        """

    def timeline(self, room_id: RoomId, limit: int, before: EventId | None = None) -> tuple[Event, ...]:
        """The newest `limit` events (before one, exclusive), oldest first."""

    def rewrites(self, room_id: RoomId) -> object:
        """What is another value after something of the timeline changed but what came behind its newest event."""

    def oldest(self, room_id: RoomId) -> EventId | None:
        """The first event of the timeline, but for those that stayed when the past around them was let go (`trim`)."""

    def event(self, room_id: RoomId, event_id: EventId) -> Event | None:
        """One stored event."""

    def related(self, room_id: RoomId, target: EventId) -> tuple[Event, ...]:
        """Events that edit, react to, redact, answer or thread under `target`, in order."""

    def after(self, room_id: RoomId, event_id: EventId, limit: int) -> tuple[Event, ...]:
        """The first `limit` events behind one (exclusive), oldest first; none behind an event that is not here."""

    def place(self, room_id: RoomId, event_id: EventId) -> int | None:
        """A number that grows along the room's timeline; it may be another one tomorrow. None: it is not here."""

    def threads(self, room_id: RoomId) -> tuple[EventId, ...]:
        """The roots of a room's threads, the one in which something was said last first; they may not be here."""

    def threaded(self, room_id: RoomId, place: int | None, limit: int = 500) -> tuple[Event, ...]:
        """What was said in threads behind a place (None: all), the newest `limit`, in order."""

    def redact(self, room_id: RoomId, event_id: EventId) -> None:
        """Remove the text of an event for good; its place stays."""

    def rerate(self, sender: UserId, trust: Trust) -> frozenset[RoomId]:
        """Rate what a person said anew that was proved: `verified` or `signed` become `trust`. Returns where."""


class Found(Protocol):
    """What is found by what it says or carries, not by where it stands."""

    def rooms_marked(self, block: str) -> frozenset[RoomId]:
        """The rooms where a message carries a block of this type."""

    def marked(self, room_id: RoomId, blocks: Sequence[str]) -> tuple[Event, ...]:
        """Messages that carry one of these blocks, and what edits, answers, reacts to or redacts them, in order."""

    def concerning(self, room_id: RoomId, blocks: Sequence[str], also: Iterable[EventId]) -> tuple[Event, ...]:
        """Messages that carry one of these blocks and the events `also`, in the room's order.

        With what edits, answers, reacts to or redacts them, and what does so with these in turn.
        """

    def search(self, query: Search, limit: int = 50, before: Event | None = None) -> tuple[Event, ...]:
        """Messages for which all of `query` holds, newest first; `before`: those behind this hit."""


class Retained(Protocol):
    """What stays on this disk, and for how long."""

    def trim(self, room_id: RoomId, keep: Keep, limit: int = 40) -> tuple[EventId, ...]:
        """Let go of a room's oldest events that `keep` does not cover, some `limit` at a time.

        The room's `prev_batch` then says where to fetch them from again. State, drafts and unsent messages stay; that
        an event was read once stays known, but nobody waits any longer for the key of one that went.
        Returns what went; nothing when it is done.
        """

    def compact(self) -> bool:
        """Give a part of the space of what was removed back to the disk; outside of transactions. False when done."""

    def drop_copies(self, before: datetime) -> None:
        """Remove copies that migrations made before this moment."""


class ReadByOthers(Protocol):
    """How far other people have read, as they told it."""

    def save_receipts(self, room_id: RoomId, receipts: Iterable[Receipt]) -> None:
        """Keep them in place of what was known of the same people and threads; of very many the oldest go."""

    def receipts(self, room_id: RoomId) -> tuple[Receipt, ...]:
        """All that are known of a room, the oldest first."""

    def drop_receipts(self, room_id: RoomId) -> None:
        """Forget them."""


class OutboxRows(Protocol):
    """What is to be sent, committed before the first byte leaves."""

    def save_outgoing(self, row: Outgoing) -> None:
        """Insert or replace by `txn_id`."""

    def outgoing(self, txn_id: TxnId | None = None) -> tuple[Outgoing, ...]:
        """What has not been echoed yet, in the order it was queued; with `txn_id` only that row."""

    def drop_outgoing(self, txn_id: TxnId) -> None:
        """The echo has come, or the person gave it up."""


class Intents(Protocol):
    """What other processes ask of the one that holds the account."""

    def commits_elsewhere(self) -> int:
        """A number that is another one after another process has committed, and stays while only we do."""

    def add_intent(self, intent: Intent) -> None:
        """Ask the holder, behind all that was asked before."""

    def intent(self, intent_id: str) -> Intent | None:
        """One of them, while it is here."""

    def waiting_intents(self) -> tuple[Intent, ...]:
        """What nobody has taken yet, in the order it was asked."""

    def take_intent(self, intent_id: str) -> bool:
        """Begin it. False where it is not waiting (any more)."""

    def answer_intent(self, intent_id: str, answer: Mapping[str, Any]) -> None:
        """Say how it went."""

    def withdraw_intent(self, intent_id: str) -> bool:
        """Take it back. False where it was taken before: then it may happen."""

    def drop_intent(self, intent_id: str) -> None:
        """The answer has been read."""

    def drop_intents(self, before: datetime) -> None:
        """Forget those for which nobody has waited since `before`, whatever became of them."""


class Notes(Protocol):
    """Small values of our own."""

    def remember(self, kind: str, key: str, value: Mapping[str, Any] | None) -> None:
        """Keep a small value of ours (prepared answers, listed requests, dismissals, settings); None forgets it."""

    def recall(self, kind: str, key: str) -> Json | None:
        """A value kept by `remember`."""

    def recall_all(self, kind: str) -> Mapping[str, Json]:
        """All values of a kind, by key."""


class Store(RoomStates, Timelines, Found, Retained, ReadByOthers, OutboxRows, Intents, Notes, Protocol):
    """One account's encrypted database. Synchronous and quick; used from the engine's thread only."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing. Nested use joins the outer one."""

    @property
    def connection(self) -> Any:
        """The DB-API connection, lent to the crypto so that keys and timeline commit together."""

    def position(self) -> str | None:
        """Where the next sync starts."""

    def set_position(self, token: str) -> None:
        """Remember it."""

    def close(self) -> None:
        """Close the file."""
