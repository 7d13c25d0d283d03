"""What was said before somebody came (MSC4268): handed over with the invite, both ways, and only where it may be."""

from __future__ import annotations

from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, hears, room_at


async def test_a_newcomer_at_element_reads_what_nookterm_handed_over(people: Village, element: Elements) -> None:
    ana, bo, cleo = await people.person("ana"), await at_element(element, "bo"), await at_element(element, "cleo")
    room = await room_at(ana, bo)
    mine, theirs = await ana.say(room, "what Ana said"), await bo.say(room, "what Bo said")
    await hears(ana, room, theirs)

    await ana.session.trust.history.share(room, cleo.id)
    await ana.session.gateway.invite(room, cleo.id)
    await cleo.join(room)

    await cleo.lines.do("history", roomId=room)
    assert (await cleo.reads(room, mine)).body == "what Ana said"
    assert (await cleo.reads(room, theirs)).body == "what Bo said"


async def test_a_newcomer_at_nookterm_reads_what_element_handed_over(people: Village, element: Elements) -> None:
    bo, ana = await at_element(element, "bo"), await people.person("ana")
    room = await bo.room(history="shared")
    early = await bo.say(room, "before you came")

    await bo.invite(room, ana.id)
    await ana.sync()
    await ana.enter(room)
    await ana.session.older(room)

    assert (await hears(ana, room, early))[0] == "before you came"


async def test_nothing_is_handed_over_unless_somebody_chose_to(people: Village, element: Elements) -> None:
    ana, cleo = await people.person("ana"), await at_element(element, "cleo")
    room = await room_at(ana)
    early = await ana.say(room, "between us")

    await ana.session.gateway.invite(room, cleo.id)
    await cleo.join(room)

    await cleo.lines.do("history", roomId=room)
    assert (await cleo.cannot_read(room, early)).body is None
    said = await ana.say(room, "welcome")
    assert (await cleo.reads(room, said)).body == "welcome"


async def test_element_hands_nothing_over_where_the_room_keeps_its_past(people: Village, element: Elements) -> None:
    bo, ana = await at_element(element, "bo"), await people.person("ana")
    room = await bo.room(history="joined")
    await bo.say(room, "before you came")

    await bo.invite(room, ana.id)
    await ana.sync()
    await ana.enter(room)
    await bo.sees_member(room, ana.id)

    said = await bo.say(room, "welcome")
    assert await hears(ana, room, said) == ("welcome", "signed")
    assert "before you came" not in ana.heard(room)
