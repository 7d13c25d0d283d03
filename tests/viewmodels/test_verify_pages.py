"""Which comparing is on the page: one after the other, none that comes pushes another away, and each end is read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

from nookterm.client.rooms import Rooms
from nookterm.domain.ids import UserId
from nookterm.trust.verification import CancelCode, Cancelled, Flow, Phase
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.verify import Step
from nookterm.viewmodels.verifying import VerifyModel
from tests.contracts.store_double import MemoryStore
from tests.trust.chance import ANA
from tests.trust.people import Person
from tests.viewmodels.test_trust_lines import NOW, a_flow

MIA = UserId("@mia:river.example")


@dataclass
class Session:
    """As much of a session as a page reads: real flows, and a store."""

    flows: dict[str, Flow] = field(default_factory=dict)
    store: MemoryStore = field(default_factory=MemoryStore)

    def __post_init__(self) -> None:
        self.rooms = Rooms(self.store, ANA)
        self.trust = self.verifications = self

    clock: Callable[[], Any] = field(default=lambda: NOW)

    def problem(self, _txn: str) -> None:
        return None

    async def expire(self) -> None:
        """Nothing takes too long here."""


def asked(txn: str, minutes: int, phase: Phase = Phase.ASKED) -> Flow:
    them = Person(MIA)
    them.add_device(a_flow(phase).device or "")  # type: ignore[arg-type]  # it has one
    return replace(a_flow(phase), txn=txn, began=NOW - timedelta(minutes=minutes), them=them.identity())


def a_model() -> tuple[VerifyModel, Session, Hub]:
    async def do(work: Coroutine[Any, Any, Any]) -> Any:
        return await work

    session, model = Session(), VerifyModel()
    hub = cast("Hub", _Hub(session, do))
    model.attach(hub)
    return model, session, hub


@dataclass
class _Hub:
    session: Session
    do: Callable[[Coroutine[Any, Any, Any]], Any]
    open_room: None = None


def put(session: Session, *flows: Flow) -> None:
    session.flows = cast("dict[str, Flow]", {flow.txn: flow for flow in flows})


def ended(flow: Flow) -> Flow:
    return replace(flow, phase=Phase.CANCELLED, cancelled=Cancelled(CancelCode.USER, by_us=False))


def seen(model: VerifyModel) -> tuple[str, Step, int]:
    return model.view.txn, model.view.step, model.view.others


async def test_requests_come_one_after_the_other_and_can_be_put_off() -> None:
    model, session, hub = a_model()
    put(session, asked("second", 1), asked("first", 2))
    model.rebuild(hub)
    assert seen(model) == ("first", Step.ASKED, 1)
    await model.later("first")
    assert seen(model) == ("second", Step.ASKED, 0)
    await model.later("second")
    assert seen(model) == ("", Step.NONE, 0)
    await model.again()
    assert seen(model) == ("first", Step.ASKED, 1)


async def test_what_is_under_way_is_not_pushed_away_by_a_request() -> None:
    model, session, hub = a_model()
    put(session, asked("ours", 1, Phase.READY))
    model.rebuild(hub)
    await model.look()
    put(session, asked("older", 5), asked("ours", 1, Phase.COMPARING))
    model.rebuild(hub)
    assert seen(model) == ("ours", Step.COMPARE, 1)
    put(session, asked("older", 5), ended(asked("ours", 1)))
    model.rebuild(hub)
    assert seen(model) == ("ours", Step.OVER, 1)
    await model.later("ours")
    assert seen(model) == ("older", Step.ASKED, 0)


async def test_an_end_is_read_though_the_flow_is_gone_and_one_that_nobody_saw_goes_by_itself() -> None:
    model, session, hub = a_model()
    put(session, asked("looked at", 1))
    model.rebuild(hub)
    await model.look()
    put(session, ended(asked("looked at", 1)))
    model.rebuild(hub)
    put(session)
    model.rebuild(hub)
    assert seen(model) == ("looked at", Step.OVER, 0)
    await model.later("looked at")
    assert seen(model) == ("", Step.NONE, 0)

    put(session, asked("not looked at", 1))
    model.rebuild(hub)
    put(session, ended(asked("not looked at", 1)))
    model.rebuild(hub)
    assert seen(model) == ("", Step.NONE, 0)


async def test_who_was_compared_is_kept_with_the_day() -> None:
    model, session, hub = a_model()
    put(session, asked("done", 1, Phase.READY))
    model.rebuild(hub)
    await model.look()
    assert session.store.recall_all("met") == {}
    put(session, asked("done", 1, Phase.DONE))
    model.rebuild(hub)
    model.rebuild(hub)
    kept: Mapping[str, Any] = session.store.recall_all("met")
    assert list(kept) == [MIA]
    assert kept[MIA]["at"] == NOW.isoformat()
