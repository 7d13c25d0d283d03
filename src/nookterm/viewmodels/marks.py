"""What it does to the marks of a room that somebody opens it."""

from __future__ import annotations

import contextlib

from nookterm.client.errors import Problem
from nookterm.client.marking import Marking
from nookterm.domain.ids import RoomId
from nookterm.viewmodels.hub import Hub


async def opened(hub: Hub, room_id: RoomId) -> None:
    """A room that was marked as unread is so no longer once it is opened. Nothing is told where that fails."""
    if not hub.read_only and hub.session.tags.of(room_id).marked:
        with contextlib.suppress(Problem):
            await Marking(hub.session).opened(room_id)
