"""Devices that nobody has signed, on a real Synapse: they hear nothing and are not heard, unless the room lets them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nookterm.client.errors import NotTrusted
from nookterm.client.ports import RoomSpec
from nookterm.domain.events import Message, Trust, Unreadable
from nookterm.domain.ids import EventId, RoomId
from nookterm.matrix.verdict_words import HIDDEN
from nookterm.trust.policy import NO_EXCEPTION, UnsignedRule
from tests.live_homeserver import LiveServer
from tests.matrix.people import Crowd, Person

pytestmark = pytest.mark.live


@pytest.fixture
async def crowd(homeserver: LiveServer, tmp_path: Path) -> AsyncIterator[Crowd]:
    people = Crowd(homeserver, tmp_path)
    yield people
    await people.go_home()


async def _nook(host: Person, *guests: Person) -> RoomId:
    room_id = await host.gateway.create_room(RoomSpec("A nook", encrypted=True))
    for guest in guests:
        await host.gateway.invite(room_id, guest.user_id)
        await guest.gateway.join(room_id)
        await guest.sync()
    await host.sync()
    return room_id


def _why(person: Person, event_id: EventId) -> str:
    payload = person.seen[event_id].payload
    return payload.why if isinstance(payload, Unreadable) else ""


async def test_a_second_device_hears_nothing_until_it_is_signed_and_is_told_why(crowd: Crowd) -> None:
    account = crowd.server.register("bo")
    ana, bo = await crowd.person("ana"), await crowd.person("bo", account=account)
    room_id = await _nook(ana, bo)
    second = await crowd.device(account)
    await ana.sync()
    first = await ana.say(room_id, "to signed devices")
    await bo.reads(first)
    await second.sync_until(lambda: first in second.seen)

    assert "this one is not signed yet" in _why(second, first)
    with pytest.raises(NotTrusted):
        await second.say(room_id, "can anybody hear me")

    await bo.signs(second)
    await ana.sync()
    await second.reads(await ana.say(room_id, "now to both"))
    said = await second.say(room_id, "I can")
    assert (await ana.reads(said)).trust is Trust.SIGNED
    assert (await bo.reads(said)).trust is Trust.OWN


@pytest.mark.parametrize("restart", [False, True])
async def test_the_words_of_an_unsigned_device_wait_and_appear_when_it_is_signed(
    crowd: Crowd, *, restart: bool
) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo", trusted=False)
    room_id = await _nook(ana, bo)
    # Bo's nookterm may speak; Ana's has not heard of an exception.
    bo.gateway.identities.set_rule(room_id, UnsignedRule(people=frozenset({bo.user_id})))
    await bo.meets(ana)
    said = await bo.say(room_id, "I have not set anything up")
    await ana.sync_until(lambda: said in ana.seen)
    assert _why(ana, said) in HIDDEN
    if restart:
        await ana.restart()

    await bo.found_identity()

    event = await ana.reads(said)
    assert event.payload == Message("text", "I have not set anything up")
    assert event.trust is Trust.SIGNED


async def test_an_exception_lets_an_unsigned_device_take_part_until_it_ends(crowd: Crowd) -> None:
    ana, bo = await crowd.person("ana"), await crowd.person("bo", trusted=False)
    room_id = await _nook(ana, bo)
    for person in (ana, bo):
        person.gateway.identities.set_rule(room_id, UnsignedRule(people=frozenset({bo.user_id})))

    asked = await ana.say(room_id, "why do you want to join")
    await bo.reads(asked)
    answered = await bo.say(room_id, "for the glazes")
    assert (await ana.reads(answered)).trust is Trust.UNSIGNED
    during = ana.gateway._crypto._sharing._sessions[room_id].id

    ana.gateway.identities.set_rule(room_id, NO_EXCEPTION)
    after = await ana.say(room_id, "among ourselves")
    late = await bo.say(room_id, "hello?")

    assert ana.gateway._crypto._sharing._sessions[room_id].id != during
    await bo.sync_until(lambda: after in bo.seen)
    assert "this one is not signed yet" in _why(bo, after)
    await ana.sync_until(lambda: late in ana.seen)
    assert _why(ana, late) in HIDDEN
