"""The past of a room, handed to somebody who is invited: said beforehand, chosen, and believed of nobody else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from nookterm.client.errors import NotAllowed, NotTrusted, Problem
from nookterm.client.history import History
from nookterm.client.invited import invitations
from nookterm.client.ports import Arrived, RoomSpec
from nookterm.domain.events import Message, Trust, Unreadable
from nookterm.domain.ids import RoomId
from nookterm.domain.past import past_words
from nookterm.trust.history import BUNDLE, offer_content
from tests.client.interrupted import break_keys
from tests.client.people import Person, Village
from tests.client.test_backup import made_up, scroll_back

OFFERS = "key_bundle"


def history(person: Person) -> History:
    return person.session.trust.history


async def talking(people: Village, *said: str, visibility: str = "shared") -> tuple[Person, Person, RoomId]:
    """Ana, who said something in a room of hers, and Bob, who knows nothing of it."""
    ana, bob = await people.person("ana"), await people.person("bob")
    room = await ana.session.gateway.create_room(RoomSpec("talk", encrypted=True, history=visibility))
    await ana.sync()
    for words in said:
        await ana.say(room, words)
    return ana, bob, room


async def come_in(bob: Person, room: RoomId) -> None:
    await bob.sync()
    await bob.enter(room)
    await bob.session.trust.settle()
    await scroll_back(bob, room)
    await bob.session.trust.settle()
    await bob.sync()


def reads(person: Person, room: RoomId) -> list[str]:
    return person.heard(room)


# --- said beforehand ------------------------------------------------------------------------------------------------


async def test_what_a_newcomer_will_read_is_counted_before_anybody_agrees(people: Village) -> None:
    ana, _, room = await talking(people, "one", "two", "three")

    past = history(ana).past(room)

    assert (past.allowed, past.messages, past.closed) == (True, 3, 0)
    first = next(e for e in ana.session.store.timeline(room, 50) if isinstance(e.payload, Message))
    assert past.since == first.sent_at
    assert "3 messages" in past_words(past)


async def test_what_was_said_while_the_room_kept_its_past_stays_closed(people: Village) -> None:
    ana, bob, room = await talking(people, "kept", visibility="joined")
    await ana.session.gateway.set_state(room, "m.room.history_visibility", "", {"history_visibility": "shared"})
    await ana.sync()
    await ana.say(room, "for everybody")
    past = history(ana).past(room)
    assert (past.messages, past.closed) == (1, 1)

    handed = await history(ana).share(room, bob.id)
    await ana.session.gateway.invite(room, bob.id)
    await come_in(bob, room)

    assert handed.keys == 1
    assert reads(bob, room) == ["for everybody"]


async def test_a_room_that_keeps_its_past_hands_nothing_over(people: Village) -> None:
    ana, bob, room = await talking(people, "kept", visibility="invited")
    assert not history(ana).past(room).allowed
    calls = break_keys(ana).calls

    with pytest.raises(NotAllowed) as caught:
        await history(ana).share(room, bob.id)

    assert caught.value.code == "history_closed"
    assert calls == []


# --- given and taken ------------------------------------------------------------------------------------------------


async def test_who_is_handed_the_past_reads_it_and_is_told_by_whom(people: Village) -> None:
    ana, bob, room = await talking(people, "one", "two")
    told: list[object] = []
    bob.session.changes.listen(told.append)
    handed = await history(ana).share(room, bob.id)
    assert (handed.keys, handed.devices) == (1, 1)
    await ana.session.gateway.invite(room, bob.id)

    await come_in(bob, room)

    assert reads(bob, room) == ["one", "two"]
    events = [e for e in bob.session.store.timeline(room, 50) if isinstance(e.payload, Message)]
    assert {event.trust for event in events} == {Trust.UNPROVED}
    assert any("handed you the past of talk" in getattr(change, "text", "") for change in told)
    assert bob.session.store.recall_all(OFFERS) == {}
    assert room not in invitations(bob.session.store)


async def test_without_the_choice_nothing_of_the_past_is_handed_over(people: Village) -> None:
    ana, bob, room = await talking(people, "one")
    await ana.session.gateway.invite(room, bob.id)

    await come_in(bob, room)

    assert reads(bob, room) == []


async def test_who_was_handed_the_past_may_hand_it_on(people: Village) -> None:
    ana, bob, room = await talking(people, "one")
    cleo = await people.person("cleo")
    await history(ana).share(room, bob.id)
    await ana.session.gateway.invite(room, bob.id)
    await come_in(bob, room)
    assert all(key.shared_history for key in bob.session.gateway.room_keys.all(room))
    await ana.session.gateway.set_state(room, "m.room.power_levels", "", {"users": {}, "invite": 0})
    await bob.sync()

    await history(bob).share(room, cleo.id)
    await bob.session.gateway.invite(room, cleo.id)
    await come_in(cleo, room)

    assert reads(cleo, room) == ["one"]


async def test_it_is_fetched_also_after_a_restart_between_invite_and_join(people: Village) -> None:
    ana, bob, room = await talking(people, "one")
    await history(ana).share(room, bob.id)
    await ana.session.gateway.invite(room, bob.id)
    await bob.sync()
    await bob.reopen()

    await come_in(bob, room)

    assert reads(bob, room) == ["one"]


async def test_an_empty_past_makes_no_file(people: Village) -> None:
    ana, bob, room = await talking(people)
    calls = break_keys(ana).calls

    assert (await history(ana).share(room, bob.id)).keys == 0

    assert "upload_sealed" not in calls


async def test_a_newcomer_whose_devices_nobody_signed_is_handed_nothing(people: Village) -> None:
    ana, _, room = await talking(people, "one")
    cleo = await people.person("cleo", trusted=False)
    calls = break_keys(ana).calls

    with pytest.raises(NotTrusted) as caught:
        await history(ana).share(room, cleo.id)

    assert caught.value.code == "unsigned_newcomer"
    assert calls == ["query"]


async def test_a_newcomer_who_cannot_be_reached_is_said_so(people: Village) -> None:
    ana, bob, room = await talking(people, "one")
    server: Any = break_keys(ana)

    async def nobody(*_what: object) -> list[object]:
        return []

    server.send_sealed = nobody
    with pytest.raises(Problem) as caught:
        await history(ana).share(room, bob.id)

    assert caught.value.code == "unreachable"


# --- not believed ---------------------------------------------------------------------------------------------------


async def offered(people: Village) -> tuple[Person, Person, RoomId]:
    ana, bob, room = await talking(people, "one")
    await history(ana).share(room, bob.id)
    await ana.session.gateway.invite(room, bob.id)
    await bob.sync()
    assert len(bob.session.store.recall_all(OFFERS)) == 1
    return ana, bob, room


async def test_nothing_is_fetched_before_one_has_come_in(people: Village) -> None:
    _, bob, _ = await offered(people)
    calls = break_keys(bob).calls

    await bob.session.trust.settle()

    assert "download_sealed" not in calls


async def test_a_stranger_who_offers_the_past_of_a_room_is_not_listened_to(people: Village) -> None:
    ana, bob, room = await talking(people, "one")
    mallory = await people.person("mallory")
    await mallory.session.gateway.key_server.query([bob.id])
    devices = list(mallory.session.gateway.identities.devices(bob.id).values())
    file = await mallory.session.gateway.key_server.upload_sealed(b"{}")
    await mallory.session.gateway.key_server.send_sealed(BUNDLE, offer_content(room, file), devices)
    await ana.session.gateway.invite(room, bob.id)
    calls = break_keys(bob).calls

    await come_in(bob, room)
    people.watch.forward(hours=25)
    await bob.session.trust.settle()

    assert "download_sealed" not in calls
    assert bob.session.store.recall_all(OFFERS) == {}


async def test_long_after_the_join_nothing_is_fetched(people: Village) -> None:
    _, bob, room = await offered(people)
    await bob.enter(room)
    people.watch.forward(hours=25)
    calls = break_keys(bob).calls

    await bob.session.trust.settle()

    assert "download_sealed" not in calls
    assert bob.session.store.recall_all(OFFERS) == {}


async def test_an_offer_that_is_never_followed_is_forgotten(people: Village) -> None:
    _, bob, _ = await offered(people)
    people.watch.forward(days=31)

    await bob.session.trust.settle()

    assert bob.session.store.recall_all(OFFERS) == {}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file | {"url": "mxc://river.example/nothing"},
        lambda file: file | {"url": "http://elsewhere"},
        lambda file: file | {"hashes": {"sha256": "A" * 43}},
        lambda file: {"url": file["url"]},
    ],
    ids=["gone", "no address", "changed", "without a key"],
)
async def test_a_bundle_that_is_not_what_was_promised_is_let_go(people: Village, spoil: Any) -> None:
    _, bob, room = await offered(people)
    ((name, kept),) = bob.session.store.recall_all(OFFERS).items()
    bob.session.store.remember(OFFERS, name, {**kept, "file": spoil(dict(kept["file"]))})

    await come_in(bob, room)

    assert reads(bob, room) == []
    assert bob.session.store.recall_all(OFFERS) == {}


async def test_a_bundle_from_a_device_that_its_owner_did_not_sign_is_let_go(people: Village) -> None:
    _, bob, room = await offered(people)
    ((name, kept),) = bob.session.store.recall_all(OFFERS).items()
    bob.session.store.remember(OFFERS, name, {**kept, "ed25519": "A" * 43})

    await come_in(bob, room)

    assert reads(bob, room) == []


async def test_a_server_that_is_away_is_asked_again(people: Village) -> None:
    _, bob, room = await offered(people)
    await bob.enter(room)
    breaking = break_keys(bob, 1, dies=False)
    with pytest.raises(Problem):
        await history(bob).settle()
    breaking.mend()
    assert await history(bob).settle() == 0, "after a pause only"

    await bob.reopen()
    await come_in(bob, room)

    assert reads(bob, room) == ["one"]


async def test_offers_of_one_person_push_out_nobody_elses(people: Village) -> None:
    ana, bob, room = await offered(people)
    keys = ("A" * 43, "A" * 43)
    for number in range(30):
        people.watch.forward(seconds=1)
        content = offer_content(RoomId(f"!{number}:x"), {"url": "mxc://x/y"})
        mallory = replace(Arrived(BUNDLE, ana.id, content), sender=bob.id, encrypted=True, sender_keys=keys)
        history(bob).take((mallory,))

    kept = bob.session.store.recall_all(OFFERS)
    assert len(kept) == 11
    assert any(row["room"] == room and row["sender"] == ana.id for row in kept.values())


async def test_an_offer_in_clear_or_without_sense_is_not_kept(people: Village) -> None:
    bob = await people.person("bob", trusted=False)
    content = offer_content(RoomId("!a:x"), {"url": "mxc://x/y"})
    keys = ("A" * 43, "A" * 43)

    history(bob).take((Arrived(BUNDLE, bob.id, content), Arrived(BUNDLE, bob.id, content, sender_keys=keys)))
    history(bob).take((Arrived(BUNDLE, bob.id, {"room_id": 1}, encrypted=True, sender_keys=keys),))

    assert bob.session.store.recall_all(OFFERS) == {}


async def test_keys_of_other_rooms_in_a_bundle_are_left_out(people: Village) -> None:
    from nookterm.trust.history import bundle_body

    ana, bob, room = await offered(people)
    strange = [replace(key, shared_history=True) for key in made_up(2, RoomId("!other:x"))]
    body = bundle_body(RoomId("!other:x"), strange)
    file = await ana.session.gateway.key_server.upload_sealed(json.dumps(body).encode())
    ((name, kept),) = bob.session.store.recall_all(OFFERS).items()
    bob.session.store.remember(OFFERS, name, {**kept, "file": file})

    await come_in(bob, room)

    assert bob.session.gateway.room_keys.count() == 0


async def test_the_keys_of_a_bundle_are_nowhere_on_this_disk_in_the_clear(people: Village) -> None:
    ana, bob, room = await talking(people, "one")
    await history(ana).share(room, bob.id)
    await ana.session.gateway.invite(room, bob.id)
    await come_in(bob, room)
    secrets = [key.session_key.encode() for key in ana.session.gateway.room_keys.all(room)]

    found = [path for path in people.home.rglob("*") if path.is_file()]

    assert found
    assert not [path for path in found for secret in secrets if secret in path.read_bytes()]


async def test_what_is_said_after_the_rule_changed_is_under_another_key(people: Village) -> None:
    ana, bob, room = await talking(people, "for everybody")
    await ana.session.gateway.set_state(room, "m.room.history_visibility", "", {"history_visibility": "joined"})
    await ana.sync()
    kept = await ana.say(room, "kept")
    await ana.session.gateway.set_state(room, "m.room.history_visibility", "", {"history_visibility": "shared"})
    await ana.sync()

    assert {key.shared_history for key in ana.session.gateway.room_keys.all(room)} == {True, False}
    await history(ana).share(room, bob.id)
    await ana.session.gateway.invite(room, bob.id)
    await come_in(bob, room)

    assert reads(bob, room) == ["for everybody"]
    stored = bob.session.store.event(room, kept)
    assert stored is None or isinstance(stored.payload, Unreadable)


# --- at the door ----------------------------------------------------------------------------------------------------


async def test_a_facilitator_may_hand_the_past_to_who_is_let_in_and_does_not_by_itself(people: Village) -> None:
    ana, bob, cleo = await people.person("ana"), await people.person("bob"), await people.person("cleo")
    here = await people.community(ana)
    await ana.session.gateway.set_state(here.nook, "m.room.history_visibility", "", {"history_visibility": "shared"})
    await ana.sync()
    await ana.say(here.nook, "before they came")
    for somebody, choice in ((bob, True), (cleo, False)):
        await somebody.enter(here.space)
        await somebody.asking.knock(here.nook)
        request = await ana.request_of(somebody.id)
        await ana.vetting.approve(request.case, share_history=choice)
        await come_in(somebody, here.nook)

    assert reads(bob, here.nook) == ["before they came"]
    assert reads(cleo, here.nook) == []


async def test_nobody_is_let_in_where_the_past_should_have_been_handed_over_and_was_not(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.enter(here.space)
    await bob.asking.knock(here.nook)
    request = await ana.request_of(bob.id)

    with pytest.raises(NotAllowed) as caught:
        await ana.vetting.approve(request.case, share_history=True)

    assert caught.value.code == "history_closed"
    assert (await ana.request_of(bob.id)).case == request.case
