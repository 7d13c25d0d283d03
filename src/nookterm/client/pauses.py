"""When to ask again for what was not there: soon at first, then rarely, and never out of memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)
_STEPS = (60.0, 300.0, 1800.0, 10_800.0, 43_200.0)
"""Seconds, for the first time and so on; the last one from there on."""
_MOST = 5_000


class Pauses(Generic[T]):
    """What is not asked for just now. Lives as long as the process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` in seconds, from any point on."""
        self._clock = clock
        self._waiting: dict[T, tuple[int, float]] = {}
        """How often it was asked for in vain, and until when it is not."""

    def is_due(self, what: T) -> bool:
        """Whether to ask for it."""
        return what not in self._waiting or self._waiting[what][1] <= self._clock()

    def later(self, what: T) -> None:
        """It was asked for: not again before a pause, longer each time. The oldest of very many is forgotten."""
        times = self._waiting.pop(what, (0, 0.0))[0]
        self._waiting[what] = (times + 1, self._clock() + _STEPS[min(times, len(_STEPS) - 1)])
        if len(self._waiting) > _MOST:
            del self._waiting[next(iter(self._waiting))]

    def clear(self) -> None:
        """Something has changed: all may be asked for again."""
        self._waiting.clear()
