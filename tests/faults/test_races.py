"""What happens at the same time comes out as if it had happened in a row."""

from __future__ import annotations

import asyncio

from nookterm.client.engine import Engine
from nookterm.client.ports import RoomSpec, Secret
from nookterm.domain.events import Event, Message, Trust
from nookterm.domain.ids import RoomId
from tests.client.people import TEXT, Person, Village
from tests.faults.proxy import FaultyProxy

_MESSAGES = 12


def words(body: str) -> dict[str, object]:
    return {"msgtype": "m.text", "body": body}


async def talk(somebody: Person, room: RoomId, done: asyncio.Event) -> None:
    """Say things and take in what comes, at the same time."""

    async def listen() -> None:
        while not done.is_set():
            await somebody.session.sync_once(0.05)

    async def speak() -> None:
        for number in range(_MESSAGES):
            await somebody.session.outbox.send(room, TEXT, words(f"{somebody.name} {number}"))

    listening = asyncio.create_task(listen())
    await speak()
    done.set()
    await listening


def said(events: tuple[Event, ...], by: Person) -> list[str]:
    return [e.payload.body for e in events if isinstance(e.payload, Message) and e.sender == by.id]


async def test_two_who_send_and_sync_at_once_with_a_key_for_each_message_read_everything(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    content = {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 1}
    spec = RoomSpec("busy", state=(("m.room.encryption", "", content),), invite=(ana.id,))
    room = await bo.session.gateway.create_room(spec)
    await ana.enter(room)
    await bo.sync()
    await asyncio.gather(talk(ana, room, asyncio.Event()), talk(bo, room, asyncio.Event()))
    for somebody in (ana, bo):
        await somebody.sync()
        while await somebody.session.fill_gaps(room):
            pass
        events = tuple(e for e in somebody.session.store.timeline(room, 200) if e.encrypted)
        assert [said(events, who) for who in (ana, bo)] == [
            [f"{who.name} {number}" for number in range(_MESSAGES)] for who in (ana, bo)
        ]
        assert {event.trust for event in events} == {Trust.OWN, Trust.SIGNED}
        assert somebody.session.store.outgoing() == ()


async def test_a_screen_that_stops_waiting_stops_nothing(people: Village, proxy: FaultyProxy) -> None:
    """Cancelling in the interface's loop leaves the engine's work alone, in the middle of sharing a key too."""
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    room = await bo.session.gateway.create_room(RoomSpec("room", encrypted=True, invite=(ana.id,)))
    await ana.enter(room)
    await bo.sync()
    name = ana.name
    await ana.account.close()
    people.people.remove(ana)
    engine = Engine()
    engine.start()

    async def open_up() -> Person:
        return Person(people.parts, name, Secret(""))

    hers = await engine.call(open_up())
    with proxy.rule("/sendToDevice/", "pause") as rule:
        waiting = asyncio.create_task(engine.call(hers.session.outbox.send(room, TEXT, words("all the same"))))
        await rule.has_hit()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert waiting.cancelled()
        rule.released.set()
        await engine.call(hers.session.outbox.send(room, TEXT, words("and this")))
    await bo.sync()
    assert bo.heard(room) == ["all the same", "and this"]
    await engine.call(hers.account.close())
    engine.stop()
