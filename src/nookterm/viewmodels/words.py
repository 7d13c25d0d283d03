"""How times and counts are said, the same in every panel, in the form of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from nookterm.domain.forms import PLAIN, Forms

_MINUTE, _HOUR, _DAY, _WEEK = 60, 3600, 86_400, 604_800


def others(count: int) -> str:
    """`1 other person`, `33 others`: everybody in a room but oneself."""
    return "1 other person" if count == 1 else f"{count} others"


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


def clock(moment: datetime, zone: tzinfo, forms: Forms = PLAIN) -> str:
    """`09:12`."""
    return forms.clock(moment, zone)


def day(moment: date, forms: Forms = PLAIN) -> str:
    """`Thursday 19 November`."""
    return forms.day(moment)


def day_and_month(moment: date, forms: Forms = PLAIN) -> str:
    """`9 November`."""
    return forms.day_and_month(moment)


def until(end: datetime, now: datetime, zone: tzinfo, forms: Forms = PLAIN) -> str:
    """`until 14:20` on the same day, else `until 5 Dec`."""
    then, today = end.astimezone(zone).date(), now.astimezone(zone).date()
    if then == today:
        return f"until {forms.clock(end, zone)}"
    return f"until {forms.short(then, then)}"


def date_of(then: datetime, now: datetime, zone: tzinfo, forms: Forms = PLAIN) -> str:
    """`12 Oct`; with the year where that is another one."""
    return forms.short(then.astimezone(zone).date(), now.astimezone(zone).date())


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
