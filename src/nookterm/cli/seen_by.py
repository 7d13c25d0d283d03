"""How many people have told that they have read each message, for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nookterm.client.session import Session
from nookterm.domain.ids import EventId
from nookterm.domain.receipts import stand
from nookterm.domain.room import Room
from nookterm.domain.timeline import Locked, Said


def seen_by(session: Session, room: Room, items: Iterable[Said | Locked]) -> Mapping[EventId, int]:
    """The numbers of those who have read up to a message or further, but for its author; 0 is left out.

    Nothing where the settings say that receipts are not to be shown.
    """
    store, listed = session.store, tuple(items)
    found: dict[EventId, int] = {}
    for thread in {_thread(item) for item in listed}:
        receipts = session.receipts.of(room, thread)
        told = {receipt.event_id: store.place(room.room_id, receipt.event_id) for receipt in receipts}
        standing = stand(receipts, {event_id: place for event_id, place in told.items() if place is not None})
        if not standing:
            continue
        for item in listed:
            here = store.place(room.room_id, item.event_id) if _thread(item) == thread else None
            if here is not None:
                found[item.event_id] = sum(
                    1 for user, place in standing.items() if place >= here and user != item.sender
                )
    return {event_id: count for event_id, count in found.items() if count}


def _thread(item: Said | Locked) -> EventId | None:
    return item.message.thread if isinstance(item, Said) else None
