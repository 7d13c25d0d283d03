"""Whether devices that their owner has not signed may take part in a room: who said so, for whom, and until when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from nookterm.domain.events import SURE, Event, Membership, Message
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import UNSIGNED, VERSION

USUAL_DAYS = 7
MOST_DAYS = 30
LONGEST = timedelta(days=MOST_DAYS)
CLOCK_SLACK = timedelta(hours=1)
"""How far the clock of an author may be ahead of their server's, which says when it was sent."""
_MOST_PEOPLE = 150


@dataclass(frozen=True, slots=True)
class Allowed:
    """Unsigned devices may take part: their messages are shown, and they get keys."""

    event_id: EventId
    by: UserId
    at: datetime
    until: datetime
    people: frozenset[UserId] | None = None
    """Whose devices; None: everybody's."""

    def covers(self, user: UserId) -> bool:
        """Whether unsigned devices of `user` may take part."""
        return self.people is None or user in self.people


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Somebody ended the exception."""

    event_id: EventId
    by: UserId


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows from all that was said about it in a room."""

    rule: Allowed | None = None
    over: frozenset[EventId] = frozenset()
    """Acts that a later one replaced. They stay replaced, also where the later one cannot be read any more."""


def may_allow(room: Room, user: UserId) -> bool:
    """Whether `user` decides this: somebody in the room who may change its settings."""
    member = room.members.get(user)
    inside = member is not None and member.membership == Membership.JOIN
    return inside and room.power.of(user) >= room.power.state_default


def allow_content(days: int, now: datetime, people: Mapping[UserId, str] | None = None) -> dict[str, Any]:
    """The message that makes an exception for `days` days; any client can show it. `people`: names by id."""
    time = "1 day" if days == 1 else f"{days} days"
    until = (now + timedelta(days=days)).astimezone(UTC)
    block: dict[str, Any] = {"v": VERSION, "allow": True, "until": until.isoformat(timespec="seconds")}
    if people is None:
        body = f"For {time} devices that their owner has not signed may take part here. Their servers could read along."
    else:
        block["people"] = sorted(people)
        who = " and ".join(people[user] for user in sorted(people))
        body = (
            f"For {time} devices of {who} may take part here although they are not signed. "
            "Their server could read along."
        )
    return {"msgtype": "m.notice", "body": body, UNSIGNED: block}


def forbid_content() -> dict[str, Any]:
    """The message that ends the exception."""
    body = "From now on only devices that their owner has signed take part here."
    return {"msgtype": "m.notice", "body": body, UNSIGNED: {"v": VERSION, "allow": False}}


def read_act(event: Event) -> Allowed | Forbidden | None:
    """What an event says about it; None for all that is not encrypted, not from a signed device, or makes no sense."""
    if not isinstance(event.payload, Message) or not event.encrypted or event.trust not in SURE:
        return None
    block = event.payload.blocks.get(UNSIGNED)
    if not isinstance(block, Mapping) or block.get("v") != VERSION:
        return None
    if block.get("allow") is False:
        return Forbidden(event.event_id, event.sender)
    until = _moment(block.get("until"))
    people, is_sound = _people(block)
    if block.get("allow") is not True or until is None or not is_sound or until - event.sent_at > LONGEST + CLOCK_SLACK:
        return None
    return Allowed(event.event_id, event.sender, event.sent_at, until, people)


def ruling(room: Room, events: Iterable[Event], now: datetime, over: Collection[EventId] = ()) -> Ruling:
    """What holds in a room, from its acts in the order in which they came.

    The latest act by somebody who decides now counts: who loses that power loses the exceptions they made. Acts in
    `over` were replaced before: nothing that disappears, and no power that somebody loses, brings them back.
    """
    latest: Allowed | None = None
    replaced = set(over)
    for event in events:
        act = read_act(event)
        if act is None or not may_allow(room, act.by):
            continue
        if latest:
            replaced.add(latest.event_id)
        latest = act if isinstance(act, Allowed) and act.event_id not in replaced else None
    holds = latest is not None and room.encrypted and now < latest.until
    return Ruling(latest if holds else None, frozenset(replaced))


def _moment(value: object) -> datetime | None:
    """An ISO time that names its zone."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _people(block: Mapping[str, Any]) -> tuple[frozenset[UserId] | None, bool]:
    """For whom, and whether that can be: without a list for everybody, with an odd one for nobody."""
    if "people" not in block:
        return None, True
    names = block["people"]
    if not isinstance(names, list) or not 0 < len(names) <= _MOST_PEOPLE or not all(isinstance(n, str) for n in names):
        return frozenset(), False
    return frozenset(UserId(name) for name in names), True
