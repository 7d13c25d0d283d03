"""Rooms that people go into unasked: no one person fills a facilitator's account, or keeps others from being heard."""

from __future__ import annotations

from nookterm.client.ports import RoomSpec
from nookterm.client.stepping_in import SteppingIn
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.knocking import reason_with_ref
from nookterm.domain.letters import letter_topic
from nookterm.domain.vocabulary import VETTING
from tests.client.people import Community, Person, Village
from tests.faults.proxy import FaultyProxy


async def a_letter(writer: Person, to: Person, here: Community, *, honest: bool = True) -> RoomId:
    """The room of a letter, made by hand; one that is not honest is none inside."""
    mark = ((VETTING, "", {"v": 1, "nook": here.nook, "user": writer.id}),) if honest else ()
    spec = RoomSpec("A request", letter_topic(here.nook), encrypted=True, state=mark)
    room_id = await writer.session.gateway.create_room(spec)
    await writer.session.gateway.invite(room_id, to.id, reason_with_ref("Hello", "ABCDEF"))
    return room_id


async def test_one_persons_letters_do_not_fill_the_account_of_a_facilitator(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana)
    await bob.enter(here.space)
    lie = await a_letter(bob, ana, here, honest=False)
    await ana.sync()
    await ana.duties.run()
    written = [await a_letter(bob, ana, here) for _ in range(5)]
    await ana.sync()
    for _ in range(3):
        await ana.duties.run()
    await ana.sync()

    assert ana.room(lie).membership == Membership.LEAVE, "what is no letter inside is left again"
    standing = [ana.room(room_id).membership for room_id in written]
    assert sorted(standing) == [Membership.INVITE] * 2 + [Membership.JOIN] * 3


async def test_a_report_that_lets_nobody_in_keeps_no_other_report_waiting(people: Village, proxy: FaultyProxy) -> None:
    ana, bo, cy = await people.person("ana", url=proxy.url), await people.person("bo"), await people.person("cy")
    await people.community(ana, bo, cy)
    rooms: list[RoomId] = []
    for member in (bo, cy):
        rooms.append(await member.session.gateway.create_room(RoomSpec("Report · glaze-lab", encrypted=True)))
        await member.session.gateway.invite(rooms[-1], ana.id)
    await ana.sync()

    with proxy.rule("/join", "500", times=1) as rule:
        assert [await ana.reports.come_in() for _ in range(4)] == [0, 1, 0, 0]
    assert rule.hits == 1, "the server is not asked over and over"
    assert sorted(ana.room(room_id).membership for room_id in rooms) == [Membership.INVITE, Membership.JOIN]
    people.watch.forward(minutes=11)
    assert await ana.reports.come_in() == 1
    assert [ana.room(room_id).membership for room_id in rooms] == [Membership.JOIN] * 2


async def test_a_clock_that_is_put_back_puts_nothing_off_for_ever(people: Village, proxy: FaultyProxy) -> None:
    ana = await people.person("ana", url=proxy.url)
    nowhere, stepping = RoomId("!nowhere:localhost"), SteppingIn(ana.session)
    assert not await stepping.enter(nowhere, lambda _: True)
    assert stepping.is_put_off(nowhere)
    people.watch.forward(hours=-3)
    assert not stepping.is_put_off(nowhere)
