"""A charter is shown as changes, written step by step, repeated where it stopped, proposed where power is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nookterm.client.charters import Change, Way
from nookterm.client.errors import Changed, NotAllowed, NotFound, Problem, WrongUsage
from nookterm.domain.charter import Charter, Question, short_topic
from nookterm.domain.drift import Setting
from tests.client.people import CHARTER, Community, Person, Village
from tests.client.test_founding import server_state
from tests.faults.proxy import FaultyProxy

NEW = replace(
    CHARTER,
    purpose="We test glazes in the open.",
    cap=12,
    welcome="Hello, and sit down.",
    questions=(Question("q1", "Why?"), Question("q3", "Which kiln?")),
)


def outline(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(change.what, change.label, str(change.way)) for change in changes]


async def cards(who: Person, here: Community) -> dict[str, object]:
    return dict((await server_state(who, here.space))["org.nookterm.entry", here.nook])


async def test_each_change_is_shown_before_it_is_made_and_none_is_left_after(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    nook = ana.room(here.nook)
    plan = ana.charters.plan(nook, replace(NEW, history="joined"))
    assert outline(plan) == [
        ("charter", "Purpose", "write"),
        ("charter", "Question", "write"),
        ("charter", "Question", "write"),
        ("charter", "How many it holds", "write"),
        ("charter", "Newcomers read", "write"),
        ("charter", "Welcome", "write"),
        ("topic", "Topic", "write"),
        ("history", "What the server lets newcomers read", "write"),
        ("card", "Entry card in Makers", "write"),
    ]
    assert (plan[3].before, plan[3].after) == ("4", "12")
    assert ana.room(here.nook) == nook, "a plan changes nothing"

    told: list[Change] = []
    done = await ana.charters.write(nook, replace(NEW, history="joined"), told=told.append)

    assert done == tuple(told) == plan
    state = await server_state(ana, here.nook)
    assert state["org.nookterm.charter", ""]["cap"] == 12
    assert state["m.room.topic", ""]["topic"] == short_topic(NEW)
    assert state["m.room.history_visibility", ""]["history_visibility"] == "joined"
    assert (await cards(ana, here))["welcome"] == "Hello, and sit down."
    assert ana.charters.plan(ana.room(here.nook), replace(NEW, history="joined")) == ()
    assert await ana.charters.look(here.nook) == replace(NEW, history="joined")


async def test_what_stopped_half_way_goes_on_where_it_stopped_step_after_step(
    people: Village, proxy: FaultyProxy
) -> None:
    ana = await people.person("ana", url=proxy.url)
    here = await people.community(ana)
    before = ana.charters.of(ana.room(here.nook))
    for stopped, reached in (
        ("org.nookterm.charter", set()), ("m.room.topic", {"charter"}), ("org.nookterm.entry", {"topic"}),
    ):  # fmt: skip
        told: list[Change] = []
        with proxy.rule(f"state/{stopped}", "drop_before"), pytest.raises(Problem):
            await ana.charters.write(ana.room(here.nook), NEW, read=before, told=told.append)
        assert {change.what for change in told} == reached

    again = await ana.charters.write(ana.room(here.nook), NEW, read=before)

    assert [change.what for change in again] == ["card"]
    assert ana.charters.plan(ana.room(here.nook), NEW) == ()


async def test_what_a_newer_version_wrote_into_a_charter_stays(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    held = (await server_state(ana, here.nook))["org.nookterm.charter", ""]
    await ana.session.gateway.set_state(here.nook, "org.nookterm.charter", "", {**held, "reads": ["Foxes"]})
    await ana.charters.write(ana.room(here.nook), NEW)
    state = (await server_state(ana, here.nook))["org.nookterm.charter", ""]
    assert (state["reads"], state["cap"]) == (["Foxes"], 12)


async def test_a_charter_that_somebody_else_rewrote_meanwhile_is_not_overwritten(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await people.helper(here, ana, bo)
    read = ana.charters.of(ana.room(here.nook))
    await bo.sync()
    await bo.charters.write(bo.room(here.nook), replace(read, cap=9))
    with pytest.raises(Changed, match="Somebody else has written another charter"):
        await ana.charters.write(ana.room(here.nook), NEW, read=read)
    assert (await server_state(ana, here.nook))["org.nookterm.charter", ""]["cap"] == 9
    assert ana.charters.of(ana.room(here.nook)).cap == 9, "theirs is here to be read"


async def test_members_and_charters_that_cannot_be_change_nothing(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    before = await server_state(ana, here.nook)
    with pytest.raises(NotAllowed, match="You may not change the charter of glaze-lab"):
        await bo.charters.write(bo.room(here.nook), NEW)
    with pytest.raises(WrongUsage, match="holds 2 to 150 people"):
        await ana.charters.write(ana.room(here.nook), replace(NEW, cap=1))
    with pytest.raises(WrongUsage, match="One text has 1001 characters"):
        ana.charters.plan(ana.room(here.nook), replace(NEW, purpose="x" * 1001))
    assert await server_state(ana, here.nook) == before


async def test_without_power_in_the_space_a_card_is_proposed_and_another_accepts_it(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await people.helper(here, ana, bo)
    await bo.sync()
    assert outline(bo.charters.plan(bo.room(here.nook), NEW))[-1] == ("card", "Entry card in Makers", "propose")

    await bo.charters.write(bo.room(here.nook), NEW)

    assert (await cards(ana, here))["cap"] == 4, "what lies in the space is not his to change"
    await ana.sync()
    (waiting,) = ana.charters.waiting()
    assert (waiting.sender, waiting.nook, waiting.space, waiting.card.cap) == (bo.id, here.nook, here.space, 12)
    assert [c for c in bo.charters.plan(bo.room(here.nook), NEW) if c.what == "card"] == [], "it waits already"
    assert Setting.CARD in {drift.setting for drift in ana.charters.drifts(ana.room(here.nook))}
    with pytest.raises(NotAllowed, match="You may not write entry cards in Makers"):
        await bo.charters.accept(waiting.case)

    await ana.charters.accept(waiting.case)

    card = await cards(ana, here)
    assert (card["cap"], card["facilitators"]) == (12, sorted([ana.id, bo.id]))
    assert ana.charters.waiting() == ()
    await bo.sync()
    assert bo.charters.waiting() == ()
    with pytest.raises(NotFound, match="No entry card waits"):
        await ana.charters.accept(waiting.case)


async def test_an_admin_who_is_not_in_the_nook_accepts_the_card_as_it_was_proposed(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await people.helper(here, ana, bo)
    await ana.session.gateway.leave(here.nook)
    await ana.sync()
    await bo.sync()
    await bo.charters.write(bo.room(here.nook), NEW)
    await ana.sync()
    (waiting,) = ana.charters.waiting()

    await ana.charters.accept(waiting.case)

    assert await cards(ana, here) == {**(await cards(ana, here)), "cap": 12, "facilitators": [bo.id]}


async def test_a_refused_card_waits_no_more_and_a_new_one_does(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await people.helper(here, ana, bo)
    await bo.sync()
    await bo.charters.write(bo.room(here.nook), NEW)
    await ana.sync()
    await ana.charters.refuse(ana.charters.waiting()[0].case, "Too many for the kiln.")
    assert ana.charters.waiting() == ()
    await bo.sync()
    assert bo.charters.waiting() == ()
    assert any("Too many for the kiln." in words for words in bo.heard(here.facilitators))

    assert len(await bo.charters.propose(bo.room(here.nook))) == 1
    assert len(await bo.charters.propose(bo.room(here.nook))) == 1, "asking again is not asking twice"


async def test_a_yes_to_one_card_is_none_to_the_next(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await people.helper(here, ana, bo)
    await bo.sync()
    await bo.charters.write(bo.room(here.nook), NEW)
    await ana.sync()
    (read,) = ana.charters.waiting()
    ana.desk.remember_listed(item for item in ana.desk.known_items() if item.case == read.case)
    await bo.charters.write(bo.room(here.nook), replace(NEW, cap=90))
    await ana.sync()

    for seen in (read.event_id, None):
        with pytest.raises(Changed, match="Another entry card"):
            await ana.charters.accept(read.case, read=seen)
    assert (await cards(ana, here))["cap"] == 4
    await ana.charters.accept(read.case, read=ana.charters.waiting()[0].event_id)
    assert (await cards(ana, here))["cap"] == 90


async def test_what_has_drifted_is_set_right_one_by_one(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    gateway = ana.session.gateway
    levels = (await server_state(ana, here.nook))["m.room.power_levels", ""]
    loose = {**levels, "invite": 0, "kick": 0, "ban": 0, "redact": 0, "state_default": 0, "users_default": 50}
    await gateway.set_state(here.nook, "m.room.power_levels", "", loose)
    await gateway.set_state(here.nook, "m.room.history_visibility", "", {"history_visibility": "shared"})
    await gateway.set_state(here.nook, "m.room.join_rules", "", {"join_rule": "invite"})
    await gateway.set_state(here.nook, "m.room.guest_access", "", {"guest_access": "can_join"})
    await gateway.set_state(here.nook, "m.room.topic", "", {"topic": "Old"})
    await gateway.set_state(here.nook, "org.nookterm.facilitation", "", {})
    await gateway.set_state(here.space, "org.nookterm.entry", here.nook, {})
    await ana.charters.look(here.nook)
    found = ana.charters.drifts(ana.room(here.nook))
    assert {drift.setting for drift in found} == {
        Setting.EVERYBODY, Setting.INVITE, Setting.KICK, Setting.BAN, Setting.REDACT, Setting.STATE, Setting.HISTORY,
        Setting.DOORMAT, Setting.GUESTS, Setting.LINK_OUT, Setting.CARD, Setting.TOPIC,
    }  # fmt: skip

    for drift in found:
        assert drift.fixable_by_me
        assert await ana.charters.fix(ana.room(here.nook), drift)
        assert not await ana.charters.fix(ana.room(here.nook), drift), "it is right by now"

    (alone,) = ana.charters.drifts(ana.room(here.nook))
    assert alone.setting is Setting.FACILITATORS
    with pytest.raises(WrongUsage, match="needs another facilitator"):
        await ana.charters.fix(ana.room(here.nook), alone)
    fixed = (await server_state(ana, here.nook))["m.room.power_levels", ""]
    assert fixed == {**levels, "users_default": 0}
    assert (await cards(ana, here))["facilitators"] == [ana.id]


async def test_a_card_is_set_right_in_what_has_drifted_and_a_link_back_is_made(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await people.helper(here, ana, bo)
    gateway = ana.session.gateway
    await gateway.set_state(here.facilitators, "org.nookterm.facilitates", here.nook, {})
    card = await cards(ana, here)
    await gateway.set_state(here.space, "org.nookterm.entry", here.nook, {**card, "cap": 99, "facilitators": [ana.id]})
    await ana.charters.look(here.nook)
    found = ana.charters.drifts(ana.room(here.nook))
    assert [d.setting for d in found] == [Setting.LINK_BACK, Setting.CARD, Setting.CARD_NAMES]
    for bos in bo.charters.drifts(bo.room(here.nook)):
        with pytest.raises(NotAllowed, match="You may not set"):
            await bo.charters.fix(bo.room(here.nook), bos)

    await ana.charters.fix(ana.room(here.nook), found[1])
    assert ((await cards(ana, here))["cap"], (await cards(ana, here))["facilitators"]) == (4, [ana.id])
    await ana.charters.fix(ana.room(here.nook), found[2])
    await ana.charters.fix(ana.room(here.nook), found[0])

    assert await cards(ana, here) == card
    assert ana.charters.drifts(ana.room(here.nook)) == ()


async def test_a_nook_without_a_charter_begins_one_from_its_topic(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    await ana.session.gateway.set_state(here.nook, "org.nookterm.charter", "", {})
    await ana.session.gateway.set_state(here.nook, "m.room.topic", "", {"topic": "Bowls."})
    assert await ana.charters.look(here.nook) == Charter(purpose="Bowls.")
    plan = ana.charters.plan(ana.room(here.nook), Charter(purpose="Bowls."))
    assert outline(plan) == [("charter", "Charter", "write"), ("card", "Entry card in Makers", "write")]
    assert Way.BEYOND not in {change.way for change in plan}
