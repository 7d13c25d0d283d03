"""The board by weeks and nooks, as its reader's own calendar has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

from nookterm.domain.board import Highlight
from nookterm.domain.records import dataclass

_WORD = re.compile(r"([0-9]{4})-W([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week of the ISO calendar: from Monday to Sunday."""

    year: int
    number: int

    @classmethod
    def at(cls, moment: datetime, zone: tzinfo) -> Week:
        """The week in which a moment falls, by the clock of `zone`."""
        year, number, _ = moment.astimezone(zone).isocalendar()
        return cls(year, number)

    @classmethod
    def read(cls, text: str) -> Week | None:
        """The week in a word such as `2026-W47`; None where there is no such week."""
        found = _WORD.fullmatch(text.strip().upper())
        if found is None:
            return None
        try:
            date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            return None
        return cls(int(found[1]), int(found[2]))

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    def __str__(self) -> str:
        """`2026-W47`."""
        return f"{self.year:04}-W{self.number:02}"


@dataclass(frozen=True, slots=True)
class NookShelf:
    """What one nook shared in a week."""

    nook_name: str
    """As the board has it: a stranger's words."""
    highlights: tuple[Highlight, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class BoardWeek:
    """A week of the board."""

    week: Week
    nooks: tuple[NookShelf, ...]
    """By name."""

    @property
    def highlights(self) -> tuple[Highlight, ...]:
        """All of them, nook by nook."""
        return tuple(highlight for shelf in self.nooks for highlight in shelf.highlights)


def by_week(board: Iterable[Highlight], zone: tzinfo) -> tuple[BoardWeek, ...]:
    """The board's weeks, newest first; weeks in which nothing was shared are none."""
    weeks: dict[Week, list[Highlight]] = {}
    for highlight in board:
        weeks.setdefault(Week.at(highlight.at, zone), []).append(highlight)
    return tuple(BoardWeek(week, by_nook(weeks[week])) for week in sorted(weeks, reverse=True))


def by_nook(board: Iterable[Highlight]) -> tuple[NookShelf, ...]:
    """What each nook shared, by the nooks' names."""
    nooks: dict[str, list[Highlight]] = {}
    for highlight in board:
        nooks.setdefault(highlight.nook_name, []).append(highlight)
    return tuple(
        NookShelf(name, tuple(sorted(nooks[name], key=lambda h: (h.at, h.event_id), reverse=True)))
        for name in sorted(nooks, key=lambda name: (name.casefold(), name))
    )
