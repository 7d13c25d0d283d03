"""A room as its clear-text state says it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime

from nookterm.domain.charter import Charter, read_charter
from nookterm.domain.events import Event, Json, MemberChange, Membership, StateChange
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.limits import Limits
from nookterm.domain.pins import PINS, read_pins
from nookterm.domain.policy_lists import Rules, read_rules
from nookterm.domain.power import Power, read_power
from nookterm.domain.records import dataclass
from nookterm.domain.tombstone import TOMBSTONE, Closing, read_closing, read_predecessor
from nookterm.domain.vocabulary import CHARTER, ENTRY, FACILITATES, FACILITATION, HIGHLIGHTS, VERSION, VETTING
from nookterm.domain.wishes import CareWish, own_wish

JOIN_RULES = frozenset({"public", "invite", "knock", "restricted", "knock_restricted", "private"})
CLOSED = "closed"
"""What an unknown join rule is taken for."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person's standing in a room, and the event that says so."""

    user: UserId
    membership: Membership
    display_name: str | None
    since: datetime
    event_id: EventId
    sender: UserId
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """A room that a space lists. `order` sorts before the rest when set (spec: `m.space.child`)."""

    room_id: RoomId
    via: tuple[str, ...] = ()
    order: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A room of ours: one that we are in, are invited to, or asked to join."""

    room_id: RoomId
    me: UserId
    is_space: bool = False
    name: str | None = None
    alias: str | None = None
    """Its main address (spec: `m.room.canonical_alias`), as the room says; nobody has proved it."""
    topic: str | None = None
    version: str = "1"
    encrypted: bool = False
    join_rule: str = CLOSED
    history: str = "shared"
    """History visibility: invited, joined, shared or world_readable."""
    guests: bool = False
    power: Power = field(default_factory=Power)
    charter: Charter | None = None
    members: Mapping[UserId, Member] = field(default_factory=dict)
    children: tuple[Child, ...] = ()
    entries: Mapping[RoomId, Charter] = field(default_factory=dict)
    """A space's public copies of its nooks' charters."""
    highlights: RoomId | None = None
    """A space's highlights room."""
    limits: Limits = field(default_factory=Limits)
    """How much a space lets its nooks share."""
    facilitation: RoomId | None = None
    """The facilitators' room of this nook or space."""
    facilitates: frozenset[RoomId] = frozenset()
    """A facilitators' room: what it cares for."""
    vets: tuple[RoomId, UserId] | None = None
    """A vetting room: the nook that was asked, and who asked."""
    closing: Closing | None = None
    """That it was closed, and for which other room; what the other room says of it is looked at in `domain.upgrade`."""
    predecessor: RoomId | None = None
    """The room that it says it goes on from."""
    creator: UserId | None = None
    """Who made it; None where nothing says so."""
    wishes: Mapping[UserId, CareWish] = field(default_factory=dict)
    """Who wishes to be noticed when they are away: their own word, and nobody else's."""
    rules: Rules = field(default_factory=Rules)
    """Whom it advises to keep out, where it is a policy list."""
    pinned: tuple[EventId, ...] = ()
    """Its pinned messages, in the order in which they were pinned."""
    set_at: datetime | None = None
    """When one of its settings was last changed, by the clock of who did; memberships are no settings."""

    @property
    def membership(self) -> Membership:
        """Our own membership; LEAVE where nothing says otherwise."""
        mine = self.members.get(self.me)
        return mine.membership if mine else Membership.LEAVE

    def who(self, *memberships: Membership) -> tuple[Member, ...]:
        """The members with one of these memberships, by user id."""
        return tuple(m for _, m in sorted(self.members.items()) if m.membership in memberships)

    @property
    def successor(self) -> RoomId | None:
        """The room that replaced this one, as whoever closed it says."""
        return self.closing.successor if self.closing else None

    @property
    def size(self) -> int:
        """Joined and invited people: what counts against the cap."""
        return len(self.who(Membership.JOIN, Membership.INVITE))

    @property
    def cap(self) -> int | None:
        """How many people the charter allows; None without a charter."""
        return self.charter.cap if self.charter else None

    @property
    def facilitators(self) -> tuple[UserId, ...]:
        """Joined people who may decide who gets in."""
        return tuple(m.user for m in self.who(Membership.JOIN) if self.power.may_decide(m.user))

    def has_office(self, user: UserId) -> bool:
        """Whether somebody may decide who gets in and others here may not: where all may, it is nobody's office."""
        inside = (m.user for m in self.members.values() if m.membership is Membership.JOIN)
        return self.power.may_decide(user) and not all(map(self.power.may_decide, inside))

    def name_of(self, user: UserId) -> str | None:
        """The display name that `user` chose in this room."""
        member = self.members.get(user)
        return member.display_name if member else None


@dataclass(frozen=True, slots=True)
class StateKey:
    """What a state event replaces."""

    type: str
    key: str


def state_key(event: Event) -> StateKey | None:
    """Which piece of state an event sets; None for events that are not state."""
    payload = event.payload
    if isinstance(payload, MemberChange):
        return StateKey("m.room.member", payload.user)
    return StateKey(payload.type, payload.state_key) if isinstance(payload, StateChange) else None


def room_from_state(room_id: RoomId, me: UserId, state: Iterable[Event]) -> Room:
    """Build a room from its current state, one event per state key, in any order. Encrypted events are never state."""
    events = [event for event in state if not event.encrypted]
    held = {key: event for event in events if (key := state_key(event))}

    def content(type_: str, key: str = "") -> Json:
        found = held.get(StateKey(type_, key))
        return found.payload.content if found and isinstance(found.payload, StateChange) else {}

    create = held.get(StateKey("m.room.create", ""))
    tombstone = held.get(StateKey(TOMBSTONE, ""))
    rule = _word(content("m.room.join_rules"), "join_rule")
    levels = content("m.room.power_levels") if StateKey("m.room.power_levels", "") in held else None
    return Room(
        room_id=room_id,
        me=me,
        is_space=_word(content("m.room.create"), "type") == "m.space",
        name=_word(content("m.room.name"), "name") or _word(content("m.room.canonical_alias"), "alias"),
        alias=_word(content("m.room.canonical_alias"), "alias"),
        topic=_word(content("m.room.topic"), "topic"),
        version=_word(content("m.room.create"), "room_version") or "1",
        encrypted=bool(_word(content("m.room.encryption"), "algorithm")),
        join_rule=rule if rule in JOIN_RULES else CLOSED,
        history=_word(content("m.room.history_visibility"), "history_visibility") or "shared",
        guests=_word(content("m.room.guest_access"), "guest_access") == "can_join",
        power=read_power(levels, content("m.room.create"), create.sender if create else None),
        charter=read_charter(content(CHARTER)),
        members={e.payload.user: _member(e, e.payload) for e in events if isinstance(e.payload, MemberChange)},
        children=tuple(sorted(_children(events), key=lambda child: child.room_id)),
        entries={RoomId(k.key): c for k, e in held.items() if k.type == ENTRY and (c := _charter(e))},
        highlights=_room(content(HIGHLIGHTS)),
        limits=_limits(content(HIGHLIGHTS)),
        facilitation=_room(content(FACILITATION)),
        facilitates=frozenset(RoomId(k.key) for k, e in held.items() if k.type == FACILITATES and _versioned(e)),
        vets=_vets(content(VETTING)) if _from_the_start(held.get(StateKey(VETTING, "")), create) else None,
        closing=read_closing(content(TOMBSTONE), tombstone.sender if tombstone else None),
        predecessor=read_predecessor(content("m.room.create")),
        creator=create.sender if create else None,
        wishes=dict(filter(None, map(own_wish, events))),
        rules=read_rules(held.values()),
        pinned=read_pins(content(PINS)),
        set_at=max((e.sent_at for e in events if isinstance(e.payload, StateChange)), default=None),
    )


def _member(event: Event, change: MemberChange) -> Member:
    name = change.display_name
    if change.membership in {Membership.LEAVE, Membership.BAN}:
        # Whoever goes, or is made to, says no name while doing so; they are still called what they were called.
        name = name or change.previous_name
    return Member(change.user, change.membership, name, event.sent_at, event.event_id, event.sender, change.reason)


def _children(events: Iterable[Event]) -> Iterable[Child]:
    for event in events:
        change = event.payload
        if isinstance(change, StateChange) and change.type == "m.space.child":
            via = change.content.get("via")
            servers = tuple(v for v in via if isinstance(v, str)) if isinstance(via, list) else ()
            if servers:
                yield Child(RoomId(change.state_key), servers, _order(change.content), event.sent_at)


def _order(content: Json) -> str | None:
    """A child's `order`, if it is one that the spec allows (up to 50 characters from space to tilde)."""
    order = _word(content, "order")
    longest = 50
    return order if order and len(order) <= longest and all(" " <= c <= "~" for c in order) else None


def _charter(event: Event) -> Charter | None:
    return read_charter(event.payload.content) if isinstance(event.payload, StateChange) else None


def _versioned(event: Event) -> bool:
    return isinstance(event.payload, StateChange) and event.payload.content.get("v") == VERSION


def _room(content: Json) -> RoomId | None:
    found = _word(content, "room_id") if content.get("v", VERSION) == VERSION else None
    return RoomId(found) if found else None


def _limits(content: Json) -> Limits:
    return Limits.of(content if content.get("v", VERSION) == VERSION else {})


def _vets(content: Json) -> tuple[RoomId, UserId] | None:
    nook, user = _word(content, "nook"), _word(content, "user")
    return (RoomId(nook), UserId(user)) if nook and user and content.get("v") == VERSION else None


def _from_the_start(event: Event | None, create: Event | None) -> bool:
    """Whether whoever made the room says so: nobody else turns a nook into something that is left behind one day."""
    return event is not None and (create is None or event.sender == create.sender)


def _word(content: Json, key: str) -> str | None:
    value = content.get(key)
    return value if isinstance(value, str) and value else None
