"""The nooks of a space, or one room by its address, as somebody sees them who may not be in them yet."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from nookterm.client.errors import NotAllowed, NotFound
from nookterm.client.ports import Summary
from nookterm.client.session import Session
from nookterm.domain.charter import Charter
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.outside import addresses_in, questions_in
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room

_ASKING = frozenset({"knock", "knock_restricted"})


@dataclass(frozen=True, slots=True)
class Listing:
    """A nook in the directory."""

    summary: Summary
    membership: Membership
    """Ours."""
    charter: Charter | None
    """The copy that the space holds, or the nook's own where we are inside; from outside what its topic asks."""
    listed: bool = True
    """Whether a space that we are in lists it with a card, so that its facilitators are known."""
    above: str = ""
    """The open space that lists it, where we are not in that one: it would say who the facilitators are."""

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
        """What a space and its sub-spaces list: nooks, most free places first.

        Before them sub-spaces at which one asks, and open ones to be joined first as we do not see their cards.
        """
        summaries = await self._session.gateway.hierarchy(space.room_id)
        inside = [s for s in summaries if s.room_id != space.room_id]
        above = {child: s for s in inside if s.is_space and self._is_open(s) for child in s.children}
        shown = [s for s in inside if self._is_shown(s)]
        found = [self._listing(s, above.get(s.room_id)) for s in shown]
        first = {above[x.summary.room_id].room_id for x in found if x.above}
        found += [self._listing(s) for s in inside if s.room_id in first]
        return tuple(sorted(found, key=_by_room))

    async def look_up(self, room: str, via: tuple[str, ...] = ()) -> tuple[Listing, ...]:
        """A room by its id or address; before it the open space above it, where its topic names one that lists it.

        Raises NotFound or NotAllowed where it cannot be seen from outside.
        """
        if room.startswith("#"):
            room_id, servers = await self._session.gateway.resolve(room)
            room, via = room_id, via or servers[:3]
        summary = await self._session.gateway.summary(room, via)
        above = None if self.is_listed(summary.room_id) else await self._above(summary)
        return (*((self._listing(above),) if above else ()), self._listing(summary, above))

    def charter(self, summary: Summary) -> Charter | None:
        """What is known of what a room asks: its own words, the card in a space of ours, or its topic."""
        mine = self._session.rooms.get(summary.room_id)
        inside = mine.charter if mine and mine.membership == Membership.JOIN else None
        known = inside or self._entry(summary.room_id)
        if known:
            return known
        asked = questions_in(summary.topic)
        return Charter(questions=asked) if asked else None

    def is_listed(self, room_id: RoomId) -> bool:
        """Whether a space that we are in has a card for a room."""
        return any(room_id in space.entries for space in self._session.rooms.listing(room_id))

    def _listing(self, summary: Summary, above: Summary | None = None) -> Listing:
        mine = self._session.rooms.get(summary.room_id)
        membership = mine.membership if mine else Membership.LEAVE
        listed = self.is_listed(summary.room_id)
        first = (above.name or above.room_id) if above and not listed and membership == Membership.LEAVE else ""
        return Listing(summary, membership, self.charter(summary), listed=listed, above=first)

    def _is_open(self, space: Summary) -> bool:
        """Whether one can join a space that one is not in."""
        mine = self._session.rooms.get(space.room_id)
        outside = mine is None or mine.membership == Membership.LEAVE
        return outside and space.join_rule == "public"

    def _is_shown(self, summary: Summary) -> bool:
        if self._is_helper(summary.room_id):
            return False
        return summary.join_rule in _ASKING if summary.is_space else summary.encrypted

    async def _above(self, summary: Summary) -> Summary | None:
        """An open space that lists a room and that we are not in. What a topic says is looked up, not believed."""
        for address in addresses_in(summary.topic):
            with contextlib.suppress(NotFound, NotAllowed):
                space, servers = await self._session.gateway.resolve(address)
                about = await self._session.gateway.summary(space, servers[:3])
                if not about.is_space or not self._is_open(about):
                    continue
                if any(s.room_id == summary.room_id for s in await self._session.gateway.hierarchy(space)):
                    return replace(about, via=servers[:3])
        return None

    def _is_helper(self, room_id: RoomId) -> bool:
        spaces = self._session.rooms.spaces()
        return any(room_id in {s.highlights, s.facilitation} for s in spaces)

    def _entry(self, room_id: RoomId) -> Charter | None:
        return next((s.entries[room_id] for s in self._session.rooms.spaces() if room_id in s.entries), None)


def _by_room(listing: Listing) -> tuple[bool, int, str]:
    cap = listing.charter.cap if listing.charter and listing.listed else 0
    name = listing.summary.name or listing.summary.room_id
    return (not listing.summary.is_space, listing.summary.members - cap, name)
