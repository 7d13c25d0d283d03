"""One's place in a room: never moved back, never told to nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.client.errors import NotAllowed, Offline
from nookterm.client.ports import RoomUpdate
from nookterm.domain.events import Membership
from tests.client.people import Village
from tests.client.test_session import pair
from tests.faults.proxy import FaultyProxy

RECEIPT = "/read_markers"


def receipts(proxy: FaultyProxy) -> int:
    return sum(RECEIPT in line for line in proxy.lines)


async def test_a_receipt_that_did_not_reach_the_server_is_told_by_the_next_run_of_the_duties(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo, room_id = await pair(people, url=proxy.url)
    said = await bo.say(room_id, "one")
    await ana.sync()
    with proxy.rule(RECEIPT, "drop_before"), pytest.raises(Offline):
        await ana.session.reading.mark(room_id)
    assert ana.session.store.room(room_id).read_up_to == said
    await ana.reopen()
    before = receipts(proxy)
    await ana.duties.run()
    await ana.duties.run()
    assert receipts(proxy) == before + 1


async def test_a_receipt_for_a_room_that_one_was_put_out_of_is_given_up(people: Village, proxy: FaultyProxy) -> None:
    ana, bo, room_id = await pair(people, url=proxy.url)
    await bo.say(room_id, "one")
    await ana.sync()
    with proxy.rule(RECEIPT, "drop_before"), pytest.raises(Offline):
        await ana.session.reading.mark(room_id)
    with proxy.rule(RECEIPT, "403"):
        assert await ana.session.reading.deliver() == 1
    assert await ana.session.reading.deliver() == 0


async def test_a_receipt_that_comes_late_moves_nobody_back(people: Village) -> None:
    ana, bo, room_id = await pair(people)
    first, second = await bo.say(room_id, "one"), await bo.say(room_id, "two")
    await ana.sync()
    await ana.session.reading.mark(room_id)
    late = RoomUpdate(room_id, Membership.JOIN, read_up_to=first, unread=1)
    row = ana.session.reading.fold(ana.session.store.room(room_id), late)
    assert (row.read_up_to, row.unread) == (second, 0)
    elsewhere = ana.session.reading.fold(replace(row, read_up_to=first), replace(late, read_up_to=second))
    assert (elsewhere.read_up_to, elsewhere.unread) == (second, 0)


async def test_a_room_whose_receipt_is_refused_is_read_here_all_the_same(people: Village, proxy: FaultyProxy) -> None:
    ana, bo, room_id = await pair(people, url=proxy.url)
    await bo.say(room_id, "one")
    await ana.sync()
    with proxy.rule(RECEIPT, "403"):
        await ana.session.reading.mark(room_id)
    assert ana.session.store.room(room_id).unread == 0
    with pytest.raises(NotAllowed), proxy.rule(RECEIPT, "403"):
        await ana.session.gateway.mark_read(room_id, await ana.say(room_id, "me"))
