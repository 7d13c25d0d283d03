"""What a person is called who may be in several rooms, or in none that is open."""

from __future__ import annotations

from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_name
from nookterm.viewmodels.hub import Hub


def known_name(hub: Hub, user: UserId) -> str:
    """The name from the open room, else from any room; never one that could pass for somebody else's id. Safe text."""
    rooms = hub.session.rooms
    first = rooms.get(hub.open_room) if hub.open_room else None
    candidates = (first, *rooms.spaces(), *rooms.values())
    return shown_name(user, next((name for room in candidates if room and (name := room.name_of(user))), None))
