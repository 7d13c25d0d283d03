"""Favourites in their order: moved up and down among each other, the same in every client (`m.tag`, `order`)."""

from __future__ import annotations

from nookterm.client.errors import WrongUsage
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.room_order import Standing, by_place, moved
from nookterm.domain.space import title

UP, DOWN, FIRST, LAST = "up", "down", "first", "last"
MOVES = (UP, DOWN, FIRST, LAST)


def favourites(session: Session) -> list[RoomId]:
    """The favourites that stand in the list of rooms, in the order in which they stand there by place."""
    boards = {space.highlights for space in session.rooms.spaces()}
    rooms = [
        room for room_id, tags in session.tags.all().items() if tags.favourite and (room := session.rooms.get(room_id))
    ]
    inside = [r for r in rooms if r.membership is Membership.JOIN and not r.is_space and r.room_id not in boards]

    def standing(room_id: RoomId) -> Standing:
        return Standing(title(session.rooms[room_id]), session.tags.of(room_id).favourite_at)

    return by_place([room.room_id for room in inside], standing)


async def move(session: Session, room_id: RoomId, how: str) -> bool:
    """Move a favourite: `up`, `down`, `first` or `last`. False where it stands there already.

    Raises WrongUsage for a room that is no favourite, Problem where the server does not take it.
    """
    listed = favourites(session)
    if room_id not in listed:
        message = "Only favourites can be moved."
        raise WrongUsage(message, "Make it a favourite first.", code="no_favourite")
    at, end = listed.index(room_id), len(listed) - 1
    to = {UP: max(0, at - 1), DOWN: min(end, at + 1), FIRST: 0, LAST: end}[how]
    places = [session.tags.of(one).favourite_at for one in listed]
    return await session.tags.place({listed[number]: place for number, place in moved(places, at, to).items()})
