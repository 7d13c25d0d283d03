"""The desk's items: what needs a human, why, since when, who is on it. Worked out anew each time, stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from nookterm.domain.ids import EventId, RoomId, UserId, server_of
from nookterm.domain.records import dataclass
from nookterm.domain.vetting import Request


class Group(StrEnum):
    """What an item is about; in the order of the desk."""

    SAFETY = "Safety"
    PEOPLE = "People waiting"
    CARE = "Care"
    CONTENT = "Sharing"
    UPKEEP = "Upkeep"


class Kind(StrEnum):
    """What sort of thing waits for a human, as `nookterm desk --json` says it."""

    REPORT = "report"
    CONFLICT = "clash"
    ASK = "knock"
    """Somebody asks to join."""
    NUDGE = "nudge"
    """Somebody was asked and has not answered, or answered and has not heard, for longer than the charter allows."""
    INVITE = "invite"
    """An invite that nobody took up for long."""
    SLOT = "slot"
    """A place is free, and somebody is on the wait-list."""
    HELLO = "hello"
    """A newcomer whom nobody greeted yet."""
    QUESTION = "open"
    """A question without an answer."""
    THREAD = "thread"
    """A thread that stalled with somebody's name in it."""
    QUIET = "quiet"
    """A nook that has become quiet."""
    CARE = "care"
    """Somebody asked to be noticed when they are away, and is."""
    SHARE = "share"
    """A highlight that waits for its author's yes, or for being published."""
    TAKE_DOWN = "back"
    """A highlight that has to be taken down."""
    OFFER = "offer"
    """A highlight of another nook that this one may make its own, once a week."""
    OVERRUN = "overrun"
    """A nook that shared more than its space allows."""
    CARD = "card"
    """Somebody proposes an entry card, and lacks the power in the space."""
    CAP = "full"
    """A nook that is nearly full, full, or over its cap."""
    DRIFT = "drift"
    """A setting of a nook is another one than its charter says."""
    SHEET = "sheet"
    """A new facilitator who has not been given the open cases yet."""


GROUP_OF: Mapping[Kind, Group] = {
    Kind.REPORT: Group.SAFETY,
    Kind.CONFLICT: Group.SAFETY,
    Kind.ASK: Group.PEOPLE,
    Kind.NUDGE: Group.PEOPLE,
    Kind.INVITE: Group.PEOPLE,
    Kind.SLOT: Group.PEOPLE,
    Kind.HELLO: Group.CARE,
    Kind.QUESTION: Group.CARE,
    Kind.THREAD: Group.CARE,
    Kind.QUIET: Group.CARE,
    Kind.CARE: Group.CARE,
    Kind.SHARE: Group.CONTENT,
    Kind.TAKE_DOWN: Group.CONTENT,
    Kind.OFFER: Group.CONTENT,
    Kind.OVERRUN: Group.CONTENT,
    Kind.CARD: Group.UPKEEP,
    Kind.CAP: Group.UPKEEP,
    Kind.DRIFT: Group.UPKEEP,
    Kind.SHEET: Group.UPKEEP,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the desk."""

    case: str
    """`domain.cases.case_word(kind, room, person or event or setting)`: the same on every facilitator's machine."""
    kind: Kind
    room: RoomId
    """The nook or space that it is in."""
    since: datetime
    user: UserId | None = None
    """Whom it is about."""
    event: EventId | None = None
    """Which event it is about, or which one decides when it has changed (a knock, a membership)."""
    why: str = ""
    """Why it is here, in words of ours: `nobody greeted them yet`. Never a stranger's text."""
    quote: str = ""
    """A stranger's words (a question, a reported message), as they came: to be shown through `safe_text` only."""
    holder: UserId | None = None
    held_until: datetime | None = None
    snoozed_until: datetime | None = None
    folded: bool = False
    """Set aside by a rule (cooling down, wait-list): counted, and listed behind the others of its group."""
    place: int | None = None
    """The place on the wait-list, from 1."""
    request: Request | None = None
    """For what is about somebody who asks to join."""
    details: Mapping[str, str] = field(default_factory=dict)
    """What a fix or an answer needs: the setting and the wished value, the vetting room, the message to link to."""

    @property
    def group(self) -> Group:
        """Under which heading it stands."""
        return GROUP_OF[self.kind]


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """The desk's order: by group, what is folded or snoozed behind the rest, then the longest wait first."""
    places = {group: place for place, group in enumerate(Group)}
    return tuple(sorted(items, key=lambda i: (places[i.group], i.folded, i.snoozed_until is not None, i.since, i.case)))


def by_server(items: Iterable[Item]) -> Mapping[str, tuple[Item, ...]]:
    """Who asks to join from which server, most first: what a flood looks like."""
    found: dict[str, list[Item]] = {}
    for item in items:
        if item.kind == Kind.ASK and item.user:
            found.setdefault(server_of(item.user), []).append(item)
    most_first = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {server: tuple(asked) for server, asked in most_first}
