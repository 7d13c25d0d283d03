"""What of a room calls somebody: everything, what names them, or nothing; read from and written as push rules.

Push rules are the account's, and every client of it reads them (spec: Push Notifications). Written as Element does: an
`override` rule that matches the room and does nothing mutes it, a `room` rule that does nothing leaves mentions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum

from nookterm.domain.events import Json
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass

OVERRIDE, ROOM = "override", "room"
"""The two kinds of rules that say something of one room."""
_MASTER = ".m.rule.master"
_EVERYBODY = frozenset({".m.rule.is_room_mention", ".m.rule.roomnotif"})
"""The server's own rules for `@room`: of today, and of before spec 1.7."""
_NOTHING: tuple[list[str], ...] = ([], ["dont_notify"])
"""Actions by which nobody is called; the second as clients wrote it before spec 1.7."""
_DEFAULTS = {
    (False, False): ".m.rule.message",
    (False, True): ".m.rule.room_one_to_one",
    (True, False): ".m.rule.encrypted",
    (True, True): ".m.rule.encrypted_room_one_to_one",
}
"""Which of the server's own rules speaks for a room without a rule, by whether it is encrypted and has two people."""


class Level(StrEnum):
    """What of a room calls its reader."""

    ALL = "all"
    MENTIONS = "mentions"
    MUTE = "mute"


def calls(level: Level, *, event_mentions_me: bool, is_from_me: bool) -> bool:
    """Whether something new in a room of this level is to be told to its reader now.

    A conversation of two is no exception: whoever asks for mentions alone there means it, in every client.
    """
    if is_from_me or level is Level.MUTE:
        return False
    return level is Level.ALL or event_mentions_me


@dataclass(frozen=True, slots=True)
class Counted:
    """What is new in a room, as its level has it."""

    unread: int = 0
    """Messages that call."""
    mentions: int = 0
    quiet: int = 0
    """New messages that do not call."""


def counted(level: Level, unread: int, mentions: int) -> Counted:
    """Counts of a room under its level."""
    if level is Level.ALL:
        return Counted(unread, mentions)
    return Counted(0, mentions if level is Level.MENTIONS else 0, unread)


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One write to the push rules. `actions` is None where the rule is deleted."""

    kind: str
    rule_id: str
    actions: tuple[str, ...] | None = None

    @property
    def body(self) -> Json:
        """The rule as the server takes it."""
        actions = {"actions": list(self.actions or ())}
        if self.kind == ROOM:
            return actions
        return {**actions, "conditions": [{"kind": "event_match", "key": "room_id", "pattern": self.rule_id}]}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Push rules as far as they say something of whole rooms; read once, asked often."""

    muted: Mapping[RoomId, str] = field(default_factory=dict)
    """Rooms with an override rule that mutes them, and that rule's id."""
    rooms: Mapping[RoomId, bool] = field(default_factory=dict)
    """Rooms with a room rule in force, and whether it notifies."""
    quiet_kinds: frozenset[tuple[bool, bool]] = frozenset()
    """The kinds of rooms (encrypted, with two people) of which only mentions call where no rule says otherwise."""
    silenced: bool = False
    """The account's one switch for all of them is set: nothing calls, whatever the rest says."""
    heeds_everybody: bool = True
    """Whether what names everybody in a room (`@room`) names its reader."""

    @property
    def needs_kind(self) -> bool:
        """Whether it makes a difference how many people a room has."""
        return any((encrypted, not two) not in self.quiet_kinds for encrypted, two in self.quiet_kinds)

    def default(self, *, encrypted: bool, two: bool) -> Level:
        """What holds in a room without a rule of its own."""
        return Level.MENTIONS if (encrypted, two) in self.quiet_kinds else Level.ALL

    def level(self, room_id: RoomId, *, encrypted: bool, two: bool) -> Level:
        """What holds in a room. `two`: two people are in it."""
        if self.silenced or room_id in self.muted:
            return Level.MUTE
        own = self.rooms.get(room_id)
        if own is None:
            return self.default(encrypted=encrypted, two=two)
        return Level.ALL if own else Level.MENTIONS

    def changes(self, room_id: RoomId, level: Level, *, encrypted: bool, two: bool) -> tuple[RuleChange, ...]:
        """What to write so that `level` holds in a room: as little as possible; rules about other things stay."""
        muted, own = self.muted.get(room_id), self.rooms.get(room_id)
        if level is Level.MUTE:
            # Its room rule stays: it holds again when the room is not muted any longer.
            return () if muted else (RuleChange(OVERRIDE, room_id, ("dont_notify",)),)
        spoken = (RuleChange(OVERRIDE, muted),) if muted else ()
        wanted = level is Level.ALL
        if own is wanted or (own is None and self.default(encrypted=encrypted, two=two) is level):
            return spoken
        if wanted and self.default(encrypted=encrypted, two=two) is Level.ALL:
            return (*spoken, RuleChange(ROOM, room_id))
        return (*spoken, RuleChange(ROOM, room_id, ("notify",) if wanted else ("dont_notify",)))


def read_rules(content: Json) -> Rulebook:
    """Read `m.push_rules`. Whatever makes no sense in them says nothing."""
    overrides, rooms = list(_rules(content, OVERRIDE)), list(_rules(content, ROOM))
    defaults = {rule.get("rule_id"): rule for rule in _rules(content, "underride")}
    return Rulebook(
        muted={room_id: str(rule["rule_id"]) for rule in overrides if (room_id := _muted_by(rule))},
        rooms={RoomId(str(rule["rule_id"])): _notifies(rule) for rule in rooms if rule.get("enabled") is not False},
        quiet_kinds=frozenset(
            kind for kind, name in _DEFAULTS.items() if (rule := defaults.get(name)) and not _in_force(rule)
        ),
        silenced=any(rule.get("rule_id") == _MASTER and rule.get("enabled") is True for rule in overrides),
        heeds_everybody=_heeds_everybody({rule["rule_id"]: rule for rule in overrides}),
    )


def _rules(content: Json, kind: str) -> Iterator[Json]:
    """The rules of a kind that have an id."""
    sets = content.get("global")
    listed = sets.get(kind) if isinstance(sets, Mapping) else None
    for rule in listed if isinstance(listed, list) else ():
        if isinstance(rule, Mapping) and isinstance(rule.get("rule_id"), str):
            yield rule


def _notifies(rule: Json) -> bool:
    actions = rule.get("actions")
    return isinstance(actions, list) and "notify" in actions


def _in_force(rule: Json) -> bool:
    return rule.get("enabled") is not False and _notifies(rule)


def _heeds_everybody(overrides: Mapping[str, Json]) -> bool:
    """Whether `@room` calls: the rule of today says so, the older one where a server has no other; else it does."""
    told = [overrides[name] for name in sorted(_EVERYBODY) if name in overrides]
    return not told or told[0].get("enabled") is not False


def _muted_by(rule: Json) -> RoomId | None:
    """The room that a rule mutes: it matches that room, asks for nothing else, and does nothing."""
    conditions = rule.get("conditions")
    if rule.get("enabled") is False or rule.get("actions") not in _NOTHING or not isinstance(conditions, list):
        return None
    match conditions:
        case [{"kind": "event_match", "key": "room_id", "pattern": str() as room_id}] if room_id.startswith("!"):
            return RoomId(room_id)
    return None
