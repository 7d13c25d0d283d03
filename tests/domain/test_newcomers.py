"""Who is new in a room: whoever came within a week, and nobody who is at home there for another reason."""

from __future__ import annotations

from datetime import timedelta

from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.newcomers import is_new
from nookterm.domain.power import Power
from nookterm.domain.room import Member, Room
from tests.domain.builders import ANA, BO, CY, DEE, EVE, NOON

DAY = timedelta(days=1)


def a_week_old_room(**standing: tuple[UserId, Membership, timedelta]) -> Room:
    members = {
        user: Member(user, membership, None, NOON - ago, EventId("$m"), user)
        for user, membership, ago in standing.values()
    }
    return Room(RoomId("!r"), ANA, members=members, creator=DEE, power=Power(users={CY: 50}))


def test_who_came_this_week_is_new_but_oneself_the_founder_and_facilitators_are_not() -> None:
    room = a_week_old_room(
        ana=(ANA, Membership.JOIN, DAY), bo=(BO, Membership.JOIN, DAY), cy=(CY, Membership.JOIN, DAY),
        dee=(DEE, Membership.JOIN, DAY), eve=(EVE, Membership.INVITE, DAY),
    )  # fmt: skip
    assert [user for user in room.members if is_new(room, user, NOON)] == [BO]
    assert not is_new(room, BO, NOON + 6 * DAY)
    assert not is_new(room, UserId("@nobody:here"), NOON)
