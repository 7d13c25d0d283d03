"""Facilitators are rung for in their room: by one of the clients that are open, once, and not for what is seen to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from nookterm.client.bell import Bell, some_seconds
from nookterm.client.errors import Offline
from nookterm.domain import ringing
from nookterm.domain.acts import Act
from nookterm.domain.events import Message
from nookterm.domain.ids import UserId
from tests.client.people import Community, Person, Village
from tests.client.vetting_scenes import acts_seen, an_applicant, two_facilitators
from tests.live_homeserver import LiveServer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Porch:
    """Two facilitators whose clients are open, as long as `open` is."""

    people: Village
    ana: Person
    cy: Person
    here: Community
    running: list[asyncio.Task[None]] = field(default_factory=list)

    def open(self, person: Person, wait: float) -> None:
        """Somebody's client with a screen, which waits so many seconds before it rings."""
        person.session.set_phase("live")
        self.running += [asyncio.create_task(person.session.run())]
        self.running += [asyncio.create_task(Bell(person.session, lambda: wait, together=0.01).run())]

    async def shut(self) -> None:
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
        self.running.clear()

    def bells(self, user: UserId) -> list[Act]:
        """The bells for somebody that Ana sees."""
        return [act for act in acts_seen(self.ana, self.here) if act.act == "bell" and act.user == user]

    async def until(self, done: object, patience: float = 15.0) -> None:
        assert callable(done)
        async with asyncio.timeout(patience):
            while not done():  # noqa: ASYNC110 - several clients write meanwhile
                await asyncio.sleep(0.02)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def porch(homeserver: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Porch]:
    people = Village(homeserver, tmp_path_factory.mktemp("bell"))
    ana, cy, here = await two_facilitators(people, cap=100)
    porch = Porch(people, ana, cy, here)
    yield porch
    await porch.shut()
    await people.go_home()


async def test_of_two_clients_that_ring_at_once_one_bell_stays(porch: Porch) -> None:
    bob, request = await an_applicant(porch.people, porch.ana, porch.here)
    await porch.cy.request_of(bob.id)
    bells = [Bell(person.session) for person in (porch.ana, porch.cy)]
    await asyncio.gather(*(bell.ring({request.case}) for bell in bells))
    for person in (porch.ana, porch.cy):
        await person.sync()
    assert len(porch.bells(bob.id)) == 2, "both had rung before they heard each other"
    gone = [await bell.tidy() for bell in bells]
    for person in (porch.ana, porch.cy):
        await person.sync()
    assert sorted(gone) == [0, 1]
    (left,) = porch.bells(bob.id)
    assert [await bell.tidy() + await bell.ring({request.case}) for bell in bells] == [0, 0]
    other = porch.cy if left.sender == porch.ana.id else porch.ana
    event = porch.ana.session.store.event(porch.here.facilitators, left.event_id)
    assert event
    assert isinstance(event.payload, Message)
    assert event.payload.mentions == {other.id}, "every client of theirs tells them"
    assert event.payload.kind == "text"


async def test_an_open_client_rings_by_itself_and_the_next_one_then_has_nothing_to_ring_for(porch: Porch) -> None:
    porch.open(porch.ana, 0.2)
    try:
        eve = await porch.people.person("eve")
        await eve.enter(porch.here.space)
        await eve.asking.knock(porch.here.nook)
        await porch.until(lambda: porch.bells(eve.id))
    finally:
        await porch.shut()
    (rung,) = porch.bells(eve.id)
    assert rung.sender == porch.ana.id
    assert await Bell(porch.cy.session).ring({rung.case}) == 0


async def test_a_bell_that_could_not_leave_is_not_rung_later(porch: Porch) -> None:
    fay, request = await an_applicant(porch.people, porch.ana, porch.here, "fay")
    outbox = porch.ana.session.outbox
    held, outbox.before_each = outbox.before_each, _offline
    try:
        await Bell(porch.ana.session).ring({request.case})
    finally:
        outbox.before_each = held
    assert porch.ana.session.store.outgoing() == ()
    await outbox.flush(now=True)
    assert porch.bells(fay.id) == []


def _offline() -> None:
    message = "The network is away."
    raise Offline(message)


async def test_a_flood_is_rung_for_once(porch: Porch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ringing, "MANY", 2)
    _, request = await an_applicant(porch.people, porch.ana, porch.here, "gil")
    waits, bell = porch.ana.vetting.known_requests(), Bell(porch.ana.session)
    assert len(waits) > 2
    many = ringing.many_case(porch.ana.room(porch.here.nook))
    assert await bell.ring({request.case, many}) == 1
    assert porch.ana.heard(porch.here.facilitators)[-1] == f"{len(waits)} people ask to join glaze-lab."
    assert await bell.ring({request.case, many}) == 0


async def test_clients_wait_for_different_times() -> None:
    waits = {some_seconds() for _ in range(50)}
    assert len(waits) > 40
    assert all(5 <= seconds <= 30 for seconds in waits)
