"""Changed identities between real people: nothing is said to somebody unknown, and one decision lets it all go on."""

from __future__ import annotations

import pytest

from nookterm.client.account import sign_in
from nookterm.client.errors import Changed, IdentityChanged
from nookterm.client.ports import Homeserver
from nookterm.client.proving import with_password
from nookterm.domain.events import Message, Trust
from nookterm.trust.pins import Standing, Verified
from tests.client.people import Community, Person, Village


async def began_anew(who: Person) -> None:
    """Somebody replaces their identity, as after losing every device."""
    await who.session.trust.identity.reset(with_password(who.id, who.password))


async def a_change(people: Village, *, verified: bool = False) -> tuple[Person, Person, Community]:
    """Bob, whom Ana has met before, has another identity now, and Ana's nookterm has seen that."""
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana, bob)
    await ana.say(here.nook, "before")
    if verified:
        identities = ana.session.gateway.identities
        identities.note(bob.id, Verified(master_of(ana, bob)))
    await began_anew(bob)
    await ana.sync()
    await ana.session.gateway.key_server.query({bob.id})
    return ana, bob, here


def master_of(ana: Person, bob: Person) -> str:
    return ana.session.gateway.identities.pin(bob.id).seen or ""


async def test_nothing_reaches_a_changed_identity_before_somebody_went_on(people: Village) -> None:
    ana, bob, here = await a_change(people)
    (known,) = ana.session.trust.people.who_blocks(here.nook)
    assert (known.user, known.standing, known.master) == (bob.id, Standing.CHANGED, master_of(ana, bob))
    with pytest.raises(IdentityChanged):
        await ana.say(here.nook, "are you there?")
    await bob.sync()
    assert "are you there?" not in bob.heard(here.nook)

    await ana.session.trust.people.acknowledge(bob.id, known.master or "")

    await bob.sync()
    assert bob.heard(here.nook)[-1] == "are you there?"
    assert ana.session.trust.people.who_blocks(here.nook) == ()


async def test_going_on_means_the_identity_that_was_shown_and_no_later_one(people: Village) -> None:
    ana, bob, here = await a_change(people)
    shown = master_of(ana, bob)
    await began_anew(bob)
    await ana.session.gateway.key_server.query({bob.id})
    with pytest.raises(Changed, match="another one by now"):
        await ana.session.trust.people.acknowledge(bob.id, shown)
    assert [known.user for known in ana.session.trust.people.who_blocks(here.nook)] == [bob.id]


async def test_somebody_verified_who_changed_is_silent_until_the_verification_is_given_up(people: Village) -> None:
    ana, bob, here = await a_change(people, verified=True)
    people_of_ana = ana.session.trust.people
    assert people_of_ana.who_blocks(here.nook)[0].standing is Standing.VIOLATED
    await bob.session.gateway.key_server.query({ana.id})
    said = await bob.say(here.nook, "it is me")
    await ana.sync()
    assert "it is me" not in ana.heard(here.nook)
    with pytest.raises(Changed):
        await people_of_ana.acknowledge(bob.id, master_of(ana, bob))

    await people_of_ana.withdraw(bob.id, master_of(ana, bob))

    event = ana.session.store.event(here.nook, said)
    assert event is not None
    assert (event.payload, event.trust) == (Message("text", "it is me"), Trust.SIGNED)
    await ana.say(here.nook, "welcome back")
    await bob.sync()
    assert bob.heard(here.nook)[-1] == "welcome back"


async def test_what_is_known_of_a_room_follows_devices_and_identities(people: Village) -> None:
    ana, bob = await people.person("ana"), await people.person("bob")
    here = await people.community(ana, bob)
    trust = ana.session.trust.people
    assert trust.ready
    await trust.look(here.nook)
    found = trust.safety(here.nook)
    assert found is not None
    assert (found.unsigned, found.unseen, found.all_verified, found.ready) == (0, 0, False, True)
    assert found is trust.safety(here.nook)

    await sign_in(people.parts, Homeserver(people.server.base_url, ()), bob.name, bob.password, f"{bob.name}-phone")
    phone = Person(people.parts, f"{bob.name}-phone", bob.password)
    people.people.append(phone)
    await phone.sync()
    await ana.session.gateway.key_server.query({bob.id})
    found = trust.safety(here.nook)
    assert found is not None
    assert (found.unsigned, found.excepted, found.all_verified) == (1, 0, False)
    assert phone.session.trust.people.ready is False
    assert bob.session.trust.people.ready

    ana.session.gateway.identities.note(bob.id, Verified(master_of(ana, bob)))
    seen = trust.known(bob.id)
    assert seen is not None
    assert (seen.standing, seen.signed, len(seen.unsigned), seen.verified) == (Standing.VERIFIED, 1, 1, False)
