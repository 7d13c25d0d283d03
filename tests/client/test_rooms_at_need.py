"""Rooms are read when they are needed, and what follows from all of them together is found once."""

from __future__ import annotations

from nookterm.client.rooms import Rooms
from nookterm.domain.events import Event, MemberChange, Membership, StateChange
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.space import Kind
from tests.contracts.sample_events import ANA, BEN, event
from tests.contracts.store_double import MemoryStore

SPACE, LAB, SHED = RoomId("!space"), RoomId("!lab"), RoomId("!shed")


class Counting(MemoryStore):
    """Notes which rooms are read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[RoomId] = []

    def state(self, room_id: RoomId) -> tuple[Event, ...]:
        self.read.append(room_id)
        return super().state(room_id)


def filled() -> Counting:
    store = Counting()
    for room_id, people in ((SPACE, (ANA,)), (LAB, (ANA, BEN)), (SHED, (ANA,))):
        for user in people:
            store.save_state([_state(room_id, MemberChange(user, Membership.JOIN), user)])
    store.save_state([_state(SPACE, StateChange("m.room.create", "", {"type": "m.space"}))])
    store.save_state([_state(SPACE, StateChange("m.space.child", LAB, {"via": ["river.example"]}))])
    store.save_state([_state(LAB, StateChange("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"}))])
    return store


def _state(room_id: RoomId, change: MemberChange | StateChange, sender: UserId = ANA) -> Event:
    return event(f"{room_id}{change}", change, room=room_id, sender=sender, encrypted=False)


def test_asking_for_one_room_reads_that_one_and_once() -> None:
    store = filled()
    rooms = Rooms(store, ANA)

    assert SHED in rooms
    assert RoomId("!elsewhere") not in rooms
    assert len(rooms) == 3
    assert store.read == []
    assert rooms[LAB].who(Membership.JOIN) == rooms[LAB].who(Membership.JOIN)
    assert store.read == [LAB]


def test_rooms_can_be_read_ahead_a_few_at_a_time() -> None:
    store = filled()
    rooms = Rooms(store, ANA)

    rooms.read_some(2)
    assert len(store.read) == 2
    rooms.read_some(2)
    rooms.read_some(2)
    assert sorted(store.read) == sorted([SPACE, LAB, SHED])
    assert sorted(rooms) == sorted([SPACE, LAB, SHED])


def test_what_lists_a_room_and_what_it_is_follow_a_change() -> None:
    store = filled()
    rooms = Rooms(store, ANA)
    assert [space.room_id for space in rooms.listing(LAB)] == [SPACE]
    assert (rooms.kind(rooms[LAB]), rooms.kind(rooms[SHED])) == (Kind.NOOK, Kind.DIRECT)
    assert (rooms.nooks_with(BEN), rooms.nooks_with(ANA)) == (1, 1)

    store.save_state([_state(SPACE, StateChange("m.space.child", LAB, {}))])
    assert rooms.listing(LAB) != ()
    rooms.refresh({SPACE})

    assert rooms.listing(LAB) == ()
    assert rooms.kind(rooms[LAB]) != Kind.NOOK
    assert rooms.nooks_with(BEN) == 0


def test_a_room_that_is_new_is_known_after_its_refresh() -> None:
    store = filled()
    rooms = Rooms(store, ANA)
    assert len(rooms.joined()) == 3

    new = RoomId("!new")
    store.save_state([_state(new, MemberChange(ANA, Membership.JOIN))])
    rooms.refresh({new})

    assert {room.room_id for room in rooms.joined()} == {SPACE, LAB, SHED, new}
