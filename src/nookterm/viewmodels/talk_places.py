"""Places in the open room: where a jump leads, what is known beside what is shown, what an answer quotes."""

from __future__ import annotations

from collections.abc import Sequence

from nookterm.client.errors import Problem
from nookterm.client.places import Places
from nookterm.domain.events import Edit, Event, PollEnd, Reaction, Redaction, Vote
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.conversation import Beside
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.talk_window import Window, about, answered
from nookterm.viewmodels.timeline import Entry, Quote, Words


async def find(hub: Hub, room_id: RoomId, event_id: EventId) -> Event:
    """The event that stands for this one in the conversation, brought here: what is said about a message leads to it.

    Raises as `Places.bring`.
    """
    places = Places(hub.session)
    found = await places.bring(room_id, event_id)
    if isinstance(found.payload, Edit | Reaction | Redaction | Vote | PollEnd):
        try:
            return await places.bring(room_id, found.payload.target)
        except Problem:
            return found
    return found


def beside(hub: Hub, room_id: RoomId, window: Window, events: Sequence[Event]) -> Beside:
    """What is known beside the events that are shown."""
    store = hub.session.store
    # At the room's end all that was said about what is shown is shown as well.
    later = about(store, room_id, events) if window.anchor is not None else ()
    fresh = hub.session.reading.threads.unread(room_id, store.room(room_id).read_up_to)
    return Beside(
        (*answered(store, room_id, events), *later),
        frozenset(store.gaps(room_id)),
        {root: len(said) for root, said in fresh.items()},
    )


def shown_for(target: EventId | None, drawn: Sequence[Entry], events: Sequence[Event]) -> EventId | None:
    """The message that is shown for a place: itself, else the first behind it, else the last before it."""
    shown = {entry.event_id for entry in drawn if isinstance(entry, Words)}
    ids = [event.event_id for event in events]
    if target is None or target in shown or target not in ids:
        return target
    at = ids.index(target)
    return next((one for one in (*ids[at:], *reversed(ids[:at])) if one in shown), None)


def quoted(drawn: Sequence[Entry], answering: EventId | None) -> Quote | None:
    """The message that is being answered, in a line."""
    said = next((e for e in drawn if isinstance(e, Words) and e.event_id == answering), None)
    return Quote(said.author, said.colour, safe_line(said.body, longest=120)) if said else None
