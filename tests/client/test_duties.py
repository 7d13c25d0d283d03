"""What is carried out by itself: only what its person agreed to, for nobody but whom they agreed to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.client.changes import Change, Happened
from nookterm.client.ports import RoomSpec
from nookterm.domain.applying import State
from nookterm.domain.charter import charter_content
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from tests.client.people import CHARTER, Community, Person, Village
from tests.faults.proxy import FaultyProxy


async def bob_asks(people: Village, ana: Person, here: Community, url: str = "") -> tuple[Person, str]:
    """Bob, with answers ready, and the label of his request."""
    bob = await people.person("bob", url=url)
    await bob.enter(here.space)
    standing = await bob.asking.knock(here.nook, answers={"q1": "because"})
    return bob, standing.request.ref


async def vetting_like(
    who: Person, bob: Person, nook: RoomId, reason: str, *, encrypted: bool = True, vets: bool = True
) -> RoomId:
    """A room that looks like a vetting room, into which `who` invites Bob."""
    state = (("org.nookterm.vetting", "", {"v": 1, "nook": nook, "user": bob.id}),) if vets else ()
    room_id = await who.session.gateway.create_room(RoomSpec("about you", encrypted=encrypted, state=state))
    await who.session.gateway.invite(room_id, bob.id, reason)
    await bob.sync()
    return room_id


async def test_only_a_nook_that_was_asked_is_joined(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await ana.session.gateway.invite(here.nook, bob.id, "come")
    await bob.sync()
    assert await bob.duties.run() == 0
    assert bob.room(here.nook).membership == Membership.INVITE


async def test_somebody_elses_space_makes_nobody_a_facilitator_and_no_room_a_facilitators_room(people: Village) -> None:
    ana, eve = await people.person("ana"), await people.person("eve")
    here = await people.community(ana)
    bob, ref = await bob_asks(people, ana, here)
    false = await eve.founding.space("All makers", "things")
    entry = charter_content(replace(CHARTER, facilitators=(eve.id,)))
    await eve.session.gateway.set_state(false.space_id, "org.nookterm.entry", here.nook, entry)
    await eve.session.gateway.set_state(false.space_id, "m.space.child", here.nook, {"via": ["river.example"]})
    for who, rooms in ((bob, (false.space_id,)), (ana, (false.space_id, false.facilitators_id))):
        for room_id in rooms:
            await eve.session.gateway.invite(room_id, who.id)
        await who.enter(*rooms)

    asks = await vetting_like(eve, bob, here.nook, f"About your request [nt1:{ref}]")
    assert await bob.duties.run() == 0
    assert bob.room(asks).membership == Membership.INVITE
    assert bob.asking.all()[0].request.answered_in is None, "a human is asked whether she may know"

    await ana.session.gateway.leave(here.facilitators)
    await ana.sync()
    assert ana.room(false.space_id).facilitation == false.facilitators_id
    assert ana.vetting.facilitators_room(ana.room(here.nook)) is None


async def test_a_nook_that_lets_nobody_in_keeps_nobody_from_another_one(people: Village, proxy: FaultyProxy) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    other = await ana.founding.nook(ana.room(here.space), "kiln-lab", CHARTER)
    bob, _ref = await bob_asks(people, ana, here, proxy.url)
    await bob.asking.knock(other, answers={})
    for nook in (here.nook, other):
        await ana.session.gateway.invite(nook, bob.id)
    await bob.sync()
    with proxy.rule("/join", "500", times=1):
        assert await bob.duties.run() == 1
    assert await bob.duties.run() == 1
    assert {bob.room(nook).membership for nook in (here.nook, other)} == {Membership.JOIN}


async def test_a_welcome_is_told_to_its_person(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, _ref = await bob_asks(people, ana, here)
    told: list[Change] = []
    bob.session.changes.listen(told.append)
    await ana.session.gateway.invite(here.nook, bob.id)
    await bob.sync()
    assert await bob.duties.run() == 1
    assert Happened("You are in glaze-lab.", here.nook) in told
    assert await bob.duties.run() == 0


async def test_a_welcome_is_good_for_once(people: Village) -> None:
    """Who leaves and is invited again is asked again, however they came in."""
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, _ref = await bob_asks(people, ana, here)
    for by_hand in (False, True):
        await ana.session.gateway.invite(here.nook, bob.id)
        await bob.sync()
        if by_hand:
            await bob.enter(here.nook)
        await bob.duties.run()
        assert bob.asking.all()[0].state == State.JOINED
        assert bob.asking.all()[0].request.answers == {}
        await bob.session.gateway.leave(here.nook)
        await ana.session.gateway.invite(here.nook, bob.id)
        await bob.sync()
        assert await bob.duties.run() == 0
        assert bob.room(here.nook).membership == Membership.INVITE
        assert bob.asking.all() == ()
        await bob.session.gateway.leave(here.nook)
        await bob.sync()
        await bob.asking.knock(here.nook, answers={"q1": "again"})


async def test_an_invite_after_a_request_was_taken_back_is_not_accepted(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, _ref = await bob_asks(people, ana, here)
    await bob.asking.withdraw(here.nook)
    await ana.session.gateway.invite(here.nook, bob.id)
    await bob.sync()
    assert await bob.duties.run() == 0
    assert bob.room(here.nook).membership == Membership.INVITE


async def test_answers_go_to_nobody_but_a_listed_facilitator_who_names_the_request(people: Village) -> None:
    ana, mallory = await people.person("ana"), await people.person("mallory")
    here = await people.community(ana, mallory)
    bob, ref = await bob_asks(people, ana, here)
    label = f"About your request [nt1:{ref}]"
    strange = [
        await vetting_like(mallory, bob, here.nook, label),
        await vetting_like(mallory, bob, here.nook, label, vets=False),
        await vetting_like(ana, bob, here.nook, "About your request [nt1:AAAAAA]"),
        await vetting_like(ana, bob, here.nook, "About your request"),
        await vetting_like(ana, bob, here.nook, label, encrypted=False),
    ]
    assert await bob.duties.run() == 0
    assert {bob.room(room_id).membership for room_id in strange} == {Membership.INVITE}
    await bob.session.gateway.join(strange[0])
    await bob.session.gateway.join(strange[4])
    await bob.sync()
    assert await bob.duties.run() == 0
    assert bob.asking.all()[0].state == State.SENT
    right = await vetting_like(ana, bob, here.nook, label)
    assert await bob.duties.run() == 1
    await ana.sync()
    assert ana.heard(right) == ["Why?\nbecause"]
    for room_id in (strange[0], strange[4]):
        await mallory.sync()
        await ana.sync()
        assert "because" not in "".join((*mallory.heard(room_id), *ana.heard(room_id)))


async def test_answers_are_given_once(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, ref = await bob_asks(people, ana, here)
    await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    assert await bob.duties.run() == 1
    second = await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    assert await bob.duties.run() == 0
    assert bob.room(second).membership == Membership.INVITE


async def test_a_vetting_room_that_one_joined_by_hand_gets_the_answers_too(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, ref = await bob_asks(people, ana, here)
    room_id = await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    await bob.enter(room_id)
    assert await bob.duties.run() == 1
    assert bob.asking.all()[0].request.answered_in == room_id


async def test_without_answers_ready_the_room_is_entered_and_its_person_answers(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.enter(here.space)
    standing = await bob.asking.knock(here.nook)
    room_id = await vetting_like(ana, bob, here.nook, f"[nt1:{standing.request.ref}]")
    await bob.duties.run()
    assert bob.room(room_id).membership == Membership.JOIN
    await ana.sync()
    assert ana.heard(room_id) == []


@pytest.mark.parametrize("fault", ["403", "500"])
async def test_a_duty_that_fails_is_tried_again_at_the_next_run(
    people: Village, proxy: FaultyProxy, fault: str
) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, _ref = await bob_asks(people, ana, here, proxy.url)
    await ana.session.gateway.invite(here.nook, bob.id)
    await bob.sync()
    with proxy.rule("/join", fault):
        assert await bob.duties.run() == 0
    assert await bob.duties.run() == 1
    assert bob.room(here.nook).membership == Membership.JOIN


async def test_a_facilitators_room_is_read_without_holes(people: Village) -> None:
    ana, cy = await people.person("ana"), await people.person("cy")
    here = await people.community(ana, cy)
    await people.helper(here, ana, cy)
    await cy.sync()
    for number in range(40):
        await ana.post(here.facilitators, {"msgtype": "m.text", "body": f"{number}"})
    await cy.sync()
    assert cy.session.store.gaps(here.facilitators)
    await cy.duties.run()
    assert not cy.session.store.gaps(here.facilitators)
    assert cy.heard(here.facilitators) == [*map(str, range(40))]
