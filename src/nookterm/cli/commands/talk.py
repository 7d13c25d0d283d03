"""`read` and `send`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from nookterm.cli.context import Context, acting, reading
from nookterm.client.changes import Change, RoomsChanged
from nookterm.client.duties import Duties
from nookterm.client.errors import NotFound, SignedOut, WrongUsage
from nookterm.client.session import Session
from nookterm.domain.events import Event, Membership, Message
from nookterm.domain.ids import EventId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.timeline import Locked, Said, fold_timeline

_LONGEST_MESSAGE = 30_000
_FOLLOWED = 50
"""How many events back `--follow` looks for what it has not printed."""


async def read(context: Context) -> None:
    """Print what was said in a room, oldest first."""
    args = context.args
    async with reading(context) as session:
        room = session.rooms.named(args.room)
        before = EventId(args.before) if args.before else None
        if not args.offline and args.before is None:
            await _fill(session, room, args.limit)
        seen = _print(context, session, room, args.limit, before, frozenset())
        if args.follow:
            here = session.store.timeline(room.room_id, _FOLLOWED)
            await _follow(context, session, room, seen | {event.event_id for event in here})


async def _fill(session: Session, room: Room, limit: int) -> None:
    """Fetch pages of the past until `limit` events are here, or the room's beginning."""
    if room.membership != Membership.JOIN or session.phase == "offline":
        return
    while await session.fill_gaps(room.room_id):
        pass
    while len(session.store.timeline(room.room_id, limit)) < limit and await session.older(room.room_id):
        pass


def _print(
    context: Context, session: Session, room: Room, limit: int, before: EventId | None, seen: frozenset[EventId]
) -> frozenset[EventId]:
    """Print the messages not in `seen`. Returns all that were printed so far."""
    events = session.store.timeline(room.room_id, limit, before)
    new = [item for item in everything_said(events, room) if item.event_id not in seen]
    rows = ((fields(item), _line(item, room)) for item in new)
    context.printer.rows(rows, "" if seen else "Nothing was said here yet.")
    return seen | {item.event_id for item in new}


def everything_said(events: Sequence[Event], room: Room) -> tuple[Said | Locked, ...]:
    """Every message in the order it came, those of threads too."""
    items = fold_timeline(events, zone=UTC, me=room.me)
    said = {item.event_id: item for item in items if isinstance(item, Said | Locked)}
    for event in events:
        if isinstance(event.payload, Message) and event.payload.thread:
            said[event.event_id] = Said(
                event.event_id, event.sender, event.sent_at, event.payload, encrypted=event.encrypted, trust=event.trust
            )
    return tuple(said[event.event_id] for event in events if event.event_id in said)


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
        "reply_to": item.message.reply_to,
        "thread": item.message.thread,
        "edited": item.edited,
        "redacted": item.redacted,
        "reactions": {key: len(who) for key, who in item.reactions},
        "encrypted": item.encrypted,
        "trust": str(item.trust),
    }


def _line(item: Said | Locked, room: Room) -> str:
    at = item.sent_at.astimezone().strftime("%Y-%m-%d %H:%M")
    who = shown_name(item.sender, room.name_of(item.sender))
    words = item.why if isinstance(item, Locked) else "(taken back)" if item.redacted else item.message.body
    return f"{at}  {who}: {words}"


async def _follow(context: Context, session: Session, room: Room, seen: frozenset[EventId]) -> None:
    """Print what comes until interrupted. Raises SignedOut where the session ends meanwhile."""
    news = asyncio.Event()

    def listen(change: Change) -> None:
        if isinstance(change, RoomsChanged) and room.room_id in change.rooms:
            news.set()

    session.changes.listen(listen)
    runner = asyncio.create_task(session.run())
    runner.add_done_callback(lambda _ended: news.set())
    duties = Duties(session)
    try:
        while True:
            await news.wait()
            news.clear()
            if runner.done():
                message = "The server has ended this session."
                raise SignedOut(message, "`nookterm logout`, then `nookterm login` begin a new one.", code="signed_out")
            seen = _print(context, session, room, _FOLLOWED, None, seen)
            if not context.args.no_act:
                await duties.run()
    finally:
        runner.cancel()


async def send(context: Context) -> None:
    """Say something: a row when it is committed, with --wait another when the server has it."""
    args = context.args
    text = sys.stdin.read() if args.text == "-" else args.text
    if not text.strip() or len(text) > _LONGEST_MESSAGE:
        message = f"A message has 1 to {_LONGEST_MESSAGE} characters."
        raise WrongUsage(message, "Nothing was sent.")
    async with acting(context) as session:
        room = session.rooms.named(args.room)
        if room.membership != Membership.JOIN:
            message = f"You are not in {args.room}."
            raise NotFound(message, "`nookterm join` or `nookterm knock` first.", code="not_in_room")
        row = session.outbox.queue(
            room.room_id, "m.room.message", message_content(text.rstrip("\n"), args.reply, args.thread)
        )
        context.printer.row({"txn_id": row.txn_id, "state": "queued"}, "Queued.")
        await session.outbox.flush(now=True)
        event_id = session.outbox.outcome(row.txn_id)
        if args.wait:
            context.printer.row({"txn_id": row.txn_id, "event_id": event_id, "state": "sent"}, f"Sent: {event_id}")


def message_content(text: str, reply: str | None = None, thread: str | None = None) -> dict[str, Any]:
    """A text message, as an answer or in a thread where asked."""
    content: dict[str, Any] = {"msgtype": "m.text", "body": text, "m.mentions": {}}
    relation: dict[str, Any] = {}
    if thread:
        relation = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": not reply}
        relation["m.in_reply_to"] = {"event_id": reply or thread}
    elif reply:
        relation = {"m.in_reply_to": {"event_id": reply}}
    return {**content, "m.relates_to": relation} if relation else content
