"""The doormat: taken in while too many ask at once, put out again when it is quiet. Who waits already stays."""

from __future__ import annotations

from nookterm.client.errors import NotAllowed, WrongUsage
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.room import Room
from nookterm.domain.space import title

OPEN, CLOSED = "knock", "invite"
"""The join rules of a door at which people may ask, and of one at which nobody can."""
_RULES = "m.room.join_rules"
_ASKABLE = frozenset({"knock", "knock_restricted"})


class Doors:
    """Whether people can ask to join at all."""

    def __init__(self, session: Session) -> None:
        """Act as this account."""
        self._session = session

    async def close_door(self, room: Room) -> bool:
        """Nobody can ask any more; who asked before can be let in as ever. False where it was so.

        Raises:
            NotAllowed: this account may not change how people get in there.
            WrongUsage: people walk in without asking: that is no door to close in passing.
        """
        return await self._set(room, CLOSED)

    async def open_door(self, room: Room) -> bool:
        """People can ask again. False where they could. Raises as `close_door`."""
        return await self._set(room, OPEN)

    async def _set(self, room: Room, rule: str) -> bool:
        if room.membership != Membership.JOIN or not room.power.may_set(room.me, _RULES):
            message = f"You may not change how people get into {title(room)}."
            raise NotAllowed(message, "Nothing was changed. Ask one of its facilitators.", code="not_allowed")
        if room.join_rule not in {OPEN, CLOSED, "knock_restricted"}:
            message = f"{title(room)} has no door at which people ask: its join rule is {room.join_rule}."
            raise WrongUsage(message, "Nothing was changed: only who asks can be kept from asking.")
        if (rule == OPEN) == (room.join_rule in _ASKABLE):
            return False
        await self._session.gateway.set_state(room.room_id, _RULES, "", {"join_rule": rule})
        await self._session.refresh_state(room.room_id)
        return True
