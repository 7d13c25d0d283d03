"""A room as its server holds it: asked for with a plain request, so that nothing here could decrypt it on the way."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import Any
from urllib.parse import quote

from nookterm.client.ports import Secret
from nookterm.domain.ids import RoomId

_PATIENCE = 30


async def as_the_server_has_it(
    base_url: str, token: Secret, room: RoomId, limit: int = 500
) -> tuple[dict[str, Any], ...]:
    """The last events of a room that the owner of `token` may see, oldest first, as JSON that nobody has touched."""
    return await asyncio.to_thread(_fetch, base_url, token, room, limit)


def _fetch(base_url: str, token: Secret, room: RoomId, limit: int) -> tuple[dict[str, Any], ...]:
    request = urllib.request.Request(  # noqa: S310 - the demo's own server, on loopback
        f"{base_url}/_matrix/client/v3/rooms/{quote(room, safe='')}/messages?dir=b&limit={limit}",
        headers={"Authorization": f"Bearer {token.reveal()}"},
    )
    with urllib.request.urlopen(request, timeout=_PATIENCE) as response:  # noqa: S310 - the same
        return tuple(reversed(json.load(response)["chunk"]))
