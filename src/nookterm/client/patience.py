"""How long to wait before trying again: longer each time, never long, never all at once."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from nookterm.client.errors import Problem, Throttled

LONGEST_WAIT = 60.0
"""Seconds. Also what a server that asks for years gets."""
_FIRST_WAIT = 1.0
_MOST_DOUBLINGS = 6
_JITTER = 0.2


def wait_after(problem: Problem, attempts: int) -> timedelta:
    """How long to wait after a failure when `attempts` came before it.

    What a server asks for is never cut short, except at `LONGEST_WAIT`.
    """
    asked = min(problem.retry_after or 0.0, LONGEST_WAIT)
    grown = _FIRST_WAIT * 2.0 ** min(attempts, _MOST_DOUBLINGS)
    # Jitter, so that clients do not return all at once.
    least = asked if isinstance(problem, Throttled) else 0.0
    wait = max(asked, grown) * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
    return timedelta(seconds=min(LONGEST_WAIT, max(wait, least)))


def seconds_until(moment: datetime | None, now: datetime) -> float:
    """Seconds until something is due; 0 where it is.

    A moment further away than any wait of ours was written before the clock was put back: it is due.
    """
    if moment is None:
        return 0.0
    wait = (moment - now).total_seconds()
    return 0.0 if wait <= 0 or wait > LONGEST_WAIT else wait
