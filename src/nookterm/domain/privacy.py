"""Who can read what in a room: from when on, on which servers, with which devices, and what outsiders see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from nookterm.domain.events import Membership
from nookterm.domain.exceptions import Allowed
from nookterm.domain.ids import UserId, server_of
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room

_FROM_THE_INVITE = frozenset({"invited", "shared", "world_readable"})
_MOST = 12
"""Servers and people that are named; the rest is counted."""


class Fix(StrEnum):
    """Where something can be done about a point."""

    SETTINGS = "settings"
    MEMBERS = "members"
    CHARTER = "charter"
    EXCEPTION = "exception"
    TRUST = "trust"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is so. `text` may hold names that people chose."""

    text: str
    mark: str = ""
    """`safe`, `warn` (somebody should look at it), `leaves` (not encrypted), or empty."""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Points under one question."""

    heading: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class TrustFacts:
    """What this device knows of the identities and devices of those who may read a room."""

    known: bool = False
    """Whether anything was looked at yet."""
    ready: bool = True
    """Whether others take what this device says."""
    verified: frozenset[UserId] = frozenset()
    unsigned: Mapping[UserId, int] = field(default_factory=dict)
    """Devices that their owner has not signed, and that get nothing."""
    excepted: Mapping[UserId, int] = field(default_factory=dict)
    """Devices that are not signed and get everything, by the exception."""
    changed: frozenset[UserId] = frozenset()
    hidden: frozenset[UserId] = frozenset()
    unseen: frozenset[UserId] = frozenset()
    exception: Allowed | None = None
    until: str = ""
    """When the exception ends, as its reader writes dates; empty: as everybody can read it."""


@dataclass(frozen=True, slots=True)
class HereFacts:
    """How this machine and this account keep what was said."""

    keep_days: int | None = None
    keep_messages: int | None = None
    backup: str = ""
    """How the backup of keys stands, in words; empty: not known."""
    backed_up: bool = False


def reads_from_the_invite(room: Room) -> bool:
    """Whether people who are only invited can read what is said."""
    return room.history in _FROM_THE_INVITE


def is_open_to_lookers(room: Room) -> bool:
    """Whether servers show the room's name and topic to people who are not in it (spec: room summary, hierarchy)."""
    return room.join_rule in {"public", "knock", "knock_restricted", "restricted"} or room.history == "world_readable"


def privacy_sheet(room: Room, spaces: Sequence[Room], trust: TrustFacts, here: HereFacts) -> tuple[Section, ...]:
    """The sheet. `spaces`: those of ours that list the room."""
    sections = (
        Section("Who can read what is said", _readers(room)),
        Section("From when on", _past(room)),
        Section("On which servers", _servers(room)),
        Section("With which devices", _devices(room, trust) if room.encrypted else ()),
        Section("Exceptions", _exceptions(room, trust)),
        Section("What outsiders see", _outsiders(room, spaces)),
        Section("What each of these servers sees", _metadata(room)),
        Section("Here, on this machine", _here(here) if room.encrypted else _here(here)[:1]),
    )
    return tuple(section for section in sections if section.points)


def _readers(room: Room) -> tuple[Point, ...]:
    joined, invited = room.who(Membership.JOIN), room.who(Membership.INVITE)
    points = [Point(f"{_people(len(joined))} in this room.", "safe" if room.encrypted else "")]
    if invited:
        names = _names(room, [m.user for m in invited])
        if reads_from_the_invite(room):
            points.append(Point(f"Also {names}, who {_is(invited)} only invited so far.", "warn", Fix.MEMBERS))
        else:
            points.append(Point(f"Not yet {names}: they read from when they come in."))
    if room.encrypted:
        points.append(Point("End-to-end encrypted: no server can read it.", "safe"))
    else:
        text = "Not encrypted: every server that takes part reads everything, and whoever runs one can, too."
        points.append(Point(text, "leaves", Fix.SETTINGS))
    if room.history == "world_readable":
        text = "Anybody at all who asks a server, without being in here."
        points.append(
            Point(
                text if not room.encrypted else f"{text} What is encrypted stays closed to them.", "warn", Fix.SETTINGS
            )
        )
    if room.guests:
        points.append(Point("Guests without an account may come in.", "warn", Fix.SETTINGS))
    return tuple(points)


def _past(room: Room) -> tuple[Point, ...]:
    words = {
        "joined": "Newcomers read what is said from the moment they join.",
        "invited": "Newcomers read what is said from their invite on.",
        "shared": "Newcomers may be handed everything that was ever said here.",
        "world_readable": "Everything since the beginning is open to whoever asks.",
    }
    text = words.get(room.history, "What newcomers read of the past is not known.")
    wished = room.charter.history if room.charter else None
    if wished and wished != room.history:
        return (Point(text, "warn", Fix.SETTINGS), Point("The charter promises otherwise.", "warn", Fix.SETTINGS))
    return (
        Point(text, "warn" if room.history == "world_readable" else "", Fix.SETTINGS),
        Point("Whoever leaves or is removed keeps what they read, and gets nothing new."),
    )


def _servers(room: Room) -> tuple[Point, ...]:
    counts = Counter(server_of(m.user) for m in room.who(Membership.JOIN, Membership.INVITE))
    counts.pop("", None)
    home = server_of(room.me)
    listed = sorted(counts.items(), key=lambda item: (item[0] != home, -item[1], item[0]))
    does = "carries sealed messages" if room.encrypted else "reads and keeps everything"
    points = [
        Point(
            f"{server}: {_people(count)}{', your own' if server == home else ''}; {does}.",
            "" if room.encrypted else "leaves",
        )
        for server, count in listed[:_MOST]
    ]
    if len(listed) > _MOST:
        points.append(Point(f"And {len(listed) - _MOST} more.", "" if room.encrypted else "leaves"))
    return tuple(points)


def _devices(room: Room, trust: TrustFacts) -> tuple[Point, ...]:
    if not trust.known:
        return (Point("Nothing is known of their devices yet.", "warn"),)
    points: list[Point] = []
    if not trust.ready:
        points.append(Point("This device is not signed by you: others do not get what it says.", "warn", Fix.TRUST))
    for user in sorted(trust.changed):
        text = f"{_name(room, user)} has another identity than before: nothing is sent until you looked at it."
        points.append(Point(text, "warn", Fix.MEMBERS))
    hides = "The server hides the identity of"
    hidden = (f"{hides} {_name(room, user)}: they get nothing." for user in sorted(trust.hidden))
    points += [Point(text, "warn", Fix.MEMBERS) for text in hidden]
    for user, count in sorted(trust.unsigned.items()):
        are, get = ("is", "gets") if count == 1 else ("are", "get")
        text = f"{_count(count, 'device')} of {_name(room, user)} {are} not signed by them and {get} nothing."
        points.append(Point(text, "warn", Fix.MEMBERS))
    if trust.unseen:
        points.append(Point(f"Of {_people(len(trust.unseen))} no device is known yet.", "", Fix.MEMBERS))
    others = {m.user for m in room.who(Membership.JOIN)} - {room.me}
    sure = others - trust.unseen - trust.hidden - set(trust.unsigned) - set(trust.excepted) - trust.changed
    if others and sure == others:
        points.append(Point("Every device of everybody is signed by its owner.", "safe"))
    compared = len(trust.verified & others)
    if others:
        words = "everybody" if compared == len(others) else f"{compared} of {_people(len(others))}"
        points.append(Point(f"You compared keys with {words}.", "safe" if compared == len(others) else "", Fix.MEMBERS))
    return tuple(points)


def _exceptions(room: Room, trust: TrustFacts) -> tuple[Point, ...]:
    rule = trust.exception
    if rule is None or not room.encrypted:
        return ()
    whose = f" of {_names(room, sorted(rule.people))}" if rule.people is not None else ""
    text = (
        f"Unsigned devices{whose} may take part until {trust.until or _day(rule.until)}, says {_name(room, rule.by)}. "
        "The servers of their owners could read along."
    )
    now = sum(trust.excepted.values())
    part = f"{_count(now, 'device')} {'takes' if now == 1 else 'take'} part by it now."
    counted = (Point(part, "warn", Fix.MEMBERS),) if now else ()
    return (Point(text, "warn", Fix.EXCEPTION), *counted)


def _outsiders(room: Room, spaces: Sequence[Room]) -> tuple[Point, ...]:
    if not is_open_to_lookers(room):
        points = [Point("Nothing: whoever is not invited cannot see that this room exists.", "safe")]
    else:
        who = "Whoever is in its space" if room.join_rule == "restricted" else "Whoever knows its address"
        extra = f", the topic (“{room.topic}”)" if room.topic else ""
        text = f"{who} sees the name{extra}, how many are in it, and how one gets in."
        points = [Point(text, "leaves", Fix.SETTINGS)]
    for space in spaces:
        if room.room_id in space.entries:
            name, size = space.name or "A space", _people(len(space.who(Membership.JOIN)))
            text = f"{name} shows the charter's copy, with its questions and facilitators, to {size}."
            points.append(Point(text, "leaves", Fix.CHARTER))
    if room.join_rule in {"knock", "knock_restricted"}:
        text = "Words with a request to join can be read by everybody here and their servers; answers are encrypted."
        points.append(Point(text, "leaves"))
    rules = {
        "public": Point("Anybody walks in without being asked.", "warn", Fix.SETTINGS),
        "restricted": Point("Whoever is in its space walks in without being asked.", "", Fix.SETTINGS),
    }
    if room.join_rule in rules:
        points.append(rules[room.join_rule])
    return tuple(points)


def _metadata(room: Room) -> tuple[Point, ...]:
    state = "Name, topic, charter, and who has which power."
    points = [
        Point(
            "Who is in here, since when, who was invited, removed or kept out, with the words that were given.",
            "leaves",
        ),
        Point("Who writes when, how much, and to which message an answer belongs.", "leaves"),
        Point(f"{state} {'These are never encrypted.' if room.encrypted else ''}".strip(), "leaves", Fix.SETTINGS),
    ]
    if room.encrypted:
        points.append(Point("Which emoji somebody reacts with, and to what.", "leaves"))
    return tuple(points)


def _here(here: HereFacts) -> tuple[Point, ...]:
    kept = [
        f"of the last {_count(here.keep_days, 'day')}" if here.keep_days is not None else "",
        f"the newest {here.keep_messages}" if here.keep_messages is not None else "",
    ]
    limits = " and ".join(filter(None, kept))
    text = (
        f"Messages stay in an encrypted database: {limits}."
        if limits
        else "All messages stay, in an encrypted database."
    )
    points = [Point(text, "safe")]
    if here.backup:
        points.append(Point(here.backup, "safe" if here.backed_up else "", Fix.TRUST))
    return tuple(points)


def _name(room: Room, user: UserId) -> str:
    return shown_name(user, room.name_of(user))


def _names(room: Room, users: Sequence[UserId]) -> str:
    names = [_name(room, user) for user in users[:3]]
    more = len(users) - len(names)
    if more > 0:
        return f"{', '.join(names)} and {more} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _is(members: Sequence[object]) -> str:
    return "is" if len(members) == 1 else "are"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _count(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
