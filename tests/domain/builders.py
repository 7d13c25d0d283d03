"""Small worlds for tests: people, events and rooms of the River space, with what a test does not say filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from nookterm.domain.events import Edit, Event, Message, Payload, Reaction, Redaction, Trust, parse_payload
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import Room, room_from_state

ANA = UserId("@ana:river.example")
BO = UserId("@bo:river.example")
CY = UserId("@cy:river.example")
DEE = UserId("@dee:river.example")
EVE = UserId("@eve:elsewhere.example")
FOXES = RoomId("!foxes:river.example")
RIVER = RoomId("!river:river.example")
BOARD = RoomId("!board:river.example")
DESK = RoomId("!desk:river.example")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
"""Any JSON, with lone surrogates, NaN and numbers beyond every range."""


def minutes(number: float) -> datetime:
    """So many minutes after noon of the first day."""
    return NOON + timedelta(minutes=number)


def an_event(
    payload: Payload,
    event_id: str = "$event",
    *,
    by: UserId = ANA,
    at: datetime = NOON,
    room: RoomId = FOXES,
    encrypted: bool = True,
    trust: Trust | None = None,
) -> Event:
    """An event; encrypted ones are signed if nothing else is said."""
    sure = trust or (Trust.SIGNED if encrypted else Trust.NONE)
    return Event(EventId(event_id), room, by, at, payload, encrypted=encrypted, trust=sure)


def a_message(content: Mapping[str, Any] | str, event_id: str = "$message", **more: Any) -> Event:
    """An `m.room.message`, from its words or its content."""
    body = {"msgtype": "m.text", "body": content} if isinstance(content, str) else content
    return an_event(parse_payload("m.room.message", body), event_id, **more)


def an_edit(target: str, words: str, event_id: str = "$edit", **more: Any) -> Event:
    """New words for an earlier message."""
    return an_event(Edit(EventId(target), Message("text", words)), event_id, **more)


def a_reaction(target: str, key: str, event_id: str = "$reaction", **more: Any) -> Event:
    """A reaction; clear, as all are."""
    return an_event(Reaction(EventId(target), key), event_id, **{"encrypted": False, **more})


def a_redaction(target: str, event_id: str = "$redaction", **more: Any) -> Event:
    """An event taken back; clear, as the server demands."""
    return an_event(Redaction(EventId(target)), event_id, **{"encrypted": False, **more})


def state(
    type_: str, content: Mapping[str, Any], key: str = "", event_id: str = "", *, by: UserId = ANA, **more: Any
) -> Event:
    """A state event; its id says what it sets."""
    payload = parse_payload(type_, content, key, more.pop("unsigned", None))
    return an_event(payload, event_id or f"${type_}|{key}", by=by, **{"encrypted": False, **more})


def member(
    user: UserId,
    membership: str = "join",
    name: str | None = None,
    event_id: str = "",
    *,
    by: UserId | None = None,
    before: Mapping[str, Any] | None = None,
    reason: str | None = None,
    **more: Any,
) -> Event:
    """A move of `user`, by themselves if nothing else is said."""
    content = {"membership": membership, "displayname": name, "reason": reason}
    unsigned = {"prev_content": before} if before else None
    return state("m.room.member", content, user, event_id, by=by or user, unsigned=unsigned, **more)


def a_room(*events: Event, room_id: RoomId = FOXES, me: UserId = ANA) -> Room:
    """A room as these state events say it is."""
    return room_from_state(room_id, me, events)


def a_nook(*more: Event, me: UserId = ANA, levels: Mapping[str, Any] | None = None) -> Room:
    """The Foxes: founded by Dee, decided in by Ana and Cy (50), with Bo; encrypted; on request only."""
    power = {"users": {DEE: 100, ANA: 50, CY: 50}, "invite": 50, "kick": 50, "ban": 50, "redact": 50}
    first = [
        state("m.room.create", {"room_version": "11"}, by=DEE),
        state("m.room.power_levels", levels or power, by=DEE),
        state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, by=DEE),
        state("m.room.join_rules", {"join_rule": "knock"}, by=DEE),
        state("m.room.history_visibility", {"history_visibility": "invited"}, by=DEE),
        state("m.room.name", {"name": "Foxes"}, by=DEE),
        *(member(who, name=name) for who, name in ((ANA, "Ana"), (BO, "Bo"), (CY, "Cy"), (DEE, "Dee"))),
    ]
    changed = {event.event_id: event for event in (*first, *more)}
    return a_room(*changed.values(), me=me)


def a_space(room_id: RoomId, *children: RoomId, name: str = "River", me: UserId = ANA, joined: bool = True) -> Room:
    """A space that lists these rooms, in this order of age."""
    listed = [
        state("m.space.child", {"via": ["river.example"]}, child, at=minutes(number))
        for number, child in enumerate(children)
    ]
    return a_room(
        state("m.room.create", {"type": "m.space"}),
        state("m.room.name", {"name": name}),
        member(me, "join" if joined else "invite"),
        *listed,
        room_id=room_id,
        me=me,
    )
