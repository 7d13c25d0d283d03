"""Somebody becomes a facilitator, or steps back, in steps that are shown first and can be repeated."""

from __future__ import annotations

import pytest

from nookterm.client.errors import NotAllowed, Problem, WrongUsage
from nookterm.client.facilitators import Step
from nookterm.domain.charter import Charter
from tests.client.people import Community, Person, Village
from tests.client.test_founding import server_state
from tests.faults.proxy import FaultyProxy


def outline(steps: tuple[Step, ...]) -> list[tuple[str, bool, bool]]:
    return [(step.what, step.done, step.mine) for step in steps]


async def whole(who: Person, here: Community) -> list[object]:
    rooms = (here.nook, here.highlights, here.facilitators, here.space)
    return [await server_state(who, room) for room in rooms]


async def test_a_new_facilitator_gets_power_a_seat_and_a_name_on_the_card(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    plan = ana.facilitators.plan_add(ana.room(here.nook), bo.id)
    assert outline(plan) == [
        ("power", False, True), ("board", False, True), ("helpers", False, True), ("card", False, True),
    ]  # fmt: skip
    told: list[Step] = []

    done = await ana.facilitators.add(ana.room(here.nook), bo.id, told.append)

    assert done == tuple(told)
    assert all(step.done for step in done)
    await bo.enter(here.facilitators)
    assert bo.room(here.nook).power.may_decide(bo.id)
    assert bo.room(here.highlights).power.may_send(bo.id)
    assert bo.room(here.space).entries[here.nook].facilitators == tuple(sorted((ana.id, bo.id)))
    before = await whole(ana, here)
    assert all(step.done for step in await ana.facilitators.add(ana.room(here.nook), bo.id))
    assert await whole(ana, here) == before, "doing it again changes nothing"


async def test_what_stopped_half_way_goes_on_where_it_stopped_step_after_step(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    here = await people.community(ana, bo)
    missing = ["power", "board", "helpers", "card"]
    for stopped, left in (
        (f"{here.nook[1:]}/state/m.room.power_levels", missing),
        (f"{here.highlights[1:]}/state/m.room.power_levels", missing[1:]),
        ("/invite", missing[2:]),
        ("org.nookterm.entry", missing[3:]),
    ):
        with proxy.rule(stopped, "drop_before"), pytest.raises(Problem):
            await ana.facilitators.add(ana.room(here.nook), bo.id)
        plan = ana.facilitators.plan_add(ana.room(here.nook), bo.id)
        assert [step.what for step in plan if not step.done] == left

    await ana.facilitators.add(ana.room(here.nook), bo.id)

    assert all(step.done for step in ana.facilitators.plan_add(ana.room(here.nook), bo.id))


async def test_power_that_cannot_be_read_is_not_overwritten(people: Village, proxy: FaultyProxy) -> None:
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    here = await people.community(ana, bo)
    before = await server_state(bo, here.nook)
    with proxy.rule("/state HTTP", "500"), pytest.raises(Problem):
        await ana.facilitators.add(ana.room(here.nook), bo.id)
    assert await server_state(bo, here.nook) == before


async def test_who_steps_back_loses_name_power_and_seat_and_it_can_be_repeated(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    here = await people.community(ana, bo)
    await people.helper(here, ana, bo)
    nook = ana.room(here.nook)
    assert "would be the only facilitator" in ana.facilitators.warning(nook, bo.id)
    assert [s.what for s in ana.facilitators.plan_remove(nook, bo.id)] == ["card", "power", "board", "helpers"]
    with proxy.rule("/kick", "drop_before"), pytest.raises(Problem):
        await ana.facilitators.remove(nook, bo.id)
    assert (await server_state(bo, here.space))["org.nookterm.entry", here.nook]["facilitators"] == [ana.id]

    done = await ana.facilitators.remove(ana.room(here.nook), bo.id)

    assert all(step.done for step in done)
    await bo.sync()
    assert not bo.room(here.nook).power.may_decide(bo.id)
    assert not bo.room(here.highlights).power.may_send(bo.id)
    assert bo.room(here.facilitators).membership == "leave"
    assert bo.room(here.nook).membership == "join"
    levels = (await server_state(ana, here.nook))["m.room.power_levels", ""]
    assert levels.get("users", {}) == {}


async def test_who_still_helps_in_another_nook_keeps_board_and_seat(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    other = await ana.founding.nook(ana.room(here.space), "kilns", Charter())
    await ana.session.gateway.invite(other, bo.id)
    await bo.enter(other)
    await people.helper(here, ana, bo)
    await ana.facilitators.add(ana.room(other), bo.id)

    done = await ana.facilitators.remove(ana.room(here.nook), bo.id)

    assert [step.what for step in done] == ["card", "power"]
    await bo.sync()
    assert bo.room(here.facilitators).membership == "join"
    assert bo.room(here.highlights).power.may_send(bo.id)
    assert not bo.room(here.nook).power.may_decide(bo.id)
    assert bo.room(other).power.may_decide(bo.id)


async def test_a_founder_cannot_be_demoted_and_the_last_one_does_not_step_back(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    with pytest.raises(NotAllowed, match="is the only facilitator of glaze-lab"):
        await ana.facilitators.remove(ana.room(here.nook), ana.id)
    await people.helper(here, ana, bo)
    before = await whole(ana, here)
    for who in (ana, bo):
        await who.sync()
        with pytest.raises(NotAllowed, match="founders of a room keep their power for ever") as told:
            await who.facilitators.remove(who.room(here.nook), ana.id)
        assert "the nook can move house" in told.value.hint
    assert await whole(ana, here) == before
    (first, *_) = ana.facilitators.plan_add(ana.room(here.nook), ana.id)
    assert first.done
    assert "as one of its founders, for ever" in first.words


async def test_without_the_power_nothing_is_changed_and_who_can_is_named(people: Village) -> None:
    ana, bo, cy = await people.person("ana"), await people.person("bo"), await people.person("cy")
    here = await people.community(ana, bo, cy)
    await people.helper(here, ana, bo)
    await bo.sync()
    before = await whole(ana, here)
    for work in (
        bo.facilitators.add(bo.room(here.nook), cy.id),
        bo.facilitators.remove(bo.room(here.nook), bo.id),
    ):
        with pytest.raises(NotAllowed, match=f"You may not change who decides in glaze-lab: {ana.id[1:4]}.* can"):
            await work
    with pytest.raises(WrongUsage, match="is not in glaze-lab"):
        await ana.facilitators.add(ana.room(here.nook), type(ana.id)("@nobody:test"))
    assert await whole(ana, here) == before


async def test_an_admin_of_the_nook_alone_has_the_card_proposed(people: Village) -> None:
    ana, bo, cy = await people.person("ana"), await people.person("bo"), await people.person("cy")
    here = await people.community(ana, bo, cy)
    await people.helper(here, ana, bo)
    levels = (await server_state(ana, here.nook))["m.room.power_levels", ""]
    await ana.session.gateway.set_state(
        here.nook, "m.room.power_levels", "", {**levels, "users": {**levels["users"], bo.id: 100}}
    )
    await bo.sync()

    done = await bo.facilitators.add(bo.room(here.nook), cy.id)

    left = {step.what: step.beyond for step in done if not step.done}
    assert set(left) == {"helpers", "card"}
    assert left["card"] == "it is proposed to those who can"
    assert left["helpers"].endswith(" can")
    await ana.sync()
    (waiting,) = ana.charters.waiting()
    assert cy.id in waiting.card.facilitators
    assert all(step.done for step in await ana.facilitators.add(ana.room(here.nook), cy.id))
    assert ana.charters.waiting() == (), "the card says it by now"


async def test_what_only_others_can_do_is_said_and_a_stricter_door_gets_the_power_it_asks_for(people: Village) -> None:
    ana, bo, cy = await people.person("ana"), await people.person("bo"), await people.person("cy")
    here = await people.community(ana, bo, cy)
    levels = (await server_state(ana, here.nook))["m.room.power_levels", ""]
    strict = {**levels, "invite": 60, "users": {bo.id: 100}}
    await ana.session.gateway.set_state(here.nook, "m.room.power_levels", "", strict)
    await bo.sync()

    done = await bo.facilitators.add(bo.room(here.nook), cy.id)

    assert bo.room(here.nook).power.may_decide(cy.id)
    left = {step.what: step.beyond for step in done if not step.done}
    assert left["helpers"] == "somebody who is in it can"
    assert left["board"].endswith(" can")
    assert ana.charters.waiting() == (), "there was no room to propose the card in"


async def test_a_second_founder_is_one_for_ever(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    nook = await ana.founding.nook(ana.room(here.space), "kilns", Charter(), with_creator=bo.id)
    await bo.enter(nook)
    await ana.sync()
    assert ana.room(nook).power.creators == {ana.id, bo.id}
    assert set(ana.room(nook).facilitators) == {ana.id, bo.id}
    with pytest.raises(NotAllowed, match="founders of a room keep their power for ever"):
        await ana.facilitators.remove(ana.room(nook), bo.id)
    done = await ana.facilitators.add(ana.room(nook), bo.id)
    assert all(step.done for step in done)
