"""How much a space lets its nooks share: read as the server has it, and changed by those who may."""

from __future__ import annotations

from nookterm.client.errors import NotAllowed, NotFound, WrongUsage
from nookterm.client.session import Session
from nookterm.client.surroundings import written
from nookterm.domain.highlight_limits import limits_of
from nookterm.domain.limits import Limits, LimitsProblem, checked_limits
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vocabulary import HIGHLIGHTS


class SpaceLimits:
    """The limits of a space's highlights."""

    def __init__(self, session: Session) -> None:
        """Change them as this account."""
        self._session = session

    def of(self, space: Room) -> Limits:
        """The limits as they are known here. Raises NotFound where there is nothing to limit."""
        if not space.is_space or space.highlights is None:
            message = f"{title(space)} is no space with a highlights room."
            raise NotFound(message, "Name the space, not one of its rooms.", code="no_highlights")
        return limits_of(space)

    def may_change(self, space: Room) -> bool:
        """Whether this account may."""
        return space.power.may_set(space.me, HIGHLIGHTS)

    async def change(self, space: Room, limits: Limits) -> bool:
        """Write other limits. False where they are so already. What else stands in that state stays.

        Raises:
            WrongUsage: the limits cannot be.
            NotAllowed: we may not change the space's settings.
            NotFound: the space has no highlights room.

        """
        try:
            checked_limits(limits)
        except LimitsProblem as problem:
            raise WrongUsage(f"{problem}", "Nothing was changed.", code="limits") from None
        await self._session.refresh_state(space.room_id)
        space = self._session.rooms[space.room_id]
        if self.of(space) == limits:
            return False
        if not self.may_change(space):
            message = f"You may not change the settings of {title(space)}."
            raise NotAllowed(message, "Ask one of its admins.", code="not_allowed")
        held = written(self._session, space.room_id, HIGHLIGHTS)
        await self._session.gateway.set_state(space.room_id, HIGHLIGHTS, "", {**held, **limits.content()})
        await self._session.refresh_state(space.room_id)
        return True
