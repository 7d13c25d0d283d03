"""Addresses of rooms and messages that any client opens (spec: matrix.to navigation)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from nookterm.domain.ids import EventId, RoomId, UserId, is_user_id, server_of
from nookterm.domain.records import dataclass

_LINK = re.compile(r"(?:https?://matrix\.to/#/|matrix:(?=r/|roomid/|u/))[^\s<>\"')\]]+")
_LONGEST = 512
_MOST_SERVERS = 5
_KINDS = {"r": "#", "roomid": "!", "u": "@", "e": "$", "event": "$"}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


def room_link(room: RoomId, me: UserId) -> str:
    """The address of a room, through the server that its id names, or else our own."""
    return f"https://matrix.to/#/{_escaped(room)}?via={_escaped(server_of(room) or server_of(me))}"


def message_link(room: RoomId, event: EventId, me: UserId) -> str:
    """The address of a message, for those who are in its room."""
    return f"https://matrix.to/#/{_escaped(room)}/{_escaped(event)}?via={_escaped(server_of(room) or server_of(me))}"


def person_link(user: UserId) -> str:
    """The address of a person."""
    return f"https://matrix.to/#/{_escaped(user)}"


@dataclass(frozen=True, slots=True)
class Link:
    """Where an address leads: into a room, to a message there, or to a person."""

    room: str = ""
    """A room's id or alias."""
    event: EventId | None = None
    user: UserId | None = None
    via: tuple[str, ...] = ()
    """Servers that know the room."""


def read_link(text: str) -> Link | None:
    """Where a matrix.to or matrix: address leads (spec: URIs). None: it is no such address, or makes no sense."""
    text = text.strip()
    if len(text) > _LONGEST * 4 or not _LINK.match(text):
        return None
    address, _, query = text.partition("?")
    via = [unquote(part.removeprefix("via=")) for part in query.split("&") if part.startswith("via=")]
    if address.startswith("matrix:"):
        parts = address.removeprefix("matrix:").split("/")
        pairs = zip(parts[::2], parts[1::2], strict=False)
        names = [_KINDS.get(kind, "?") + unquote(name) for kind, name in pairs]
    else:
        names = [unquote(name) for name in address.partition("#/")[2].split("/") if name]
    if not names or any(not name.isprintable() or len(name) > _LONGEST for name in (*names, *via)):
        return None
    if is_user_id(names[0]):
        return Link(user=UserId(names[0]))
    if names[0][:1] not in {"!", "#"} or (len(names) > 1 and not names[1].startswith("$")):
        return None
    return Link(names[0], EventId(names[1]) if len(names) > 1 else None, via=tuple(via[:_MOST_SERVERS]))


def addresses_in(text: str) -> Iterator[str]:
    """The addresses in what somebody wrote, in order."""
    for found in _LINK.finditer(text):
        address = found.group().rstrip(".,;:!?")
        if read_link(address) is not None:
            yield address


def _escaped(text: str) -> str:
    """Percent-encoded, so that nothing in an id ends the address or begins another part of it."""
    return "".join(c if c in _PLAIN else "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "replace")) for c in text)
