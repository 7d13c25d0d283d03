"""Beside the messages: up to which one people have read, and above the composer who is typing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nookterm.client.session import Session
from nookterm.domain.events import Event, Message
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.names import shown_names
from nookterm.domain.receipts import Receipt, stand
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.timeline import Entry, Words

_FEW, _SHORT = 2, 28
"""So many names in so many letters stand beside a message; else it is a number."""
_LONGEST_NAME = 24


def with_seen(
    session: Session, room: Room, thread: EventId | None, events: Sequence[Event], drawn: Sequence[Entry]
) -> tuple[Entry, ...]:
    """The same entries; each message that somebody has read up to, and not further, says so.

    `events` are those of the entries, in order. Messages that nobody stands at stay the very same values.
    """
    receipts = session.receipts.of(room, thread)
    if not receipts:
        return tuple(drawn)
    places = _places(session, room.room_id, thread, events, receipts)
    shown = sorted(
        (places[entry.event_id], number)
        for number, entry in enumerate(drawn)
        if isinstance(entry, Words) and entry.event_id in places
    )
    readers: dict[int, list[UserId]] = {}
    for user, place in _standing(receipts, events, places).items():
        index = bisect_right(shown, (place, len(drawn))) - 1
        if index >= 0:
            readers.setdefault(shown[index][1], []).append(user)
    names = shown_names(room.members.values()) if any(len(users) <= _FEW for users in readers.values()) else {}
    marked = list(drawn)
    for number, users in readers.items():
        entry = drawn[number]
        others = [user for user in users if isinstance(entry, Words) and user != entry.author_id]
        if others and isinstance(entry, Words):
            marked[number] = replace(entry, seen=label([_name(user, names) for user in others]))
    return tuple(marked)


def _places(
    session: Session, room_id: RoomId, thread: EventId | None, events: Sequence[Event], receipts: Sequence[Receipt]
) -> Mapping[EventId, int]:
    """Numbers that grow along the conversation. A thread is not all that there is: there the store is asked."""
    if thread is None:
        return {event.event_id: place for place, event in enumerate(events)}
    wanted = {event.event_id for event in events} | {receipt.event_id for receipt in receipts}
    found = ((event_id, session.store.place(room_id, event_id)) for event_id in wanted)
    return {event_id: place for event_id, place in found if place is not None}


def _standing(
    receipts: Sequence[Receipt], events: Sequence[Event], places: Mapping[EventId, int]
) -> Mapping[UserId, int]:
    """How far down everybody stands: whoever writes has read what is above."""
    standing = dict(stand(receipts, places))
    for event in events:
        place = places.get(event.event_id)
        wrote = isinstance(event.payload, Message) and not event.payload.thread
        if place is not None and wrote and place > standing.get(event.sender, place):
            standing[event.sender] = place
    return standing


def label(names: Sequence[str]) -> tuple[str, ...]:
    """`read by Bo, Dee` where they are few, and always `read by 2`: the longest form first."""
    shown = [safe_line(name, longest=_LONGEST_NAME) for name in names] if len(names) == 1 else names
    listed = ", ".join(sorted(shown, key=str.casefold))
    named = (f"read by {listed}",) if len(names) <= _FEW and len(listed) <= _SHORT else ()
    return (*named, f"read by {len(names)}")


def typing_line(session: Session, room: Room) -> str:
    """`Bo is typing`, `Bo, Dee and 2 more are typing`; empty where nobody is."""
    users = session.typing.who(room)
    if not users:
        return ""
    names = shown_names(room.members.values())
    first = [safe_line(_name(user, names), longest=_LONGEST_NAME) for user in users[:_FEW]]
    more = len(users) - len(first)
    if more:
        return f"{', '.join(first)} and {more} more are typing"
    return f"{' and '.join(first)} {'is' if len(first) == 1 else 'are'} typing"


def _name(user: UserId, names: Mapping[UserId, str]) -> str:
    return names.get(user) or safe_line(user)
