"""By whose invitation we came in is remembered for as long as it matters, and nobody else's word for it counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nookterm.client.invited import Invitation, forget_invitation, invitations, note_invitation
from nookterm.client.pauses import Pauses
from nookterm.client.ports import RoomUpdate
from nookterm.domain.events import Event, MemberChange, Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from tests.contracts.store_double import MemoryStore

ME, ANA, BO = UserId("@me:x"), UserId("@ana:x"), UserId("@bo:x")
ROOM = RoomId("!room:x")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def update(membership: Membership, *members: tuple[UserId, UserId, Membership]) -> RoomUpdate:
    """A step's word on the room; `members`: who says it, of whom, and what."""
    state = tuple(
        Event(EventId(f"${number}"), ROOM, sender, NOON, MemberChange(user, what))
        for number, (sender, user, what) in enumerate(members)
    )
    return RoomUpdate(ROOM, membership, state=state)


INVITED = update(Membership.INVITE, (ANA, ANA, Membership.JOIN), (ANA, ME, Membership.INVITE))


def test_an_invite_and_the_join_after_it_are_remembered_and_the_time_does_not_move() -> None:
    store = MemoryStore()
    note_invitation(store, ME, INVITED, NOON)
    assert invitations(store) == {ROOM: Invitation(ANA)}

    for hours in (1, 2):
        note_invitation(store, ME, update(Membership.JOIN), NOON + timedelta(hours=hours))

    assert invitations(store) == {ROOM: Invitation(ANA, NOON + timedelta(hours=1))}


@pytest.mark.parametrize(
    "first",
    [
        update(Membership.INVITE),
        update(Membership.INVITE, (ANA, BO, Membership.INVITE)),
        update(Membership.INVITE, (ME, ME, Membership.KNOCK)),
        update(Membership.JOIN),
    ],
    ids=["nobody", "of somebody else", "a knock", "no invite"],
)
def test_without_an_invite_of_ours_nobody_invited_us(first: RoomUpdate) -> None:
    store = MemoryStore()
    note_invitation(store, ME, first, NOON)
    note_invitation(store, ME, update(Membership.JOIN), NOON)

    assert invitations(store) == {}


def test_a_later_invite_of_somebody_else_counts_and_leaving_forgets_it() -> None:
    store = MemoryStore()
    note_invitation(store, ME, INVITED, NOON)
    note_invitation(store, ME, update(Membership.INVITE, (BO, ME, Membership.INVITE)), NOON)
    assert invitations(store)[ROOM].by == BO

    note_invitation(store, ME, update(Membership.LEAVE), NOON)
    forget_invitation(store, ROOM)

    assert invitations(store) == {}


def test_what_was_not_there_is_asked_for_again_after_pauses_that_grow() -> None:
    now = [0.0]
    pauses: Pauses[str] = Pauses(lambda: now[0])
    waits = []
    for _ in range(7):
        assert pauses.is_due("a")
        pauses.later("a")
        start = now[0]
        while not pauses.is_due("a"):
            now[0] += 30.0
        waits.append(now[0] - start)

    assert waits == [60.0, 300.0, 1800.0, 10_800.0, 43_200.0, 43_200.0, 43_200.0]
    pauses.later("a")
    pauses.clear()
    assert pauses.is_due("a")


def test_very_many_things_that_were_not_there_fill_no_memory() -> None:
    pauses: Pauses[int] = Pauses()
    for number in range(6_000):
        pauses.later(number)

    assert pauses.is_due(0)
    assert not pauses.is_due(5_999)
