"""Beginning a community: what the form asks for, carried out in the space of the open room."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from nookterm.client.errors import Problem, WrongUsage
from nookterm.domain.charter import Charter
from nookterm.domain.ids import RoomId, UserId, is_user_id
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Told
from nookterm.viewmodels.problem_words import in_words

T = TypeVar("T")


class FoundModel:
    """Beginning a community."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._hub: Hub | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    async def found_space(self, name: str, topic: str) -> Told:
        """Make a space. Says what went wrong, if anything did."""

        async def work(hub: Hub) -> Told:
            await hub.founding.space(name, topic)
            return Told("")

        return await self._work(work)

    async def found_nook(self, name: str, charter: Charter, with_creator: str = "") -> RoomId | Told:
        """Make a nook in the space of the open room, else the first one. Says what went wrong, if anything did."""

        async def work(hub: Hub) -> RoomId:
            spaces = hub.session.rooms.spaces()
            here = [s for s in spaces if any(c.room_id == hub.open_room for c in s.children)]
            space = next(iter((*here, *spaces)), None)
            if space is None:
                message = "You are in no space yet."
                raise Problem(message, "Found a space first.")
            if with_creator and not is_user_id(with_creator):
                message = f"{with_creator} is not a Matrix id."
                raise WrongUsage(message, "It looks like @name:server.")
            other = UserId(with_creator) if with_creator else None
            return await hub.founding.nook(space, name, charter, with_creator=other)

        return await self._work(work)

    async def _work(self, work: Callable[[Hub], Awaitable[T]]) -> T | Told:
        hub = self._hub
        if hub is None:
            return Told("The account is not open yet.", done=False)

        async def run() -> T | Told:
            try:
                return await work(hub)
            except Problem as problem:
                return Told(safe_line(in_words(problem), longest=300), done=False)

        done: T | Told = await hub.do(run())
        return done
