"""What somebody may do in a room, as a word instead of a number, and who may give or take it."""

from __future__ import annotations

from enum import StrEnum

from nookterm.domain.drift import may_fix
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.power import ADMIN, FACILITATOR
from nookterm.domain.room import Room

_LEVELS = "m.room.power_levels"


class Role(StrEnum):
    """What somebody is in a room; the strongest first."""

    FOUNDER = "founder"
    """Began the room and has all power in it."""
    ADMIN = "admin"
    """Has all power that can be given."""
    FACILITATOR = "facilitator"
    """Decides who gets in."""
    HELPER = "helper"
    """May do more than members, and does not decide who gets in."""
    MEMBER = "member"
    LISTENER = "reads along"
    """May not write."""


GIVEN = (Role.MEMBER, Role.FACILITATOR, Role.ADMIN)
"""The roles that one gives to others."""
MEANS = {
    Role.FOUNDER: "began this room; nobody can take that power away",
    Role.ADMIN: "can do everything here, also change who decides",
    Role.FACILITATOR: "lets people in, turns them away, removes messages and people",
    Role.HELPER: "may do some things here that members may not",
    Role.MEMBER: "reads and writes",
    Role.LISTENER: "reads, and may not write",
}


def role_of(room: Room, user: UserId) -> Role:
    """What somebody is in a room, whether they are in it or not."""
    power = room.power
    level = power.of(user)
    if user in power.creators or (user == room.creator and level >= ADMIN):
        return Role.FOUNDER
    if level >= ADMIN:
        return Role.ADMIN
    if power.may_decide(user):
        return Role.FACILITATOR
    if level >= min(power.kick, power.ban, power.redact, power.state_default) and level > power.users_default:
        return Role.HELPER
    writes = power.may_send(user, "m.room.encrypted" if room.encrypted else "m.room.message")
    return Role.MEMBER if writes else Role.LISTENER


def level_for(room: Room, role: Role) -> int | None:
    """The level that makes somebody this; None for what everybody has."""
    if role is Role.ADMIN:
        return ADMIN
    return max(FACILITATOR, room.power.invite, room.power.kick) if role is Role.FACILITATOR else None


def why_no_role(room: Room, user: UserId, role: Role) -> str:
    """Why we may not make somebody this; empty where we may. They are in the room."""
    mine, theirs = room.power.of(room.me), room.power.of(user)
    if user in room.power.creators:
        return "a founder's power stays for ever"
    if not may_fix(room, _LEVELS):
        return "you may not change who decides here"
    if user != room.me and theirs >= mine:
        return "they have as much power as you"
    wanted = level_for(room, role)
    return "nobody gives more power than they have" if wanted is not None and wanted > mine else ""


def roles_to_give(room: Room, user: UserId) -> tuple[Role, ...]:
    """What we can make of somebody who is something else now."""
    member = room.members.get(user)
    if member is None or member.membership is not Membership.JOIN:
        return ()
    now = role_of(room, user)
    return tuple(role for role in GIVEN if role is not now and not why_no_role(room, user, role))


def is_for_good(room: Room, user: UserId, role: Role) -> bool:
    """Whether we could not take this back: they would have as much power as we, or we would give our own away."""
    wanted = level_for(room, role)
    level = room.power.users_default if wanted is None else wanted
    if user == room.me:
        return level < room.power.of(room.me)
    return level >= room.power.of(room.me)


def may_ban(room: Room, target: UserId) -> bool:
    """Whether we may keep somebody out of a room, or let them ask again."""
    power = room.power
    inside = room.membership is Membership.JOIN
    return inside and power.of(room.me) >= power.ban and power.of(room.me) > power.of(target)
