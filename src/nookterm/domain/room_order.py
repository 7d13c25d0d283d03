"""How rooms stand in a list: which are favourites, which are of low priority, and by what the others are sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from nookterm.domain.events import Json
from nookterm.domain.records import dataclass

T = TypeVar("T")
FAVOURITE, LOW = "m.favourite", "m.lowpriority"
"""Tags that the spec gives a meaning (Client-Server API, Room Tagging)."""
_MOST = 100
"""Tags of a room that are read; nobody has more than a handful."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What its reader says of a room, the same in all their clients."""

    named: Mapping[str, float | None] = field(default_factory=dict)
    """Its tags, each with its place among the rooms of that tag (0 to 1) where it has one."""
    marked: bool = False
    """Marked as unread by hand."""

    @property
    def favourite(self) -> bool:
        """Whether it is a favourite."""
        return FAVOURITE in self.named

    @property
    def favourite_at(self) -> float | None:
        """Its place among the favourites."""
        return self.named.get(FAVOURITE)

    @property
    def low(self) -> bool:
        """Whether it is of low priority; a favourite is not, whatever another client wrote."""
        return LOW in self.named and not self.favourite


def read_tags(content: Json) -> Tags:
    """Tags from `{"tags": ..., "marked": ...}`. A place that makes no sense is none."""
    listed = content.get("tags")
    told = list(listed.items())[:_MOST] if isinstance(listed, Mapping) else []
    return Tags({name: _place(tag) for name, tag in told}, content.get("marked") is True)


def _place(tag: object) -> float | None:
    order = tag.get("order") if isinstance(tag, Mapping) else None
    if isinstance(order, str):
        # Older clients wrote it as text, and it still lies on servers.
        try:
            order = float(order)
        except ValueError:
            return None
    if not isinstance(order, int | float) or isinstance(order, bool):
        return None
    return float(order) if 0 <= order <= 1 else None


def behind_all(places: Iterable[float | None]) -> float | None:
    """A place behind these; None, which stands behind every number, where one of them has none or there is no room."""
    taken = list(places)
    if not taken:
        return 0.5
    if None in taken:
        return None
    last = max(place for place in taken if place is not None)
    between = (last + 1) / 2
    return between if last < between < 1 else None


def moved(places: Sequence[float | None], at: int, to: int) -> Mapping[int, float]:
    """New places, by the numbers of rooms that stand in this order now, so that `at` stands where `to` does.

    As few as possible: what other clients wrote stays wherever there is room between its neighbours.
    """
    others = [number for number in range(len(places)) if number != at]
    if at == to or not 0 <= at < len(places) or not 0 <= to < len(places):
        return {}
    before = places[others[to - 1]] if to else 0.0
    behind = places[others[to]] if to < len(others) else 1.0
    between = None if before is None else (before + (1.0 if behind is None else behind)) / 2
    if before is not None and between is not None and before < between < (1.0 if behind is None else behind):
        return {at: between}
    order = [*others[:to], at, *others[to:]]
    anew = {number: (place + 1) / (len(order) + 1) for place, number in enumerate(order)}
    return {number: place for number, place in anew.items() if places[number] != place}


class Sort(StrEnum):
    """By what the rooms under a heading are sorted."""

    PLACE = "place"
    """As the space orders them, favourites as they were placed, everything else by name."""
    ACTIVITY = "activity"
    UNREAD = "unread"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a room decides where it stands."""

    name: str
    place: float | None = None
    """Its place among the favourites."""
    active: datetime | None = None
    mentions: int = 0
    unread: int = 0
    marked: bool = False
    quiet: int = 0
    """New messages that do not call."""


def arranged(rooms: Iterable[T], sort: Sort, standing: Callable[[T], Standing]) -> list[T]:
    """Rooms under one heading, sorted. What is alike stays in the order in which it came: as the space has it."""
    key = _KEYS.get(sort)
    return sorted(rooms, key=lambda room: key(standing(room))) if key else list(rooms)


def by_place(rooms: Iterable[T], standing: Callable[[T], Standing]) -> list[T]:
    """Favourites as they were placed; behind them those without a place, by name (spec: Room Tagging)."""

    def key(room: T) -> tuple[bool, float, str]:
        found = standing(room)
        return found.place is None, found.place or 0.0, found.name.casefold()

    return sorted(rooms, key=key)


def _by_name(room: Standing) -> tuple[Any, ...]:
    return (room.name.casefold(),)


def _by_activity(room: Standing) -> tuple[Any, ...]:
    return (-room.active.timestamp() if room.active else 0.0,)


def _by_unread(room: Standing) -> tuple[Any, ...]:
    """First who named us, then what calls, then what was marked, then what is quietly new."""
    return (not room.mentions, not room.unread, not room.marked, not room.quiet)


_KEYS: Mapping[Sort, Callable[[Standing], tuple[Any, ...]]] = {
    Sort.NAME: _by_name,
    Sort.ACTIVITY: _by_activity,
    Sort.UNREAD: _by_unread,
}
