"""From the board into a nook: which room a highlight came from, for those who may ask to join it."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.domain.charter import Charter
from nookterm.domain.ids import RoomId
from nookterm.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """A room that the board's space lists, as it is known from outside."""

    room_id: RoomId
    name: str
    can_ask: bool
    """Whether we are outside, and its door can be knocked at."""
    card: Charter | None = None
    """The space's copy of its charter."""


def way_in(nook_name: str, listed: Iterable[Listed]) -> RoomId | None:
    """The room at which readers of a highlight may ask. A highlight names no room, so its nook is found by its name.

    None where nothing, or more than one room, is called exactly so; and where its charter shows no way in.
    """
    found = [room for room in listed if room.name == nook_name]
    if len(found) != 1 or not found[0].can_ask:
        return None
    card = found[0].card
    return found[0].room_id if card and card.board_way_in else None
