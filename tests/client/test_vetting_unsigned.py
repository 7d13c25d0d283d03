"""Applicants whose devices nobody signed: not asked by default, and only in the knowledge of what it costs."""

from __future__ import annotations

import pytest

from nookterm.client.account import sign_in
from nookterm.client.errors import NotTrusted
from nookterm.client.ports import Homeserver
from nookterm.domain.applying import State
from nookterm.domain.events import Trust
from nookterm.domain.ids import RoomId
from nookterm.domain.vetting import Request
from nookterm.trust.policy import UnsignedRule
from tests.client.people import Community, Person, Village

GIVEN = {"q1": "because", "q2": "last year"}


async def an_applicant(people: Village) -> tuple[Person, Person, Community, Request]:
    """Mia asks to join Ana's nook from a device that nobody signed."""
    ana, mia = await people.person("ana"), await people.person("mia", trusted=False)
    here = await people.community(ana)
    await mia.enter(here.space)
    await mia.asking.knock(here.nook, answers=GIVEN)
    return ana, mia, here, await ana.request_of(mia.id)


async def device_of(people: Village, somebody: Person) -> Person:
    """Another device of somebody, which they did not sign."""
    name = f"{somebody.name}-phone"
    await sign_in(people.parts, Homeserver(people.server.base_url, ()), somebody.name, somebody.password, name)
    device = Person(people.parts, name, somebody.password)
    people.people.append(device)
    await device.sync()
    await somebody.sync()
    return device


async def test_an_unsigned_applicant_is_not_asked_and_nothing_is_begun(people: Village) -> None:
    ana, mia, here, request = await an_applicant(people)
    rooms = len(ana.session.rooms)
    with pytest.raises(NotTrusted, match="cannot read you yet") as problem:
        await ana.vetting.interviews.vet(request.case)
    assert problem.value.code == "unsigned_applicant"
    with pytest.raises(NotTrusted, match="cannot read you yet"):
        await ana.vetting.decline(request.case, words="Not this time, because ...")
    after = await ana.request_of(mia.id)
    assert (after.holder, after.asked_in, len(ana.session.rooms)) == (None, None, rooms)
    await ana.vetting.decline(request.case)
    await mia.sync()
    assert mia.asking.all()[0].state == State.DECLINED
    assert here.nook not in {room.room_id for room in mia.session.rooms.joined()}


async def test_an_exception_reaches_that_applicant_in_that_room_and_nobody_else(people: Village) -> None:
    ana, mia, here, request = await an_applicant(people)
    phone = await device_of(people, ana)
    await ana.vetting.interviews.vet(request.case, allow_unsigned=True)
    await mia.sync()
    await mia.duties.run()
    (asked,) = [room.room_id for room in mia.session.rooms.joined() if room.vets]
    assert any("Why?" in words for words in mia.heard(asked))
    assert any("although they are not signed" in words for words in mia.heard(asked))
    assert mia.asking.all()[0].state == State.ANSWERED

    await ana.sync()
    assert await ana.duties.run()
    assert (await ana.request_of(mia.id)).answers == GIVEN
    (answers,) = [e for e in ana.session.store.timeline(asked, 50) if e.sender == mia.id and e.encrypted]
    assert answers.trust is Trust.UNSIGNED
    assert ana.session.gateway.identities.rule(asked) == UnsignedRule(people=frozenset({mia.id}))
    assert not ana.session.gateway.identities.rule(here.nook).covers(mia.id)
    await phone.sync()
    assert _answers(phone, asked) == []


async def test_who_signs_their_device_after_all_is_asked_as_everybody_is(people: Village) -> None:
    ana, mia, _here, request = await an_applicant(people)
    with pytest.raises(NotTrusted):
        await ana.vetting.interviews.vet(request.case)
    await mia.found_identity()
    await ana.vetting.interviews.vet(request.case)
    await mia.sync()
    await mia.duties.run()
    await ana.sync()
    await ana.duties.run()
    assert (await ana.request_of(mia.id)).answers == GIVEN
    (asked,) = [room.room_id for room in ana.session.rooms.joined() if room.vets]
    assert ana.session.trust.exceptions.rule_of(asked) is None


def _answers(who: Person, room_id: RoomId) -> list[str]:
    return [words for words in who.heard(room_id) if "because" in words]
