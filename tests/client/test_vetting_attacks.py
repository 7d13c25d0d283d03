"""Attacks on the queue of requests. What other tests hold already is named in docs/security-model.md."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

import pytest
import pytest_asyncio

from nookterm.client.bell import Bell
from nookterm.client.errors import Changed
from nookterm.client.notifying import SETTING, Notifier
from nookterm.client.ports import RoomSpec
from nookterm.client.queue import LISTED
from nookterm.client.record import Record
from nookterm.client.rooms import policy_lists
from nookterm.client.settings import Setting as Held
from nookterm.client.settings import Settings
from nookterm.domain.acts import act_content
from nookterm.domain.desk import Kind, by_server
from nookterm.domain.drift import Setting
from nookterm.domain.events import MemberChange, Membership
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.vetting import waiting
from nookterm.viewmodels.desk import DeskLine
from nookterm.viewmodels.desk_signals import Looks
from nookterm.viewmodels.facilitating import DeskModel
from nookterm.viewmodels.hub import Hub
from tests.client.people import TEXT, Community, Person, Village
from tests.client.vetting_scenes import an_applicant, from_elsewhere, two_facilitators
from tests.domain.builders import EVE, a_nook, an_event, member, minutes
from tests.faults.proxy import FaultyProxy
from tests.live_homeserver import LiveServer

pytestmark = pytest.mark.asyncio(loop_scope="module")
CONTROLS = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069"}


@dataclass
class Gate:
    """A nook whose charter wants two facilitators to agree; Ana's way to the server is watched."""

    people: Village
    proxy: FaultyProxy
    ana: Person
    cy: Person
    here: Community

    async def line(self, user: UserId) -> DeskLine:
        """What Ana's screen is given about somebody who asks."""
        await self.ana.request_of(user)
        shown = [line for line in desk_of(self.ana) if line.detail and line.detail.user_id == user]
        return shown[0]


def desk_of(person: Person) -> tuple[DeskLine, ...]:
    """The lines of somebody's desk, as the view-model has them."""

    async def do(work: Awaitable[Any]) -> Any:
        return await work

    model, hub = DeskModel(), Hub.of(person.session, do, UTC)
    model.attach(hub)
    model.rebuild(hub)
    return tuple(line for group in model.view.groups for line in group.lines)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gate(homeserver: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    people = Village(homeserver, tmp_path_factory.mktemp("attacks"))
    async with FaultyProxy.before(homeserver.base_url) as proxy:
        ana, cy, here = await two_facilitators(people, proxy.url, approvals_needed=2)
        yield Gate(people, proxy, ana, cy, here)
        await people.go_home()


async def test_a_name_that_looks_like_a_member_a_facilitator_or_somebody_refused_is_said() -> None:
    nook = a_nook(
        member(UserId("@mia:river.example"), name="Mia Holt"),
        member(UserId("@ulf:river.example"), "leave", "Ulf Gray", by=UserId("@ana:river.example")),
    )
    looks = Looks.of(nook)

    def warned(name: str) -> str:
        knock = replace(next(iter(nook.who(Membership.JOIN))), user=EVE, membership=Membership.KNOCK, display_name=name)
        (request,) = waiting(nook, [knock], (), minutes(9))
        return " ".join(looks.warnings(request))

    assert "@mia:river.example, who is a member" in warned("Міа Ноlt")
    assert "@cy:river.example, who is a facilitator" not in warned("Zoe Lake")
    assert "@ana:river.example, who is a facilitator" in warned("А\u200bna")
    assert "@ulf:river.example, who was turned away before" in warned("UIf Gray")


async def test_a_reason_that_pretends_to_be_the_program_is_a_stranger_s_words(gate: Gate) -> None:
    mallory = await gate.people.person("mallory")
    attack = "SYSTEM: already vetted by Ann [@click=app.approve()]yes[/] \x1b[31m\u202e https://evil.example "
    await mallory.session.gateway.knock(gate.here.nook, attack * 400)
    line = await gate.line(mallory.id)
    assert line.detail
    assert len(line.detail.reason) <= 500
    assert not CONTROLS & set(line.detail.reason.replace("\n", ""))
    assert "SYSTEM" not in f"{line.what}{line.state}{line.detail.title}{line.detail.notes}{line.detail.needs}"
    assert ("Request", "as your server tells it", "") in line.detail.facts
    request = await gate.ana.request_of(mallory.id)
    assert not request.votes.in_favour


async def test_a_yes_to_one_request_is_none_to_the_next_of_the_same_person(gate: Gate) -> None:
    bob, first = await an_applicant(gate.people, gate.ana, gate.here)
    await gate.cy.request_of(bob.id)
    await gate.cy.vetting.vote(first.case, 1)
    await bob.asking.withdraw(gate.here.nook)
    await bob.asking.knock(gate.here.nook, answers={})
    second = await gate.ana.request_of(bob.id)
    while second.knock == first.knock:
        second = await gate.ana.request_of(bob.id)
    assert (second.case, second.votes.in_favour) == (first.case, ())
    with pytest.raises(Changed) as stopped:
        await gate.ana.vetting.approve(second.case)
    assert stopped.value.code == "second_opinion"
    with pytest.raises(Changed, match="asked again"):
        await gate.cy.vetting.approve(second.case, read=first.knock, anyway=True)
    assert (await gate.ana.session.gateway.members(gate.here.nook, Membership.INVITE)) == ()


async def test_a_no_on_a_line_about_a_conflict_is_none_to_a_later_request(gate: Gate) -> None:
    request = await from_elsewhere(gate.people, gate.ana, gate.here, "ivy")
    store = gate.ana.session.store
    with store.transaction():
        about = {"kind": "clash", "room": request.nook, "user": request.user, "event": "$before"}
        store.remember(LISTED, request.case, about)
    with pytest.raises(Changed, match="asked again"):
        await gate.ana.vetting.decline(request.case)
    assert (await gate.ana.request_of(request.user)).knock == request.knock


async def test_what_a_server_says_in_a_facilitator_s_name_decides_nothing(gate: Gate) -> None:
    fay, request = await an_applicant(gate.people, gate.ana, gate.here, "fay")
    server, forged = gate.people.server, EventId("")
    for act in ("vote", "claim", "approved", "declined"):
        content = act_content(act, request.case, request.nook, "x", user=fay.id, knock=request.knock, vote=1)
        where = f"/_matrix/client/v3/rooms/{gate.here.facilitators}/send/{TEXT}/forged{act}?user_id={gate.cy.id}"
        forged = EventId(server.call("PUT", where, content, server.as_token)["event_id"])
    while gate.ana.session.store.event(gate.here.facilitators, forged) is None:
        await gate.ana.sync()
    after = await gate.ana.request_of(fay.id)
    assert (after.holder, after.votes, after.knock) == (request.holder, request.votes, request.knock)
    assert not [i for i in gate.ana.desk.known_items() if i.user == fay.id and i.kind == Kind.CONFLICT]
    ledger = await Record(gate.ana.session).entries(gate.ana.room(gate.here.nook))
    assert fay.id not in {row.user for row in ledger.entries}


async def test_a_rule_that_nobody_knows_is_a_closed_door_and_said_so_on_the_desk(gate: Gate) -> None:
    nook = gate.here.nook
    await gate.cy.session.gateway.set_state(nook, "m.room.join_rules", "", {"join_rule": "org.evil.everybody"})
    await gate.ana.sync()
    assert gate.ana.room(nook).join_rule == "closed"
    drifts = [i for i in gate.ana.desk.known_items(gate.ana.room(nook)) if i.kind == Kind.DRIFT]
    assert {i.details.get("setting") for i in drifts} & {Setting.JOIN_RULE.value, Setting.DOORMAT.value}
    await gate.cy.session.gateway.set_state(nook, "m.room.join_rules", "", {"join_rule": "knock"})
    await gate.ana.sync()


async def test_a_name_of_60_kilobytes_is_cut_and_no_picture_of_a_stranger_is_fetched(gate: Gate) -> None:
    loud = await gate.people.person("loud")
    picture = f"mxc://{gate.people.server.server_name}/bomb"
    content = {"membership": "knock", "displayname": "\u202eana" * 50, "avatar_url": picture}
    await loud.session.gateway.set_state(gate.here.nook, "m.room.member", loud.id, content)
    request = await gate.ana.request_of(loud.id)
    # Ana's own server takes no longer names; one that it is told by another server may be of any length.
    name = "\u202eana\u0301\u0301\u0301\u0301\u0301\u0301" * 4000
    change = MemberChange(loud.id, Membership.KNOCK, name)
    longer = an_event(change, request.knock, by=loud.id, at=request.since, room=gate.here.nook, encrypted=False)
    with gate.ana.session.store.transaction():
        gate.ana.session.store.save_state([longer])
    gate.ana.session.rooms.refresh({gate.here.nook})
    (line,) = [line for line in desk_of(gate.ana) if line.detail and line.detail.user_id == loud.id]
    assert line.detail
    assert len(name.encode()) > 55_000
    assert 0 < max(len(line.who), len(line.detail.name)) <= 64
    assert not CONTROLS & set(line.who + line.detail.name)
    assert not [asked for asked in gate.proxy.lines if "/media/" in asked or "thumbnail" in asked]


async def test_a_policy_list_advises_and_decides_nothing(gate: Gate) -> None:
    gil, request = await an_applicant(gate.people, gate.ana, gate.here, "gil")
    rule = {"entity": gil.id, "recommendation": "m.ban", "reason": "spam\x1b[1m"}
    spec = RoomSpec("Bad people", state=(("m.policy.rule.user", "gil", rule),))
    await gate.ana.session.gateway.create_room(spec)
    while not policy_lists(gate.ana.session.rooms):
        await gate.ana.sync()
    line = await gate.line(gil.id)
    assert line.detail
    assert ("On a list", "Bad people, user: spam[1m", "nook-warn") in line.detail.facts
    after = await gate.ana.request_of(gil.id)
    assert (after.knock, after.is_folded) == (request.knock, False)


async def test_a_thousand_requests_in_a_minute_are_one_bell_one_word_and_a_group(gate: Gate) -> None:
    ana, nook, store = gate.ana, gate.here.nook, gate.ana.session.store
    bell, notifier = Bell(ana.session), Notifier(ana.session, lambda: Settings({SETTING: Held(SETTING, "bell")}))
    await notifier.look()
    people = [UserId(f"@asker{number}:evil.example") for number in range(1000)]
    now = ana.session.clock()
    knocks = [
        an_event(MemberChange(user, Membership.KNOCK, f"Asker {place}"), f"$k{place}", by=user, at=now, room=nook,
                 encrypted=False)
        for place, user in enumerate(people)
    ]  # fmt: skip
    with store.transaction():
        store.save_state(knocks)
    ana.session.rooms.refresh({nook})
    assert await notifier.look() == "Many people ask to join glaze-lab."
    assert await notifier.look() == ""
    assert [one.count > 1000 for _, _, one in bell._due()] == [True]
    began = time.perf_counter()
    items = ana.desk.known_items()
    known = time.perf_counter() - began
    assert len(by_server(items)["evil.example"]) == 1000
    assert known < 2.0, f"{known:.2f} s, on a machine that does other things too"
    with store.transaction():
        store.save_state(
            replace(knock, payload=MemberChange(user, Membership.LEAVE))
            for knock, user in zip(knocks, people, strict=True)
        )
    ana.session.rooms.refresh({nook})
