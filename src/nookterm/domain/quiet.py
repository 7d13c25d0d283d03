"""When somebody is not to be called: spans of the day on their own clock, and what they said by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from nookterm.domain.records import dataclass

OFF = "off"
_MORNING, _NIGHT_IS_OVER, _NOON = 7 * 60, 4 * 60, 12 * 60
"""Minutes of a day. Whoever is up before four has not begun the next one yet."""
_HOUR, _DAY = 60, 24 * 60
_EVERY_DAY = frozenset(range(7))
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FURTHEST = timedelta(days=14)
"""Nobody is away for longer by a slip of the finger; quiet hours without an end are told to end here, too."""

_SPAN = re.compile(r"(?:(?P<days>[a-z][a-z \-]*) )?(?P<begin>\d{1,2}:\d\d) ?- ?(?P<end>\d{1,2}:\d\d)")
_TIME = re.compile(r"(\d{1,2}):(\d\d)")
_LENGTH = re.compile(r"(\d{1,3}) ?(m|min|minutes?|h|hours?|d|days?)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of each day, in minutes of the clock on the wall; one that ends where it begins or before goes on."""

    begin: int
    end: int
    days: frozenset[int] = _EVERY_DAY
    """On which days it begins; 0 is Monday."""

    @property
    def over(self) -> int:
        """On which day it ends, counted from the one on which it begins."""
        return int(self.end <= self.begin)


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person said for now: quiet until then, or (`quiet` off) to be called until then whatever the spans say."""

    until: datetime
    quiet: bool = True


def read_spans(text: str) -> tuple[Span, ...] | None:
    """Quiet hours as people write them: `22:00-07:00, Sa Su 00:00-10:00`, `Mo-Fr 21:00-06:30`, `off`.

    None where that makes no sense.
    """
    words = " ".join(text.casefold().split())
    if words in ("", OFF):
        return ()
    spans = [_span(part.strip()) for part in words.split(",")]
    return None if None in spans else tuple(span for span in spans if span)


def are_hours(text: str) -> bool:
    """Whether quiet hours can be read so."""
    return read_spans(text) is not None


def _span(words: str) -> Span | None:
    found = _SPAN.fullmatch(words)
    begin, end = (_minutes(found["begin"]), _minutes(found["end"])) if found else (None, None)
    days = _days(found["days"]) if found else None
    return None if begin is None or end is None or begin == _DAY or not days else Span(begin, end, days)


def _minutes(words: str) -> int | None:
    """`07:30` as minutes; up to `24:00`."""
    found = _TIME.fullmatch(words)
    minutes = int(found[1]) * _HOUR + int(found[2]) if found and int(found[2]) < _HOUR else _DAY + 1
    return minutes if minutes <= _DAY else None


def _days(words: str | None) -> frozenset[int] | None:
    """`sa su`, `mo-fr`, `fri - sun`; all where none are named, None where one of them is no day."""
    if words is None:
        return _EVERY_DAY
    found: set[int] = set()
    for word in words.replace(" - ", "-").split():
        first, dash, last = word.partition("-")
        begin, end = _weekday(first), _weekday(last) if dash else _weekday(first)
        if begin is None or end is None:
            return None
        found |= {(begin + n) % 7 for n in range((end - begin) % 7 + 1)}
    return frozenset(found)


def _weekday(word: str) -> int | None:
    """`mo`, `mon`, `monday`."""
    return next((n for n, name in enumerate(_DAYS) if len(word) > 1 and name.startswith(word)), None)


def quiet_until(spans: Iterable[Span], hand: ByHand | None, now: datetime, zone: tzinfo) -> datetime | None:
    """Until when it is quiet now, all spans that follow each other together; None where it is not.

    `now` is UTC, `zone` the person's own. Where the clock on the wall is put forward or back, the longer reading holds.
    """
    known = tuple(spans)
    end: datetime | None = None
    if hand and now < hand.until:
        if not hand.quiet:
            return None
        end = hand.until
    furthest = now + _FURTHEST
    while end is None or end < furthest:
        later = max((then for span in known for then in _ends(span, end or now, zone)), default=None)
        if later is None:
            return end
        end = later
    return end


def _ends(span: Span, now: datetime, zone: tzinfo) -> Iterable[datetime]:
    """When a span ends, if it is under way: today's, or the one that began yesterday."""
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        if day.weekday() in span.days:
            begin = min(_moments(day, span.begin, zone))
            end = max(_moments(day + timedelta(days=span.over), span.end, zone))
            if begin <= now < end:
                yield end


def _moments(day: date, minutes: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """Both moments at which the clock on the wall may be said to show this; mostly they are one."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return tuple(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))  # type: ignore[return-value]  # two of them


def morning(spans: Iterable[Span], now: datetime, zone: tzinfo) -> datetime:
    """When a person is there again who is done for today: the end of their quiet hours in the morning, else seven."""
    return _morning_of(_next_day(now, zone), spans, zone)


def _next_day(now: datetime, zone: tzinfo) -> date:
    here = now.astimezone(zone)
    early = here.hour * 60 + here.minute < _NIGHT_IS_OVER
    return here.date() if early else here.date() + timedelta(days=1)


def _morning_of(day: date, spans: Iterable[Span], zone: tzinfo) -> datetime:
    ends = [
        span.end
        for span in spans
        if _NIGHT_IS_OVER <= span.end <= _NOON and (day - timedelta(days=span.over)).weekday() in span.days
    ]
    return max(_moments(day, max(ends, default=_MORNING), zone))


def read_until(words: str, spans: Iterable[Span], now: datetime, zone: tzinfo) -> datetime | None:
    """Until when, as people say it: `2h`, `45 min`, `3d`, `18:30`, `tomorrow`, `monday`. None where it makes no sense.

    A time of the clock is the next one; a day is its morning.
    """
    said = " ".join(words.casefold().split())
    if found := _LENGTH.fullmatch(said):
        length = int(found[1]) * _UNITS[found[2][0]]
        return now + length if timedelta() < length <= _FURTHEST else None
    if said == "tomorrow":
        return morning(spans, now, zone)
    today = now.astimezone(zone).date()
    if (minutes := _minutes(said)) is not None:
        moments = (max(_moments(today + timedelta(days=ahead), minutes, zone)) for ahead in (0, 1, 2))
        return next(moment for moment in moments if moment > now)
    if (weekday := _weekday(said)) is not None:
        first = _next_day(now, zone)
        return _morning_of(first + timedelta(days=(weekday - first.weekday()) % 7), spans, zone)
    return None
