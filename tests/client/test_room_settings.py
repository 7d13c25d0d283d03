"""Settings of a room and the list of a space, on a real server: one at a time, the rest stays, never beyond power."""

from __future__ import annotations

import pytest

from nookterm.client.errors import Changed, NotAllowed, NotFound, WrongUsage
from nookterm.client.room_settings import RoomSettings
from nookterm.domain.ids import RoomId, server_of
from nookterm.domain.space import ordered
from tests.client.people import Village
from tests.client.test_founding import server_state


async def test_settings_are_written_one_at_a_time_and_only_by_who_may(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    use, nook = RoomSettings(ana.session), here.nook
    await use.name(nook, "  glaze \n lab ")
    await use.topic(nook, "Cone 6")
    await use.history(nook, "joined")
    await use.join_rule(nook, "knock_restricted")
    await use.guests(nook, allowed=False)
    now = await server_state(bo, nook)
    assert now["m.room.name", ""]["name"] == "glaze lab"
    assert now["m.room.topic", ""]["topic"] == "Cone 6"
    assert now["m.room.history_visibility", ""] == {"history_visibility": "joined"}
    assert now["m.room.join_rules", ""]["allow"] == [{"type": "m.room_membership", "room_id": here.space}]
    for wrong in (use.name(nook, " "), use.history(nook, "all"), use.join_rule(here.space, "restricted")):
        with pytest.raises(WrongUsage):
            await wrong
    with pytest.raises(Changed, match="encrypted already"):
        await use.encrypt(nook)
    with pytest.raises(NotAllowed):
        await RoomSettings(bo.session).name(nook, "Bo's")

    home = server_of(ana.id)
    address = f"#glaze-{nook[1:6].lower()}:{home}"
    await use.add_address(nook, address)
    assert use.addresses(nook) == (address,)
    assert (await bo.session.gateway.resolve(address))[0] == nook
    with pytest.raises(Changed, match="another room"):
        await use.add_address(here.space, address)
    with pytest.raises(WrongUsage):
        await use.add_address(nook, "glaze")
    await use.drop_address(nook, address)
    assert use.addresses(nook) == ()
    with pytest.raises(NotFound):
        await bo.session.gateway.resolve(address)


async def test_a_space_lists_rooms_in_the_order_that_people_want(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    use = RoomSettings(ana.session)
    other = await ana.founding.space("Other", "x")
    await use.add_child(here.space, other.space_id)
    with pytest.raises(Changed, match="already"):
        await use.add_child(here.space, "glaze-lab")

    def listed() -> list[str]:
        return [child.room_id for child in ordered(ana.room(here.space).children)]

    before = listed()
    assert await use.move_child(here.space, other.space_id, -1) is (before[0] != other.space_id)
    moved = listed()
    assert sorted(moved) == sorted(before)
    assert await use.move_child(here.space, RoomId(moved[0]), -1) is False
    await use.remove_child(here.space, other.space_id)
    assert other.space_id not in listed()
    assert here.nook in listed()
