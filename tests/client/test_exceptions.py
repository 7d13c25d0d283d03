"""Exceptions for unsigned devices between real people: made and ended by a message, derived alike by everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nookterm.client.errors import NotAllowed, NotFound, NotTrusted, WrongUsage
from nookterm.domain.events import Event, Message, Trust
from nookterm.domain.exceptions import allow_content
from nookterm.domain.ids import RoomId, TxnId
from nookterm.domain.vocabulary import UNSIGNED
from nookterm.trust.policy import NO_EXCEPTION, UnsignedRule
from tests.client.people import Community, Person, Village


async def a_nook(people: Village) -> tuple[Person, Person, Community]:
    """Ana's nook, with Bob whose device nobody signed."""
    ana = await people.person("ana")
    bob = await people.person("bob", trusted=False)
    here = await people.community(ana, bob)
    await ana.session.gateway.key_server.query({bob.id})
    return ana, bob, here


def rule(who: Person, room_id: RoomId) -> UnsignedRule:
    return who.session.gateway.identities.rule(room_id)


def last(who: Person, room_id: RoomId) -> Event:
    return who.session.store.timeline(room_id, 1)[-1]


async def test_an_unsigned_device_takes_part_while_a_facilitator_lets_it(people: Village) -> None:
    ana, bob, here = await a_nook(people)
    await ana.say(here.nook, "for signed devices")
    await bob.sync()
    assert "for signed devices" not in bob.heard(here.nook)
    allowed = await ana.session.trust.exceptions.allow(here.nook, days=3)
    assert abs(allowed.until - allowed.at - timedelta(days=3)) < timedelta(seconds=5)
    await ana.say(here.nook, "for everybody")
    await bob.sync()
    assert "for everybody" in bob.heard(here.nook)
    assert rule(bob, here.nook) == rule(ana, here.nook) == UnsignedRule(everybody=True)
    await bob.say(here.nook, "hello")
    await ana.sync()
    assert (last(ana, here.nook).payload, last(ana, here.nook).trust) == (Message("text", "hello"), Trust.UNSIGNED)


async def test_after_its_end_nothing_reaches_an_unsigned_device_and_it_knows_so(people: Village) -> None:
    ana, bob, here = await a_nook(people)
    await ana.session.trust.exceptions.allow(here.nook)
    await ana.sync()
    await bob.sync()
    await ana.session.trust.exceptions.forbid(here.nook)
    await ana.say(here.nook, "for signed devices again")
    await bob.sync()
    assert rule(ana, here.nook) == rule(bob, here.nook) == NO_EXCEPTION
    heard = bob.heard(here.nook)
    assert heard[-1].startswith("From now on only devices that their owner has signed")
    assert "for signed devices again" not in heard
    with pytest.raises(NotTrusted):
        await bob.say(here.nook, "still here?")


async def test_time_ends_it_also_while_nobody_is_there(people: Village) -> None:
    ana, bob, here = await a_nook(people)
    await ana.session.trust.exceptions.allow(here.nook, days=1)
    await bob.sync()
    await bob.say(here.nook, "in time")
    await ana.sync()
    await bob.say(here.nook, "also in time, by my clock")
    people.watch.forward(days=1, minutes=1)
    await ana.reopen()
    await ana.sync()
    assert rule(ana, here.nook) == NO_EXCEPTION
    assert ana.session.trust.exceptions.rule_of(here.nook) is None
    assert "in time" in ana.heard(here.nook)
    assert "also in time, by my clock" not in ana.heard(here.nook)
    await ana.say(here.nook, "late")
    await bob.sync()
    assert "late" not in bob.heard(here.nook)


async def test_an_exception_for_one_person_covers_nobody_else(people: Village) -> None:
    ana, bob, here = await a_nook(people)
    mia = await people.person("mia", trusted=False)
    await people.let_in(here, ana, mia)
    await ana.session.gateway.key_server.query({mia.id})
    await ana.session.trust.exceptions.allow(here.nook, {mia.id})
    await ana.say(here.nook, "for Mia")
    for who in (bob, mia):
        await who.sync()
    assert "for Mia" in mia.heard(here.nook)
    assert "for Mia" not in bob.heard(here.nook)
    assert rule(ana, here.nook) == rule(mia, here.nook) == UnsignedRule(people=frozenset({mia.id}))
    assert rule(bob, here.nook) == NO_EXCEPTION


async def test_what_was_hidden_is_read_again_when_an_exception_begins(people: Village) -> None:
    ana, bob, here = await a_nook(people)
    eve = await people.person("eve")
    await people.let_in(here, ana, eve)
    await ana.session.trust.exceptions.allow(here.nook)
    await bob.sync()
    # Eve has not heard of the exception when this comes.
    await bob.say(here.nook, "early")
    await ana.session.trust.exceptions.forbid(here.nook)
    await eve.sync()
    assert "early" not in eve.heard(here.nook)
    await ana.session.trust.exceptions.allow(here.nook, {bob.id})
    await eve.sync()
    await eve.sync()
    assert "early" in eve.heard(here.nook)


async def test_a_member_cannot_make_one_and_what_they_send_all_the_same_counts_for_nothing(people: Village) -> None:
    ana, _bob, here = await a_nook(people)
    dee = await people.person("dee")
    await people.let_in(here, ana, dee)
    with pytest.raises(NotAllowed, match="who may change the settings"):
        await dee.session.trust.exceptions.allow(here.nook)
    await dee.post(here.nook, allow_content(7, people.watch()))
    for who in (ana, dee):
        await who.sync()
        assert rule(who, here.nook) == NO_EXCEPTION


async def test_a_facilitator_who_is_one_no_more_takes_their_exceptions_along(people: Village) -> None:
    ana, bob, here = await a_nook(people)
    cy = await people.person("cy")
    await people.let_in(here, ana, cy)
    await people.helper(here, ana, cy)
    await cy.session.trust.exceptions.allow(here.nook)
    await ana.sync()
    assert rule(ana, here.nook) == UnsignedRule(everybody=True)
    await cy.session.gateway.leave(here.nook)
    await ana.sync()
    assert rule(ana, here.nook) == NO_EXCEPTION
    await ana.say(here.nook, "without Cy")
    await bob.sync()
    assert "without Cy" not in bob.heard(here.nook)


async def test_an_end_that_a_server_takes_away_stays_an_end(people: Village) -> None:
    ana, _bob, here = await a_nook(people)
    cy = await people.person("cy")
    await people.let_in(here, ana, cy)
    await ana.session.trust.exceptions.allow(here.nook)
    await cy.sync()
    await ana.session.trust.exceptions.forbid(here.nook)
    await ana.sync()
    await cy.sync()
    (end,) = [e.event_id for e in cy.session.store.marked(here.nook, (UNSIGNED,)) if _ends(e)]
    await ana.session.gateway.redact(here.nook, end, TxnId("end"))
    for who in (ana, cy):
        await who.sync()
        assert rule(who, here.nook) == NO_EXCEPTION


async def test_what_cannot_be_is_refused_before_anything_leaves(people: Village) -> None:
    ana, _bob, here = await a_nook(people)
    exceptions = ana.session.trust.exceptions
    for days in (0, 31):
        with pytest.raises(WrongUsage, match="lasts 1 to 30 days"):
            await exceptions.allow(here.nook, days=days)
    stranger = (await people.person("kim")).id
    with pytest.raises(NotFound, match="is not in"):
        await exceptions.allow(here.nook, {stranger})
    with pytest.raises(WrongUsage, match="no exception"):
        await exceptions.forbid(here.nook)
    with pytest.raises(NotAllowed, match="not encrypted"):
        await exceptions.allow(here.highlights)
    assert ana.session.store.outgoing() == ()


def _ends(event: Event) -> bool:
    block = event.payload.blocks.get(UNSIGNED) if isinstance(event.payload, Message) else None
    return isinstance(block, dict) and block.get("allow") is False
