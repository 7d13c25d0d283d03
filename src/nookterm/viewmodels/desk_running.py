"""A batch under way: one case after the other, each bound to what was read, until it is done or stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from nookterm.client.errors import Offline, Problem, Throttled
from nookterm.domain.desk import Item
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.desk import DeskLine, Plan, Planned, Progress, Wish
from nookterm.viewmodels.desk_acts import carry_out
from nookterm.viewmodels.hub import Hub

_STOPS = (Offline, Throttled)
"""After these the next case would only fail the same way."""
_DONE = {
    "approve": "invited",
    "decline": "declined",
    "waitlist": "on the wait-list",
    "claim": "yours",
    "snooze": "put aside",
    "clean": "cleared away",
}


class Run:
    """Carries a plan out. The items are those that were known when it was made: nothing newer slips in."""

    def __init__(self, hub: Hub, plan: Plan, items: Mapping[str, Item], tell: Callable[[Progress], None]) -> None:
        """`tell` hears how far it is, after each case."""
        self._hub = hub
        self._plan = plan
        self._items = {line.case: items[line.case] for line in plan.meant if line.case in items}
        self._tell = tell
        self._stopping = False
        self.running = False

    def stop(self) -> None:
        """No more after the case that is under way."""
        if self.running:
            self._stopping = True
            self._show(running=True)

    async def go(self) -> str:
        """Carry it out. Returns what it came to, in a sentence."""
        self.running = True
        self._show(running=True)
        try:
            with self._hub.vetting.in_a_row():
                await self._all()
        finally:
            self.running = False
        self._show(running=False)
        return self._summary()

    async def _all(self) -> None:
        for place, planned in enumerate(self._plan.rows):
            if planned.why_not:
                continue
            if self._stopping:
                break
            result, failed = await self._one(planned.line)
            done = replace(planned, result=result, failed=failed)
            self._plan = replace(self._plan, rows=(*self._plan.rows[:place], done, *self._plan.rows[place + 1 :]))
            self._show(running=True)

    async def _one(self, line: DeskLine) -> tuple[str, bool]:
        item = self._items.get(line.case)
        if item is None:
            return "is no longer here", True
        wish = Wish(
            self._plan.act, line.case, line.read, words=self._words(item), number=self._plan.days,
            shared=self._plan.shared,
        )  # fmt: skip
        try:
            await carry_out(self._hub, wish, item)
        except Problem as problem:
            self._stopping = self._stopping or isinstance(problem, _STOPS)
            return safe_line(problem.message), True
        return _DONE[self._plan.act], False

    def _words(self, item: Item) -> str:
        """Words reach those with whom there is a room; for the others none is opened by the dozen."""
        asked = item.request is not None and item.request.asked_in is not None
        return self._plan.words if asked or self._plan.act != "decline" else ""

    def _done(self) -> list[Planned]:
        return [planned for planned in self._plan.rows if planned.result]

    def _show(self, *, running: bool) -> None:
        self._tell(Progress(self._plan, len(self._done()), running, self._stopping))

    def _summary(self) -> str:
        done = self._done()
        failed = sum(1 for planned in done if planned.failed)
        left = len(self._plan.meant) - len(done)
        words = [f"{len(done) - failed} done"]
        words += [f"{failed} not possible"] if failed else []
        words += [f"{left} not come to"] if left else []
        return ", ".join(words) + "."
