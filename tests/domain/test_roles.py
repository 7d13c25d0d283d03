"""Power is said in words, and what cannot be taken back is known before it is given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.power import CREATOR, Power
from nookterm.domain.roles import Role, is_for_good, level_for, may_ban, role_of, roles_to_give, why_no_role
from nookterm.domain.room import Member, Room

ANA, BO, CY, DEE = (UserId(f"@{name}:x.org") for name in ("ana", "bo", "cy", "dee"))
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def room(me: UserId, users: dict[UserId, int], **more: object) -> Room:
    members = {user: Member(user, Membership.JOIN, None, NOW, EventId("$x"), user) for user in (ANA, BO, CY, DEE)}
    creators = frozenset(user for user, level in users.items() if level == CREATOR)
    levels = {user: level for user, level in users.items() if level != CREATOR}
    power = Power(users=levels, creators=creators, invite=50, **more)  # type: ignore[arg-type]  # fields by name
    return Room(RoomId("!r"), me, encrypted=True, power=power, creator=ANA, members=members)


@pytest.mark.parametrize(
    ("level", "role"),
    [(CREATOR, Role.FOUNDER), (100, Role.ADMIN), (150, Role.ADMIN), (50, Role.FACILITATOR), (0, Role.MEMBER)],
)
def test_a_level_is_called_by_what_one_may_do(level: int, role: Role) -> None:
    assert role_of(room(BO, {BO: level}), BO) is role


def test_who_made_an_older_room_is_its_founder_as_long_as_the_power_is_theirs() -> None:
    assert role_of(room(ANA, {ANA: 100}), ANA) is Role.FOUNDER
    assert role_of(room(ANA, {ANA: 0}), ANA) is Role.MEMBER


def test_some_power_without_the_door_is_a_helpers_and_none_to_write_is_a_listeners() -> None:
    assert role_of(room(ANA, {BO: 40}, redact=30), BO) is Role.HELPER
    assert role_of(room(ANA, {}, events_default=50), BO) is Role.LISTENER
    assert role_of(room(ANA, {}, events={"m.room.message": 50}), BO) is Role.MEMBER, "here words are encrypted"


@pytest.mark.parametrize(
    ("mine", "theirs", "given"),
    [
        (CREATOR, 0, (Role.FACILITATOR, Role.ADMIN)),
        (CREATOR, 100, (Role.MEMBER, Role.FACILITATOR)),
        (100, 100, ()),
        (100, 50, (Role.MEMBER, Role.ADMIN)),
        (50, 0, (Role.FACILITATOR,)),
        (50, 50, ()),
        (0, 0, ()),
        (100, CREATOR, ()),
    ],
)
def test_nobody_gives_more_than_they_have_or_takes_from_their_equals(
    mine: int, theirs: int, given: tuple[Role, ...]
) -> None:
    assert roles_to_give(room(BO, {BO: mine, CY: theirs}), CY) == given


def test_one_may_step_down_and_that_is_for_good() -> None:
    here = room(BO, {BO: 100})
    assert roles_to_give(here, BO) == (Role.MEMBER, Role.FACILITATOR)
    assert is_for_good(here, BO, Role.MEMBER)
    assert why_no_role(room(ANA, {ANA: CREATOR}), ANA, Role.MEMBER) == "a founder's power stays for ever"


def test_power_like_ones_own_cannot_be_taken_back() -> None:
    here = room(BO, {BO: 100, CY: 50})
    assert is_for_good(here, CY, Role.ADMIN)
    assert not is_for_good(here, CY, Role.MEMBER)
    assert not is_for_good(room(BO, {BO: CREATOR}), CY, Role.ADMIN), "a founder can take it back"


def test_a_facilitator_gets_what_the_door_of_this_room_asks_for() -> None:
    assert level_for(room(BO, {BO: 100}, kick=60), Role.FACILITATOR) == 60
    assert level_for(room(BO, {}), Role.MEMBER) is None


def test_who_has_less_power_can_be_kept_out_and_nobody_else() -> None:
    here = room(BO, {BO: 50, CY: 50})
    assert may_ban(here, DEE)
    assert not may_ban(here, CY)
    assert not may_ban(room(DEE, {}), BO)
