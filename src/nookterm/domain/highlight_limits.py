"""Whether there is room for one more highlight this week, and who went over it: counted from what everybody can see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from nookterm.domain.board import Highlight
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.limits import Limits
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.sharing import Share, ShareState

WEEK = timedelta(days=7)
"""The last seven days, whatever the day: nobody waits for a Monday, and a weekend holds no two weeks' worth."""


@dataclass(frozen=True, slots=True)
class Left:
    """How many more highlights there is room for now."""

    nook: int
    """Of this nook."""
    author: int
    """Of the quoted person who has least room; the nook's number where nobody is asked about."""

    @property
    def none(self) -> bool:
        """Whether nothing more may be shared now."""
        return not (self.nook and self.author)


@dataclass(frozen=True, slots=True)
class Overrun:
    """Highlights of one nook that are on the board although the space's limits say otherwise."""

    nook_name: str
    """As the board has it: a stranger's words."""
    over: tuple[Highlight, ...]
    """Those past the limit, oldest first; at least one."""
    why: str
    """In words of ours."""


def limits_of(space: Room) -> Limits:
    """What a space lets its nooks share; the defaults where it says nothing."""
    return space.limits


def room_left(
    limits: Limits,
    board: Iterable[Highlight],
    nook_name: str,
    author_times: Mapping[UserId, Iterable[datetime]],
    now: datetime,
) -> Left:
    """How many more highlights a nook and each quoted author may have on the board now.

    `board`: what is up; what was taken down does not count. `author_times`: for everybody who would be quoted, when
    highlights that quote them went up and are up still (`times_of`): the board itself names no authors.
    """
    of_nook = _last_week((h.at for h in board if h.nook_name == nook_name), now)
    nook = max(0, limits.per_nook_week - of_nook)
    authors = [max(0, limits.per_author_week - _last_week(times, now)) for times in author_times.values()]
    return Left(nook, min(authors, default=nook))


def times_of(shares: Iterable[Share], target: RoomId, authors: Iterable[UserId]) -> dict[UserId, tuple[datetime, ...]]:
    """When highlights that quote each of `authors` went up in `target`, of those that are up still (`room_left`).

    `shares`: all that are known here; somebody who is quoted by another nook is counted where one is in that, too.
    """
    up = [s for s in shares if s.target == target and s.state == ShareState.PUBLISHED]
    return {who: tuple(s.copy.begun_at for s in up if s.copy and who in s.authors) for who in authors}


def free_again(times: Iterable[datetime], most: int, now: datetime) -> datetime | None:
    """When there is room again for one more of `most` a week; None where there is room now, or never will be."""
    held = sorted(at for at in times if _is_recent(at, now))
    if len(held) < most or most == 0:
        return None
    return held[len(held) - most] + WEEK


def overruns(limits: Limits, board: Iterable[Highlight], now: datetime) -> tuple[Overrun, ...]:
    """What of the last week is past the limits, by nook: too many, too long, too large. By the board alone."""
    by_nook: dict[str, list[Highlight]] = {}
    for highlight in sorted(board, key=lambda h: (h.at, h.event_id)):
        by_nook.setdefault(highlight.nook_name, []).append(highlight)
    found = []
    for name, listed in by_nook.items():
        fresh = [h for h in listed if _is_recent(h.at, now)]
        for over, why in (
            (_too_many(limits, listed, fresh), f"more than {_count(limits.per_nook_week)} in seven days"),
            ([h for h in fresh if len(h.body) > limits.max_chars], f"longer than {limits.max_chars} characters"),
            ([h for h in fresh if _bytes(h) > limits.max_media_bytes], "a picture larger than the space allows"),
        ):
            if over:
                found.append(Overrun(name, tuple(over), why))
    return tuple(found)


def _too_many(limits: Limits, listed: list[Highlight], fresh: list[Highlight]) -> list[Highlight]:
    """Those that came when their nook had its week's worth already."""
    return [h for h in fresh if _until(listed, h) > limits.per_nook_week]


def _until(listed: list[Highlight], last: Highlight) -> int:
    """How many there were in the week that ends with `last`, itself among them."""
    upto = (h for h in listed if (h.at, h.event_id) <= (last.at, last.event_id))
    return sum(last.at - WEEK < h.at for h in upto)


def _bytes(highlight: Highlight) -> int:
    """How large its picture says it is; nothing without one, or where it does not say."""
    return (highlight.picture.size or 0) if highlight.picture else 0


def _last_week(times: Iterable[datetime], now: datetime) -> int:
    return sum(_is_recent(at, now) for at in times)


def _is_recent(at: datetime, now: datetime) -> bool:
    """Clocks differ, so a little ahead counts; what claims to come from far ahead would otherwise count for years."""
    return abs(now - at) < WEEK


def _count(number: int) -> str:
    return "1 highlight" if number == 1 else f"{number} highlights"
