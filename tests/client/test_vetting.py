"""Decisions about who comes in: each looks anew, none removes a member, all are recorded for the others."""

from __future__ import annotations

import asyncio

import pytest

from nookterm.client.casework import Outcome
from nookterm.client.errors import Changed, NotAllowed, NotFound, WrongUsage
from nookterm.domain.acts import read_act
from nookterm.domain.applying import State
from nookterm.domain.charter import Charter
from nookterm.domain.events import Membership
from nookterm.domain.vetting import Request
from tests.client.people import CHARTER, Community, Person, Village
from tests.faults.proxy import FaultyProxy


async def asked(people: Village, ana: Person, here: Community, *, answers: bool = False) -> tuple[Person, Request]:
    """Somebody who has asked, and their request as Ana saw it."""
    bob = await people.person("bob")
    await bob.enter(here.space)
    await bob.asking.knock(here.nook, answers={"q1": "because", "q2": "last year"} if answers else {})
    return bob, await ana.request_of(bob.id)


async def two_facilitators(people: Village, url: str = "") -> tuple[Person, Person, Community]:
    ana, cy = await people.person("ana", url=url), await people.person("cy")
    here = await people.community(ana, cy)
    await people.helper(here, ana, cy)
    return ana, cy, here


def acts(who: Person, here: Community) -> list[str]:
    events = who.session.store.timeline(here.facilitators, 100)
    return [act.act for event in events if (act := read_act(event))]


async def test_an_approved_person_is_welcomed_and_comes_in_by_themselves(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    outcome = await ana.vetting.approve(request.case)
    assert (outcome.outcome, outcome.by, outcome.case) == ("approved", ana.id, request.case)
    await bob.sync()
    assert bob.asking.all()[0].state == State.APPROVED
    assert await bob.duties.run()
    assert bob.asking.all()[0].state == State.JOINED
    await cy.sync()
    assert acts(cy, here) == ["approved"]
    assert await cy.vetting.requests() == ()


async def test_a_declined_person_reads_why_and_nobody_else_does(people: Village) -> None:
    ana, _cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    await ana.vetting.decline(request.case, words="Not this year; try the kiln group.")
    await bob.sync()
    assert bob.asking.all()[0].state == State.DECLINED
    (room,) = [r for r in bob.session.rooms.values() if r.membership == Membership.INVITE]
    await bob.enter(room.room_id)
    assert bob.heard(room.room_id) == ["Not this year; try the kiln group."]
    assert room.encrypted
    state = await ana.session.gateway.members(here.nook, Membership.LEAVE)
    assert [m.reason for m in state if m.user == bob.id] == [None]


async def test_declining_somebody_who_was_asked_tells_them_in_the_same_room(people: Village) -> None:
    ana, _cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here, answers=True)
    await ana.vetting.interviews.vet(request.case)
    await bob.sync()
    await bob.duties.run()
    await ana.sync()
    await ana.vetting.decline(request.case)
    await bob.sync()
    (room,) = [r for r in bob.session.rooms.joined() if r.vets]
    assert bob.heard(room.room_id)[-1] == "The answer of glaze-lab is no this time."


async def test_a_decline_never_removes_a_member(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    await cy.request_of(bob.id)
    await cy.vetting.approve(request.case)
    with pytest.raises(Changed, match="was already let in"):
        await ana.vetting.decline(request.case)
    await bob.sync()
    await bob.duties.run()
    with pytest.raises(Changed, match="is already in"):
        await ana.vetting.decline(request.case, anyway=True)
    assert bob.id in {m.user for m in await ana.session.gateway.members(here.nook, Membership.JOIN)}


async def test_somebody_let_in_while_a_decline_is_under_way_stays_in(people: Village, proxy: FaultyProxy) -> None:
    ana, cy, here = await two_facilitators(people, proxy.url)
    bob, request = await asked(people, ana, here)
    await cy.request_of(bob.id)
    with proxy.rule("/state/m.room.member/", "pause") as rule:
        declining = asyncio.create_task(ana.vetting.decline(request.case, words="No."))
        await rule.has_hit()
        await cy.vetting.approve(request.case)
        await bob.sync()
        await bob.duties.run()
        rule.released.set()
        with pytest.raises(Changed):
            await declining
    assert bob.id in {m.user for m in await ana.session.gateway.members(here.nook, Membership.JOIN)}


async def test_a_decision_means_the_request_that_was_read(people: Village) -> None:
    ana, _cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    await bob.asking.withdraw(here.nook)
    for act in (ana.vetting.approve, ana.vetting.claims.claim, ana.vetting.claims.release, ana.vetting.interviews.vet):
        with pytest.raises(Changed, match="no longer asks to join: they took it back"):
            await act(request.case)
    await bob.asking.knock(here.nook, reason="On second thought.")
    for decide in (ana.vetting.approve, ana.vetting.decline):
        with pytest.raises(Changed, match="asked again since you looked"):
            await decide(request.case)
        with pytest.raises(Changed, match="asked again since you looked"):
            await decide(request.case, read=request.knock)
    again = await ana.request_of(bob.id)
    assert again.case == request.case
    assert (await ana.vetting.approve(again.case, read=again.knock)).outcome == "approved"


async def test_a_case_that_somebody_is_on_is_left_to_them_unless_said_otherwise(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    await cy.request_of(bob.id)
    await cy.vetting.claims.claim(request.case)
    await ana.sync()
    for work in (
        ana.vetting.claims.claim(request.case),
        ana.vetting.approve(request.case),
        ana.vetting.interviews.vet(request.case),
    ):
        with pytest.raises(Changed, match="is on it") as caught:
            await work
        assert caught.value.code == "held"
    await ana.vetting.approve(request.case, anyway=True)
    await cy.sync()
    last = [e for e in cy.session.store.timeline(here.facilitators, 100) if read_act(e)][-1]
    assert getattr(last.payload, "blocks", {})["org.nookterm.act"]["anyway"] is True


async def test_a_claim_can_be_handed_back_and_runs_out(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    await ana.vetting.claims.claim(request.case)
    assert (await ana.vetting.claims.claim(request.case)).outcome == "claimed", "once more changes nothing"
    assert acts(ana, here) == ["claim"]
    assert (await cy.request_of(bob.id)).holder == ana.id
    assert (await ana.vetting.claims.release(request.case)).outcome == "released"
    assert (await cy.request_of(bob.id)).holder is None
    await cy.vetting.claims.claim(request.case)
    await ana.sync()
    people.watch.forward(hours=2, minutes=1)
    assert (await ana.request_of(bob.id)).holder is None


async def test_of_two_who_claim_at_once_both_see_the_same_one_on_it(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    await cy.request_of(bob.id)
    came = await asyncio.gather(
        ana.vetting.claims.claim(request.case), cy.vetting.claims.claim(request.case), return_exceptions=True
    )
    await ana.sync()
    await cy.sync()
    holder = ana.vetting.known_requests()[0].holder
    assert holder in {ana.id, cy.id}
    assert cy.vetting.known_requests()[0].holder == holder
    for who, result in zip((ana, cy), came, strict=True):
        assert isinstance(result, Outcome | Changed)
        assert isinstance(result, Outcome) or who.id != holder, "who was turned away is not on it"


async def test_a_full_nook_lets_nobody_in_by_accident(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo, charter=Charter(cap=2))
    bob, request = await asked(people, ana, here)
    assert request.is_full
    with pytest.raises(Changed, match="is full: 2 of 2") as caught:
        await ana.vetting.approve(request.case)
    assert caught.value.code == "full"
    assert (await ana.vetting.approve(request.case, anyway=True)).outcome == "approved"
    await bob.sync()
    assert bob.asking.all()[0].state == State.APPROVED


async def test_a_member_without_power_decides_nothing(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    _bob, request = await asked(people, ana, here)
    await bo.sync()
    assert await bo.vetting.requests() == ()
    for work in (
        bo.vetting.approve(request.case),
        bo.vetting.decline(request.case),
        bo.vetting.claims.claim(request.case),
    ):
        with pytest.raises(NotAllowed, match="may not decide"):
            await work
    assert await ana.vetting.requests(ana.room(here.nook))


async def test_power_that_was_taken_away_meanwhile_counts(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    await cy.request_of(bob.id)
    levels = {"users": {cy.id: 50}, "invite": 50, "kick": 60, "ban": 60, "state_default": 50}
    await ana.session.gateway.set_state(here.nook, "m.room.power_levels", "", levels)
    await cy.sync()
    with pytest.raises(NotAllowed, match="may not decide"):
        await cy.vetting.decline(request.case)
    assert await ana.vetting.requests()


async def test_a_word_that_nobody_knows_says_where_the_words_are(people: Village) -> None:
    ana, _cy, _here = await two_facilitators(people)
    with pytest.raises(NotFound, match="nookterm desk"):
        await ana.vetting.approve("k-nobody")


async def test_a_banned_person_no_longer_waits(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here)
    content = {"membership": "ban"}
    await cy.session.gateway.set_state(here.nook, "m.room.member", bob.id, content)
    with pytest.raises(Changed, match=r"was banned by cy\d+"):
        await ana.vetting.approve(request.case)


async def test_answers_come_to_every_facilitator(people: Village) -> None:
    ana, cy, here = await two_facilitators(people)
    bob, request = await asked(people, ana, here, answers=True)
    assert (await ana.vetting.interviews.vet(request.case)).outcome == "asked"
    with pytest.raises(WrongUsage, match="has been asked already"):
        await ana.vetting.interviews.vet(request.case)
    await bob.sync()
    assert await bob.duties.run()
    standing = bob.asking.all()[0]
    assert (standing.state, standing.request.asked_by) == (State.ANSWERED, ana.id)
    await ana.sync()
    here_now = (await ana.vetting.requests())[0]
    assert ana.vetting.answers(here_now) == {"q1": "because", "q2": "last year"}
    assert await ana.duties.run()
    assert await ana.duties.run() == 0
    seen = await cy.request_of(bob.id)
    assert dict(seen.answers) == {"q1": "because", "q2": "last year"}
    assert seen.holder == ana.id
    await ana.vetting.approve(request.case)
    await bob.sync()
    (room,) = [r for r in bob.session.rooms.joined() if r.vets]
    assert bob.heard(room.room_id)[-1] == "You are welcome in glaze-lab."
    assert CHARTER.questions[0].text in "\n".join(bob.heard(room.room_id))


async def test_a_nook_without_questions_asks_for_a_few_words(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana, charter=Charter(cap=5))
    bob, request = await asked(people, ana, here)
    await ana.vetting.interviews.vet(request.case)
    await bob.sync()
    await bob.duties.run()
    (room,) = [r for r in bob.session.rooms.joined() if r.vets]
    assert "Tell us a little about yourself." in bob.heard(room.room_id)[0]


async def test_the_queue_is_known_without_the_network_too(people: Village) -> None:
    ana, _cy, here = await two_facilitators(people)
    _bob, request = await asked(people, ana, here)
    await ana.reopen()
    assert [r.case for r in ana.vetting.known_requests()] == [request.case]


async def test_a_nook_without_a_facilitators_room_is_decided_all_the_same(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    await ana.session.gateway.leave(here.facilitators)
    await ana.sync()
    _bob, request = await asked(people, ana, here)
    assert (await ana.vetting.approve(request.case)).outcome == "approved"
