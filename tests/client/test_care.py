"""Being noticed, on a real server: only its owner asks for it, a human writes, and once is enough."""

from __future__ import annotations

from datetime import date

import pytest

from nookterm.client.errors import Changed, NotAllowed, NotFound, WrongUsage
from nookterm.domain.care import care_items
from nookterm.domain.desk import Item
from nookterm.domain.events import Message
from nookterm.domain.ids import RoomId
from nookterm.domain.vocabulary import ACT, CARE
from nookterm.domain.wishes import CareWish
from tests.client.people import Person, Village
from tests.client.test_founding import server_state


def lines(who: Person, nook: RoomId) -> tuple[Item, ...]:
    room = who.room(nook)
    return care_items(
        room,
        who.session.store.timeline(nook, 200),
        room.wishes,
        who.session.clock(),
        acts=who.care.acts(room),
    )


async def test_only_its_owner_wishes_to_be_noticed_and_takes_it_back(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    nook = bo.room(here.nook)
    assert bo.care.wish(nook) is None, "off, until they say otherwise"
    assert bo.care.to_offer(nook)

    wish = await bo.care.set_wish(nook, CareWish(7, date(2026, 12, 20)))
    assert wish
    assert (wish.notice_after_days, wish.away_until) == (7, date(2026, 12, 20))
    assert (await server_state(bo, here.nook))[CARE, bo.id] == {
        "v": 1, "notice_after_days": 7, "by": ["facilitators"], "away_until": "2026-12-20",
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        await ana.session.gateway.set_state(here.nook, CARE, bo.id, {})
    with pytest.raises(WrongUsage, match="1 to 90"):
        await bo.care.set_wish(nook, CareWish(91))
    with pytest.raises(WrongUsage, match="no nook"):
        await bo.care.set_wish(bo.room(here.highlights), CareWish(7))

    assert await bo.care.set_wish(bo.room(here.nook), None) is None
    assert (await server_state(bo, here.nook))[CARE, bo.id] == {}
    assert not bo.care.to_offer(bo.room(here.nook)), "who has used it needs no offer"


async def test_a_nook_from_elsewhere_says_who_can_allow_it(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    levels = dict((await server_state(ana, here.nook))["m.room.power_levels", ""])
    levels["events"] = {name: level for name, level in levels["events"].items() if name != CARE}
    await ana.session.gateway.set_state(here.nook, "m.room.power_levels", "", levels)
    await bo.sync()
    nook = bo.room(here.nook)
    assert not bo.care.to_offer(nook)
    with pytest.raises(NotAllowed, match="A facilitator can allow it"):
        await bo.care.set_wish(nook, CareWish(7))


async def test_a_hello_is_a_humans_message_and_closes_the_line_for_everybody(people: Village) -> None:
    ana, cy, bo = [await people.person(name) for name in ("ana", "cy", "bo")]
    here = await people.community(ana, cy, bo)
    await people.helper(here, ana, cy)
    await bo.care.set_wish(bo.room(here.nook), CareWish(1))
    for helper in (ana, cy):
        await helper.sync()
        assert lines(helper, here.nook) == ()
    people.watch.forward(days=1, minutes=5)
    (line,) = lines(ana, here.nook)
    assert line.user == bo.id
    assert [item.case for item in lines(cy, here.nook)] == [line.case]
    assert lines(bo, here.nook) == ()
    with pytest.raises(WrongUsage, match="words of your own"):
        await ana.care.hello(line.case, "  ")
    with pytest.raises(NotFound):
        await bo.care.hello(line.case, "hello me")

    # Servers date what is sent now by their own clock, so from here on everybody is back in the present.
    people.watch.forward(days=-1, minutes=-5)
    room = await ana.care.hello(line.case, "Hello Bo, how are you?")
    people.watch.forward(days=1, minutes=5)

    await bo.sync()
    await bo.enter(room)
    await ana.sync()
    assert bo.heard(room) == ["Hello Bo, how are you?"]
    assert lines(ana, here.nook) == ()
    await cy.sync()
    assert lines(cy, here.nook) == ()
    with pytest.raises(Changed, match="said hello already"):
        await cy.care.hello(line.case, "Hello")
    said = [event.payload for event in cy.session.store.timeline(here.facilitators, 20)]
    acts = [dict(message.blocks[ACT]) for message in said if isinstance(message, Message) and ACT in message.blocks]
    assert [sorted(act) for act in acts] == [["act", "case", "nook", "user", "v"]], "no date of anything"
