"""The events of a sync step into a room's kept timeline: each once, in order, and no gap unmarked or lost."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.ports import RoomRow, RoomUpdate, Store
from nookterm.domain.events import Event
from nookterm.domain.ids import EventId, RoomId

_ASIDE = 10_000


def weave(store: Store, update: RoomUpdate) -> RoomRow:
    """Store the events of `update`; returns the room's row. Call inside the step's transaction.

    A room that the server sends from the start once more overlaps with what is here: what is older than that, or lies
    in a gap, goes to its place, and only what is behind everything is appended.
    """
    row = store.room(update.room_id)
    events = update.timeline
    oldest = store.oldest(update.room_id)
    known = _known(store, update, oldest) if oldest else []
    if known:
        row = _overlay(store, row, update, known)
        events = events[known[-1] + 1 :]
    elif update.limited and events and update.prev_batch:
        if oldest:
            store.add_gap(update.room_id, update.prev_batch)
        else:
            row = replace(row, prev_batch=update.prev_batch)
    store.add_events(events)
    return row


def _known(store: Store, update: RoomUpdate, oldest: EventId) -> list[int]:
    """Where in the timeline stand events that are here; those that stayed when the past was let go are not of it."""
    room_id = update.room_id
    known = [place for place, event in enumerate(update.timeline) if store.event(room_id, event.event_id)]
    aside = {event.event_id for event in store.timeline(room_id, _ASIDE, before=oldest)} if known else set()
    return [place for place in known if update.timeline[place].event_id not in aside]


def _overlay(store: Store, row: RoomRow, update: RoomUpdate, known: list[int]) -> RoomRow:
    """Bring the part of the timeline up to its last known event into step with what is here."""
    store.add_events(update.timeline[place] for place in known)
    begin = 0
    for place in known:
        run, after = update.timeline[begin:place], update.timeline[place]
        if run and begin:
            _between(store, update.room_id, run, update.timeline[begin - 1], after)
        elif run:
            row = _before(store, row, update, run, after)
        begin = place + 1
    return row


def _between(store: Store, room_id: RoomId, run: tuple[Event, ...], last: Event, after: Event) -> None:
    """Unknown events between two known ones: they fill the gap there, or came late and stand at the end."""
    token = store.gaps(room_id).get(after.event_id)
    if token is not None:
        store.fill_gap(room_id, after.event_id, (*reversed(run), last), token)
    store.add_events(run)


def _before(store: Store, row: RoomRow, update: RoomUpdate, run: tuple[Event, ...], after: Event) -> RoomRow:
    """Unknown events before the first known one: the newest end of a gap, older than all that is here, or late."""
    room_id = update.room_id
    oldest = store.oldest(room_id) == after.event_id
    token = update.prev_batch if update.limited else None
    if after.event_id in store.gaps(room_id):
        store.fill_gap(room_id, after.event_id, reversed(run), token)
    elif oldest and row.prev_batch is not None:
        store.add_events(reversed(run), older=True)
        row = replace(row, prev_batch=token)
    else:
        store.add_events(run)
    return row
