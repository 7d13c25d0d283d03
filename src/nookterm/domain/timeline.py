"""Events folded into what a reader sees: messages with edits, reactions and replies, day rules, the unread mark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import field, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum

from nookterm.domain.events import (
    Edit,
    Event,
    MemberChange,
    Membership,
    Message,
    PollEnd,
    Reaction,
    Redaction,
    StateChange,
    Trust,
    Unreadable,
    Vote,
)
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.polls import Ballot, Count, count
from nookterm.domain.records import dataclass


class Sending(StrEnum):
    """Where our own message is on its way."""

    DONE = "done"
    QUEUED = "queued"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it stands now."""

    event_id: EventId
    sender: UserId
    sent_at: datetime
    message: Message
    """The newest valid words."""
    edited: bool = False
    redacted: bool = False
    reactions: tuple[tuple[str, tuple[UserId, ...]], ...] = ()
    """Key and who, in the order in which the keys first came."""
    own_emoji: tuple[tuple[str, str], ...] = ()
    """What those keys are called that are somebody's own emoji: (key, name), as it came."""
    answers: Said | None = None
    """The message that this one replies to, if it is known here; without what that one answers."""
    counted: Count | None = None
    """How the poll stands that it began."""
    replies: int = 0
    """How many messages are in the thread below."""
    last_reply: datetime | None = None
    encrypted: bool = False
    trust: Trust = Trust.NONE
    """The lesser of the message's and its newest edit's."""
    sending: Sending = Sending.DONE
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """A message that cannot be read here."""

    event_id: EventId
    sender: UserId
    sent_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Moved:
    """People came, left, were let in; runs of the same kind on one day are one line."""

    event_id: EventId
    sent_at: datetime
    change: str
    """joined, left, invited, removed, banned, renamed, created, compares. (Requests to join are the desk's.)"""
    people: tuple[UserId, ...]
    by: UserId


@dataclass(frozen=True, slots=True)
class Day:
    """A new day begins, by the reader's own clock."""

    date: date


@dataclass(frozen=True, slots=True)
class Unread:
    """Everything below is new to the reader."""

    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Events are missing here."""

    before: EventId
    """The first one behind."""


Line = Said | Locked | Moved
"""What stands for an event."""
Item = Line | Day | Unread | Gap

MayEnd = Callable[[UserId, UserId], bool]
"""Whether somebody (first) may close a poll that somebody (second) began."""

_BEST_FIRST = tuple(Trust)
_COMPARES = "key.verification.request"
"""The kind of a message that asks to compare keys; its words are for clients that do not know how."""


@dataclass(slots=True)
class _Fold:
    said: dict[EventId, Said] = field(default_factory=dict)
    edits: dict[EventId, list[Event]] = field(default_factory=lambda: defaultdict(list))
    reactions: dict[EventId, dict[str, dict[UserId, EventId]]] = field(default_factory=lambda: defaultdict(dict))
    own_emoji: dict[str, str] = field(default_factory=dict)
    threads: dict[EventId, list[Event]] = field(default_factory=lambda: defaultdict(list))
    polled: dict[EventId, list[Event]] = field(default_factory=lambda: defaultdict(list))
    """Votes on a poll, and its ends."""
    gone: set[EventId] = field(default_factory=set)
    may_end: MayEnd = lambda user, author: user == author


def fold_timeline(
    events: Sequence[Event],
    *,
    zone: tzinfo,
    me: UserId,
    read_up_to: EventId | None = None,
    beside: Sequence[Event] = (),
    may_end: MayEnd | None = None,
    gaps: Collection[EventId] = (),
) -> tuple[Item, ...]:
    """What a reader sees of these events (oldest first), by the clock of `zone`.

    `beside` is known, too, and is not shown: what is answered, and what was said about these events. `may_end`: who
    may close a poll; its author alone where nothing is said. `gaps`: the events before which others are missing.

    An edit counts only from the author of an unedited original (spec: event replacements), a reaction once for each
    person and key. Members' comings and goings are lines of their own. Whether a redaction's sender had the power is
    the server's to judge, which it does only for clear ones: an encrypted redaction or change of state is nothing.
    """
    fold = _collect(events, beside, may_end)
    items: list[Line] = []
    holes: set[EventId] = set()
    hole = False
    for event in events:
        item = _item(event, fold)
        hole = hole or event.event_id in gaps
        if item is None:
            continue
        merged = _merged(items[-1], item, zone) if items and not hole else None
        if merged:
            items[-1] = merged
            continue
        if hole and items:
            holes.add(item.event_id)
        hole = False
        items.append(item)
    fresh = _fresh(items, events, me, read_up_to)
    return tuple(_with_rules(items, zone, fresh, holes))


def _collect(events: Sequence[Event], beside: Sequence[Event], may_end: MayEnd | None) -> _Fold:
    fold = _Fold(may_end=may_end) if may_end else _Fold()
    listed = [*events, *beside]
    fold.gone = {e.payload.target for e in listed if isinstance(e.payload, Redaction) and not e.encrypted}
    for event in listed:
        payload = event.payload
        if event.event_id in fold.gone and not isinstance(payload, Message):
            continue
        if isinstance(payload, Edit):
            fold.edits[payload.target].append(event)
        elif isinstance(payload, Reaction):
            fold.reactions[payload.target].setdefault(payload.key, {})[event.sender] = event.event_id
            if payload.shortcode:
                fold.own_emoji.setdefault(payload.key, payload.shortcode)
        elif isinstance(payload, Message) and payload.thread and event.event_id not in fold.gone:
            fold.threads[payload.thread].append(event)
        elif isinstance(payload, Vote | PollEnd):
            fold.polled[payload.target].append(event)
    # What is answered comes before what answers it.
    for event in (*beside, *events):
        if isinstance(event.payload, Message):
            fold.said[event.event_id] = _said(event, event.payload, fold)
    return fold


def _said(event: Event, message: Message, fold: _Fold) -> Said:
    redacted = event.event_id in fold.gone or message.kind == "redacted"
    edits = [e for e in fold.edits.get(event.event_id, ()) if may_edit(event, e)]
    answered = fold.said.get(message.reply_to) if message.reply_to else None
    words = message
    if edits and isinstance(edits[-1].payload, Edit):
        newest = edits[-1].payload.message
        words = replace(newest, reply_to=message.reply_to, thread=message.thread)
    thread = fold.threads.get(event.event_id, ())
    reactions = fold.reactions.get(event.event_id, {})
    return Said(
        event_id=event.event_id,
        sender=event.sender,
        sent_at=event.sent_at,
        message=Message("redacted", "") if redacted else words,
        edited=bool(edits) and not redacted,
        redacted=redacted,
        reactions=tuple((key, tuple(who)) for key, who in reactions.items()),
        own_emoji=tuple((k, fold.own_emoji[k]) for k in reactions if k in fold.own_emoji),
        answers=replace(answered, answers=None) if answered else None,
        counted=_counted(event, message, fold) if not redacted else None,
        replies=len(thread),
        last_reply=thread[-1].sent_at if thread else None,
        encrypted=event.encrypted,
        trust=max(event.trust, edits[-1].trust, key=_BEST_FIRST.index) if edits else event.trust,
    )


def _counted(event: Event, message: Message, fold: _Fold) -> Count | None:
    """How a poll stands. What is said about an encrypted one counts where it is encrypted, too, and proved."""
    if message.poll is None:
        return None
    about = [
        e for e in fold.polled[event.event_id]
        if e.room_id == event.room_id and (e.encrypted or not event.encrypted)
        and (e.trust != Trust.UNPROVED or event.trust == Trust.UNPROVED)
    ]  # fmt: skip
    ends = [e.sent_at for e in about if isinstance(e.payload, PollEnd) and fold.may_end(e.sender, event.sender)]
    ballots = (Ballot(e.sender, e.sent_at, e.payload.choices) for e in about if isinstance(e.payload, Vote))
    return count(message.poll, ballots, min(ends, default=None))


def may_edit(original: Event, edit: Event) -> bool:
    """Same author, and an encrypted original is edited only by an encrypted event of a proved sender."""
    if edit.sender != original.sender or edit.room_id != original.room_id:
        return False
    if edit.trust == Trust.UNPROVED and original.trust != Trust.UNPROVED:
        return False
    return edit.encrypted or not original.encrypted


def _item(event: Event, fold: _Fold) -> Line | None:
    payload = event.payload
    if isinstance(payload, Message):
        said = fold.said[event.event_id]
        if said.message.kind == _COMPARES:
            return Moved(event.event_id, event.sent_at, "compares", (event.sender,), event.sender)
        return None if payload.thread else said
    if isinstance(payload, Unreadable) and event.event_id not in fold.gone:
        return Locked(event.event_id, event.sender, event.sent_at, payload.why)
    if event.encrypted:
        return None
    if isinstance(payload, MemberChange):
        change = _change(event, payload)
        return Moved(event.event_id, event.sent_at, change, (payload.user,), event.sender) if change else None
    if isinstance(payload, StateChange) and payload.type == "m.room.create":
        return Moved(event.event_id, event.sent_at, "created", (event.sender,), event.sender)
    return None


def _change(event: Event, change: MemberChange) -> str | None:
    if change.membership == Membership.JOIN:
        if change.previous == Membership.JOIN:
            renamed = change.previous_name and change.previous_name != change.display_name
            return "renamed" if renamed else None
        return "joined"
    if change.membership == change.previous:
        return None
    if change.membership == Membership.LEAVE:
        if change.previous not in {Membership.JOIN, None}:
            return None
        return "left" if event.sender == change.user else "removed"
    return {Membership.BAN: "banned", Membership.INVITE: "invited"}.get(change.membership)


def _merged(last: Line, item: Line, zone: tzinfo) -> Moved | None:
    if not (isinstance(last, Moved) and isinstance(item, Moved)) or last.change != item.change:
        return None
    one_day = last.sent_at.astimezone(zone).date() == item.sent_at.astimezone(zone).date()
    if item.change in {"created", "renamed"} or not one_day:
        return None
    if item.change in {"invited", "removed", "banned"} and last.by != item.by:
        return None
    return replace(last, people=(*last.people, *(p for p in item.people if p not in last.people)))


def _with_rules(
    items: Sequence[Line], zone: tzinfo, fresh: tuple[EventId, Unread] | None, holes: Collection[EventId]
) -> Iterable[Item]:
    today: date | None = None
    for item in items:
        if item.event_id in holes:
            yield Gap(item.event_id)
        day = item.sent_at.astimezone(zone).date()
        if day != today:
            today = day
            yield Day(day)
        if fresh and item.event_id == fresh[0]:
            yield fresh[1]
        yield item


def _fresh(
    items: Sequence[Line], events: Sequence[Event], me: UserId, read_up_to: EventId | None
) -> tuple[EventId, Unread] | None:
    places = {event.event_id: place for place, event in enumerate(events)}
    if read_up_to is None or read_up_to not in places:
        return None
    read = places[read_up_to]
    new = [i for i in items if isinstance(i, Said | Locked) and i.sender != me and places[i.event_id] > read]
    return (new[0].event_id, Unread(len(new), events[read].sent_at)) if new else None
