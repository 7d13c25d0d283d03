"""Beginning a community: what the form asks for, carried out in the space of the open room."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nookterm.client.errors import Problem, WrongUsage
from nookterm.domain.charter import Charter
from nookterm.domain.ids import UserId, is_user_id
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.problem_words import in_words


class FoundModel:
    """Beginning a community."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._hub: Hub | None = None

    def attach(self, hub: Hub) -> None:
        """The account is open."""
        self._hub = hub

    async def found_space(self, name: str, topic: str) -> str:
        """Make a space. Empty when done, else what went wrong."""

        async def work(hub: Hub) -> None:
            await hub.founding.space(name, topic)

        return await self._work(work)

    async def found_nook(self, name: str, charter: Charter, with_creator: str = "") -> str:
        """Make a nook in the space of the open room, else the first one. Empty when done, else what went wrong."""

        async def work(hub: Hub) -> None:
            spaces = hub.session.rooms.spaces()
            here = [s for s in spaces if any(c.room_id == hub.open_room for c in s.children)]
            space = next(iter((*here, *spaces)), None)
            if space is None:
                message = "You are in no space yet."
                raise Problem(message, "Found a space first.")
            if with_creator and not is_user_id(with_creator):
                message = f"{with_creator} is not a Matrix id."
                raise WrongUsage(message, "It looks like @name:server.")
            await hub.founding.nook(space, name, charter, with_creator=UserId(with_creator) if with_creator else None)

        return await self._work(work)

    async def _work(self, work: Callable[[Hub], Awaitable[None]]) -> str:
        hub = self._hub
        if hub is None:
            return "The account is not open yet."

        async def run() -> str:
            try:
                await work(hub)
            except Problem as problem:
                return safe_line(in_words(problem), longest=300)
            return ""

        return str(await hub.do(run()))
