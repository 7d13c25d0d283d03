"""What lists and sheets say of messages: a room's threads, its pins, everything about one message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from nookterm.domain.events import Edit, Message, Trust
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.links import message_link
from nookterm.domain.names import shown_names
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.timeline import Said, fold_timeline, may_edit
from nookterm.viewmodels.conversation import unsent_events
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.messages import Details, Listed
from nookterm.viewmodels.reacted import shown_reaction
from nookterm.viewmodels.words import clock, date_of

_LONGEST = 200
_MOST_THREADS = 100
_SURE = {
    Trust.OWN: "sent from a device of yours",
    Trust.VERIFIED: "you compared keys with its author",
    Trust.SIGNED: "from a device that its author has signed",
    Trust.UNSIGNED: "from a device that its owner has not signed",
    Trust.UNPROVED: "not proved to be from this person",
    Trust.NONE: "not encrypted: the servers could read and change it",
}


def when(hub: Hub, moment: datetime) -> str:
    """`12 Oct 09:12`."""
    return f"{date_of(moment, hub.session.clock(), hub.zone, hub.forms)} {clock(moment, hub.zone, hub.forms)}"


def said_now(hub: Hub, room: Room, event_id: EventId) -> Said | None:
    """A message as it stands now, in a thread or not; None where it is not here, or no message.

    One's own words stand from the moment the server took them, before the next sync brings them back.
    """
    store = hub.session.store
    own = unsent_events((row for row in store.outgoing() if row.room_id == room.room_id), room.me)
    event = store.event(room.room_id, event_id) or next((one for one in own if one.event_id == event_id), None)
    if event is None or not isinstance(event.payload, Message):
        return None
    first = replace(event, payload=replace(event.payload, thread=None))
    related = (*store.related(room.room_id, event_id), *(one for one in own if one.event_id != event_id))
    events = hub.session.ignoring.heard((first, *related))
    items = fold_timeline(events, zone=hub.zone, me=room.me, may_end=room.power.may_redact)
    return next((item for item in items if isinstance(item, Said) and item.event_id == event_id), None)


def details(hub: Hub, room: Room, event_id: EventId) -> Details | None:
    """Everything about one message."""
    said = said_now(hub, room, event_id)
    event = hub.session.store.event(room.room_id, event_id)
    if said is None or event is None or not isinstance(event.payload, Message):
        return None
    wordings = [(when(hub, event.sent_at), _words(event.payload))]
    edits = [e for e in hub.session.store.related(room.room_id, event_id) if may_edit(event, e)]
    wordings += [(when(hub, e.sent_at), _words(e.payload.message)) for e in edits if isinstance(e.payload, Edit)]
    names = shown_names(room.members.values())
    poll = said.message.poll
    votes = {choice.id: choice.text for choice in poll.choices} if poll and poll_is_open(said) else {}
    return Details(
        _name(event.sender, names),
        when(hub, event.sent_at),
        _SURE[said.trust],
        () if said.redacted else tuple(wordings),
        tuple((shown_reaction(said, key, 24), _names(users, names)) for key, users in said.reactions),
        tuple((safe_line(votes[key]), _names(users, names)) for key, users in _votes(said).items() if key in votes),
        message_link(room.room_id, event_id, room.me),
    )


def poll_is_open(said: Said) -> bool:
    """Whether one may see who voted for what."""
    poll, counted = said.message.poll, said.counted
    return poll is not None and counted is not None and (poll.disclosed or counted.ended_at is not None)


def threads(hub: Hub, room: Room) -> tuple[Listed, ...]:
    """The room's threads, the one in which something was said last first."""
    store = hub.session.store
    new = hub.session.reading.threads.unread(room.room_id, store.room(room.room_id).read_up_to)
    lines = []
    for root in store.threads(room.room_id)[:_MOST_THREADS]:
        below = hub.session.ignoring.heard(store.related(room.room_id, root))
        answers = [e for e in below if isinstance(e.payload, Message) and e.payload.thread == root]
        shown = [e for e in answers if isinstance(e.payload, Message) and e.payload.kind != "redacted"]
        if not shown:
            continue
        line, fresh = _listed(hub, room, root), len(new.get(root, ()))
        count = "1 reply" if len(shown) == 1 else f"{len(shown)} replies"
        last = _listed(hub, room, shown[-1].event_id)
        lines.append(
            replace(
                line,
                note=f"{count} · {fresh} new" if fresh else count,
                last=f"{last.author}: {last.text}",
                when=last.when,
                fresh=fresh,
            )
        )
    return tuple(lines)


def pins(hub: Hub, room: Room) -> tuple[Listed, ...]:
    """The pinned messages, the newest pin first."""
    return tuple(_listed(hub, room, event_id) for event_id in reversed(room.pinned))


def _listed(hub: Hub, room: Room, event_id: EventId) -> Listed:
    said = said_now(hub, room, event_id)
    if said is None:
        return Listed(event_id, "", "a message that is not on this disk yet", "", here=False)
    names = shown_names(room.members.values())
    text = "(taken back)" if said.redacted else safe_line(said.message.body, longest=_LONGEST)
    return Listed(event_id, _name(said.sender, names), text, when(hub, said.sent_at))


def _words(message: Message) -> str:
    return safe_text(message.body, longest=4000, lines=60)


def _votes(said: Said) -> Mapping[str, tuple[UserId, ...]]:
    return said.counted.votes if said.counted else {}


def _name(user: UserId, names: Mapping[UserId, str]) -> str:
    return names.get(user) or safe_line(user)


def _names(users: Iterable[UserId], names: Mapping[UserId, str]) -> str:
    return ", ".join(_name(user, names) for user in users)
