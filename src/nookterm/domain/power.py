"""Who may do what in a room: its power levels and its create event (version 12 puts creators above all levels)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from nookterm.domain.events import Json
from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass

CREATOR = 1 << 53
"""More than any level a room can state: creators of a version 12 room stand above all levels."""
FACILITATOR = 50
ADMIN = 100
_CREATORS_RULE_FROM = 12


@dataclass(frozen=True, slots=True)
class Power:
    """A room's power levels with the spec's defaults filled in."""

    users: Mapping[UserId, int] = field(default_factory=dict)
    users_default: int = 0
    events: Mapping[str, int] = field(default_factory=dict)
    events_default: int = 0
    state_default: int = 50
    invite: int = 0
    kick: int = 50
    ban: int = 50
    redact: int = 50
    call_everybody: int = 50
    """What it takes to name everybody in the room (`notifications.room`)."""
    creators: frozenset[UserId] = frozenset()

    def of(self, user: UserId) -> int:
        """The level of `user`."""
        return CREATOR if user in self.creators else self.users.get(user, self.users_default)

    def may_send(self, user: UserId, event_type: str = "m.room.message") -> bool:
        """Whether `user` may send events of this type."""
        return self.of(user) >= self.events.get(event_type, self.events_default)

    def may_set(self, user: UserId, event_type: str) -> bool:
        """Whether `user` may set state of this type."""
        return self.of(user) >= self.events.get(event_type, self.state_default)

    def may_invite(self, user: UserId) -> bool:
        """Whether `user` may invite, and so approve who asks to join."""
        return self.of(user) >= self.invite

    def may_kick(self, user: UserId, target: UserId) -> bool:
        """Whether `user` may remove `target`, and so decline their request."""
        return self.of(user) >= self.kick and self.of(user) > self.of(target)

    def may_redact(self, user: UserId, author: UserId) -> bool:
        """Whether `user` may take back an event of `author`."""
        return user == author or self.of(user) >= self.redact

    def may_call_everybody(self, user: UserId) -> bool:
        """Whether `user` may call everybody in the room at once (`@room`)."""
        return self.of(user) >= self.call_everybody

    def may_decide(self, user: UserId) -> bool:
        """Whether `user` may answer requests to join: let in and turn away."""
        return self.of(user) >= max(self.invite, self.kick) and self.of(user) >= FACILITATOR


def read_power(content: Json | None, create: Json | None, creator: UserId | None) -> Power:
    """Build `Power` from `m.room.power_levels` (None: never set), `m.room.create` and the sender of the latter."""
    version = _number((create or {}).get("room_version"), 1)
    creators: frozenset[UserId] = frozenset()
    if version >= _CREATORS_RULE_FROM and creator:
        more = (create or {}).get("additional_creators")
        names = more if isinstance(more, list) else []
        creators = frozenset({creator, *(UserId(name) for name in names if isinstance(name, str))})
    if content is None:
        first = {creator: ADMIN} if creator and not creators else {}
        return Power(users=first, creators=creators, state_default=0)
    return Power(
        users={UserId(user): _number(level, 0) for user, level in _levels(content, "users").items()},
        users_default=_number(content.get("users_default"), 0),
        events={name: _number(level, 0) for name, level in _levels(content, "events").items()},
        events_default=_number(content.get("events_default"), 0),
        state_default=_number(content.get("state_default"), 50),
        invite=_number(content.get("invite"), 0),
        kick=_number(content.get("kick"), 50),
        ban=_number(content.get("ban"), 50),
        redact=_number(content.get("redact"), 50),
        call_everybody=_number(_levels(content, "notifications").get("room"), 50),
        creators=creators,
    )


def _levels(content: Json, key: str) -> Mapping[str, object]:
    value = content.get(key)
    return {name: level for name, level in value.items() if isinstance(name, str)} if isinstance(value, Mapping) else {}


def _number(value: object, default: int) -> int:
    """A level; older rooms hold them as text. None comes near a creator's, however large it says it is."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return default
    try:
        level = int(value)
    except ValueError:
        return default
    return max(1 - CREATOR, min(level, CREATOR - 1))
