"""Which of two read receipts counts, what one is about, and who hears of our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from nookterm.domain.ids import EventId, UserId
from nookterm.domain.receipts import MAIN, Receipt, Telling, is_newer, merged, narrower, stand

BO, DEE = UserId("@bo:river.example"), UserId("@dee:river.example")
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
ORDER = ("a", "b", "c")


def place(event_id: EventId) -> int | None:
    return ORDER.index(event_id) if event_id in ORDER else None


def receipt(event: str, minute: int = 0, thread: str | None = None, user: UserId = BO) -> Receipt:
    return Receipt(user, EventId(event), None if thread is None else EventId(thread), NOON + timedelta(minutes=minute))


@pytest.mark.parametrize(
    ("before", "now", "counts"),
    [
        (None, receipt("a"), True),
        (receipt("a"), receipt("b"), True),
        (receipt("b"), receipt("a", 9), False),
        (receipt("b", 9), receipt("c", 1), True),
        (receipt("b"), receipt("b", 9), False),
        (receipt("far", 1), receipt("a", 2), True),
        (receipt("a", 2), receipt("far", 1), False),
        (receipt("a", 2), receipt("far", 3), True),
        (receipt("far", 2), receipt("farther", 2), False),
    ],
)
def test_a_receipt_never_moves_anybody_back(before: Receipt | None, now: Receipt, *, counts: bool) -> None:
    assert is_newer(before, now, place) is counts


def test_of_those_that_come_together_the_furthest_counts_for_each_person_and_thread() -> None:
    kept = [receipt("b"), receipt("a", thread="$root")]
    came = [
        receipt("c", user=DEE), receipt("a"), receipt("c", thread="$root"), receipt("b", thread="$root"),
        receipt("a", thread=MAIN),
    ]  # fmt: skip
    assert set(merged(kept, came, place)) == {came[0], came[2], came[4]}
    assert merged(kept, [], place) == ()


@pytest.mark.parametrize(
    ("of", "room", "thread", "other"),
    [(None, True, True, True), (MAIN, True, False, False), ("$root", False, True, False)],
)
def test_a_receipt_says_something_of_its_thread_alone_but_one_without_a_thread_of_all(
    of: str | None, *, room: bool, thread: bool, other: bool
) -> None:
    one = receipt("a", thread=of)
    assert [one.concerns(root) for root in (None, EventId("$root"), EventId("$else"))] == [room, thread, other]


def test_people_stand_where_their_furthest_receipt_is_and_nowhere_when_that_is_not_here() -> None:
    told = [receipt("a"), receipt("c", thread=MAIN), receipt("far", user=DEE)]
    assert stand(told, {EventId(name): n for n, name in enumerate(ORDER)}) == {BO: 2}


def test_of_two_wishes_the_one_counts_of_which_fewer_hear() -> None:
    for one, other in product(Telling, repeat=2):
        assert narrower(one, other) is narrower(other, one)
    assert narrower(Telling.PUBLIC, Telling.PRIVATE) is Telling.PRIVATE
    assert narrower(Telling.PRIVATE, Telling.OFF) is Telling.OFF
