"""Where nobody can ask at the door: a letter to a facilitator that comes to the same desk."""

from __future__ import annotations

import pytest

from nookterm.client.errors import Changed, IdentityChanged, NotAllowed, WrongUsage
from nookterm.client.proving import with_password
from nookterm.domain.applying import State
from nookterm.domain.events import Membership
from nookterm.domain.vetting import Request
from tests.client.people import Community, Person, Village


async def closed(people: Village) -> tuple[Person, Person, Community]:
    """A nook of Ana's into which one comes by invite alone; Bob is in the space."""
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await ana.session.gateway.set_state(here.nook, "m.room.join_rules", "", {"join_rule": "invite"})
    await bob.enter(here.space)
    await ana.sync()
    return ana, bob, here


async def arrives(ana: Person, bob: Person) -> Request:
    """Bob's letter on Ana's desk."""
    await ana.sync()
    assert await ana.duties.run() == 1
    (request,) = ana.vetting.known_requests()
    assert request.user == bob.id
    return request


async def test_where_one_cannot_ask_a_letter_lands_on_the_desk_and_lets_one_in(people: Village) -> None:
    ana, bob, here = await closed(people)
    with pytest.raises(NotAllowed, match="cannot ask at the door") as caught:
        await bob.asking.knock(here.nook, answers={"q1": "because"})
    assert caught.value.code == "cannot_ask"
    assert bob.asking.all() == ()
    standing = await bob.asking.write_to(here.nook, ana.id, answers={"q1": "because"}, reason="Please.")
    assert (standing.state, standing.request.written_to) == (State.SENT, ana.id)

    request = await arrives(ana, bob)
    assert ana.vetting.answers(request) == {"q1": "because"}
    assert request.case in {item.case for item in await ana.desk.items()}
    assert (await ana.vetting.requests()) == (request,)
    with pytest.raises(WrongUsage, match="asked there already"):
        await bob.asking.write_to(here.nook, ana.id)

    await ana.vetting.approve(request.case, read=request.knock)
    await bob.sync()
    await bob.duties.run()
    assert bob.room(here.nook).membership == Membership.JOIN
    assert bob.asking.all()[0].state == State.JOINED
    await ana.sync()
    assert ana.vetting.known_requests() == ()
    await bob.session.gateway.leave(here.nook)
    await ana.sync()
    assert ana.vetting.known_requests() == (), "a letter is answered once"


async def test_a_letter_can_be_declined_with_words_and_nobody_is_removed(people: Village) -> None:
    ana, bob, here = await closed(people)
    await bob.asking.write_to(here.nook, ana.id)
    request = await arrives(ana, bob)
    await ana.vetting.decline(request.case, read=request.knock, words="Not this time.")
    assert ana.vetting.known_requests() == ()
    with pytest.raises(Changed):
        await ana.vetting.approve(request.case)
    await bob.sync()
    await bob.duties.run()
    (standing,) = bob.asking.all()
    assert standing.request.word is not None
    assert (standing.state, standing.request.word.words) == (State.DECLINED, "Not this time.")
    again = await bob.asking.write_to(here.nook, ana.id, reason="And now?")
    assert again.state == State.SENT


async def test_a_letter_can_be_taken_back(people: Village) -> None:
    ana, bob, here = await closed(people)
    await bob.asking.write_to(here.nook, ana.id, answers={"q1": "because"})
    await arrives(ana, bob)
    assert (await bob.asking.withdraw(here.nook)).state == State.WITHDRAWN
    await ana.sync()
    assert ana.vetting.known_requests() == ()


async def test_nothing_is_written_to_a_swapped_identity(people: Village) -> None:
    ana, bob, here = await closed(people)
    await bob.session.trust.people.look_at({ana.id})
    await ana.session.trust.identity.reset(with_password(ana.id, ana.password))
    rooms = len(bob.session.rooms)
    with pytest.raises(IdentityChanged, match="another one than before"):
        await bob.asking.write_to(here.nook, ana.id, answers={"q1": "because"})
    assert (len(bob.session.rooms), bob.asking.all()) == (rooms, ())


async def test_a_strangers_letter_waits_as_an_invite(people: Village) -> None:
    ana, _bob, here = await closed(people)
    eve = await people.person("eve")
    standing = await eve.asking.write_to(here.nook, ana.id, reason="Let me in.")
    room_id = standing.request.asked_in
    assert room_id is not None
    await ana.sync()
    assert await ana.duties.run() == 0
    assert ana.room(room_id).membership == Membership.INVITE
    await ana.enter(room_id)
    (request,) = ana.vetting.known_requests()
    assert (request.user, request.nook) == (eve.id, here.nook)
