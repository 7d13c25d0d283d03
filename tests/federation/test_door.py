"""What facilitators do at a nook's door counts for both servers: the list of a full nook, the doormat, the scrub."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
import pytest_asyncio

from nookterm.client.errors import Changed, NotAllowed
from nookterm.domain.charter import Charter, Question
from nookterm.domain.desk import Kind
from nookterm.domain.events import Membership
from tests.client.people import Person
from tests.federation.sides import sees
from tests.federation.stage import Stage, Town, gone, lines_of, request_of, same_lines

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SMALL = Charter(purpose="We test glazes.", cap=4, questions=(Question("q1", "Why?"),))
"""Its three facilitators leave one place free."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(town: Town) -> Stage:
    """A nook that takes one more."""
    return await town.stage(await town.nook(SMALL))


async def test_a_full_nook_puts_people_on_a_list_and_says_who_is_next(stage: Stage) -> None:
    first = await stage.asks(stage.banks.here, name="fay")
    await stage.ana.vetting.approve((await request_of(stage.ana, first.id)).case)
    await sees(first, lambda: first.session.rooms[stage.nook].membership == Membership.INVITE, "the invite")
    await first.duties.run()
    bob = await stage.asks(stage.banks.there)
    eve = await stage.asks(stage.banks.here, name="eve")
    await sees(stage.cy, lambda: stage.cy.room(stage.nook).size == SMALL.cap, "a full nook")
    with pytest.raises(Changed, match="full"):
        await stage.cy.vetting.approve((await request_of(stage.cy, bob.id)).case)
    for somebody in (eve, bob):
        outcome = await stage.cy.vetting.wait_list((await request_of(stage.cy, somebody.id)).case)
        assert outcome.outcome == "waitlisted"

    for who in (stage.ana, stage.cy):
        for place, somebody in enumerate((eve, bob), 1):
            await request_of(who, somebody.id, lambda r, place=place: r.place == place)  # type: ignore[misc]
    await first.session.gateway.leave(stage.nook)
    for who in (stage.ana, stage.cy):
        await sees(who, partial(_has_a_place, who, stage), "a free place")
    await same_lines(stage.ana, stage.cy)
    assert Kind.SLOT in {line[1] for line in lines_of(stage.cy)}


def _has_a_place(who: Person, stage: Stage) -> bool:
    return who.room(stage.nook).size < SMALL.cap


async def test_a_closed_door_keeps_new_people_out_and_those_who_wait_can_still_be_let_in(stage: Stage) -> None:
    bob = await stage.asks(stage.banks.there)
    nook = stage.ana.room(stage.nook)
    await stage.ana.vetting.close_door(nook)
    await sees(stage.cy, lambda: stage.cy.room(stage.nook).join_rule == "invite", "the closed door")
    late = await stage.banks.applicant(stage.banks.there, stage.wren, stage.place, "late")
    with pytest.raises(NotAllowed):
        await late.asking.knock(stage.nook)
    await stage.wren.vetting.decline((await request_of(stage.wren, bob.id)).case)
    await stage.ana.vetting.open_door(stage.ana.room(stage.nook))
    await sees(stage.cy, lambda: stage.cy.room(stage.nook).join_rule == "knock", "the open door")
    await late.asking.knock(stage.nook)
    await request_of(stage.cy, late.id)


async def test_what_was_said_in_public_is_taken_out_of_the_record_once_it_is_decided(stage: Stage) -> None:
    bob = await stage.asks(stage.banks.here, reason="I live at 5 Mill Lane.")
    request = await request_of(stage.ana, bob.id)
    await stage.ana.vetting.decline(request.case)
    for who in (stage.ana, stage.cy):
        await gone(who, bob.id)
        async with asyncio.timeout(40):
            while "Mill Lane" in await _public_words(who, stage):
                # A limit may hold the redaction back for a moment, as in any client.
                await stage.ana.session.outbox.flush()
                await stage.ana.session.sync_once(0.2)


async def _public_words(who: Person, stage: Stage) -> str:
    """Everything that this facilitator's server still shows of comings and goings."""
    page = await who.session.gateway.messages(stage.nook, None, 50, ("m.room.member",))
    assert page.events
    return str(page.events)
