"""Who is writing: heard from a real server and told to it, as little as somebody wants, and never kept."""

from __future__ import annotations

import asyncio
import json

from nookterm.client.changes import ConnectionChanged, SettingsChanged
from nookterm.client.ports import RoomSpec
from nookterm.client.settings import Setting, Settings
from nookterm.client.typing import HEARD_FOR
from nookterm.domain.ids import RoomId, UserId
from tests.client.people import Person, Village
from tests.client.test_session import pair
from tests.faults.proxy import FaultyProxy


async def writing(who: Person, room_id: RoomId, *, wanted: bool) -> tuple[UserId, ...]:
    """Who writes, as somebody hears it, once there is somebody, or nobody."""
    for _ in range(50):
        await who.sync()
        if bool(who.session.typing.who(who.room(room_id))) is wanted:
            break
    return who.session.typing.who(who.room(room_id))


def asked(proxy: FaultyProxy) -> list[object]:
    """What was told of writing."""
    requests = [request.partition(b"\r\n\r\n") for request in proxy.sent or []]
    return [json.loads(body) for head, _, body in requests if b"/typing/" in head.split(b"\r\n")[0]]


async def test_others_who_write_are_known_until_they_stop_and_nobody_longer_than_can_be(people: Village) -> None:
    ana, bo, room_id = await pair(people, encrypted=False)
    await bo.session.gateway.type(room_id, 20)
    assert await writing(ana, room_id, wanted=True) == (bo.id,)
    ana.session.typing.shown = False
    assert ana.session.typing.who(ana.room(room_id)) == ()
    ana.session.typing.shown = True
    await ana.session.ignoring.put(bo.id, ignored=True)
    assert ana.session.typing.who(ana.room(room_id)) == ()
    await ana.session.ignoring.put(bo.id, ignored=False)
    await bo.session.gateway.type(room_id, 0)
    assert await writing(ana, room_id, wanted=False) == ()
    await bo.session.gateway.type(room_id, 20)
    assert await writing(ana, room_id, wanted=True) == (bo.id,)
    people.watch.forward(seconds=HEARD_FOR.total_seconds())
    assert ana.session.typing.who(ana.room(room_id)) == ()
    people.watch.forward(seconds=-HEARD_FOR.total_seconds())
    assert ana.session.typing.who(ana.room(room_id)) == (bo.id,)
    ana.session.changes.tell(ConnectionChanged("offline"))
    assert ana.session.typing.who(ana.room(room_id)) == ()
    await ana.reopen()
    assert ana.session.typing.who(ana.room(room_id)) == ()


async def test_the_server_hears_that_somebody_writes_now_and_then_and_when_it_ends(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo, room_id = await pair(people, encrypted=False, url=proxy.url)
    proxy.sent, typing = [], ana.session.typing

    async def done() -> None:
        if typing._work:
            await typing._work

    typing.write(room_id)
    ana.session.changes.tell(ConnectionChanged("live"))
    typing.write(room_id)
    assert typing._work is None
    on = Settings({"typing.send": Setting("typing.send", "on")})
    ana.session.changes.tell(SettingsChanged(on, frozenset({"typing.send"})))
    for _ in range(5):
        typing.write(room_id)
        await done()
    assert asked(proxy) == [{"typing": True, "timeout": 20000}]
    assert await writing(bo, room_id, wanted=True) == (ana.id,)
    typing.rest()
    typing.rest()
    await done()
    assert asked(proxy)[1:] == [{"typing": False}]
    assert await writing(bo, room_id, wanted=False) == ()
    with proxy.rule("/typing/", "403") as rule:
        typing.write(room_id)
        await done()
        typing.write(room_id)
        await done()
    assert rule.hits == 1
    proxy.sent.clear()
    ana.session.changes.tell(ConnectionChanged("offline"))
    typing.write(room_id)
    await done()
    assert asked(proxy) == []


async def test_leaving_for_another_room_and_closing_end_it(people: Village, proxy: FaultyProxy) -> None:
    ana, _, room_id = await pair(people, encrypted=False, url=proxy.url)
    proxy.sent, typing = [], ana.session.typing
    ana.session.changes.tell(ConnectionChanged("live"))
    typing.sends = True
    other = await _another(ana)
    typing.write(room_id)
    await asyncio.sleep(0)
    typing.write(other)
    work = typing._work
    assert work
    await work
    assert asked(proxy) == [{"typing": True, "timeout": 20000}, {"typing": False}, {"typing": True, "timeout": 20000}]
    await ana.reopen()
    assert asked(proxy)[3:] == [{"typing": False}]


async def _another(who: Person) -> RoomId:
    room_id = await who.session.gateway.create_room(RoomSpec("yard"))
    await who.sync()
    return room_id
