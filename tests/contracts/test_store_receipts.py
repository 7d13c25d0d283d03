"""What every Store promises of read receipts: the newest of each person, room and thread, and never very many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nookterm.client.ports import Store
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.receipts import MAIN, Receipt
from tests.contracts.sample_events import ANA, BEN, ROOM
from tests.contracts.test_store import OTHER
from tests.contracts.test_store import store as store  # noqa: PLC0414 - a fixture

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def receipt(user: UserId, event: str, minute: int = 0, thread: str | None = None) -> Receipt:
    return Receipt(user, EventId(event), None if thread is None else EventId(thread), NOON + timedelta(minutes=minute))


def test_receipts_come_back_the_oldest_first_each_room_for_itself(store: Store) -> None:
    mine = [receipt(ANA, "$b", 2), receipt(BEN, "$a", 1), receipt(BEN, "$c", 3, MAIN), receipt(BEN, "$d", 4, "$root")]
    store.save_receipts(ROOM, mine)
    store.save_receipts(OTHER, [receipt(ANA, "$else")])
    assert store.receipts(ROOM) == (mine[1], mine[0], mine[2], mine[3])
    assert store.receipts(OTHER) == (receipt(ANA, "$else"),)
    assert store.receipts(RoomId("!nowhere")) == ()


def test_a_newer_one_takes_the_place_of_the_one_of_the_same_person_and_thread(store: Store) -> None:
    store.save_receipts(ROOM, [receipt(ANA, "$a"), receipt(ANA, "$a", 0, "$root")])
    store.save_receipts(ROOM, [receipt(ANA, "$b", 1)])
    assert store.receipts(ROOM) == (receipt(ANA, "$a", 0, "$root"), receipt(ANA, "$b", 1))


def test_a_transaction_that_fails_takes_its_receipts_with_it(store: Store) -> None:
    store.save_receipts(ROOM, [receipt(ANA, "$a")])

    def fail() -> None:
        with store.transaction():
            store.save_receipts(ROOM, [receipt(ANA, "$b", 1)])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert store.receipts(ROOM) == (receipt(ANA, "$a"),)


def test_of_very_many_the_oldest_go(store: Store) -> None:
    crowd = [receipt(UserId(f"@u{n}:river.example"), "$a", n) for n in range(1003)]
    store.save_receipts(ROOM, crowd)
    assert store.receipts(ROOM) == tuple(crowd[3:])


def test_they_can_be_forgotten_with_their_room(store: Store) -> None:
    store.save_receipts(ROOM, [receipt(ANA, "$a")])
    store.save_receipts(OTHER, [receipt(ANA, "$a")])
    store.drop_receipts(ROOM)
    assert (store.receipts(ROOM), len(store.receipts(OTHER))) == ((), 1)
