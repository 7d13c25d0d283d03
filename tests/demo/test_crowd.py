"""`demo --rooms N`: many more rooms for one account, and the rest of them when the demo is begun again."""

from __future__ import annotations

from pathlib import Path

import pytest

from nookterm.client.session import Session
from nookterm.demo import folder as folders
from nookterm.demo.crowd import more_rooms
from nookterm.demo.making import FACTS, finished
from nookterm.domain.events import Message
from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room
from nookterm.domain.space import Kind, title
from tests.client.people import Village
from tests.live_homeserver import LiveServer

pytestmark = [pytest.mark.live]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """The folder of a world that is complete."""
    folder = tmp_path / "world"
    folder.mkdir()
    folders.note(folder, **{FACTS: {}})
    return folder


def said(session: Session, room: Room) -> list[str]:
    return [e.payload.body for e in session.store.timeline(room.room_id, 20) if isinstance(e.payload, Message)]


async def test_many_rooms_are_nooks_in_a_group_of_a_space_and_are_told_as_they_come(
    people: Village, world: Path, homeserver: LiveServer
) -> None:
    ana = await people.person("ana")
    told: list[str] = []

    facts = await more_rooms(ana.session, world, homeserver.server_name, 3, told.append)

    assert facts == finished(world)
    assert facts is not None
    rooms = ana.session.rooms
    (group,) = [rooms[child.room_id] for child in rooms[RoomId(facts["more_space"])].children]
    inside = sorted((rooms[child.room_id] for child in group.children), key=title)
    assert [title(room) for room in inside] == ["room-0001", "room-0002", "room-0003"]
    assert all(room.encrypted and room.charter and rooms.kind(room) == Kind.NOOK for room in inside)
    assert said(ana.session, inside[1]) == ["Message 1 of room 2.", "Message 2 of room 2."]
    assert told[-1] == "making more rooms: 3 of 3"


async def test_a_world_that_has_some_gets_only_those_that_are_missing(
    people: Village, world: Path, homeserver: LiveServer
) -> None:
    ana = await people.person("ana")
    await more_rooms(ana.session, world, homeserver.server_name, 1, lambda _line: None)
    before = set(ana.session.rooms)

    facts = await more_rooms(ana.session, world, homeserver.server_name, 2, lambda _line: None)
    again = await more_rooms(ana.session, world, homeserver.server_name, 2, lambda _line: None)

    assert facts == again
    new = [ana.session.rooms[room_id] for room_id in set(ana.session.rooms) - before]
    assert sorted(map(title, new)) == ["Group 01", "room-0002"]
    assert facts is not None
    assert len(ana.session.rooms[RoomId(facts["more_space"])].children) == 2


async def test_a_world_that_is_half_made_gets_no_rooms_yet(
    people: Village, tmp_path: Path, homeserver: LiveServer
) -> None:
    ana = await people.person("ana")
    (tmp_path / "half").mkdir()

    assert await more_rooms(ana.session, tmp_path / "half", homeserver.server_name, 2, lambda _line: None) is None
    assert not ana.session.rooms
