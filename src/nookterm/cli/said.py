"""Messages as commands print them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from nookterm.cli.context import BESIDE, OFFLINE, Context
from nookterm.cli.said_aloud import change_lines, message_line
from nookterm.cli.said_aloud import doubt as doubt  # noqa: PLC0414 - what those need who print messages
from nookterm.cli.seen_by import seen_by
from nookterm.client.session import Session
from nookterm.domain.attachment import Attachment
from nookterm.domain.events import Event, Membership, Message
from nookterm.domain.ids import EventId
from nookterm.domain.room import Room
from nookterm.domain.timeline import Locked, Said, fold_timeline
from nookterm.viewmodels.talk_window import about


async def fill(session: Session, room: Room, limit: int) -> None:
    """Fetch pages of the past until `limit` events are here, or the room's beginning."""
    if room.membership != Membership.JOIN or session.phase in {OFFLINE, BESIDE}:
        return
    while lacks_inside(session, room, limit) and await session.fill_gaps(room.room_id):
        pass
    while len(session.store.timeline(room.room_id, limit)) < limit and await session.older(room.room_id):
        pass


def lacks(session: Session, room: Room, limit: int) -> bool:
    """Whether the server has some of the newest `limit` events that are not here."""
    store, room_id = session.store, room.room_id
    few = len(store.timeline(room_id, limit)) < limit
    return lacks_inside(session, room, limit) or (few and store.room(room_id).prev_batch is not None)


def lacks_inside(session: Session, room: Room, limit: int) -> bool:
    """Whether some are missing among the newest `limit` events that are here."""
    here = session.store.timeline(room.room_id, limit)
    return bool(session.store.gaps(room.room_id).keys() & {event.event_id for event in here})


def print_said(
    context: Context,
    session: Session,
    room: Room,
    limit: int,
    before: EventId | None = None,
    seen: frozenset[EventId] = frozenset(),
    known: dict[EventId, dict[str, Any]] | None = None,
) -> frozenset[EventId]:
    """Print the messages not in `seen`. Returns all that were printed so far.

    `known` keeps how each was when it was printed: one that has changed since is printed once more for scripts, with
    `again`; people are told in words what has become of it.
    """
    events = session.ignoring.heard(session.store.timeline(room.room_id, limit, before))
    later = about(session.store, room.room_id, events) if before else ()
    said = everything_said(events, room, later)
    new = [item for item in said if item.event_id not in seen]
    # Who goes on with what comes is not told of each move of each reader.
    counts = seen_by(session, room, new) if known is None and context.args.json else {}
    rows = [(fields(item) | {"seen_by": counts.get(item.event_id)}, message_line(item, room)) for item in new]
    if known is not None:
        for item in said:
            now, then = fields(item), known.get(item.event_id)
            known[item.event_id] = now
            if item.event_id not in seen or then is None or then == now:
                continue
            if context.args.json:
                rows.append((now | {"again": True}, ""))
            else:
                rows += [(now, line) for line in change_lines(then, item, room, session.clock())]
    if rows or not seen:
        context.printer.rows(rows, "Nothing was said here yet.")
    return seen | {item.event_id for item in new}


def everything_said(events: Sequence[Event], room: Room, later: Sequence[Event] = ()) -> tuple[Said | Locked, ...]:
    """Every message in the order it came, those of threads too. `later`: what was said about them since."""
    flat = [_unthreaded(event) for event in events]
    items = fold_timeline(
        flat, zone=UTC, me=room.me, beside=[_unthreaded(event) for event in later], may_end=room.power.may_redact
    )
    threads = {e.event_id: e.payload.thread for e in events if isinstance(e.payload, Message) and e.payload.thread}
    replies = Counter(threads.values())
    said = {item.event_id: item for item in items if isinstance(item, Said | Locked)}
    for event_id, item in said.items():
        if isinstance(item, Said):
            message = replace(item.message, thread=threads.get(event_id))
            said[event_id] = replace(item, message=message, replies=replies[event_id])
    return tuple(said[event.event_id] for event in events if event.event_id in said)


def _unthreaded(event: Event) -> Event:
    """A message of a thread as if it stood in the room itself."""
    if isinstance(event.payload, Message) and event.payload.thread:
        return replace(event, payload=replace(event.payload, thread=None))
    return event


def fields(item: Said | Locked) -> dict[str, Any]:
    """A message as scripts read it (docs/cli.md)."""
    head: dict[str, Any] = {"event_id": item.event_id, "sender": item.sender, "sent_at": item.sent_at}
    if isinstance(item, Locked):
        return {**head, "kind": "unreadable", "body": item.why, "encrypted": True, "trust": "none"}
    return {
        **head,
        "kind": item.message.kind,
        "body": item.message.body,
        "html": item.message.html,
        "file": _file(item.message.attachment),
        "reply_to": item.message.reply_to,
        "thread": item.message.thread,
        "edited": item.edited,
        "redacted": item.redacted,
        "reactions": {key: len(who) for key, who in item.reactions},
        "reacted": {key: list(who) for key, who in item.reactions} or None,
        "replies": item.replies or None,
        "poll": _poll(item),
        "mentions": sorted(item.message.mentions) or None,
        "everybody": item.message.everybody or None,
        "encrypted": item.encrypted,
        "trust": str(item.trust),
    }


def _poll(item: Said) -> dict[str, Any] | None:
    poll, counted = item.message.poll, item.counted
    if poll is None or counted is None:
        return None
    shown = poll.disclosed or counted.ended_at is not None
    answers = [
        {"text": choice.text} | ({"votes": len(counted.votes[choice.id])} if shown else {}) for choice in poll.choices
    ]
    told = {"question": poll.question, "answers": answers, "most": poll.most, "voters": counted.voters}
    return told | {"ended": counted.ended_at is not None}


def _file(what: Attachment | None) -> dict[str, Any] | None:
    if what is None:
        return None
    told = {"name": what.name, "mimetype": what.mimetype, "size": what.size, "encrypted": what.secret is not None}
    return {name: value for name, value in told.items() if value is not None}
