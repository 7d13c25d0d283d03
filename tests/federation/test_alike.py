"""Every facilitator's machine comes to the same list, whichever server, engine and moment it looks from."""

from __future__ import annotations

from datetime import timedelta

import pytest
import pytest_asyncio

from nookterm.client.errors import Changed
from nookterm.client.record import Record
from nookterm.domain.acts import CLAIM_LASTS, knock_case, read_act
from nookterm.domain.desk import Kind
from nookterm.domain.events import Membership
from tests.federation.sides import membership, sees
from tests.federation.stage import Stage, Town, gone, known_request, request_of, same_lines
from tests.interop.install import PEER
from tests.interop.neighbours import at_element
from tests.interop.peer import Peer

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(town: Town) -> Stage:
    """The facilitators of this file."""
    return await town.stage()


async def test_two_facilitators_on_two_servers_have_the_same_list(stage: Stage) -> None:
    """With a claim, answers and a wait of its own; then from one it is decided, and both are rid of it."""
    bob = await stage.asks(stage.banks.there, answers={"q1": "because of the glazes"})
    dee = await stage.asks(stage.banks.here, reason="I fire at home.", name="dee")
    await stage.answered(bob, stage.ana)
    lines = await same_lines(stage.ana, stage.cy)
    mine = [line for line in lines if line[4] in {bob.id, dee.id} and line[1] == Kind.ASK]
    assert len(mine) == 2
    answered = next(line for line in mine if line[4] == bob.id)
    assert stage.ana.id in answered
    assert ("q1", "because of the glazes") in answered[12]  # type: ignore[operator]  # a list, as `lines_of` makes it
    with pytest.raises(Changed, match="is on it"):
        await stage.cy.vetting.decline((await request_of(stage.cy, bob.id)).case)
    await stage.cy.vetting.decline((await request_of(stage.cy, dee.id)).case)
    for who in (stage.ana, stage.cy):
        await gone(who, dee.id)


async def test_a_claim_whose_holder_went_away_ends_by_itself_and_the_answers_stay(stage: Stage) -> None:
    bob = await stage.asks(stage.banks.here, answers={"q1": "because"})
    await stage.answered(bob, stage.ana)
    case = (await request_of(stage.cy, bob.id, lambda r: r.answers)).case
    with pytest.raises(Changed, match="is on it"):
        await stage.cy.vetting.claims.claim(case)
    stage.banks.here.watch.ahead += CLAIM_LASTS
    try:
        assert (await stage.cy.vetting.claims.claim(case)).outcome == "claimed"
        assert dict(known_request(stage.cy, bob.id).answers) == {"q1": "because"}
        assert (await stage.cy.vetting.approve(case)).outcome == "approved"
    finally:
        stage.banks.here.watch.ahead = timedelta()


async def test_a_third_facilitator_at_element_decides_without_a_claim(stage: Stage) -> None:
    begun: list[Peer] = []

    async def element(name: str) -> Peer:
        begun.append(await Peer.spawn(stage.banks.there.server.base_url, PEER.home(), name))
        return begun[-1]

    try:
        mia = await at_element(element, "mia")
        with stage.banks.hurry():
            wren = stage.wren
            await wren.session.gateway.invite(stage.nook, mia.id)
            await mia.join(stage.nook)
            await sees(wren, lambda: mia.id in wren.room(stage.nook).members, "Mia")
            await wren.facilitators.add(wren.room(stage.nook), mia.id)
        bob = await stage.asks(stage.banks.here, reason="I fire at home.")
        await stage.ana.vetting.claims.claim((await request_of(stage.ana, bob.id)).case)
        await mia.sees_member(stage.nook, bob.id, "knock")
        await mia.invite(stage.nook, bob.id)
    finally:
        for peer in begun:
            await peer.end()
    for who in (stage.ana, stage.cy):
        await gone(who, bob.id)
    with pytest.raises(Changed, match="was already let in"):
        await stage.ana.vetting.approve(knock_case(stage.nook, bob.id))
    assert [line for line in await same_lines(stage.ana, stage.cy, bob.id) if line[1] == Kind.CONFLICT] == []
    await sees(bob, lambda: bob.session.rooms[stage.nook].membership == Membership.INVITE, "the invite")
    await bob.duties.run()
    assert (await membership(stage.ana, stage.nook, bob.id) or ("",))[0] == Membership.JOIN
    # Long enough ago that a word about it would be here.
    stage.banks.here.watch.ahead = timedelta(minutes=1)
    for who in (stage.ana, stage.cy):
        rows = (await Record(who.session).entries(who.room(stage.nook))).entries
        assert [(row.outcome, row.by, row.elsewhere) for row in rows if row.user == bob.id] == [
            ("approved", mia.id, True)
        ]
    stage.banks.here.watch.ahead = timedelta()


async def test_acts_are_what_the_lists_are_made_of(stage: Stage) -> None:
    """The search above looks at something: both machines hold acts by both of them."""
    for who in (stage.ana, stage.cy):
        events = who.session.store.timeline(stage.place.facilitators, 200)
        assert {act.sender for event in events if (act := read_act(event))} >= {stage.ana.id, stage.cy.id}
