"""The desk of a facilitator: everything in their nooks that needs a human, derived anew from rooms, events and acts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from nookterm.client.casework import Outcome
from nookterm.client.charters import Charters
from nookterm.client.desk_reading import ReadingBack
from nookterm.client.desk_sharing import SharingLines
from nookterm.client.desk_window import Kept, Window
from nookterm.client.errors import NotFound
from nookterm.client.queue import LISTED
from nookterm.client.reports import Reports
from nookterm.client.rooms import replaced_rooms
from nookterm.client.session import Session
from nookterm.client.snoozing import Snoozes
from nookterm.domain.acts import Act
from nookterm.domain.cards import Proposal, may_accept
from nookterm.domain.care import care_items
from nookterm.domain.conflicts import conflicts
from nookterm.domain.desk import Item, in_order
from nookterm.domain.desk_acts import PutOff, as_acted
from nookterm.domain.desk_nook import nook_items
from nookterm.domain.desk_people import people_items
from nookterm.domain.desk_room import cap_item, card_item, drift_items
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.sheet import believed, sheet_items
from nookterm.domain.space import Kind
from nookterm.domain.upgrade import older
from nookterm.domain.vetting import waiting

_STAYS = timedelta(minutes=1)
"""How long lines hold while nothing changes but the time; what runs out earlier is looked at then."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of one door, and for which moments they hold."""

    items: tuple[Item, ...]
    made_at: datetime
    until: datetime
    private: Mapping[str, PutOff]
    proposals: tuple[Proposal, ...]

    def hold(self, now: datetime, private: Mapping[str, PutOff], proposals: tuple[Proposal, ...]) -> bool:
        """Whether they are still what would be derived."""
        same = self.private == private and self.proposals == proposals
        return same and self.made_at <= now < self.until


class Desk:
    """What waits for this account as a facilitator. Stores nothing but what a person said to put off."""

    def __init__(self, session: Session) -> None:
        """Look as this account."""
        self._session = session
        self._sharing = SharingLines(session)
        self._charters = Charters(session)
        self._reports = Reports(session)
        self._snoozes = Snoozes(session)
        self._reading = ReadingBack(session)
        self._window = Window(session)
        self._acts = Kept[tuple[Act, ...]]()
        self._lines = Kept[_Lines]()

    async def items(self, nook: Room | None = None) -> tuple[Item, ...]:
        """Everything that waits, in the desk's order, after a look at the doors as the server has them. Raises Offline.

        What is missing of the past is fetched first, some pages of each room.
        """
        for door in self._doors(nook):
            knocks = await self._session.gateway.members(door.room_id, Membership.KNOCK)
            known = {member.event_id for member in door.who(Membership.KNOCK)}
            if known != {member.event_id for member in knocks}:
                await self._session.refresh_state(door.room_id)
        await self._reading.acts()
        await self._sharing.read_back()
        for door in self._doors(nook):
            if self._is_open_nook(door):
                await self._reading.conversation(door)
        return self.known_items(nook)

    def known_items(self, nook: Room | None = None) -> tuple[Item, ...]:
        """The same from the store, without the network."""
        private, now = self._snoozes.private(), self._session.clock()
        proposals = tuple(p for p in self._charters.waiting() if may_accept(p, self._session.rooms, self._me))
        found = [i for door in self._doors(nook) for i in self._of_door(door, now, private, proposals)]
        others = [*self._reports.items(), *map(card_item, proposals), *self._sharing.items(now)]
        about = [item for item in others if nook is None or item.room == nook.room_id]
        for room_id in {item.room for item in about}:
            found += self._acted([i for i in about if i.room == room_id], room_id, now, private)
        return in_order(found)

    def prepare(self) -> Iterator[None]:
        """Read what nooks' lines rest on ahead of need, so that nobody waits for all at once; a turn for each read."""
        for room_id in [door.room_id for door in self._doors(None)]:
            # Between two turns a step of the sync may have come.
            door = self._session.rooms.get(room_id)
            if door and not self._window.knows(door) and self._is_open_nook(door):
                self._window.past(door)
                yield

    def find(self, case: str) -> Item:
        """A line by its word, from the store. Raises NotFound."""
        found = next((item for item in self.known_items() if item.case == case), None)
        if found is None:
            message = f"Nothing waits under {case}."
            raise NotFound(message, "`nookterm desk` lists what waits.", code="unknown_case")
        return found

    def remember_listed(self, items: Iterable[Item]) -> None:
        """These lines were read: what is decided next is bound to them, and their words stay known."""
        store = self._session.store
        known = store.recall_all(LISTED)
        with store.transaction():
            for item in items:
                fields = _listed(item)
                if known.get(item.case) != fields:
                    store.remember(LISTED, item.case, fields)

    async def snooze(self, case: str, until: datetime, *, shared: bool = True) -> Item:
        """Put a line off: for everybody, or for oneself. Raises NotFound or WrongUsage."""
        await self._snoozes.snooze(self.find(case), until, shared=shared)
        return self.find(case)

    async def wake(self, case: str) -> Item:
        """Bring a line back. Raises NotFound."""
        await self._snoozes.wake(self.find(case))
        return self.find(case)

    async def settle(self, case: str, words: str = "", *, anyway: bool = False) -> Outcome:
        """Say that a line is dealt with; it comes back when there is something newer to it. Raises as `Snoozes`."""
        return await self._snoozes.settle(self.find(case), words, anyway=anyway)

    def history_since(self, nook: Room) -> datetime | None:
        """Since when what is known of a nook and its facilitators' room is whole and can be read; None: nothing is.

        Others may know more, or less: with it the desk says on what its lines rest.
        """
        helpers = self._snoozes.facilitators_room(nook)
        pasts = [self._window.past(room) for room in (nook, helpers) if room]
        starts = [moment for past in pasts for moment in (past.known_since, past.readable_since) if moment]
        return max(starts, default=None)

    @property
    def _me(self) -> UserId:
        return self._session.gateway.user_id

    def _doors(self, nook: Room | None) -> tuple[Room, ...]:
        return tuple(r for r in self._snoozes.doors() if nook is None or r.room_id == nook.room_id)

    def _of_door(
        self, door: Room, now: datetime, private: Mapping[str, PutOff], proposals: tuple[Proposal, ...]
    ) -> tuple[Item, ...]:
        """The lines of one nook or space."""
        rooms = self._session.rooms
        helpers, linked = self._snoozes.facilitators_room(door), rooms.get(door.facilitation or RoomId(""))

        def make() -> _Lines:
            acts = self._acts_about(door, helpers)
            items = as_acted(self._derive(door, helpers, acts, now, proposals), door, acts, now, private)
            return _Lines(items, now, _until(items, now), private, proposals)

        before = (rooms[room_id] for room_id in older(door.room_id, rooms))
        around = (door, helpers, linked, *rooms.listing(door.room_id), *rooms.vetting(door.room_id), *before)
        return self._lines.get(door.room_id, around, make, lambda lines: lines.hold(now, private, proposals)).items

    def _is_open_nook(self, door: Room) -> bool:
        """Whether this is a nook, and none that went on in another room."""
        rooms = self._session.rooms
        return rooms.kind(door) == Kind.NOOK and door.room_id not in replaced_rooms(rooms)

    def _derive(
        self, door: Room, helpers: Room | None, acts: tuple[Act, ...], now: datetime, proposals: tuple[Proposal, ...]
    ) -> list[Item]:
        asking = (*door.who(Membership.KNOCK), *self._snoozes.letters(door))
        requests = waiting(door, asking, acts, now)
        found = [*people_items(door, requests, conflicts(door, acts, now), now)]
        if self._is_open_nook(door):
            past, cap = self._window.past(door), cap_item(door)
            found += nook_items(door, past.talk, now)
            found += care_items(door, past.wishing, door.wishes, now, acts=acts, known_since=past.known_since)
            found += [cap] if cap else []
            found += drift_items(door, self._charters.drifts(door), proposals)
        if helpers:
            found += sheet_items(door, helpers, self._window.past(helpers).came, acts, now)
        return found

    def _acts_about(self, door: Room, helpers: Room | None) -> tuple[Act, ...]:
        """The acts on cases of this door."""
        if helpers is None:
            return ()
        said = self._acts.get(helpers.room_id, (helpers,), lambda: self._snoozes.acts_in(helpers.room_id))
        return believed(door, (act for act in said if act.nook == door.room_id))

    def _acted(
        self, items: list[Item], room_id: RoomId, now: datetime, private: Mapping[str, PutOff]
    ) -> tuple[Item, ...]:
        """Lines that come from elsewhere than their room, with what was said about them there."""
        room = self._session.rooms.get(room_id)
        if room is None:
            return tuple(items)
        acts = self._acts_about(room, self._snoozes.facilitators_room(room))
        return as_acted(items, room, acts, now, private)


def _until(items: Iterable[Item], now: datetime) -> datetime:
    """The first moment at which one of these may read otherwise."""
    cools = (item.request.cooling_until for item in items if item.request)
    ends = [*(item.held_until for item in items), *(item.snoozed_until for item in items), *cools]
    return min([now + _STAYS, *(end for end in ends if end and end > now)])


def _listed(item: Item) -> dict[str, str]:
    """What is remembered of a line; `knock` is the very request that was read."""
    fields = {"kind": str(item.kind), "room": item.room, "user": item.user or "", "event": item.event or ""}
    return {**fields, "knock": item.request.knock} if item.request else fields
