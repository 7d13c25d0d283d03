"""Whoever was let in by two facilitators at once, and whose server cannot sort that out, is invited once more."""

from __future__ import annotations

from nookterm.domain.applying import State
from nookterm.domain.events import Membership
from tests.client.people import Community, Person, Village
from tests.client.test_vetting import asked, two_facilitators


async def invite_of(bob: Person, ana: Person, here: Community) -> tuple[str, str | None]:
    member = await ana.session.gateway.member(here.nook, bob.id)
    assert member
    assert member.membership == Membership.INVITE
    return member.sender, member.reason


async def test_somebody_let_in_twice_who_does_not_come_in_is_invited_once_more(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    his = await cy.request_of(bob.id)
    await ana.vetting.approve(request.case)
    # What his client did on a server that had not heard of hers.
    cy.vetting.record(his, "approved", "Cy let Bob in.")
    await cy.vetting.send_and_see()
    await ana.sync()

    due = ana.duties.due_in()
    assert due is not None
    assert 0 < due <= 13
    people.watch.forward(seconds=14)
    assert await ana.duties.run() >= 1

    sender, reason = await invite_of(bob, ana, here)
    assert sender == ana.id
    assert reason
    assert "once more" in reason
    await bob.sync()
    await bob.duties.run()
    assert bob.asking.all()[0].state == State.JOINED


async def test_an_approval_that_was_the_only_one_is_left_at_that(people: Village) -> None:
    ana, _cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    await ana.vetting.approve(request.case)
    before = await invite_of(bob, ana, here)
    people.watch.forward(seconds=14)
    await ana.duties.run()
    assert await invite_of(bob, ana, here) == before
    assert ana.duties.due_in() is None
