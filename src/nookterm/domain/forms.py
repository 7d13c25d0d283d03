"""How somebody writes times and dates: 24 or 12 hours, what of a date comes first, with which day a week begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from nookterm.domain.records import dataclass

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NOON = 12
_DAY = timedelta(days=1)
_NUMBERS = re.compile(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{4})?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_LEAP = 4
"""Years within which every day of the calendar has been, but around 1900 and 2100."""


class Order(StrEnum):
    """What of a date comes first."""

    DMY = "dmy"
    MDY = "mdy"
    ISO = "iso"


@dataclass(frozen=True, slots=True)
class Forms:
    """A person's forms; as they come, for those who said nothing."""

    twelve: bool = False
    """12 hours, with am and pm."""
    order: Order = Order.DMY
    sunday: bool = False
    """Weeks begin with Sunday."""

    @property
    def widest(self) -> int:
        """Letters of the longest time."""
        return len("12:59 pm") if self.twelve else len("23:59")

    def clock(self, moment: datetime, zone: tzinfo) -> str:
        """`09:12`, or `9:12 am`. Midnight is 12:00 am, noon is 12:00 pm."""
        there = moment.astimezone(zone)
        if not self.twelve:
            return f"{there.hour:02}:{there.minute:02}"
        return f"{there.hour % _NOON or _NOON}:{there.minute:02} {'am' if there.hour < _NOON else 'pm'}"

    def day(self, day: date) -> str:
        """`Thursday 19 November`, `Thursday, November 19`, `Thursday 2026-11-19`."""
        comma = "," if self.order is Order.MDY else ""
        return f"{_WEEKDAYS[day.weekday()]}{comma} {self.day_and_month(day)}"

    def day_and_month(self, day: date) -> str:
        """`9 November`, `November 9`, `2026-11-09`."""
        return self._written(day, _MONTHS[day.month - 1])

    def long(self, day: date, today: date) -> str:
        """`9 November`, `November 9`, `2026-11-09`; with the year where that is another one."""
        return self._dated(day, today, self.day_and_month(day))

    def short(self, day: date, today: date) -> str:
        """`12 Oct`, `Oct 12`, `2026-10-12`; with the year where that is another one."""
        return self._dated(day, today, self._written(day, _MONTHS[day.month - 1][:3]))

    def numbers(self, day: date) -> str:
        """`09.11.2026`, `11/09/2026`, `2026-11-09`: as dates are typed."""
        match self.order:
            case Order.ISO:
                return day.isoformat()
            case Order.MDY:
                return f"{day.month:02}/{day.day:02}/{day.year:04}"
            case Order.DMY:
                return f"{day.day:02}.{day.month:02}.{day.year:04}"

    def read(self, text: str, today: date | None = None) -> date | None:
        """A date as somebody types it; without a year the last one before `today` or on it. None for what is none.

        `2026-11-09` means the same for everybody, and `9.11.` has the day first wherever one writes so.
        """
        try:
            if iso := _ISO.fullmatch(text):
                return date(int(iso[1]), int(iso[2]), int(iso[3]))
            found = _NUMBERS.fullmatch(text)
            if found is None or (found[2] == "/" and text.endswith("/")):
                return None
            month_first = found[2] == "/" and self.order is Order.MDY
            day, month = (int(found[3]), int(found[1])) if month_first else (int(found[1]), int(found[3]))
            if found[4]:
                return date(int(found[4]), month, day)
            return _last(month, day, today) if today else None
        except ValueError:
            return None

    def week_of(self, day: date) -> date:
        """The first day of the week in which a day falls."""
        return day - _DAY * ((day.weekday() + self.sunday) % len(_WEEKDAYS))

    def _dated(self, day: date, today: date, written: str) -> str:
        if self.order is Order.ISO or day.year == today.year:
            return written
        return f"{written}, {day.year}" if self.order is Order.MDY else f"{written} {day.year}"

    def _written(self, day: date, month: str) -> str:
        match self.order:
            case Order.ISO:
                return day.isoformat()
            case Order.MDY:
                return f"{month} {day.day}"
            case Order.DMY:
                return f"{day.day} {month}"


PLAIN = Forms()
"""How times and dates are written for those who said nothing about it."""


def _last(month: int, day: int, today: date) -> date | None:
    """The newest such day that is not in the future."""
    for year in range(today.year, today.year - 2 * _LEAP - 1, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Locale:
    """What a system says of its language: formats as strftime has them, and the name (`en_US.UTF-8`)."""

    time: str = ""
    date: str = ""
    name: str = ""


_TWELVE = re.compile(r"%[-_0^#EO]*[Ilr]")
_PARTS = re.compile(r"%[-_0^#EO]*([a-zA-Z])")
_ORDERS: Mapping[str, Order] = {
    "D": Order.MDY, "F": Order.ISO, "d": Order.DMY, "e": Order.DMY, "m": Order.MDY, "b": Order.MDY, "B": Order.MDY,
    "y": Order.ISO, "Y": Order.ISO,
}  # fmt: skip
_WITH_AM = "AU BD CA CO EG IN MY NZ PH PK SA US"
_MONTH_FIRST = "PH US"
_FROM_SUNDAY = (
    "AS AU BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH PK "
    "PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW"
)
"""Territories, as CLDR's supplemental data has them."""
_TERRITORY = re.compile(r"[A-Za-z]{2,3}_([A-Z]{2})(?:[.@].*)?")


def forms(clock: str, dates: str, week: str, system: Locale) -> Forms:
    """The forms of somebody's settings; where one says `auto`, those of the system, else as they come."""
    found = _TERRITORY.fullmatch(system.name)
    territory = found[1] if found else "-"
    twelve = bool(_TWELVE.search(system.time)) if system.time else territory in _WITH_AM
    parts = (_ORDERS[part] for part in _PARTS.findall(system.date) if part in _ORDERS)
    order = next(parts, Order.DMY) if system.date else Order.MDY if territory in _MONTH_FIRST else Order.DMY
    return Forms(
        twelve if clock not in {"12", "24"} else clock == "12",
        Order(dates) if dates in set(Order) else order,
        week == "sunday" if week in {"monday", "sunday"} else territory in _FROM_SUNDAY,
    )
