"""A key that is kept back says why, on either side; the next message after signing can be read."""

from __future__ import annotations

import pytest

from nookterm.client.errors import NotTrusted
from tests.client.people import Village
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, cannot_hear, hears, room_of


async def test_nookterm_is_told_by_element_why_it_cannot_read_and_reads_on_once_it_is_signed(
    people: Village, element: Elements
) -> None:
    ana, bo = await people.person("ana", trusted=False), await at_element(element, "bo")
    room = await room_of(bo, ana)
    hidden = await bo.say(room, "for signed devices")
    await cannot_hear(ana, room, hidden, "this one is not signed yet")
    with pytest.raises(NotTrusted):
        await ana.say(room, "can you read me?")

    await ana.session.trust.identity.set_up()

    await bo.sees_signed(ana.id, ana.session.gateway.device_id)
    said = await bo.say(room, "for you too")
    assert await hears(ana, room, said) == ("for you too", "signed")
    answered = await ana.say(room, "thank you")
    assert (await bo.reads(room, answered)).shield == "none"
    # What waited has gone out before it.
    assert ana.heard(room) == ["for you too", "can you read me?", "thank you"]


async def test_element_is_told_by_nookterm_why_it_cannot_read_and_reads_on_once_it_is_signed(
    people: Village, element: Elements
) -> None:
    ana, bo = await people.person("ana"), await element("bo")
    await bo.register("bo")
    await bo.start()
    room = await room_of(bo, ana)
    hidden = await ana.say(room, "for signed devices")
    await bo.cannot_read(room, hidden, "MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE")

    await bo.set_up()

    await hears(ana, room, await bo.say(room, "now I am"))
    said = await ana.say(room, "for you too")
    assert (await bo.reads(room, said)).body == "for you too"


async def test_what_an_unsigned_device_says_at_element_is_not_shown_and_is_read_once_it_is_signed(
    people: Village, element: Elements
) -> None:
    """With "only signed devices" on, an unsigned one does not even send; older clients do."""
    ana, bo = await people.person("ana"), await element("bo")
    await bo.register("bo")
    await bo.start("all")
    room = await room_of(bo, ana)
    hidden = await bo.say(room, "nobody signed me")
    await cannot_hear(ana, room, hidden, "signed")

    await bo.set_up()

    assert await hears(ana, room, hidden) == ("nobody signed me", "signed")
