"""The undo bar: at most one decision, counted down second by second; made when the time is up, or never."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from nookterm.domain.records import dataclass
from nookterm.viewmodels.desk import Pending

UNDO_SECONDS = 6


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done when the bar has drained."""

    case: str
    text: str
    """`Approving Bob into glaze-lab`."""
    make: Callable[[], Coroutine[Any, Any, None]]
    cases: frozenset[str] = frozenset()
    """All cases of a batch."""

    def is_about(self, case: str) -> bool:
        """Whether this case is being decided."""
        return case == self.case or case in self.cases


class Bar:
    """Holds a decision that is not made yet."""

    def __init__(self, show: Callable[[Pending | None], None]) -> None:
        """`show` is told what the bar says, each second; None when it is empty."""
        self._show = show
        self._decision: Decision | None = None
        self._drain: asyncio.Task[None] | None = None

    @property
    def decision(self) -> Decision | None:
        """What is in it."""
        return self._decision

    def put(self, decision: Decision) -> None:
        """Begin to drain; whatever was in it must have been taken out."""
        self._decision = decision
        self._drain = asyncio.create_task(self._count_down(decision))

    def take(self) -> Decision | None:
        """Empty the bar; what was in it is not made by it any more."""
        decision, self._decision = self._decision, None
        if self._drain is not None and self._drain is not asyncio.current_task():
            self._drain.cancel()
        self._drain = None
        if decision is not None:
            self._show(None)
        return decision

    async def make(self) -> None:
        """Make what is in it now; nothing where it is empty."""
        decision = self.take()
        if decision is not None:
            await decision.make()

    async def _count_down(self, decision: Decision) -> None:
        for left in range(UNDO_SECONDS, 0, -1):
            if self._decision is not decision:
                return
            self._show(Pending(decision.case, decision.text, left, UNDO_SECONDS, decision.cases))
            await asyncio.sleep(1)
        if self._decision is decision:
            await self.make()
