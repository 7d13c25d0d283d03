"""Read receipts and typing between nookterm and Element: what one tells, the other shows, and nothing else leaves."""

from __future__ import annotations

from nookterm.client.changes import ConnectionChanged
from nookterm.domain.receipts import Telling
from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, room_at, signed_in, until


async def test_receipts_and_typing_are_shown_on_both_sides_and_private_ones_on_neither(
    people: Village, element: Elements
) -> None:
    ana, bo = await people.person("ana"), await at_element(element, "bo")
    room_id = await room_at(ana, bo)
    receipts, typing = ana.session.receipts, ana.session.typing

    def stands() -> str | None:
        told = receipts.of(ana.room(room_id), None)
        return next((one.event_id for one in told if one.user == bo.id), None)

    def writes() -> bool:
        return typing.who(ana.room(room_id)) == (bo.id,)

    first = await ana.say(room_id, "one")
    await bo.reads(room_id, first)
    await bo.lines.do("reads", roomId=room_id, eventId=first)
    await until(ana, lambda: True if stands() == first else None, "Bo's receipt")
    second = await ana.say(room_id, "two")
    await bo.reads(room_id, second)
    await bo.lines.do("reads", roomId=room_id, eventId=second, hidden=True)
    await bo.lines.do("types", roomId=room_id, on=True)
    await until(ana, lambda: writes() or None, "Bo to type")
    assert stands() == first
    await bo.lines.do("types", roomId=room_id, on=False)
    await until(ana, lambda: None if writes() else True, "Bo to stop typing")

    third = await bo.say(room_id, "three")
    await until(ana, lambda: ana.session.store.event(room_id, third), "three")
    await ana.session.reading.mark(room_id)
    fourth = await bo.say(room_id, "four")
    await until(ana, lambda: ana.session.store.event(room_id, fourth), "four")
    ana.session.changes.tell(ConnectionChanged("live"))
    typing.sends = True
    typing.write(room_id)
    await bo.lines.do("typing", roomId=room_id, user=ana.id, on=True)
    await bo.lines.do("readers", roomId=room_id, eventId=third, users=[])
    receipts.telling = Telling.PUBLIC
    await ana.session.reading.mark(room_id)
    await bo.lines.do("readers", roomId=room_id, eventId=fourth, users=[ana.id])
    typing.rest()
    await bo.lines.do("typing", roomId=room_id, user=ana.id, on=False)

    mine = await signed_in(people, bo.id, bo.password)
    last = await ana.say(room_id, "five")
    await until(mine, lambda: mine.session.store.event(room_id, last), "five")
    await mine.session.reading.mark(room_id)
    await bo.lines.do("newLine", roomId=room_id, eventId=last)
