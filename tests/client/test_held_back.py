"""What may not leave stays in the outbox with its reason, and goes by itself when somebody has looked."""

from __future__ import annotations

import pytest

from nookterm.cli.output import exit_code
from nookterm.client.errors import IdentityChanged, NotTrusted
from nookterm.client.ports import RoomSpec
from nookterm.client.proving import with_password
from nookterm.domain.events import Message, Trust, Unreadable
from nookterm.domain.ids import EventId, RoomId
from nookterm.trust.pins import Acknowledged, Standing, Verified, Withdrawn
from tests.client.people import TEXT, Person, Village
from tests.faults.proxy import FaultyProxy


def words(body: str) -> dict[str, object]:
    return {"msgtype": "m.text", "body": body}


async def reset(person: Person) -> None:
    """Make another identity, as somebody does who has lost the old one."""
    await person.session.trust.identity.reset(with_password(person.id, person.password))


async def known(person: Person, *others: Person) -> None:
    await person.session.gateway.key_server.query([other.id for other in others])


async def nook(people: Village) -> tuple[Person, Person, RoomId]:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await known(ana, bo)
    await known(bo, ana)
    return ana, bo, here.nook


def trust_of(person: Person, room_id: RoomId, event_id: EventId) -> Trust:
    event = person.session.store.event(room_id, event_id)
    assert event is not None
    return event.trust


async def test_a_device_that_is_not_trusted_keeps_its_words_until_it_is(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo", trusted=False)
    here = await people.community(ana, bo)

    with pytest.raises(NotTrusted) as met:
        await bo.session.outbox.send(here.nook, TEXT, words("hello"))

    assert (met.value.code, exit_code(met.value)) == ("not_trusted", 8)
    (row,) = bo.session.store.outgoing()
    assert (row.state, row.attempts) == ("queued", 0)
    assert row.problem is not None
    assert "not trusted yet" in row.problem
    assert "trust setup" in row.problem
    await bo.session.outbox.flush()
    assert (bo.session.outbox.next_try() or 0) > 30
    await bo.found_identity()
    await bo.sync()
    assert bo.session.outbox.next_try() == 0
    await bo.session.outbox.flush()
    await ana.sync()
    assert "hello" in ana.heard(here.nook)


async def test_a_changed_identity_holds_back_that_room_and_no_other_and_over_a_restart(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo, room_id = await nook(people)
    alone = await ana.session.gateway.create_room(_notes())
    await ana.sync()
    await ana.say(room_id, "before")
    await reset(bo)
    await ana.sync()

    held = ana.session.outbox.queue(room_id, TEXT, words("to whom am I talking"))
    ana.session.outbox.queue(alone, TEXT, words("to myself"))
    await ana.session.outbox.flush()

    assert [row.what.content["body"] for row in ana.session.store.outgoing() if row.state == "queued"] == [
        "to whom am I talking"
    ]
    with pytest.raises(IdentityChanged, match=bo.id) as met:
        ana.session.outbox.outcome(held.txn_id)
    assert exit_code(met.value) == 8
    await ana.reopen()
    await ana.sync()
    row = ana.session.outbox.row(held.txn_id)
    assert row is not None
    assert bo.id in (row.problem or "")
    pin = ana.session.trust.people.standing(bo.id)
    await ana.session.trust.people.acknowledge(bo.id, pin.seen or "")
    assert [row for row in ana.session.store.outgoing() if row.state == "queued"] == []
    await bo.sync()
    assert bo.heard(room_id)[-1] == "to whom am I talking"


async def test_what_holds_a_row_back_is_tried_again_as_soon_as_anything_about_people_moved(people: Village) -> None:
    ana, bo, room_id = await nook(people)
    await ana.say(room_id, "before")
    await reset(bo)
    await ana.sync()
    row = ana.session.outbox.queue(room_id, TEXT, words("x"))
    await ana.session.outbox.flush()
    assert ana.session.outbox.held.problem(row.txn_id) is not None

    identities = ana.session.gateway.identities
    identities.note(bo.id, Acknowledged(identities.pin(bo.id).seen or ""))
    await ana.sync()

    assert ana.session.outbox.next_try() == 0.0
    await ana.session.outbox.flush()
    assert ana.session.outbox.held.problem(row.txn_id) is None
    assert not ana.session.outbox.held


async def test_a_row_that_is_held_back_can_be_given_up(people: Village) -> None:
    bo = await people.person("bo", trusted=False)
    room_id = await bo.session.gateway.create_room(_notes())
    await bo.sync()
    row = bo.session.outbox.queue(room_id, TEXT, words("x"))
    await bo.session.outbox.flush()

    bo.session.outbox.give_up(row.txn_id)

    assert not bo.session.outbox.held
    assert bo.session.store.outgoing() == ()


# --- what is shown ----------------------------------------------------------------------------------------------------


async def test_stored_words_of_somebody_who_is_verified_become_verified_and_lose_it_with_them(people: Village) -> None:
    ana, bo, room_id = await nook(people)
    said = await bo.say(room_id, "good morning")
    await ana.sync()
    assert trust_of(ana, room_id, said) is Trust.SIGNED

    identities = ana.session.gateway.identities
    identities.note(bo.id, Verified(identities.pin(bo.id).seen or ""))
    await ana.sync()
    assert trust_of(ana, room_id, said) is Trust.VERIFIED

    await reset(bo)
    await ana.sync()
    assert identities.pin(bo.id).standing is Standing.VIOLATED
    after = await bo.say(room_id, "I have a new phone")
    await ana.sync()
    event = ana.session.store.event(room_id, after)
    assert event is not None
    assert isinstance(event.payload, Unreadable)
    assert "was verified" in event.payload.why
    assert trust_of(ana, room_id, said) is Trust.VERIFIED, "it was true when it was said"

    identities.note(bo.id, Withdrawn(identities.pin(bo.id).seen or ""))
    await ana.sync()
    assert trust_of(ana, room_id, said) is Trust.SIGNED
    assert ana.heard(room_id)[-1] == "I have a new phone"


async def test_a_decision_shows_at_once_what_it_allows_also_without_the_server(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    here = await people.community(ana, bo)
    await known(ana, bo)
    identities = ana.session.gateway.identities
    (device,) = identities.devices(bo.id)
    identities.bar(bo.id, device, barred=True)
    said = await bo.say(here.nook, "let me in again")
    await ana.sync()
    assert "let me in again" not in ana.heard(here.nook)

    identities.bar(bo.id, device, barred=False)
    ana.session.take_late(ana.session.gateway.look_again())

    event = ana.session.store.event(here.nook, said)
    assert event is not None
    assert event.payload == Message("text", "let me in again")


async def test_words_that_come_late_count_as_unread(people: Village) -> None:
    ana, bo, room_id = await nook(people)
    await ana.say(room_id, "I have read all this")
    identities = ana.session.gateway.identities
    (device,) = identities.devices(bo.id)
    identities.bar(bo.id, device, barred=True)
    await bo.say(room_id, "ana, look", **{"m.mentions": {"user_ids": [ana.id]}})
    await ana.sync()
    row = ana.session.store.room(room_id)
    assert (row.unread, row.mentions) == (0, 0)

    identities.bar(bo.id, device, barred=False)
    await ana.sync()

    row = ana.session.store.room(room_id)
    assert (row.unread, row.mentions) == (1, 1)


def _notes() -> RoomSpec:
    return RoomSpec("notes", encrypted=True)
