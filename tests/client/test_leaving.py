"""Leaving on a real server: planned first, what others list stays, a stop half way goes on, and it is forgotten."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from nookterm.client.errors import Changed, NotFound, Problem
from nookterm.client.leaving import Leaving
from nookterm.domain.events import Membership
from tests.client.people import CHARTER, Village
from tests.faults.proxy import FaultyProxy


async def test_a_space_is_left_with_its_nooks_and_what_stopped_half_way_goes_on(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo", url=proxy.url)
    here = await people.community(ana, bo)
    own = await bo.founding.space("Bo's", "x")
    shared = await bo.founding.nook(bo.room(own.space_id), "shared", CHARTER)
    await ana.session.gateway.set_state(here.space, "m.space.child", shared, {"via": [bo.id.partition(":")[2]]})
    await bo.sync()
    use = Leaving(bo.session)

    plan = use.plan(here.space, with_nooks=True)
    assert {one.room: bool(one.stays) for one in plan} == {
        here.nook: False, shared: True, here.highlights: False, here.space: False,
    }  # fmt: skip
    assert plan[-1].room == here.space, "so that it can be repeated"
    assert Leaving(ana.session).warning(ana.room(here.nook)).startswith("You are the only one who decides")
    assert use.warning(bo.room(here.nook)) == ""
    assert "nobody can come in again" in use.warning(bo.room(shared))

    second = [one.room for one in plan if not one.stays][1]
    with proxy.rule(f"/rooms/{quote(second)}/leave", "drop_before"), pytest.raises(Problem):
        await use.leave(here.space, with_nooks=True)
    await bo.sync()
    rest = use.plan(here.space, with_nooks=True)
    assert len(rest) == len(plan) - 1, "the first was left and is not left again"
    ended = await use.leave(here.space, with_nooks=True)
    assert {one.room for one in ended if one.done} == {one.room for one in rest if not one.stays}
    assert bo.room(shared).membership is Membership.JOIN
    for room in (here.nook, here.highlights, here.space):
        assert bo.room(room).membership is Membership.LEAVE
    with pytest.raises(NotFound):
        await use.leave(here.space)

    # What was left is read until it is forgotten, and then it is gone from here.
    assert bo.session.store.timeline(here.nook, 10)
    with pytest.raises(Changed, match="Leave it first"):
        await use.forget(shared)
    await use.forget(here.nook)
    assert bo.session.store.timeline(here.nook, 10) == ()
    await bo.sync()
    await bo.reopen()
    assert here.nook not in bo.session.rooms
    assert here.space in bo.session.rooms
