"""What a benchmark says: figures with their spread, a ratio taken in the same run, a goal, and a table of all rows."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One number out of many samples: the median, or the time that 95 of 100 stay under."""

    value: float
    low: float
    high: float
    count: int

    @classmethod
    def median(cls, samples: Sequence[float]) -> Figure:
        """The middle, with the least and the greatest."""
        return cls(statistics.median(samples), min(samples), max(samples), len(samples))

    @classmethod
    def p95(cls, samples: Sequence[float]) -> Figure:
        """The time that 95 of 100 stay under, with the least and the greatest."""
        ordered = sorted(samples)
        return cls(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], ordered[0], ordered[-1], len(ordered))

    def shown(self) -> str:
        """`12.3 (11.0-15.2)`."""
        return f"{_short(self.value)} ({_short(self.low)}-{_short(self.high)})"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Without a comparator there is no ratio, and `note` says why."""

    what: str
    ours: Figure | None
    against: str
    """What the comparator is, in words."""
    comparator: Figure | None
    unit: str
    """ms, MB, msg/s, times."""
    goal: float | None = None
    """The ratio to reach; None for a row that only informs."""
    more_is_better: bool = False
    """Whether the ratio is to be at least the goal (throughput) or at most (time, memory)."""
    limit: float | None = None
    """A number, in `unit`, that ours may not pass whatever the ratio is."""
    note: str = ""
    """Why a goal is missed, what is not like for like, what is not installed here."""

    @property
    def ratio(self) -> float | None:
        """Ours over the comparator's."""
        return self.ours.value / self.comparator.value if self.ours and self.comparator else None

    @property
    def verdict(self) -> str:
        """`met`, `missed`, `not measured`, or empty for a row that only informs."""
        if self.goal is None and self.limit is None:
            return ""
        if self.ours is None or (self.goal is not None and self.ratio is None):
            return "not measured"
        near = True
        if self.goal is not None and self.ratio is not None:
            near = self.ratio >= self.goal if self.more_is_better else self.ratio <= self.goal
        within = self.limit is None or self.ours.value <= self.limit
        return "met" if near and within else "missed"

    @property
    def wanted(self) -> str:
        """The goal in words."""
        said = [] if self.goal is None else [f"{'≥' if self.more_is_better else '≤'} {self.goal:g}x"]
        return ", ".join([*said, *([f"≤ {self.limit:g} {self.unit}"] if self.limit is not None else [])])

    def cells(self) -> tuple[str, ...]:
        """The row as words."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}x"
        ours = f"{self.ours.shown()} {self.unit}" if self.ours else "-"
        theirs = f"{self.comparator.shown()} {self.unit}" if self.comparator else "-"
        return (self.what, ours, self.against, theirs, ratio, self.wanted, self.verdict, self.note)


HEADINGS = ("what", "nookterm", "over", "its figure", "ratio", "goal", "", "note")


def markdown(rows: Iterable[Row]) -> str:
    """The table for docs/performance.md."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines)


def plain(rows: Iterable[Row]) -> str:
    """The table for a terminal: the columns without the notes, those below their row."""
    taken = list(rows)
    lines = [HEADINGS[:-1], *(row.cells()[:-1] for row in taken)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS) - 1)]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    notes = ["", *(f"    {row.note}" if row.note else "" for row in taken)]
    return "\n".join(part for line, note in zip(told, notes, strict=True) for part in (line, note) if part)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
