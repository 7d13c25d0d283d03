"""The demo's world as values: who lives there, in which rooms, what they say and ask, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, Self, TypeAlias

from nookterm.domain.charter import Charter

Role = Literal["admin", "facilitator", "member", "applicant", "outsider"]
RoomKind = Literal["space", "highlights", "facilitators", "nook"]
Home = Literal["here", "other"]
"""Which server a person's account is on; only a federated world has the other one."""
SayKind = Literal["text", "emote", "notice"]
Consent = Literal["named", "anonymous", "no"]

LATEST_YESTERDAY = 20 * 60
LONGEST_AGO = 240
"""Minutes. "-1d" ends at 20:00 and "-240m" begins there even just after midnight, so the two never overlap."""

_CALENDAR = re.compile(r"-([1-9]\d*)d ([01]\d|2[0-3]):([0-5]\d)")
_AGO = re.compile(r"-(\d+)m")


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A time relative to the start of the demo; moments compare as they follow one another."""

    day: int
    """Calendar days before today, negative; 0 where `minute` counts from now."""
    minute: int
    """Of that day, or (on day 0) minutes before now, negative."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "-20d 09:12" or "-38m".

        Raises:
            ValueError: neither form, or a time where the two forms could overlap.
        """
        if found := _CALENDAR.fullmatch(text):
            day, minute = -int(found[1]), int(found[2]) * 60 + int(found[3])
            if day < -1 or minute <= LATEST_YESTERDAY:
                return cls(day, minute)
        elif (found := _AGO.fullmatch(text)) and int(found[1]) <= LONGEST_AGO:
            return cls(0, -int(found[1]))
        raise ValueError(f"{text!r} is no time; write -20d 09:12 (on -1d until 20:00) or -38m (240 at most)")

    def on(self, now: datetime) -> datetime:
        """The time itself, in the zone of `now`."""
        if self.day == 0:
            return now + timedelta(minutes=self.minute)
        midnight = datetime.combine(now.date() + timedelta(days=self.day), time(), now.tzinfo)
        return midnight + timedelta(minutes=self.minute)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; `id` is the local part of the Matrix id."""

    id: str
    name: str
    role: Role
    about: str
    home: Home = "here"


@dataclass(frozen=True, slots=True)
class Founding:
    """A room, made by its founder. `parent` is a space, or empty for the outermost one."""

    at: Moment
    room: str
    kind: RoomKind
    name: str
    topic: str
    parent: str
    founder: str
    facilitators: tuple[str, ...]
    charter: Charter | None


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody comes into a room: invited by its founder, as far as the room asks for that."""

    at: Moment
    room: str
    person: str


@dataclass(frozen=True, slots=True)
class Say:
    """A message; `id` is how other lines name it, empty where none does."""

    text: str
    id: str = ""
    kind: SayKind = "text"
    html: str = ""
    reply_to: str = ""
    thread: str = ""
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """The sender's better words for `target`."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class React:
    """A reaction to `target`."""

    target: str
    key: str


@dataclass(frozen=True, slots=True)
class Redact:
    """The sender takes `target` back."""

    target: str


Deed: TypeAlias = Say | Edit | React | Redact


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that somebody does in a room."""

    at: Moment
    room: str
    sender: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Somebody asks to join: with answers as nookterm does it, or with a reason as other clients do."""

    at: Moment
    nook: str
    person: str
    reason: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HighlightAsked:
    """Somebody asks the author of `source` (an id of a `Say`) whether `draft` may be shared."""

    at: Moment
    nook: str
    source: str
    author: str
    asked_by: str
    draft: str
    also: str = ""
    """A second line of the nook that the draft quotes; empty: none."""


@dataclass(frozen=True, slots=True)
class HighlightAnswered:
    """The author of `source`, or of the second line, answers."""

    at: Moment
    nook: str
    source: str
    author: str
    answer: Consent


@dataclass(frozen=True, slots=True)
class HighlightPublished:
    """The highlight of `source` is put into the highlights room."""

    at: Moment
    nook: str
    source: str
    published_by: str


Step: TypeAlias = Founding | Joining | Line | JoinRequest | HighlightAsked | HighlightAnswered | HighlightPublished


@dataclass(frozen=True, slots=True)
class World:
    """All of it. Whatever is named in it is there: `world_file` has checked that."""

    opens_as: str
    """The person as whom the demo opens."""
    space: str
    people: tuple[Person, ...]
    steps: tuple[Step, ...]
    """Everything that ever happened, in the order of time; what a step names happened before it."""
    read: Mapping[str, str]
    """Room -> id of the last line that `opens_as` has read; rooms not named are read to the end."""

    @property
    def federated(self) -> bool:
        """Whether it takes two servers to make it."""
        return any(person.home == "other" for person in self.people)

    @property
    def rooms(self) -> tuple[Founding, ...]:
        """Every room, in the order in which they were founded."""
        return tuple(step for step in self.steps if isinstance(step, Founding))

    @property
    def nooks(self) -> tuple[Founding, ...]:
        """The nooks among the rooms."""
        return tuple(room for room in self.rooms if room.kind == "nook")

    @property
    def lines(self) -> tuple[Line, ...]:
        """All talk."""
        return tuple(step for step in self.steps if isinstance(step, Line))

    def members(self, room: str) -> tuple[str, ...]:
        """Who is in `room` in the end, its founder first."""
        founder = tuple(step.founder for step in self.rooms if step.room == room)
        return founder + tuple(step.person for step in self.steps if isinstance(step, Joining) and step.room == room)
