"""Rooms that go on in new ones, on a real server: upgraded, followed, asked at, doubted; whatever breaks in between."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from nookterm.client.errors import Changed, NotAllowed, NotFound, Offline, WrongUsage
from nookterm.client.ports import RoomSpec
from nookterm.client.renewing import Renewing
from nookterm.client.rooms import replaced_rooms
from nookterm.client.upgrading import Upgrading, Way
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.space import Kind, ordered, tree
from nookterm.domain.upgrade import Standing, older
from tests.client.people import CHARTER, Person, Village
from tests.faults.proxy import FaultyProxy


def draft(person: Person, room_id: RoomId, words: str) -> None:
    store = person.session.store
    with store.transaction():
        store.save_room(replace(store.room(room_id), draft=words))


async def renewed(founder: Person, room_id: RoomId) -> RoomId:
    use = Renewing(founder.session)
    return (await use.renew(await use.plan(room_id))).room_id


async def test_a_nook_goes_on_with_its_charter_its_place_and_its_people_and_each_follows(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await bo.say(here.nook, "the celadon crawled")
    draft(bo, here.nook, "half a sentence")
    before = ana.room(here.nook)

    use = Renewing(ana.session)
    plan = await use.plan(here.nook)
    assert (plan.invited, plan.walk_in, plan.spaces, plan.creators) == ((bo.id,), (), (ana.room(here.space),), ())
    assert plan.founds is (int(plan.version) >= 12)
    told: list[str] = []
    done = await use.renew(plan, told.append)

    new = ana.room(done.room_id)
    assert (done.invited, dict(done.failed)) == ((bo.id,), {})
    assert told[0] == "Asking the server for the new room"
    assert told[-1] == "Inviting 1 of 1"
    assert (new.predecessor, new.charter, new.encrypted, new.join_rule) == (here.nook, before.charter, True, "knock")
    assert new.facilitation == before.facilitation
    assert done.room_id in ana.room(here.facilitators).facilitates
    space = ana.room(here.space)
    assert [c.room_id for c in space.children if c.room_id in {here.nook, done.room_id}] == [done.room_id]
    assert set(space.entries) == {done.room_id}
    assert ana.session.rooms.nooks() == (new,)
    # Once more changes nothing and invites nobody twice.
    again = await use.renew(await use.plan(here.nook))
    assert (again.room_id, again.invited) == (done.room_id, ())

    await bo.sync()
    follow = Upgrading(bo.session)
    onward = await follow.look(here.nook)
    assert (onward.new, onward.standing, onward.way) == (done.room_id, Standing.AHEAD, Way.INVITED)
    assert (onward.by, onward.unsealed, onward.encrypted) == (ana.id, False, True)
    assert onward.words
    with pytest.raises(NotAllowed, match="closed"):
        await bo.session.outbox.send(here.nook, "m.room.message", {"msgtype": "m.text", "body": "still here?"})

    assert await follow.go(onward) == done.room_id
    assert bo.session.store.room(done.room_id).draft == "half a sentence"
    assert bo.session.store.room(here.nook).draft == ""
    assert replaced_rooms(bo.session.rooms) == {here.nook: done.room_id}
    assert older(done.room_id, bo.session.rooms) == (here.nook,)
    assert "the celadon crawled" in bo.heard(here.nook), "what was said stays readable"
    await bo.say(done.room_id, "so this is the new kiln")
    await ana.sync()
    assert ana.heard(done.room_id) == ["so this is the new kiln"]


async def test_a_new_nook_stands_where_the_old_one_stood_and_nothing_drifts_while_people_are_on_their_way(
    people: Village,
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    await people.helper(here, ana, bo)
    below = await ana.founding.nook(ana.room(here.space), "kiln-watch", replace(CHARTER, cap=9))
    await ana.sync()
    assert [drift.setting for drift in ana.charters.drifts(ana.room(here.nook))] == []
    stood = [child.room_id for child in ordered(ana.room(here.space).children)]
    assert stood.index(here.nook) < stood.index(below)

    new = await renewed(ana, here.nook)

    stands = [child.room_id for child in ordered(ana.room(here.space).children)]
    assert stands == [new if room_id == here.nook else room_id for room_id in stood]
    assert [drift.setting for drift in ana.charters.drifts(ana.room(new))] == [], "Bo decides there, and is invited"


async def test_a_restricted_room_is_walked_into_through_its_space_and_takes_its_place_there(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    allow = {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": here.space}]}
    spec = RoomSpec("workshop", join_rule="restricted", state=(("m.room.join_rules", "", allow),))
    old = await ana.session.gateway.create_room(spec)
    await ana.session.gateway.set_state(here.space, "m.space.child", old, {"via": ["hs.test"], "order": "05"})
    await bo.enter(old)
    await ana.sync()

    use = Renewing(ana.session)
    plan = await use.plan(old)
    assert (plan.invited, plan.walk_in) == ((), (bo.id,))
    new = (await use.renew(plan)).room_id

    await bo.sync()
    follow = Upgrading(bo.session)
    onward = await follow.look(old)
    assert (onward.way, onward.join_rule, onward.encrypted, onward.unsealed) == (Way.TRY, "restricted", False, False)
    assert await follow.go(onward) == new
    listed = [branch.room_id for branch in tree(bo.session.rooms)[0].children]
    assert new in listed
    assert old not in listed


async def test_before_its_space_lists_the_new_nook_it_stands_in_the_old_ones_place(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    version = ana.room(here.nook).version
    new = await ana.session.gateway.upgrade(here.nook, version)
    await ana.sync()

    rooms = ana.session.rooms
    assert rooms.kind(rooms[new]) is Kind.NOOK
    assert [space.room_id for space in rooms.listing(new)] == [here.space]
    assert [nook.room_id for nook in rooms.nooks()] == [new]
    assert rooms.named("glaze-lab").room_id == new
    left = {drift.setting for drift in ana.charters.drifts(rooms[new])}
    assert {"place in the space", "charter"} <= {str(one) for one in left}

    # Each is one key of the desk.
    for _ in range(12):
        found = [drift for drift in ana.charters.drifts(ana.room(new)) if str(drift.setting) != "facilitators"]
        if not found:
            break
        assert await ana.charters.fix(ana.room(new), found[0])
    assert found == []
    space = ana.room(here.space)
    assert here.nook not in {child.room_id for child in space.children} | set(space.entries)
    assert new in {child.room_id for child in space.children}
    assert ana.room(new).charter == ana.room(here.nook).charter


async def test_a_room_that_does_not_name_the_old_one_is_not_followed_silently(people: Village) -> None:
    ana, eve = await people.person("ana"), await people.person("eve")
    old = await eve.session.gateway.create_room(RoomSpec("lab", encrypted=True, join_rule="public"))
    trap = await eve.session.gateway.create_room(RoomSpec("lab", join_rule="public"))
    await ana.enter(old)
    draft(ana, old, "a secret")
    await eve.session.gateway.set_state(old, "m.room.tombstone", "", {"body": "moved", "replacement_room": trap})
    await ana.sync()

    follow = Upgrading(ana.session)
    onward = await follow.look(old)
    assert (onward.standing, onward.way, onward.unsealed) == (Standing.AHEAD, Way.WALK, True)
    with pytest.raises(Changed, match="does not say that it goes on") as caught:
        await follow.go(onward)
    assert caught.value.code == "denied"
    assert ana.session.store.room(old).draft == "a secret", "nothing is carried over"
    assert ana.session.store.room(trap).draft == ""
    assert replaced_rooms(ana.session.rooms) == {}
    assert (await follow.look(old)).standing is Standing.DENIED
    with pytest.raises(Changed, match="does not say"):
        await follow.go(await follow.look(old))


async def test_where_the_door_is_closed_one_asks_or_is_told_whom_to_ask(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    old = await ana.session.gateway.create_room(RoomSpec("lab", encrypted=True, join_rule="public"))
    await bo.enter(old)
    await ana.sync()
    new = await ana.session.gateway.upgrade(old, ana.room(old).version)
    await ana.session.gateway.set_state(new, "m.room.join_rules", "", {"join_rule": "knock"})
    await bo.sync()
    follow = Upgrading(bo.session)

    onward = await follow.look(old)
    assert onward.way is Way.ASK
    await follow.ask(onward)
    await bo.sync()
    assert (await follow.look(old)).way is Way.ASKED
    asked = await ana.session.gateway.members(new, Membership.KNOCK)
    assert [member.reason for member in asked] == ["I am in the older room that goes on here."]

    await ana.session.gateway.set_state(new, "m.room.join_rules", "", {"join_rule": "invite"})
    await ana.session.gateway.kick(new, bo.id)
    await bo.sync()
    onward = await follow.look(old)
    assert onward.whom == (ana.id,)
    with pytest.raises(NotAllowed):
        await follow.go(onward)


async def test_what_was_killed_between_coming_in_and_carrying_over_is_made_good_at_the_next_start(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana"), await people.person("bo", url=proxy.url)
    here = await people.community(ana, bo)
    draft(bo, here.nook, "half a sentence")
    await bo.session.tags.favourite(here.nook, on=True)
    new = await renewed(ana, here.nook)
    await bo.sync()
    follow = Upgrading(bo.session)
    onward = await follow.look(here.nook)

    with proxy.rule("/sync", "drop_before"), pytest.raises(Offline):
        await follow.go(onward)
    assert bo.session.store.room(here.nook).draft == "half a sentence"
    await bo.reopen()
    await bo.sync()
    while await bo.duties.run():
        await bo.sync()
    assert bo.session.store.room(new).draft == "half a sentence"
    assert bo.session.store.room(here.nook).draft == ""
    assert bo.session.tags.of(new).favourite
    # A wish of later is not overruled by the old room.
    await bo.session.tags.favourite(new, on=False)
    await bo.duties.run()
    assert not bo.session.tags.of(new).favourite


async def test_an_upgrade_whose_answer_was_lost_is_not_made_twice_and_goes_on(
    people: Village, proxy: FaultyProxy
) -> None:
    ana, bo = await people.person("ana", url=proxy.url), await people.person("bo")
    here = await people.community(ana, bo)
    use = Renewing(ana.session)

    plan = await use.plan(here.nook)
    with proxy.rule(f"/rooms/{quote(here.nook)}/upgrade", "drop_after", 1) as lost:
        with proxy.rule("/invite", "500"):
            made = await use.renew(plan)
        assert lost.hits == 1
    assert made.failed == {} or made.invited == ()
    done = await use.renew(await use.plan(here.nook))
    assert done.room_id == made.room_id
    await bo.sync()
    assert bo.room(done.room_id).membership is Membership.INVITE
    assert ana.room(here.nook).successor == done.room_id


async def test_invites_take_the_servers_time_and_one_person_holds_up_no_other(
    people: Village, proxy: FaultyProxy
) -> None:
    ana = await people.person("ana", url=proxy.url)
    bo, cy = await people.person("bo"), await people.person("cy")
    here = await people.community(ana, bo, cy)
    use = Renewing(ana.session)
    with proxy.rule("/invite", "429soon", 1) as slow, proxy.rule("/never", "500"):
        done = await use.renew(await use.plan(here.nook))
    assert slow.hits == 1
    assert set(done.invited) == {bo.id, cy.id}


async def test_who_may_not_close_a_room_is_told_who_can_and_an_unknown_version_is_refused(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    with pytest.raises(NotAllowed, match="may not close") as caught:
        await Renewing(bo.session).plan(here.nook)
    assert "founder can" in caught.value.hint
    with pytest.raises(WrongUsage, match="no rooms of version 99"):
        await Renewing(ana.session).plan(here.nook, "99")
    with pytest.raises(WrongUsage, match="has version"):
        await Renewing(ana.session).plan(here.nook, "10")
    with pytest.raises(NotFound, match="not closed"):
        await Upgrading(bo.session).look(here.nook)


async def test_who_waits_at_the_closed_door_stays_on_the_desk_and_is_let_into_the_new_room(people: Village) -> None:
    ana, eve = await people.person("ana"), await people.person("eve")
    here = await people.community(ana)
    await eve.session.gateway.knock(here.nook, "hello")
    await ana.request_of(eve.id)
    new = await renewed(ana, here.nook)

    request = await ana.request_of(eve.id)
    assert request.nook == here.nook
    await ana.vetting.approve(request.case)
    await eve.sync()
    assert eve.room(new).membership is Membership.INVITE
    await eve.enter(new)
    await ana.sync()
    assert eve.id in {member.user for member in ana.room(new).who(Membership.JOIN)}
