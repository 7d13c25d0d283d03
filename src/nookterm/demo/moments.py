"""The time as it seems to whoever acts now: the past while the world is being made, the present for everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_SEEMING: ContextVar[datetime | None] = ContextVar("seeming", default=None)
"""Each task has its own, so that the seeder can live in the past beside a client that lives now, on one session."""


@contextmanager
def at(moment: datetime | None) -> Iterator[None]:
    """Let everything that this task does inside the block seem to happen at `moment`; None: now, as it does."""
    before = _SEEMING.set(moment)
    try:
        yield
    finally:
        _SEEMING.reset(before)


def clock() -> datetime:
    """The time as it seems, UTC: the clock of every session in a demo world."""
    return (_SEEMING.get() or datetime.now(UTC)).astimezone(UTC)


def milliseconds() -> int | None:
    """The moment that the last hop writes on what is sent, in milliseconds since 1970; None outside of the past."""
    seeming = _SEEMING.get()
    return None if seeming is None else int(seeming.timestamp() * 1000)
