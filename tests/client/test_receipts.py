"""How far people have read: what others hear of it, and what is known of others, on a real server."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nookterm.client.changes import Changes, SettingsChanged
from nookterm.client.errors import Offline
from nookterm.client.ports import RoomUpdate
from nookterm.client.receipts import Receipts
from nookterm.client.settings import Setting, Settings
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.receipts import Receipt, Telling
from tests.client.people import Person, Village
from tests.client.test_session import pair
from tests.contracts.store_double import MemoryStore
from tests.faults.proxy import FaultyProxy


def reading_of(who: Person, room_id: RoomId, thread: EventId | None = None) -> dict[str, str]:
    """Up to which event everybody has read, as far as somebody knows."""
    return {one.user: one.event_id for one in who.session.receipts.of(who.room(room_id), thread)}


async def told(who: Person, room_id: RoomId, by: Person) -> dict[str, str]:
    """The same, once something of this person has come."""
    for _ in range(20):
        await who.sync()
        if by.id in reading_of(who, room_id):
            break
    return reading_of(who, room_id)


def asked(proxy: FaultyProxy) -> list[tuple[str, object]]:
    """The receipts that left: the end of each path and what was in it."""
    found = []
    for request in proxy.sent or []:
        head, _, body = request.partition(b"\r\n\r\n")
        path = head.split()[1].decode()
        if "/receipt/" in path or "/read_markers" in path:
            found.append((path.rpartition("/rooms/")[2].partition("/")[2], json.loads(body)))
    return found


@pytest.mark.parametrize("way", ["sliding", "classic"])
async def test_what_somebody_tells_everybody_is_known_to_others_and_outlives_a_restart(
    people: Village, way: str
) -> None:
    people.way = way
    ana, bo, room_id = await pair(people, encrypted=False)
    first = await bo.say(room_id, "one")
    await ana.sync()
    bo.session.receipts.telling = ana.session.receipts.telling = Telling.PUBLIC
    await ana.session.reading.mark(room_id)
    assert await told(bo, room_id, ana) == {ana.id: first}
    below = await ana.say(room_id, "in a thread", **{"m.relates_to": {"rel_type": "m.thread", "event_id": first}})
    await bo.sync()
    await bo.session.reading.mark_thread(room_id, first)
    for _ in range(20):
        await ana.sync()
        if reading_of(ana, room_id, first):
            break
    assert (reading_of(ana, room_id), reading_of(ana, room_id, first)) == ({}, {bo.id: below})
    await ana.reopen()
    assert reading_of(ana, room_id, first) == {bo.id: below}


async def test_nobody_moves_back_and_whom_one_ignores_or_who_left_is_not_there(people: Village) -> None:
    ana, bo, room_id = await pair(people, encrypted=False)
    first, second = await ana.say(room_id, "one"), await ana.say(room_id, "two")
    now = datetime.now(UTC)
    step = RoomUpdate(room_id, Membership.JOIN, receipts=(Receipt(bo.id, second, None, now),))
    ana.session.receipts.fold(step)
    ana.session.receipts.fold(replace(step, receipts=(Receipt(bo.id, first, None, now.replace(year=2030)),)))
    assert reading_of(ana, room_id) == {bo.id: second}
    ana.session.receipts.shown = False
    assert reading_of(ana, room_id) == {}
    ana.session.receipts.shown = True
    await ana.session.ignoring.put(bo.id, ignored=True)
    third = await ana.say(room_id, "three")
    ana.session.receipts.fold(replace(step, receipts=(Receipt(bo.id, third, None, now),)))
    assert reading_of(ana, room_id) == {}
    await ana.session.ignoring.put(bo.id, ignored=False)
    assert reading_of(ana, room_id) == {bo.id: second}
    await bo.session.gateway.leave(room_id)
    for _ in range(20):
        await ana.sync()
        if not reading_of(ana, room_id):
            break
    assert (reading_of(ana, room_id), len(ana.session.store.receipts(room_id))) == ({}, 1)
    ana.session.receipts.choose(room_id, Telling.PUBLIC)
    with ana.session.store.transaction():
        ana.session.receipts.forget(room_id)
    assert (ana.session.store.receipts(room_id), ana.session.receipts.own(room_id)) == ((), None)


async def test_others_hear_only_what_is_public_and_nothing_is_told_afterwards(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo, room_id = await pair(people, encrypted=False, url=proxy.url)
    proxy.sent, receipts = [], ana.session.receipts
    receipts.choose(room_id, Telling.OFF)
    await bo.say(room_id, "one")
    await ana.sync()
    await ana.session.reading.mark(room_id)
    receipts.choose(room_id, Telling.PUBLIC)
    await ana.session.reading.mark(room_id)
    await ana.duties.run()
    assert (ana.session.store.room(room_id).unread, asked(proxy)) == (0, [])
    receipts.choose(room_id, None)
    second = await bo.say(room_id, "two")
    await ana.sync()
    await ana.session.reading.mark(room_id)
    assert asked(proxy) == [("read_markers", {"m.fully_read": second, "m.read.private": second})]
    receipts.choose(room_id, Telling.PUBLIC)
    await bo.say(room_id, "three")
    await ana.sync()
    with proxy.rule("/read_markers", "drop_before"), pytest.raises(Offline):
        await ana.session.reading.mark(room_id)
    proxy.sent.clear()
    receipts.choose(room_id, Telling.OFF)
    await ana.duties.run()
    receipts.choose(room_id, Telling.PUBLIC)
    await ana.duties.run()
    await bo.sync()
    assert (asked(proxy), reading_of(bo, room_id)) == ([], {})
    await ana.reopen()
    assert ana.session.receipts.telling_in(room_id) is Telling.PUBLIC
    fourth = await bo.say(room_id, "four")
    await ana.sync()
    await ana.session.reading.mark(room_id)
    assert await told(bo, room_id, ana) == {ana.id: fourth}
    step = await ana.session.sync_once()
    marks = [room.account["m.fully_read"] for room in step.rooms if "m.fully_read" in room.account] if step else []
    assert marks in ([], [{"event_id": fourth}])


def test_settings_say_who_hears_of_it_and_what_is_shown_as_soon_as_they_change() -> None:
    changes = Changes()
    receipts = Receipts(MemoryStore(), changes, UserId("@ana:river.example"))
    changes.listen(receipts.heed)
    held = [(receipts.telling, receipts.shown)]
    for wish in ({}, {"receipts.send": "public"}, {"receipts.send": "off", "receipts.show": "off"}):
        settings = Settings({name: Setting(name, value) for name, value in wish.items()})
        changes.tell(SettingsChanged(settings, frozenset(wish)))
        held.append((receipts.telling, receipts.shown))
    assert held == [(Telling.PRIVATE, True)] * 2 + [(Telling.PUBLIC, True), (Telling.OFF, False)]
    assert receipts.telling_in(RoomId("!any")) is Telling.OFF
