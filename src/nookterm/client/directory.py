"""The nooks of a space as somebody sees them who may not be in them yet."""

from __future__ import annotations

from dataclasses import dataclass

from nookterm.client.ports import Summary
from nookterm.client.session import Session
from nookterm.domain.charter import Charter
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room

_ASKING = frozenset({"knock", "knock_restricted"})


@dataclass(frozen=True, slots=True)
class Listing:
    """A nook in the directory."""

    summary: Summary
    membership: Membership
    """Ours."""
    charter: Charter | None
    """The copy that the space holds, or the nook's own where we are inside."""

    @property
    def can_ask(self) -> bool:
        """Whether one can ask to join."""
        outside = self.membership == Membership.LEAVE
        return outside and self.summary.join_rule in _ASKING

    @property
    def can_join(self) -> bool:
        """Whether one can walk in."""
        return self.membership == Membership.INVITE or (
            self.membership == Membership.LEAVE and self.summary.join_rule == "public"
        )


class Directory:
    """Reads what a space lists."""

    def __init__(self, session: Session) -> None:
        """Read as this account."""
        self._session = session

    async def of(self, space: Room) -> tuple[Listing, ...]:
        """The nooks that a space and its sub-spaces list, most free places first; not its highlights room."""
        rooms = self._session.rooms
        found = []
        for summary in await self._session.gateway.hierarchy(space.room_id):
            if summary.is_space or not summary.encrypted or self._is_helper(summary.room_id):
                continue
            mine = rooms.get(summary.room_id)
            charter = (mine.charter if mine else None) or self._entry(summary.room_id)
            found.append(Listing(summary, mine.membership if mine else Membership.LEAVE, charter))
        return tuple(sorted(found, key=_by_room))

    def _is_helper(self, room_id: RoomId) -> bool:
        spaces = self._session.rooms.spaces()
        return any(room_id in {s.highlights, s.facilitation} for s in spaces)

    def _entry(self, room_id: RoomId) -> Charter | None:
        return next((s.entries[room_id] for s in self._session.rooms.spaces() if room_id in s.entries), None)


def _by_room(listing: Listing) -> tuple[int, str]:
    cap = listing.charter.cap if listing.charter else 0
    return (listing.summary.members - cap, listing.summary.name or listing.summary.room_id)
