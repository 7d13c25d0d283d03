"""Rooms that go on in new ones, between nookterm and Element's engine: either upgrades, both follow and talk on."""

from __future__ import annotations

from nookterm.client.renewing import Renewing
from nookterm.client.rooms import replaced_rooms
from nookterm.client.upgrading import Upgrading
from nookterm.domain.upgrade import Standing
from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, talk, until


async def test_a_room_upgraded_at_element_is_followed_and_one_upgraded_here_is_followed_there(
    people: Village, element: Elements
) -> None:
    ana, mia = await people.person("ana"), await at_element(element, "mia")
    first = await mia.room(ana.id, joinRule="public")
    await ana.enter(first)
    await talk(ana, mia, first)

    second = await mia.upgrade(first, ana.room(first).version)
    await until(ana, lambda: ana.room(first).successor, "the room to be closed")
    use = Upgrading(ana.session)
    onward = await use.look(first)
    assert (onward.new, onward.standing, onward.by) == (second, Standing.AHEAD, mia.id)
    assert (onward.encrypted, onward.unsealed) == (True, False)
    assert await use.go(onward) == second
    assert replaced_rooms(ana.session.rooms) == {first: second}
    await mia.sees_member(second, ana.id)
    await talk(ana, mia, second)

    own = await people.community(ana)
    await ana.session.gateway.invite(own.nook, mia.id)
    await mia.join(own.nook)
    await ana.sync()
    renewing = Renewing(ana.session)
    done = await renewing.renew(await renewing.plan(own.nook))
    assert done.invited == (mia.id,)
    assert await mia.successor(own.nook) == done.room_id
    await mia.join(done.room_id)
    assert await mia.predecessor(done.room_id) == own.nook
    await ana.sync()
    await talk(ana, mia, done.room_id)
