"""Several facilitators at one door: votes, places, handing over, and what to do when they contradict each other."""

from __future__ import annotations

import asyncio

import pytest

from nookterm.client.desk import Desk
from nookterm.client.errors import Changed, NotAllowed, WrongUsage
from nookterm.client.upkeep import Upkeep
from nookterm.domain.applying import State
from nookterm.domain.conflicts import conflicts
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.knocking import SAID
from tests.client.people import Person, Village
from tests.client.vetting_scenes import (
    acts_seen,
    an_applicant,
    from_elsewhere,
    told,
    two_facilitators,
    vetting_room,
    words_seen,
)


async def test_letting_in_waits_for_a_second_opinion_where_the_charter_asks_for_one(people: Village) -> None:
    ana, cy, here = await two_facilitators(people, approvals_needed=2)
    request = await from_elsewhere(people, ana, here)
    with pytest.raises(
        Changed, match=rf"wants 2 facilitators to agree\. With ana.*, one more is needed: {cy.name}"
    ) as e:
        await ana.vetting.approve(request.case)
    assert e.value.code == "second_opinion"
    await cy.request_of(request.user)
    assert (await cy.vetting.vote(request.case, -1, "Not sure.")).outcome == "voted"
    await ana.sync()
    with pytest.raises(Changed, match=f"Against it: {cy.name}"):
        await ana.vetting.approve(request.case)
    await cy.vetting.vote(request.case, 1)
    assert (await ana.request_of(request.user)).votes.in_favour == (cy.id,)
    assert (await ana.vetting.approve(request.case)).outcome == "approved"
    assert [a.anyway for a in acts_seen(ana, here) if a.act == "approved"] == [False]


async def test_an_approval_without_the_second_opinion_is_recorded_as_such(people: Village) -> None:
    ana, _cy, here = await two_facilitators(people, approvals_needed=2)
    request = await from_elsewhere(people, ana, here)
    await ana.vetting.approve(request.case, anyway=True)
    assert [a.anyway for a in acts_seen(ana, here)] == [True]


async def test_those_on_the_wait_list_know_their_place_and_hear_when_it_moves(people: Village) -> None:
    ana, cy, here = await two_facilitators(people, cap=2)
    bob, request = await an_applicant(people, ana, here)
    with pytest.raises(Changed, match=r"is full: 2 of 2\. .*`waitlist` keeps a place"):
        await ana.vetting.approve(request.case)
    assert (await ana.vetting.wait_list(request.case)).outcome == "waitlisted"
    fay, other = await an_applicant(people, ana, here, "fay", answers=True)
    await ana.vetting.interviews.vet(other.case)
    await told(fay)
    await ana.vetting.wait_list(other.case)
    await ana.vetting.wait_list(other.case)
    assert words_seen(ana, here).count("waitlisted") == 2, "saying it twice says nothing new"
    assert "at place 1." in await told(bob)
    assert "at place 2." in await told(fay)
    standing = fay.asking.all()[0]
    assert (standing.state, standing.request.word and standing.request.word.place) == (State.WAITLISTED, 2)
    await cy.sync()
    assert [(r.user, r.place) for r in cy.vetting.known_requests()] == [(bob.id, 1), (fay.id, 2)]
    await ana.vetting.approve(request.case, anyway=True)
    await ana.duties.run()
    assert (await told(fay)).endswith("at place 1.")


async def test_a_case_is_handed_over_with_its_room(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await an_applicant(people, ana, here)
    with pytest.raises(Changed, match="You are not on"):
        await ana.vetting.claims.hand_over(request.case, cy.id)
    await ana.vetting.interviews.vet(request.case)
    with pytest.raises(WrongUsage, match="cannot take a case"):
        await ana.vetting.claims.hand_over(request.case, bob.id)
    await cy.request_of(bob.id)
    with pytest.raises(WrongUsage, match="you are not in that room"):
        await cy.vetting.interviews.message(request.case, "Hello.")
    assert (await ana.vetting.claims.hand_over(request.case, cy.id)).outcome == "handed over"
    assert (await cy.request_of(bob.id)).holder == cy.id
    await cy.duties.run()
    assert (await cy.vetting.interviews.message(request.case, "I go on with it.")).outcome == "told"
    assert await told(bob) == "I go on with it."
    with pytest.raises(Changed, match="You are not on"):
        await ana.vetting.claims.release(request.case)


async def test_a_case_can_be_taken_over_on_purpose(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    request = await from_elsewhere(people, ana, here)
    await ana.vetting.claims.claim(request.case)
    await cy.request_of(request.user)
    with pytest.raises(Changed, match="is on it"):
        await cy.vetting.claims.claim(request.case)
    await cy.vetting.claims.claim(request.case, anyway=True)
    assert (await ana.request_of(request.user)).holder == cy.id
    with pytest.raises(Changed, match="is on it"):
        await ana.vetting.wait_list(request.case)


async def test_a_claim_works_on_any_line_of_the_desk(people: Village) -> None:
    ana, cy, here = await two_facilitators(people, cap=2)
    await ana.sync()
    items = [item for item in await Desk(ana.session).items() if item.request is None]
    Desk(ana.session).remember_listed(items)
    (item,) = [item for item in items if item.kind == "full"]
    assert (await ana.vetting.claims.claim(item.case)).outcome == "claimed"
    Desk(cy.session).remember_listed(items)
    await cy.sync()
    with pytest.raises(Changed, match="is on it"):
        await cy.vetting.claims.claim(item.case)
    await ana.vetting.claims.hand_over(item.case, cy.id)
    await cy.sync()
    assert (await cy.vetting.claims.release(item.case)).outcome == "released"
    assert {act.case for act in acts_seen(cy, here)} == {item.case}


async def _in_all_the_same(people: Village) -> tuple[Person, Person, UserId, str]:
    """Cy let Bob in, from another app, while Ana declined: both servers said yes to both."""
    ana, cy, here = await two_facilitators(people)
    bob, request = await an_applicant(people, ana, here)
    await cy.request_of(bob.id)
    await ana.vetting.decline(request.case)
    await cy.session.gateway.invite(here.nook, bob.id)
    return ana, cy, bob.id, request.case


async def test_a_decline_that_did_not_hold_comes_to_light_and_is_settled_by_people(people: Village) -> None:
    ana, cy, bob, case = await _in_all_the_same(people)
    noticed = asyncio.Event()

    def listen(change: object) -> None:
        if "they are in all the same" in getattr(change, "text", ""):
            noticed.set()

    ana.session.changes.listen(listen)
    due_in = ana.duties.due_in()
    assert due_in is not None
    assert due_in <= 2
    people.watch.forward(seconds=11)
    ana.session.set_phase("live")
    upkeep = asyncio.create_task(Upkeep(ana.session).run())
    async with asyncio.timeout(20):
        await noticed.wait()
    upkeep.cancel()
    await asyncio.gather(upkeep, return_exceptions=True)
    await ana.duties.run()
    assert ana.duties.due_in() is None
    people.watch.forward(minutes=2)
    await cy.sync()
    nook = cy.room(next(r.room_id for r in cy.session.rooms.nooks()))
    (conflict,) = conflicts(nook, cy.vetting.acts(nook), people.watch())
    assert (conflict.user, conflict.membership, conflict.by) == (bob, Membership.INVITE, cy.id)
    assert (await cy.vetting.settle(case, "Ana and I talked. They may come.")).outcome == "settled"
    await ana.sync()
    with pytest.raises(Changed, match="Nothing contradicts itself"):
        await ana.vetting.settle(case)


async def test_who_was_slower_reads_who_was_faster_also_from_another_app(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    request = await from_elsewhere(people, ana, here)
    await ana.vetting.claims.claim(request.case)
    heard: list[str] = []
    ana.session.changes.listen(lambda change: heard.append(getattr(change, "text", "")))
    await cy.session.gateway.kick(here.nook, request.user)
    people.watch.forward(minutes=1)
    with pytest.raises(Changed, match=rf"no longer asks to join: declined by {cy.name}, elsewhere"):
        await ana.vetting.approve(request.case)
    await ana.sync()
    await ana.duties.run()
    assert [words for words in heard if "declined by" in words], "who was on it is told"


async def test_an_applicant_hears_of_a_decline_from_another_app_in_the_room_where_they_were_asked(
    people: Village,
) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await an_applicant(people, ana, here)
    await ana.vetting.interviews.vet(request.case)
    await told(bob)
    await cy.session.gateway.kick(here.nook, bob.id)
    await ana.sync()
    people.watch.forward(minutes=1)
    await ana.duties.run()
    await ana.duties.run()
    assert await told(bob) == "The answer of glaze-lab is no this time."
    assert bob.heard(vetting_room(bob).room_id).count("The answer of glaze-lab is no this time.") == 1


async def test_who_has_lost_the_power_reads_so_when_the_server_says_no(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    request = await from_elsewhere(people, ana, here)
    await cy.request_of(request.user)
    levels = {"users": {}, "invite": 50, "kick": 50, "ban": 50, "state_default": 50}
    await ana.session.gateway.set_state(here.nook, "m.room.power_levels", "", levels)
    with pytest.raises(NotAllowed, match="no longer allowed to decide in glaze-lab"):
        await cy.vetting.approve(request.case)
    assert (await ana.request_of(request.user)).knock == request.knock


async def test_what_somebody_with_another_app_says_in_the_vetting_room_reaches_the_other_facilitators(
    people: Village,
) -> None:
    ana, cy, here = await two_facilitators(people)
    mia = await people.person("mia")
    await mia.enter(here.space)
    await mia.session.gateway.knock(here.nook, "I make pots")
    request = await ana.request_of(mia.id)
    await ana.vetting.interviews.vet(request.case)
    await mia.sync()
    room_id = next(r.room_id for r in mia.session.rooms.values() if r.membership == Membership.INVITE)
    await mia.enter(room_id)
    await mia.say(room_id, "Because of the glazes.")
    await ana.sync()
    assert await ana.vetting.interviews.collect_answers() == 0, "they may not have finished"
    await mia.say(room_id, "Since last year.")
    await ana.sync()
    people.watch.forward(minutes=3)
    assert await ana.vetting.interviews.collect_answers() == 1
    assert await ana.vetting.interviews.collect_answers() == 0, "once"
    seen = await cy.request_of(mia.id)
    assert cy.vetting.answers(seen) == {SAID: "Because of the glazes.\nSince last year."}
    assert seen.answered_at is not None
