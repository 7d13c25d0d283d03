"""Waiting until two servers agree on what happened last in a room: between them news travels when it can."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from nookterm.demo.errors import not_federating
from nookterm.demo.people import Somebody
from nookterm.demo.watching import as_the_server_has_it
from nookterm.domain.ids import RoomId

_PATIENCE = 30.0
_POLL = 0.05
_LAST = 20
"""Events among which the other server's newest is looked for: what comes at the same time may stand in any order."""


async def crossed(room: RoomId, watchers: Iterable[Somebody]) -> None:
    """Wait until each server has the newest event of the others; `watchers` are members, one on each server.

    Raises:
        DemoProblem: it did not get there within half a minute.
    """
    eyes = tuple(watchers)
    give_up = time.monotonic() + _PATIENCE
    while not await _agree(room, eyes):
        if time.monotonic() > give_up:
            raise not_federating()
        await asyncio.sleep(_POLL)


async def _agree(room: RoomId, eyes: tuple[Somebody, ...]) -> bool:
    seen = await asyncio.gather(*(_newest(room, somebody) for somebody in eyes))
    return all(view[-1] in other for view in seen for other in seen)


async def _newest(room: RoomId, somebody: Somebody) -> list[str]:
    server = somebody.account.profile.homeserver
    events = await as_the_server_has_it(server, somebody.token, room, limit=_LAST)
    return [event["event_id"] for event in events] or [""]
