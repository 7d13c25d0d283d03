"""Requests that were written to a facilitator where nobody can ask at the door: a room instead of a knock."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.knocking import ref_in
from nookterm.domain.power import ADMIN
from nookterm.domain.room import Member, Room

WRITTEN = "A letter: one cannot ask at the door."
"""What stands in the place of a knock's words."""
_LINK = "https://matrix.to/#/"
_MARK = "~letter~"


def letter_topic(nook: RoomId) -> str:
    """What the room of a letter says of itself, for whom is invited to it, in any client: a link to the nook."""
    return f"A request to join {_LINK}{nook}"


def nook_of_invite(room: Room) -> RoomId | None:
    """Which nook an invite to the room of a letter is about; None where it is no such invite."""
    me = room.members.get(room.me)
    if me is None or me.membership != Membership.INVITE or not room.encrypted or ref_in(me.reason) is None:
        return None
    start, _, nook = (room.topic or "").partition(_LINK)
    return RoomId(nook) if nook and letter_topic(RoomId(nook)) == f"{start}{_LINK}{nook}" else None


def letters(nook: Room, rooms: Iterable[Room]) -> tuple[Member, ...]:
    """Those who wrote to us about a nook, as if they asked at its door.

    Only rooms that we are in with whoever made the request there; who is in the nook, or may come in, asks no more.
    """
    found = (letter for room in rooms if (letter := _letter(nook, room)))
    latest = {letter.user: letter for letter in sorted(found, key=lambda m: (m.since, m.event_id))}
    return tuple(latest.values())


def letter_room(knock: EventId) -> RoomId | None:
    """The room of a letter that stands in the place of a knock; None for a knock."""
    return RoomId(knock.removeprefix(_MARK)) if knock.startswith(_MARK) else None


def _letter(nook: Room, room: Room) -> Member | None:
    if room.vets is None or room.vets[0] != nook.room_id or not room.encrypted or room.membership != Membership.JOIN:
        return None
    user = room.vets[1]
    writer, door = room.members.get(user), nook.members.get(user)
    if user == room.me or writer is None or writer.membership != Membership.JOIN:
        return None
    if room.creator not in (None, user):
        # Nobody asks in somebody else's name.
        return None
    # A room for asking somebody, made by one of us, says the same of itself; there the power is ours.
    if room.power.of(user) < max(ADMIN, room.power.of(room.me) + 1):
        return None
    if door is not None and door.membership != Membership.LEAVE:
        return None
    knock = EventId(f"{_MARK}{room.room_id}")
    return Member(user, Membership.KNOCK, writer.display_name, writer.since, knock, user, WRITTEN)
