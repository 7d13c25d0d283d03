"""Taking back, being turned away and asking again, where the other server may never hear of it."""

from __future__ import annotations

import json
import urllib.request
from urllib.parse import quote

import pytest
import pytest_asyncio

from nookterm.client.errors import Changed
from nookterm.domain.applying import State
from nookterm.domain.events import Membership
from nookterm.domain.knocking import WITHDRAWN
from tests.client.people import Person
from tests.faults.proxy import FaultyProxy
from tests.federation.sides import membership, sees
from tests.federation.stage import Stage, Town, gone, request_of

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(town: Town) -> Stage:
    """One nook for this file, of which the second server knows nothing but that its people asked."""
    return await town.stage(await town.nook(), apart=False)


async def test_who_takes_a_request_back_on_the_nooks_server_is_off_every_desk(stage: Stage) -> None:
    bob = await stage.asks(stage.banks.here)
    assert (await bob.asking.withdraw(stage.nook)).state == State.WITHDRAWN
    await gone(stage.ana, bob.id)
    await gone(stage.cy, bob.id)


async def test_who_takes_a_request_back_from_another_server_is_seen_to_have_done_so(stage: Stage) -> None:
    """Leaving never crosses the river; a last knock that says so does, and every client shows it."""
    bob = await stage.asks(stage.banks.there, answers={"q1": "because"})
    case = (await request_of(stage.ana, bob.id)).case
    assert (await bob.asking.withdraw(stage.nook)).state == State.WITHDRAWN

    request = await request_of(stage.ana, bob.id, lambda r: r.withdrawn)
    held = [m for m in await stage.ana.session.gateway.members(stage.nook, Membership.KNOCK) if m.user == bob.id]
    assert [m.reason for m in held] == [WITHDRAWN]
    assert request.is_folded
    with pytest.raises(Changed):
        await stage.ana.vetting.approve(case, anyway=True)
    assert bob.session.rooms[stage.nook].membership != Membership.JOIN

    await stage.ana.vetting.decline(case, read=request.knock)
    await gone(stage.ana, bob.id)


async def test_a_no_reaches_somebody_on_another_server_in_the_room_of_their_request(stage: Stage) -> None:
    """Their server never tells them that they were turned away; the encrypted room does, with the words."""
    bob = await stage.asks(stage.banks.there)
    await stage.cy.vetting.decline((await request_of(stage.cy, bob.id)).case, words="Not this year.")

    for _ in range(60):
        for who in (bob, stage.cy):
            await who.session.sync_once(0.1)
            await who.duties.run()
            await who.session.outbox.flush()
        if bob.asking.all()[0].state == State.DECLINED:
            break
    assert bob.session.rooms[stage.nook].membership == Membership.KNOCK
    assert bob.asking.all()[0].state == State.DECLINED
    assert any("Not this year." in words for room in bob.session.rooms.joined() for words in bob.heard(room.room_id))


async def test_who_asks_again_after_a_no_waits_folded_until_the_nook_has_had_its_rest(stage: Stage) -> None:
    bob = await stage.asks(stage.banks.here)
    await stage.ana.vetting.decline((await request_of(stage.ana, bob.id)).case)
    await gone(stage.cy, bob.id)
    await sees(bob, lambda: bob.session.rooms[stage.nook].membership == Membership.LEAVE, "the no")
    await bob.asking.knock(stage.nook, reason="On second thought.")
    for who in (stage.ana, stage.cy):
        request = await request_of(who, bob.id, lambda r: r.cooling_until)
        assert request.reason == "On second thought."
        assert [earlier.outcome for earlier in request.earlier] == ["declined"]
        assert request.is_folded
    assert (await membership(stage.ana, stage.nook, bob.id) or ("",))[0] == Membership.KNOCK


def block_invites(bob: Person, base_url: str) -> None:
    """What other clients have as a switch."""
    where = f"{base_url}/_matrix/client/v3/user/{quote(bob.id)}/account_data/m.invite_permission_config"
    request = urllib.request.Request(  # noqa: S310 - our own server, on loopback
        where,
        method="PUT",
        data=json.dumps({"default_action": "block"}).encode(),
        headers={"Authorization": f"Bearer {bob.token}"},
    )
    urllib.request.urlopen(request).close()  # noqa: S310 - the same


async def test_somebody_whose_server_turns_invites_away_for_them_stays_on_the_desk_as_let_in_but_blocked(
    stage: Stage,
) -> None:
    bob = await stage.asks(stage.banks.there)
    block_invites(bob, stage.banks.there.server.base_url)
    outcome = await stage.wren.vetting.approve((await request_of(stage.wren, bob.id)).case)
    assert outcome.outcome == "blocked"
    for who in (stage.ana, stage.cy):
        await request_of(who, bob.id, lambda r: r.blocked_at)
    assert (await membership(stage.cy, stage.nook, bob.id) or ("",))[0] == Membership.KNOCK


async def test_where_a_server_has_no_knocking_one_writes_to_a_facilitator_over_the_river(stage: Stage) -> None:
    async with FaultyProxy.before(stage.banks.there.server.base_url) as proxy:
        side = stage.banks.there
        bob = await side.person("bob", url=proxy.url)
        await stage.banks.comes(stage.wren, bob, stage.place.space)
        with proxy.rule("/knock/", "unrecognized"):
            await bob.asking.write_to(stage.nook, stage.ana.id)
        room = await sees(
            stage.ana,
            lambda: [r for r in stage.ana.session.rooms.values() if r.membership == Membership.INVITE],
            "what Bob wrote",
        )
        assert room[0].encrypted
        await bob.account.close()
        side.people.remove(bob)
