"""Asking from outside a space, and what keeps answers here: nobody gets them whom their writer does not know."""

from __future__ import annotations

import secrets

import pytest

from nookterm.client.errors import NotAllowed, WrongUsage
from nookterm.client.proving import with_password
from nookterm.domain.applying import Hitch, State
from nookterm.domain.charter import Charter
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.knocking import Told, word_block
from tests.client.people import Person, Village
from tests.client.test_duties import bob_asks, vetting_like
from tests.faults.proxy import FaultyProxy


async def stands(who: Person) -> tuple[State, Hitch | None]:
    (standing,) = who.asking.all()
    return standing.state, standing.stop.hitch if standing.stop else None


async def tell(who: Person, room_id: RoomId, state: Told, **more: object) -> EventId:
    """What a facilitator's client says in a vetting room."""
    block = word_block(state, **more)  # type: ignore[arg-type]  # as the caller names them
    return await who.post(room_id, {"msgtype": "m.text", "body": "A word.", "org.nookterm.word": block})


async def test_outside_the_space_the_topic_asks_and_nothing_leaves_before_the_asker_is_confirmed(
    people: Village,
) -> None:
    ana, mallory, bob = [await people.person(name) for name in ("ana", "mallory", "bob")]
    here = await people.community(ana, mallory)
    (listing,) = await bob.directory.look_up(here.nook)
    assert listing.charter is not None
    assert [q.text for q in listing.charter.questions] == ["Why?", "Since when?"]
    assert not listing.listed
    with pytest.raises(WrongUsage, match="asks no question q9"):
        await bob.asking.knock(here.nook, answers={"q9": "?"})
    standing = await bob.asking.knock(here.nook, answers={"q1": "because"})
    label = f"[nt1:{standing.request.ref}]"
    false, true = [await vetting_like(who, bob, here.nook, label) for who in (mallory, ana)]
    assert await bob.duties.run() == 0
    assert await stands(bob) == (State.ASKED, Hitch.UNKNOWN)
    assert {asker.user for asker in bob.asking.all()[0].askers} == {ana.id, mallory.id}
    assert {bob.room(room_id).membership for room_id in (false, true)} == {Membership.INVITE}
    for wrong in ("ana", bob.id):
        with pytest.raises(WrongUsage):
            await bob.asking.confirm(here.nook, wrong)
    await bob.asking.confirm(here.nook, ana.id)
    assert await bob.duties.run() == 1
    assert await stands(bob) == (State.ANSWERED, None)
    await ana.sync()
    assert ana.heard(true) == ["Why?\nbecause"]
    assert bob.room(false).membership == Membership.INVITE


async def test_a_space_that_the_topic_names_is_offered_first(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    address = f"#makers{secrets.token_hex(4)}:{people.server.server_name}"
    token = ana.session.gateway._credentials.token.reveal()  # type: ignore[attr-defined]  # nobody else makes addresses
    people.server.call(
        "PUT", f"/_matrix/client/v3/directory/room/{address.replace('#', '%23')}", {"room_id": here.space}, token
    )
    for topic, offered in (
        (f"Part of {address}. We ask: Why?", [here.space, here.nook]),
        ("Part of #nowhere:river.example.", [here.nook]),
    ):
        await ana.session.gateway.set_state(here.nook, "m.room.topic", "", {"topic": topic})
        assert [found.summary.room_id for found in await bob.directory.look_up(here.nook)] == offered
    (space,) = await bob.directory.look_up(address)
    assert (space.summary.is_space, space.can_join) == (True, True)


async def test_an_open_space_inside_is_to_be_joined_first_as_it_has_the_cards_of_its_nooks(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    inner = await ana.founding.sub_space(ana.room(here.space), "Repair corner")
    nook = await ana.founding.nook(ana.room(inner), "bikes", Charter(purpose="We mend."))
    await bob.enter(here.space)
    found = await bob.directory.of(bob.room(here.space))
    assert [(x.summary.room_id, x.listed, x.above) for x in found] == [
        (inner, False, ""), (here.nook, True, ""), (nook, False, "Repair corner")
    ]  # fmt: skip
    await bob.enter(inner)
    found = await bob.directory.of(bob.room(here.space))
    assert [(x.summary.room_id, x.listed, x.above) for x in found] == [(nook, True, ""), (here.nook, True, "")]


async def test_a_space_is_asked_to_join_like_a_nook(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await ana.session.gateway.set_state(here.space, "m.room.join_rules", "", {"join_rule": "knock"})
    topic = {"topic": "For makers. We ask: (1) What do you make?"}
    await ana.session.gateway.set_state(here.space, "m.room.topic", "", topic)
    await ana.sync()
    standing = await bob.asking.knock(here.space, answers={"q1": "pots"}, confirmed=frozenset({ana.id}))
    assert (standing.state, standing.request.name) == (State.SENT, "Makers")
    request = await ana.request_of(bob.id)
    assert request.nook == here.space
    await ana.vetting.interviews.vet(request.case)
    await bob.sync()
    assert await bob.duties.run() == 1
    await ana.sync()
    await ana.duties.run()
    assert (await ana.request_of(bob.id)).answers == {"q1": "pots"}
    await ana.vetting.approve(request.case)
    await bob.sync()
    await bob.duties.run()
    assert (bob.room(here.space).membership, (await stands(bob))[0]) == (Membership.JOIN, State.JOINED)


async def test_a_facilitator_whose_identity_was_swapped_gets_nothing_until_somebody_looked(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, ref = await bob_asks(people, ana, here)
    await ana.session.trust.identity.reset(with_password(ana.id, ana.password))
    room_id = await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    assert await bob.duties.run() == 0
    assert await stands(bob) == (State.SENT, Hitch.IDENTITY)
    assert bob.room(room_id).membership == Membership.INVITE, "not even that we are there"
    known = bob.session.trust.people.known(ana.id)
    assert known is not None
    assert known.master is not None
    await bob.session.trust.people.acknowledge(ana.id, known.master)
    assert await bob.duties.run() == 1
    await ana.sync()
    assert ana.heard(room_id) == ["Why?\nbecause"]


async def test_answers_wait_where_a_stranger_could_read_them_too(people: Village) -> None:
    ana, mallory = await people.person("ana"), await people.person("mallory")
    here = await people.community(ana)
    bob, ref = await bob_asks(people, ana, here)
    room_id = await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    await ana.session.gateway.invite(room_id, mallory.id)
    assert await bob.duties.run() == 0
    (standing,) = bob.asking.all()
    assert standing.state == State.ASKED
    assert standing.stop is not None
    assert (standing.stop.hitch, standing.stop.user) == (Hitch.COMPANY, mallory.id)
    await ana.session.gateway.kick(room_id, mallory.id)
    await bob.sync()
    assert await bob.duties.run() == 1


async def test_what_a_facilitator_tells_is_kept_and_nobody_else_can_tell_it(people: Village) -> None:
    ana, mallory = await people.person("ana"), await people.person("mallory")
    here = await people.community(ana, mallory)
    bob, ref = await bob_asks(people, ana, here)
    room_id = await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    await bob.duties.run()
    await ana.sync()
    await ana.session.gateway.invite(room_id, mallory.id)
    await mallory.enter(room_id)
    await ana.sync()
    await tell(ana, room_id, Told.WAITLISTED, place=3)
    await tell(mallory, room_id, Told.DECLINED, words="Go away.")
    await bob.sync()
    await bob.duties.run()
    (standing,) = bob.asking.all()
    assert (standing.state, standing.request.word and standing.request.word.place) == (State.WAITLISTED, 3)
    await tell(ana, room_id, Told.DECLINED, words="Full until spring.")
    await bob.sync()
    await bob.duties.run()
    await bob.reopen()
    (standing,) = bob.asking.all()
    assert standing.request.word is not None
    assert (standing.state, standing.request.word.words) == (State.DECLINED, "Full until spring.")
    assert standing.request.answers == {}
    await ana.session.gateway.invite(here.nook, bob.id)
    await bob.sync()
    assert await bob.duties.run() == 0, "after a no, a welcome is asked about"


async def test_words_of_a_decline_are_heard_where_nobody_had_asked_anything(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, ref = await bob_asks(people, ana, here)
    await ana.session.gateway.kick(here.nook, bob.id)
    room_id = await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    await bob.duties.run()
    await ana.sync()
    await tell(ana, room_id, Told.DECLINED, words="Not this time.")
    await bob.sync()
    await bob.duties.run()
    (standing,) = bob.asking.all()
    assert standing.request.word is not None
    assert standing.request.word.words == "Not this time."
    await ana.sync()
    assert ana.heard(room_id) == ["A word."], "no answers after a no"


async def test_who_turns_invites_away_is_told_before_they_ask(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    server = bob.session.gateway.key_server
    await server.set_account_data("m.invite_permission_config", {"default_action": "block"})
    with pytest.raises(NotAllowed, match="turns invites away") as caught:
        await bob.asking.knock(here.nook)
    assert caught.value.code == "invites_blocked"
    assert bob.asking.all() == ()
    await bob.asking.knock(here.nook, anyway=True)
    assert await stands(bob) == (State.SENT, Hitch.INVITES)
    await server.set_account_data("m.invite_permission_config", {})
    await bob.asking.invites_blocked()
    assert await stands(bob) == (State.SENT, None)


async def test_a_request_waits_for_the_server_and_goes_out_by_itself(people: Village, proxy: FaultyProxy) -> None:
    ana, bob = await people.person("ana"), await people.person("bob", url=proxy.url)
    here = await people.community(ana)
    with proxy.rule("/knock/", "500"):
        standing = await bob.asking.knock(here.nook, answers={"q1": "because"}, reason="Hello there.")
    assert standing.state == State.PREPARED
    await bob.reopen()
    await bob.sync()
    assert await bob.duties.run() == 1
    assert await stands(bob) == (State.SENT, None)
    assert (await ana.request_of(bob.id)).reason == "Hello there."


async def test_a_prepared_request_can_be_taken_back(people: Village, proxy: FaultyProxy) -> None:
    ana, bob = await people.person("ana"), await people.person("bob", url=proxy.url)
    here = await people.community(ana)
    with proxy.rule("/knock/", "500"):
        await bob.asking.knock(here.nook)
    assert (await bob.asking.withdraw(here.nook)).state == State.WITHDRAWN
    assert await bob.duties.run() == 0
    assert await ana.vetting.requests() == ()


async def test_taking_back_is_finished_when_the_server_is_there_again(people: Village, proxy: FaultyProxy) -> None:
    ana, bob = await people.person("ana"), await people.person("bob", url=proxy.url)
    here = await people.community(ana)
    await bob.asking.knock(here.nook, answers={"q1": "because"})
    with proxy.rule("/leave", "500"), pytest.raises(Exception, match="problem"):
        await bob.asking.withdraw(here.nook)
    assert await stands(bob) == (State.WITHDRAWN, None)
    assert bob.asking.all()[0].request.answers == {}
    assert await bob.duties.run() == 1
    assert await ana.vetting.requests() == ()
    await bob.session.gateway.knock(here.nook, "from my phone")
    await bob.sync()
    assert await bob.duties.run() == 0, "what another client of mine asks is not taken back"
    assert await stands(bob) == (State.SENT, None)


async def test_a_request_that_another_client_made_can_be_taken_back_here(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.session.gateway.knock(here.nook, "from my phone")
    await bob.sync()
    assert (await bob.asking.withdraw(here.nook)).state == State.WITHDRAWN
    assert await ana.vetting.requests() == ()


async def test_answers_that_wait_to_leave_are_thrown_away_with_the_request(people: Village, proxy: FaultyProxy) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, ref = await bob_asks(people, ana, here, proxy.url)
    room_id = await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    with proxy.rule("/send/m.room.encrypted", "500"):
        await bob.duties.run()
    assert bob.session.store.outgoing()
    await bob.asking.withdraw(here.nook)
    assert bob.session.store.outgoing() == ()
    await bob.session.outbox.flush(now=True)
    await ana.sync()
    assert ana.heard(room_id) == []


async def test_an_old_vetting_room_gets_nothing_of_a_new_request(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    bob, ref = await bob_asks(people, ana, here)
    old = await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    await bob.duties.run()
    await bob.asking.withdraw(here.nook)
    standing = await bob.asking.knock(here.nook, answers={"q1": "on second thought"})
    assert standing.request.ref != ref
    assert await bob.duties.run() == 0
    await ana.sync()
    assert ana.heard(old) == ["Why?\nbecause"]


async def test_who_asks_anew_is_asked_anew_and_judged_by_the_new_answers(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.enter(here.space)
    for answer in ("because", "on second thought"):
        await bob.asking.knock(here.nook, answers={"q1": answer})
        request = await ana.request_of(bob.id)
        assert (request.asked_in, request.answers) == (None, {})
        await ana.vetting.interviews.vet(request.case)
        await bob.sync()
        assert await bob.duties.run() == 1
        await ana.sync()
        await ana.duties.run()
        assert (await ana.request_of(bob.id)).answers == {"q1": answer}
        await bob.asking.withdraw(here.nook)


async def test_answers_that_waited_do_not_leave_for_somebody_who_came_meanwhile(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, mallory = await people.person("ana"), await people.person("mallory")
    here = await people.community(ana)
    bob, ref = await bob_asks(people, ana, here, proxy.url)
    room_id = await vetting_like(ana, bob, here.nook, f"[nt1:{ref}]")
    with proxy.rule("/send/m.room.encrypted", "500"):
        await bob.duties.run()
    await ana.session.gateway.invite(room_id, mallory.id)
    await bob.sync()
    await bob.session.outbox.flush(now=True)
    (standing,) = bob.asking.all()
    assert standing.stop is not None
    assert (standing.stop.hitch, standing.stop.user) == (Hitch.COMPANY, mallory.id)
    await ana.session.gateway.kick(room_id, mallory.id)
    await bob.sync()
    await bob.session.outbox.flush(now=True)
    await ana.sync()
    assert ana.heard(room_id) == ["Why?\nbecause"]
