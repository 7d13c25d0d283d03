"""The facilitators' queue: requests to join over all nooks, from the server or from the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from nookterm.client.errors import Changed, NotAllowed, NotFound
from nookterm.client.rooms import replaced_rooms
from nookterm.client.session import Session
from nookterm.client.surroundings import facilitators_room
from nookterm.domain.acts import Act, knock_case, read_act
from nookterm.domain.bells import looks
from nookterm.domain.events import Event, Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.knocking import SAID, read_answers, said_instead
from nookterm.domain.letters import letters
from nookterm.domain.names import shown_name
from nookterm.domain.room import Member, Room
from nookterm.domain.sheet import believed, read_sheet
from nookterm.domain.space import title
from nookterm.domain.vetting import Request, waiting
from nookterm.domain.vocabulary import ACT

HISTORY = 500
LISTED = "listed"
"""What is kept of the lines of the desk that were read: what a word means, and the request that was read."""
ON_IT = "on it"
"""What is kept of a claim of ours, to tell us when somebody else was faster."""


class Queue:
    """Who waits at the doors that we may open, and what is known of them. Looks, and changes nothing."""

    def __init__(self, session: Session) -> None:
        """Decide as this account."""
        self._session = session

    async def requests(self, nook: Room | None = None) -> tuple[Request, ...]:
        """Everyone who waits at a door that we may open, as the server has it now, longest wait first."""
        found: list[Request] = []
        acts = Acts(self)
        for room in (nook,) if nook else self.doors():
            knocks = await self._session.gateway.members(room.room_id, Membership.KNOCK)
            found.extend(waiting(room, (*knocks, *self.letters(room)), acts.of(room), self._session.clock()))
        return _in_order(found)

    def known_requests(self, nook: Room | None = None) -> tuple[Request, ...]:
        """The same from the store, without the network."""
        acts, now = Acts(self), self._session.clock()
        doors = (room for room in self.doors() if nook is None or room.room_id == nook.room_id)
        asked = ((room, (*room.who(Membership.KNOCK), *self.letters(room))) for room in doors)
        return _in_order(r for room, knocks in asked if knocks for r in waiting(room, knocks, acts.of(room), now))

    def remember_listed(self, requests: tuple[Request, ...]) -> None:
        """A decision that names no request means the one last listed to this profile."""
        with self._session.store.transaction():
            for request in requests:
                self._session.store.remember(LISTED, request.case, listed(request))

    def doors(self) -> tuple[Room, ...]:
        """The nooks and spaces where we may decide who comes in."""
        return tuple(r for r in self._all_doors() if r.power.may_decide(r.me))

    def _all_doors(self) -> tuple[Room, ...]:
        """Every nook and space; of those that went on in a new room the ones at which somebody still waits."""
        rooms = self._session.rooms
        closed = (rooms[room_id] for room_id in replaced_rooms(rooms))
        asked = (room for room in closed if room.encrypted and room.who(Membership.KNOCK))
        return (*rooms.nooks(), *rooms.spaces(), *asked)

    def letters(self, nook: Room) -> tuple[Member, ...]:
        """Those who wrote to us about a nook, as one cannot ask at its door."""
        return letters(nook, self._session.rooms.vetting(nook.room_id))

    async def at_the_door(self, nook: Room, user: UserId) -> Member | None:
        """Somebody's standing in a nook as the server has it now; who wrote to us stands as if they asked there."""
        fresh = await self._session.gateway.member(nook.room_id, user)
        if fresh is None or fresh.membership == Membership.LEAVE:
            return next((letter for letter in self.letters(nook) if letter.user == user), fresh)
        return fresh

    def waiting(self, nook: Room, knocks: Iterable[Member]) -> tuple[Request, ...]:
        """The requests that these knocks are, with what the facilitators did about them so far."""
        return waiting(nook, knocks, self.acts(nook), self._session.clock())

    def acts(self, nook: Room) -> tuple[Act, ...]:
        """What was done about cases, as the nook's facilitators' room says it; see `domain.acts.counting`."""
        return Acts(self).of(nook)

    def acts_in(self, helpers: RoomId) -> tuple[Act, ...]:
        """What one facilitators' room says, with the claims that were made there by 👀."""
        events = self._session.store.marked(helpers, [ACT])
        found = tuple(act for event in events if (act := read_act(event)))
        return (*found, *looks(found, events), *(act for event in events for act in read_sheet(event)))

    def facilitators_room(self, nook: Room) -> Room | None:
        """The facilitators' room of a nook, of the space that lists it, or of the space above: both name each other."""
        return facilitators_room(self._session.rooms, nook.room_id)

    def locate(self, case: str) -> tuple[Room, UserId]:
        """Which door and whom a case word means, also after the case has closed.

        Raises:
            NotFound: nobody that we know of has this word.
            NotAllowed: it is at a door that we may not open.

        """
        doors = self._all_doors()
        known = [
            (r, m)
            for r in doors
            for m in (*self.letters(r), *r.members.values())
            if knock_case(r.room_id, m.user) == case
        ]
        if not known:
            message = f"Nobody is known under {case}."
            raise NotFound(message, "`nookterm desk` lists who waits.", code="unknown_case")
        asking = [(r, m) for r, m in known if m.membership == Membership.KNOCK]
        if len(asking) > 1:
            ids = ", ".join(m.user for _, m in asking)
            message = f"Several people wait under {case}: {ids}."
            raise Changed(message, "Nothing was done. Decide with another client, by their Matrix ids.", code="changed")
        room, member = (asking or known)[0]
        found = (room, member.user)
        if not found[0].power.may_decide(found[0].me):
            message = f"You may not decide in {title(found[0])}."
            raise NotAllowed(message, "Ask one of its facilitators.", code="not_allowed")
        return found

    def answers(self, request: Request) -> dict[str, str]:
        """The applicant's answers, from the facilitators' room or from a vetting room that we are in."""
        room = self._session.rooms.get(request.asked_in) if request.asked_in else None
        here = self.answers_in(room, request)[0] if room else {}
        return here if SAID in here else dict(request.answers or here)

    def answers_in(self, room: Room, request: Request) -> tuple[dict[str, str], datetime | None]:
        """The answers in a vetting room, and when they came: those of the form, else what was said without one."""
        events: tuple[Event, ...] = self._session.store.timeline(room.room_id, HISTORY)
        given = [(a, e.sent_at) for e in events if e.sender == request.user and (a := read_answers(e))]
        if given:
            return dict(given[-1][0]), given[-1][1]
        said = None if request.ref else said_instead(events, request.user)
        return ({SAID: said[0]}, said[1]) if said else ({}, None)

    def who(self, request: Request) -> str:
        """How the person who asks is called on screen."""
        return shown_name(request.user, request.display_name)

    def me(self, nook: Room) -> str:
        """How we are called in that nook."""
        return called(nook, self._session.gateway.user_id)


class Acts:
    """The acts of many nooks, read once for each facilitators' room: nooks of a space often share one."""

    def __init__(self, queue: Queue) -> None:
        """Nothing is read before it is asked for; what comes later is not seen."""
        self._queue = queue
        self._read: dict[RoomId, tuple[Act, ...]] = {}

    def of(self, nook: Room) -> tuple[Act, ...]:
        """The acts on cases of this nook."""
        helpers = self._queue.facilitators_room(nook)
        if helpers is None:
            return ()
        if helpers.room_id not in self._read:
            self._read[helpers.room_id] = self._queue.acts_in(helpers.room_id)
        return believed(nook, (act for act in self._read[helpers.room_id] if act.nook == nook.room_id))


def called(nook: Room, user: UserId) -> str:
    """How somebody is called in that nook."""
    return shown_name(user, nook.name_of(user))


def listed(request: Request) -> dict[str, str]:
    """What is remembered of a line of the desk that was read, so that a decision is bound to it."""
    return {"kind": "knock", "room": request.nook, "user": request.user, "event": request.knock, "knock": request.knock}


def _in_order(found: Iterable[Request]) -> tuple[Request, ...]:
    return tuple(sorted(found, key=lambda r: (r.since, r.user)))
