"""Messages as commands print them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from nookterm.cli.context import BESIDE, OFFLINE, Context
from nookterm.client.session import Session
from nookterm.domain.events import Event, Membership, Message, Trust
from nookterm.domain.ids import EventId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.timeline import Locked, Said, fold_timeline

_DOUBTS = {
    Trust.UNSIGNED: "  ! from a device that its owner has not signed",
    Trust.UNPROVED: "  ! not proved to be from this person",
}


async def fill(session: Session, room: Room, limit: int) -> None:
    """Fetch pages of the past until `limit` events are here, or the room's beginning."""
    if room.membership != Membership.JOIN or session.phase in {OFFLINE, BESIDE}:
        return
    while await session.fill_gaps(room.room_id):
        pass
    while len(session.store.timeline(room.room_id, limit)) < limit and await session.older(room.room_id):
        pass


def lacks(session: Session, room: Room, limit: int) -> bool:
    """Whether the server has some of the newest `limit` events that are not here."""
    store, room_id = session.store, room.room_id
    here = store.timeline(room_id, limit)
    gaps = store.gaps(room_id).keys() & {event.event_id for event in here}
    return bool(gaps) or (len(here) < limit and store.room(room_id).prev_batch is not None)


def print_said(
    context: Context,
    session: Session,
    room: Room,
    limit: int,
    before: EventId | None = None,
    seen: frozenset[EventId] = frozenset(),
) -> frozenset[EventId]:
    """Print the messages not in `seen`. Returns all that were printed so far."""
    events = session.store.timeline(room.room_id, limit, before)
    new = [item for item in everything_said(events, room) if item.event_id not in seen]
    rows = ((fields(item), _line(item, room)) for item in new)
    if new or not seen:
        context.printer.rows(rows, "Nothing was said here yet.")
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
    if isinstance(item, Locked):
        return f"{at}  {who}: {item.why}"
    words = "(taken back)" if item.redacted else item.message.body
    return f"{at}  {who}: {words}{doubt(item, room)}"


def doubt(item: Said, room: Room) -> str:
    """What is not proved about a message, behind its words; nothing where all is well."""
    if not item.encrypted:
        return "  ! not encrypted" if room.encrypted and not item.redacted else ""
    return _DOUBTS.get(item.trust, "")
