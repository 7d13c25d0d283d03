"""Addresses of rooms and messages that any client opens (spec: matrix.to navigation)."""

from __future__ import annotations

from nookterm.domain.ids import EventId, RoomId, UserId, server_of

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


def room_link(room: RoomId, me: UserId) -> str:
    """The address of a room, through the server that its id names, or else our own."""
    return f"https://matrix.to/#/{_escaped(room)}?via={_escaped(server_of(room) or server_of(me))}"


def message_link(room: RoomId, event: EventId, me: UserId) -> str:
    """The address of a message, for those who are in its room."""
    return f"https://matrix.to/#/{_escaped(room)}/{_escaped(event)}?via={_escaped(server_of(room) or server_of(me))}"


def _escaped(text: str) -> str:
    """Percent-encoded, so that nothing in an id ends the address or begins another part of it."""
    return "".join(c if c in _PLAIN else "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "replace")) for c in text)
