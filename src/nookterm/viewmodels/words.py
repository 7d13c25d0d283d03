"""How times and counts are said, the same in every panel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

NEWCOMER_FOR = timedelta(days=7)
"""How long somebody is new in a room."""
_MINUTE, _HOUR, _DAY, _WEEK = 60, 3600, 86_400, 604_800
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def age(then: datetime, now: datetime) -> str:
    """`now`, `5 min`, `2 h`, `1 d`, `3 w`: the largest unit that fits."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < _MINUTE:
        return "now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h"
    return f"{seconds // _DAY} d" if seconds < 3 * _WEEK else f"{seconds // _WEEK} w"


def ago(then: datetime, now: datetime) -> str:
    """`just now`, `2 h ago`."""
    passed = age(then, now)
    return "just now" if passed == "now" else f"{passed} ago"


def clock(moment: datetime, zone: tzinfo) -> str:
    """`09:12`."""
    return moment.astimezone(zone).strftime("%H:%M")


def day(moment: date) -> str:
    """`Thursday 19 November`."""
    return f"{_WEEKDAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}"


def until(end: datetime, now: datetime, zone: tzinfo) -> str:
    """`until 14:20` on the same day, else `until 5 Dec`."""
    then = end.astimezone(zone)
    if then.date() == now.astimezone(zone).date():
        return f"until {clock(end, zone)}"
    return f"until {then.day} {_MONTHS[then.month - 1][:3]}"


def date_of(then: datetime, now: datetime, zone: tzinfo) -> str:
    """`12 Oct`; with the year where that is another one."""
    there, here = then.astimezone(zone), now.astimezone(zone)
    year = f" {there.year}" if there.year != here.year else ""
    return f"{there.day} {_MONTHS[there.month - 1][:3]}{year}"


def of(name: str) -> str:
    """`Ana's`, `Agnes'`."""
    return f"{name}'" if name.endswith(("s", "S")) else f"{name}'s"


def both(names: Iterable[str]) -> str:
    """`Ana`, `Ana and Cy`, `Ana, Bo and Cy`."""
    known = tuple(names)
    return " and ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))


def people(count: int) -> str:
    """`1 person`, `34 people`."""
    return "1 person" if count == 1 else f"{count} people"
