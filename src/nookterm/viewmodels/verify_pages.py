"""Which verification is on the page: one after the other, its end too, and none that comes while another is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from nookterm.client.errors import Problem
from nookterm.domain.events import Membership
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Model, Notice
from nookterm.viewmodels.names import known_name
from nookterm.viewmodels.problem_words import way_out
from nookterm.viewmodels.trust_facts import note_met
from nookterm.viewmodels.verify import Step, VerifyView
from nookterm.viewmodels.verify_words import page, with_problem

if TYPE_CHECKING:
    from nookterm.trust.verification import Flow


_INVITED = "{who} has to go into the room with you alone first: the invite is there."


def _has_to_come(hub: Hub, flow: Flow) -> bool:
    """Whether they cannot see the request yet, as they are not in its room."""
    room = hub.session.rooms.get(flow.room) if flow.room else None
    return room is not None and flow.them.user not in {m.user for m in room.who(Membership.JOIN)}


class VerifyPages(Model[VerifyView]):
    """Keeps one page in step with the verifications of the session. They go on whether or not anybody looks."""

    def __init__(self) -> None:
        """Nothing goes on."""
        super().__init__(VerifyView())
        self._hub: Hub | None = None
        self._txn = ""
        self._codes: dict[str, str] = {}
        self._opened: set[str] = set()
        """Those that a person has seen: their end is shown, too."""
        self._aside: set[str] = set()
        """Put off, or closed after their end."""

    def attach(self, hub: Hub) -> None:
        """The account is open. What was under way before is not shown, it may come again with the next step."""
        self._hub, self._txn = hub, ""
        self._codes.clear()
        self.show(VerifyView())

    def rebuild(self, hub: Hub) -> None:
        """Make the page anew. Engine's thread."""
        flows = hub.session.trust.flows
        flow = self._current(flows.values())
        if flow is None:
            if not self._stays:
                self._txn = ""
                self.show(VerifyView())
            return
        self._txn = flow.txn
        made = page(flow, known_name(hub, flow.them.user), hub.session.clock(), code=self._codes.get(flow.txn, ""))
        if made.ended and (problem := hub.session.trust.verifications.problem(flow.txn)):
            made = with_problem(made, problem)
        before = self.view
        if made.step is Step.DONE and not made.with_ourselves and before.step is not Step.DONE:
            note_met(hub, flow.them.user)
        if made.step is Step.WAITING and str(flow.phase) == "requested" and _has_to_come(hub, flow):
            made = replace(made, words=(_INVITED.format(who=made.who), *made.words))
        others = sum(1 for other in flows.values() if other is not flow and self._waits(other))
        notice = before.notice if before.txn == flow.txn and before.step is made.step else None
        self.show(replace(made, others=others, notice=notice))

    @property
    def _stays(self) -> bool:
        """Whether the page is to be read although nothing goes on: it begins, could not begin, or has ended."""
        view = self.view
        return (not view.txn and view.step is not Step.NONE) or (view.ended and view.txn not in self._aside)

    def _current(self, flows: Iterable[Flow]) -> Flow | None:
        going = sorted(flows, key=lambda flow: flow.began)
        here = next((f for f in going if f.txn == self._txn), None)
        if here and here.txn not in self._aside and (not here.over or here.txn in self._opened):
            return here
        under_way = [f for f in going if not f.over and f.txn not in self._aside]
        return next(iter([f for f in under_way if not self._waits(f)] or under_way), None)

    def _waits(self, flow: Flow) -> bool:
        return str(flow.phase) == "asked" and flow.txn not in self._aside

    async def _work(self, work: Callable[[Hub], Awaitable[object]]) -> None:
        """Do it; what went wrong stands on the page, and the comparing goes on."""
        hub = self._hub
        if hub is None:
            return

        async def run() -> None:
            try:
                await work(hub)
            except Problem as problem:
                self.rebuild(hub)
                self._complain(problem)
            else:
                self.rebuild(hub)

        await hub.do(run())

    def _complain(self, problem: Problem) -> None:
        steps = (safe_line(way_out(problem), longest=300),) if problem.hint else ()
        notice = Notice(safe_line(problem.message, longest=300), steps)
        view = self.view
        if not view.txn:
            view = VerifyView(Step.OVER, title="Comparing keys", headline="Nothing has begun.")
        self.show(replace(view, notice=notice))
