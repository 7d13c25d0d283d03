"""An identity that is made anew is seen at once on the other side, and nothing is said to it before somebody looked."""

from __future__ import annotations

import pytest

from nookterm.client.errors import IdentityChanged, NotTrusted
from nookterm.client.ports import Auth, Challenge, Secret
from nookterm.domain.ids import RoomId
from nookterm.trust.pins import Standing
from tests.client.people import Person, Village
from tests.interop.comparing import Two
from tests.interop.conftest import Elements
from tests.interop.neighbours import at_element, hears, room_of, signed_in, talk, talking, until
from tests.interop.peer import ALL_KEYS


async def reset(ana: Person) -> Secret:
    """A new identity at nookterm, for which the server wants the password: the new recovery key."""

    async def by_password(challenge: Challenge) -> Auth:
        user = {"type": "m.id.user", "user": ana.id}
        password = ana.password.reveal()
        return {"type": "m.login.password", "identifier": user, "password": password, "session": challenge.session}

    return await ana.session.trust.identity.reset(by_password)


@pytest.fixture
async def met(people: Village, element: Elements) -> tuple[Two, RoomId]:
    """Two people in a room, both with all that one needs."""
    ana, bo = await people.person("ana", trusted=False), await at_element(element, "bo")
    await ana.session.trust.identity.set_up()
    return Two(ana, bo), await talking(bo, ana)


async def test_nookterm_sends_nothing_to_a_new_identity_at_element_before_it_was_acknowledged(
    met: tuple[Two, RoomId],
) -> None:
    two, room = met
    await two.bo.reset_identity()
    await until(two.ana, lambda: two.stands(Standing.CHANGED), "the change")
    with pytest.raises(IdentityChanged):
        await two.ana.say(room, "who are you?")
    # Their words stay readable meanwhile, as at Element.
    assert (await hears(two.ana, room, await two.bo.say(room, "a new me")))[0] == "a new me"
    master = (await two.bo.standing()).master
    assert master

    await two.ana.session.trust.people.acknowledge(two.bo.id, master)

    await two.ana.session.outbox.flush(now=True)
    await talk(two.ana, two.bo, room)
    assert "who are you?" in two.ana.heard(room)


async def test_element_goes_on_with_a_new_identity_at_nookterm_once_its_person_agreed(met: tuple[Two, RoomId]) -> None:
    two, room = met

    await reset(two.ana)

    assert (await two.bo.knows(two.ana.id)).needs_approval
    await two.bo.pin(two.ana.id)
    await talk(two.ana, two.bo, room)


async def test_nookterm_says_nothing_to_a_verified_person_who_changed_until_they_compared_again(
    met: tuple[Two, RoomId],
) -> None:
    two, room = met
    txn = await two.asked_by_nookterm()
    await two.compare(txn)
    await two.agree(txn)

    await two.bo.reset_identity()
    await until(two.ana, lambda: two.stands(Standing.VIOLATED), "the violation")
    with pytest.raises(IdentityChanged):
        await two.ana.say(room, "who are you?")
    # A new identity at Element forgets whom the old one had verified: its person gives that up, too.
    await two.bo.withdraw(two.ana.id)
    txn = await two.asked_by_nookterm()
    await two.compare(txn)
    await two.agree(txn)

    await two.ana.session.outbox.flush(now=True)
    await talk(two.ana, two.bo, room, trust="verified")


async def test_element_shows_nothing_of_a_verified_person_at_nookterm_who_changed_until_it_is_given_up(
    met: tuple[Two, RoomId],
) -> None:
    two, room = met
    txn = await two.asked_by_nookterm()
    await two.compare(txn)
    await two.agree(txn)

    await two.bo.sees_verified(two.ana.id)

    await reset(two.ana)

    known = await two.bo.knows(two.ana.id)
    assert (known.verified, known.was_verified) == (False, True)
    # What the old identity vouched for has to be looked at again here, too.
    with pytest.raises(IdentityChanged):
        await two.ana.say(room, "a new me")
    master = (await two.bo.standing()).master
    assert master
    await two.ana.session.trust.people.withdraw(two.bo.id, master)
    # A key that Bo's device got before stays what it was; the first new one shows it.
    later = await room_of(two.bo, two.ana)
    hidden = await two.ana.say(later, "it is me")
    await two.bo.cannot_read(later, hidden, "SENDER_IDENTITY_PREVIOUSLY_VERIFIED")

    await two.bo.withdraw(two.ana.id)

    shown = await two.ana.say(later, "still me")
    assert (await two.bo.reads(later, shown)).body == "still me"


async def test_a_device_at_nookterm_says_nothing_after_a_reset_at_element_until_it_is_recovered(
    people: Village, element: Elements
) -> None:
    bo, cleo = await at_element(element, "bo"), await at_element(element, "cleo")
    laptop = await signed_in(people, bo.id, bo.password)
    await laptop.session.trust.identity.recover(Secret(bo.recovery_key))
    room = await room_of(cleo, laptop)
    await talk(laptop, cleo, room)

    key = await bo.reset_identity()
    await until(laptop, lambda: laptop.session.trust.identity.state().replaced or None, "the other identity")
    with pytest.raises(NotTrusted):
        await laptop.say(room, "still me")
    await laptop.session.trust.identity.recover(Secret(key))

    await cleo.sees_signed(bo.id, laptop.session.gateway.device_id)
    await cleo.pin(bo.id)
    await laptop.session.outbox.flush(now=True)
    await talk(laptop, cleo, room)


async def test_a_device_at_element_follows_a_reset_at_nookterm_with_the_new_key(
    met: tuple[Two, RoomId], element: Elements
) -> None:
    ana = met[0].ana
    desk = await element("desk")
    await desk.login(ana.id, ana.password.reveal())
    await desk.start()

    key = await reset(ana)
    await desk.unlock(recovery_key=key.reveal())

    standing = await desk.standing()
    assert (standing.signed, standing.secrets, standing.storage) == (True, ALL_KEYS, True)
    assert standing.master == ana.session.gateway.identities.pin(ana.id).seen
    assert standing.backup == ana.session.trust.backup.state().version
