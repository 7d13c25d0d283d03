"""A client with another engine (mautrix over libolm): signed as anybody, and not signed where a room lets that pass."""

from __future__ import annotations

from nookterm.domain.ids import RoomId
from tests.client.people import Person, Village
from tests.interop.conftest import Seconds
from tests.interop.neighbours import cannot_hear, hears
from tests.interop.second_engine import Second


async def together(ana: Person, bo: Second) -> RoomId:
    room = await bo.room(ana.id)
    await ana.enter(room)
    return room


async def test_both_read_one_another_once_both_are_signed(people: Village, second: Seconds) -> None:
    ana, bo = await people.person("ana"), await second("bo")
    await bo.sign()
    room = await together(ana, bo)

    said = await bo.say(room, "from libolm")
    answered = await ana.say(room, "from nookterm")

    assert await hears(ana, room, said) == ("from libolm", "signed")
    seen = await bo.sees(answered)
    assert (seen.body, seen.trust, seen.encrypted) == ("from nookterm", "cross_signed_tofu", True)


async def test_a_device_that_nobody_signed_neither_reads_nor_is_read(people: Village, second: Seconds) -> None:
    ana, bo = await people.person("ana"), await second("bo")
    room = await together(ana, bo)

    said = await bo.say(room, "from an unsigned device")
    kept_back = await ana.say(room, "for signed devices")

    await cannot_hear(ana, room, said, "signed")
    assert (await bo.sees(kept_back)).failure == "SessionNotFound"


async def test_the_room_may_let_unsigned_devices_in_for_a_while(people: Village, second: Seconds) -> None:
    ana, bo = await people.person("ana"), await second("bo")
    room = await bo.room(ana.id)
    await ana.enter(room)
    hidden = await bo.say(room, "before the exception")
    await cannot_hear(ana, room, hidden, "signed")
    await bo.promote(room, ana.id)
    await ana.sync()

    await ana.session.trust.exceptions.allow(room, people=[bo.id], days=1)

    assert await hears(ana, room, hidden) == ("before the exception", "unsigned")
    said = await ana.say(room, "for you too")
    assert (await bo.sees(said)).body == "for you too"
    await ana.session.trust.exceptions.forbid(room)
    kept_back = await ana.say(room, "for signed devices again")
    assert (await bo.sees(kept_back)).failure == "SessionNotFound"
