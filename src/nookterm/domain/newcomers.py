"""Who is new in a room, by one rule: whoever wonders whom to greet is told the same everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.room import Room

NEWCOMER_FOR = timedelta(days=7)
"""How long somebody is new in a room."""


def is_new(room: Room, user: UserId, now: datetime) -> bool:
    """Whether others are to greet somebody.

    Who made the room and who decides in it are at home there from the first hour; nobody is shown to themself as new.
    """
    member = room.members.get(user)
    if member is None or member.membership is not Membership.JOIN or user in {room.me, room.creator}:
        return False
    return now - member.since < NEWCOMER_FOR and not room.power.may_decide(user)
