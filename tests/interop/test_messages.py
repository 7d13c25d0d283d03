"""Element, with nothing but signed devices let in, and nookterm read one another."""

from __future__ import annotations

import pytest

from tests.client.people import Person, Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, hears, room_at, room_of, signed_in, talk, talking
from tests.interop.peer import Peer


@pytest.fixture
async def ana(people: Village) -> Person:
    """Somebody at nookterm."""
    return await people.person("ana")


@pytest.fixture
async def bo(element: Elements) -> Peer:
    """Somebody at Element, who starts again from what it kept."""
    return await at_element(element, "bo", kept=True)


async def test_both_read_one_another_in_a_room_of_element(ana: Person, bo: Peer) -> None:
    await talk(ana, bo, await room_of(bo, ana))


async def test_both_read_one_another_in_a_room_of_nookterm(ana: Person, bo: Peer) -> None:
    await talk(ana, bo, await room_at(ana, bo))


async def test_a_restart_on_either_side_changes_nothing(ana: Person, bo: Peer) -> None:
    room = await room_of(bo, ana)
    await talk(ana, bo, room)

    await ana.reopen()
    await talk(ana, bo, room)
    await bo.restart()

    await talk(ana, bo, room)


async def test_what_was_said_with_new_keys_while_one_was_away_is_there_afterwards(ana: Person, bo: Peer) -> None:
    room = await talking(bo, ana)

    await bo.lines.do("discardSession", roomId=room)
    missed = [await bo.say(room, f"while you were away {n}") for n in range(3)]
    await ana.reopen()
    assert [(await hears(ana, room, said))[0] for said in missed] == [f"while you were away {n}" for n in range(3)]
    await bo.lines.do("stop")
    missed = [await ana.say(room, f"while you were away {n}") for n in range(3)]
    await bo.restart()

    assert [(await bo.reads(room, said)).body for said in missed] == [f"while you were away {n}" for n in range(3)]


async def test_a_new_device_at_element_is_read_once_it_is_unlocked(ana: Person, bo: Peer, element: Elements) -> None:
    room = await room_of(bo, ana)
    await talk(ana, bo, room)
    tablet = await element("tablet")
    await tablet.login(bo.id, bo.password)
    await tablet.start()

    early = await ana.say(room, "before it was unlocked")
    await tablet.cannot_read(room, early)
    await tablet.unlock(recovery_key=bo.recovery_key)

    said = await tablet.say(room, "from the tablet")
    assert await hears(ana, room, said) == ("from the tablet", "signed")
    answered = await ana.say(room, "to all of you")
    assert (await tablet.reads(room, answered)).body == "to all of you"
    assert (await bo.reads(room, answered)).body == "to all of you"


async def test_who_logged_out_takes_nobody_with_them(ana: Person, bo: Peer, element: Elements) -> None:
    room = await room_of(bo, ana)
    tablet = await element("tablet")
    await tablet.login(bo.id, bo.password)
    await tablet.start()
    await bo.sign_device(tablet.device_id)
    await talk(ana, bo, room)

    await tablet.logout()

    await talk(ana, bo, room)


async def test_a_new_device_at_nookterm_is_read_beside_the_old_one_and_goes_without_a_trace(
    people: Village, bo: Peer
) -> None:
    ana = await people.person("ana", trusted=False)
    key = await ana.session.trust.identity.set_up()
    room = await talking(bo, ana)
    laptop = await signed_in(people, ana.id, ana.password.reveal())
    await laptop.session.trust.identity.recover(key)
    await bo.sees_signed(ana.id, laptop.session.gateway.device_id)

    await talk(laptop, bo, room)
    said = await bo.say(room, "to both of you")
    for device in (ana, laptop):
        assert await hears(device, room, said) == ("to both of you", "signed")
    await laptop.session.gateway.logout()

    await talk(ana, bo, room)
