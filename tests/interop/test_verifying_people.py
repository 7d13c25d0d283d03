"""Two people compare emoji, one at Element and one at nookterm, whoever asks and whoever begins."""

from __future__ import annotations

import pytest

from nookterm.domain.ids import RoomId
from nookterm.trust.pins import Standing
from nookterm.trust.verification import CancelCode, Phase
from tests.client.people import Village
from tests.interop.comparing import Two
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, signed_in, talk, talking, until


@pytest.fixture
async def met(people: Village, element: Elements) -> tuple[Two, RoomId]:
    """Two people who have said something in a room, so each knows the other's identity."""
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    return Two(ana, bo), await talking(bo, ana)


@pytest.mark.parametrize("begins", ["nookterm", "Element"])
@pytest.mark.parametrize("asked", ["nookterm", "room", "devices"])
async def test_both_see_the_same_emoji_and_end_verified(met: tuple[Two, RoomId], asked: str, begins: str) -> None:
    two, room = met
    if asked == "nookterm":
        txn = await two.asked_by_nookterm()
    else:
        txn = await two.asked_by_element(room if asked == "room" else None)
    await two.compare(txn, nookterm_begins=begins == "nookterm")

    await two.agree(txn)

    await two.verified(room)


async def test_different_emoji_verify_nobody(met: tuple[Two, RoomId]) -> None:
    two, _room = met
    txn = await two.asked_by_nookterm()
    await two.compare(txn)

    await two.ours.differ(txn)

    assert await two.element.cancelled() == (CancelCode.MISMATCHED_SAS, two.ana.id)
    assert two.stands(Standing.PINNED)
    assert not (await two.bo.knows(two.ana.id)).verified


async def test_different_emoji_at_element_verify_nobody(met: tuple[Two, RoomId]) -> None:
    two, room = met
    txn = await two.asked_by_element(room)
    await two.compare(txn, nookterm_begins=False)

    await two.element.differ()

    flow = await two.reaches(txn, Phase.CANCELLED)
    assert flow.cancelled
    assert (flow.cancelled.code, flow.cancelled.by_us) == (CancelCode.MISMATCHED_SAS, False)
    assert two.stands(Standing.PINNED)


async def test_either_side_can_call_it_off(met: tuple[Two, RoomId]) -> None:
    two, room = met
    txn = await two.ours.ask_person(two.bo.id)
    await two.element.asked(two.ana.id)
    await two.ours.cancel(txn)
    assert await two.element.cancelled() == (CancelCode.USER, two.ana.id)

    txn = await two.asked_by_element(room)
    await two.element.cancel()
    flow = await two.reaches(txn, Phase.CANCELLED)
    assert flow.cancelled
    assert flow.cancelled.code is CancelCode.USER


@pytest.mark.parametrize("name", ["ana", "zoe"])
async def test_of_two_requests_that_cross_none_is_left_and_the_next_one_works(
    people: Village, element: Elements, name: str
) -> None:
    """Between two at nookterm the one whose name comes first goes on; Element ends both."""
    two = Two(await people.person(name), await at_element(element, "bo"))
    room = await talking(two.bo, two.ana)
    await two.element.ask_in_room(two.ana.id, room)
    await two.ours.ask_person(two.bo.id, room)  # nothing was heard of theirs yet: nobody has synced
    await two.element.cancelled()
    await until(two.ana, lambda: all(flow.over for flow in two.ours.flows.values()) or None, "the end of both")

    txn = await two.asked_by_element(room)
    await two.compare(txn)
    await two.agree(txn)

    await two.verified(room)


async def test_of_two_devices_of_ours_the_one_that_answers_goes_on(met: tuple[Two, RoomId], people: Village) -> None:
    two, room = met
    laptop = await signed_in(people, two.ana.id, two.ana.password.reveal())
    other = Two(laptop, two.bo)
    txn = await two.element.ask_in_room(two.ana.id, room)
    await two.reaches(txn, Phase.ASKED)
    await other.reaches(txn, Phase.ASKED)

    await two.ours.accept(txn)

    await other.reaches(txn, Phase.ELSEWHERE)
    await two.compare(txn)
    await two.agree(txn)


async def test_of_two_devices_at_element_the_one_that_answers_goes_on(
    met: tuple[Two, RoomId], element: Elements
) -> None:
    two, room = met
    tablet = await element("tablet")
    await tablet.login(two.bo.id, two.bo.password)
    await tablet.start()
    await tablet.unlock(recovery_key=two.bo.recovery_key)
    await until(two.ana, lambda: two.ana.session.gateway.identities.devices(two.bo.id).get(tablet.device_id), "it")
    other = Two(two.ana, tablet)
    txn = await two.ours.ask_person(two.bo.id)
    await two.element.asked(two.ana.id)
    await other.element.asked(two.ana.id)

    await other.element.accept()

    await other.compare(txn)
    await other.agree(txn)
    await talk(two.ana, tablet, room, trust="verified")
