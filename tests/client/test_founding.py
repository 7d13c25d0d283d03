"""A space and a nook are right from their first event: power, history, doors, links both ways."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from nookterm.client.errors import NotAllowed, WrongUsage
from nookterm.client.surroundings import facilitators_room
from nookterm.domain.charter import Charter, Question, short_topic
from nookterm.domain.events import StateChange
from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room, StateKey, state_key
from tests.client.people import CHARTER, Person, Village
from tests.faults.proxy import FaultyProxy


async def server_state(who: Person, room_id: RoomId) -> dict[tuple[str, str], Any]:
    """The state as the server has it: content by (type, key)."""
    found: dict[tuple[str, str], Any] = {}
    for event in await who.session.gateway.room_state(room_id):
        key = state_key(event)
        if isinstance(key, StateKey) and isinstance(event.payload, StateChange):
            found[key.type, key.key] = event.payload.content
    return found


async def test_a_space_begins_with_a_board_and_a_facilitators_room(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    space = await server_state(ana, here.space)
    assert space["m.room.join_rules", ""]["join_rule"] == "public"
    assert space["m.room.power_levels", ""]["events_default"] == 100
    assert space["org.nookterm.highlights", ""]["room_id"] == here.highlights
    assert space["org.nookterm.facilitation", ""]["room_id"] == here.facilitators
    assert ("m.space.child", here.highlights) in space
    assert space["m.space.child", here.highlights] == {
        "via": [people.server.server_name],
        "order": "00",
        "suggested": True,
    }
    assert ("m.space.child", here.facilitators) not in space, "the facilitators' room is nobody else's business"
    board = await server_state(ana, here.highlights)
    assert ("m.room.encryption", "") not in board
    assert board["m.room.power_levels", ""]["events_default"] == 50
    helpers = await server_state(ana, here.facilitators)
    assert ("m.room.encryption", "") in helpers
    assert helpers["m.room.history_visibility", ""]["history_visibility"] == "joined"
    assert helpers["m.room.join_rules", ""]["join_rule"] == "invite"


async def test_a_nook_is_encrypted_asks_at_the_door_and_shows_no_past(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    nook = await server_state(ana, here.nook)
    assert ("m.room.encryption", "") in nook
    assert nook["m.room.join_rules", ""]["join_rule"] == "knock"
    assert nook["m.room.history_visibility", ""]["history_visibility"] == "invited"
    assert nook.get(("m.room.guest_access", ""), {}).get("guest_access", "forbidden") == "forbidden"
    levels = nook["m.room.power_levels", ""]
    assert (levels["invite"], levels["kick"], levels["ban"], levels["redact"]) == (50, 50, 50, 50)
    assert levels["events"]["m.room.encryption"] == 100
    assert levels["events"]["m.room.history_visibility"] == 100
    assert nook["org.nookterm.charter", ""]["cap"] == 4
    assert "facilitators" not in nook["org.nookterm.charter", ""]


async def test_space_nook_and_facilitators_room_name_each_other(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    nook, space = await server_state(ana, here.nook), await server_state(ana, here.space)
    helpers = await server_state(ana, here.facilitators)
    assert ("m.space.child", here.nook) in space
    assert nook["m.space.parent", here.space]["canonical"] is True
    assert nook["org.nookterm.facilitation", ""]["room_id"] == here.facilitators
    assert {key for type_, key in helpers if type_ == "org.nookterm.facilitates"} == {here.space, here.nook}
    entry = space["org.nookterm.entry", here.nook]
    assert entry["purpose"] == CHARTER.purpose
    assert entry["facilitators"] == [ana.id]
    assert ana.room(here.space).entries[here.nook].questions == CHARTER.questions


async def broken_off(ana: Person, proxy: FaultyProxy, name: str, refused: str, after: int = 0) -> list[Room]:
    """The rooms of a space whose founding the server ends with a refusal, once it took `after` requests of the kind."""
    came = itertools.count()
    proxy.weather = lambda line: "403" if refused in line and next(came) >= after else "pass"
    known = set(ana.session.rooms)
    with pytest.raises(NotAllowed):
        await ana.founding.space(name)
    proxy.weather = None
    await ana.sync()
    return [ana.room(room) for room in set(ana.session.rooms) - known]


async def test_a_space_is_whole_from_its_first_event(people: Village, proxy: FaultyProxy) -> None:
    ana = await people.person("ana", url=proxy.url)
    proxy.lines.clear()
    await ana.founding.space("Makers")
    asked = [line.split()[0] for line in proxy.lines if "/createRoom" in line or "/state/" in line]
    assert asked == ["POST", "POST", "POST", "PUT"], "three rooms, and the facilitators' one names the space"


async def test_a_founding_that_breaks_off_leads_nobody_anywhere(people: Village, proxy: FaultyProxy) -> None:
    ana = await people.person("ana", url=proxy.url)
    assert await broken_off(ana, proxy, "Bakers", "/createRoom") == []
    for count in (1, 2):
        left = await broken_off(ana, proxy, "Bakers", "/createRoom", count)
        assert len(left) == count
        assert not any(room.is_space or ana.session.rooms.listing(room.room_id) for room in left)
    left = await broken_off(ana, proxy, "Smiths", "org.nookterm.facilitates")
    (space,) = (room for room in left if room.is_space)
    nook = await ana.founding.nook(space, "forge", CHARTER)
    helpers = facilitators_room(ana.session.rooms, nook)
    assert helpers is not None, "a nook in it is vetted all the same"
    assert helpers.name == "Smiths facilitators"


async def test_a_sub_space_hangs_below_its_parent(people: Village) -> None:
    ana = await people.person("ana")
    here = await people.community(ana)
    below = await ana.founding.sub_space(ana.room(here.space), "Kilns")
    assert ("m.space.child", below) in await server_state(ana, here.space)
    assert (await server_state(ana, below))["m.space.parent", here.space]["via"]
    nook = await ana.founding.nook(ana.room(below), "raku", Charter(purpose="Fire."))
    assert ana.sharing.target(ana.room(nook)).room_id == here.highlights


async def test_who_may_not_list_rooms_founds_nothing_there(people: Village) -> None:
    ana, bo = await people.person("ana"), await people.person("bo")
    here = await people.community(ana, bo)
    for work in (
        bo.founding.nook(bo.room(here.space), "mine", Charter()),
        bo.founding.sub_space(bo.room(here.space), "mine"),
    ):
        with pytest.raises(NotAllowed, match="You may not add rooms to Makers"):
            await work
    assert {r.room_id for r in bo.session.rooms.joined()} == {here.space, here.highlights, here.nook}


async def test_a_nook_that_cannot_be_is_refused_before_anything_is_made(people: Village) -> None:
    ana = await people.person("ana")
    made = await ana.founding.space("Makers")
    before = set(ana.session.rooms)
    for name, charter in (
        ("  ", Charter()),
        ("n" * 65, Charter()),
        ("nook", Charter(cap=1)),
        ("nook", Charter(cap=151)),
        ("nook", Charter(questions=tuple(Question(f"q{n}", "?") for n in range(6)))),
        ("nook", Charter(questions=(Question("q", "a"), Question("q", "b")))),
    ):
        with pytest.raises(WrongUsage):
            await ana.founding.nook(ana.room(made.space_id), name, charter)
    await ana.sync()
    assert set(ana.session.rooms) == before


def test_a_topic_tells_people_on_other_clients_what_they_will_be_asked() -> None:
    charter = Charter(purpose="We test glazes", who_belongs="potters", questions=(Question("q", "Why?"),))
    assert short_topic(charter) == "We test glazes. For potters. We ask: (1) Why?"
    assert short_topic(Charter()) == ""
    assert len(short_topic(Charter(purpose="x" * 3000))) == 1000
