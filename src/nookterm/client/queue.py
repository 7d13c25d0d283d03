"""The facilitators' queue: requests to join over all nooks, from the server or from the store."""

from __future__ import annotations

from nookterm.client.errors import Changed, NotAllowed, NotFound
from nookterm.client.session import Session
from nookterm.domain.acts import Act, knock_case, read_act
from nookterm.domain.events import Event, Membership
from nookterm.domain.ids import UserId
from nookterm.domain.knocking import read_answers
from nookterm.domain.names import shown_name
from nookterm.domain.room import Member, Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request, waiting
from nookterm.domain.vocabulary import ACT

HISTORY = 500
LISTED = "listed"


class Queue:
    """Who waits at the doors that we may open, and what is known of them. Looks, and changes nothing."""

    def __init__(self, session: Session) -> None:
        """Decide as this account."""
        self._session = session

    async def requests(self, nook: Room | None = None) -> tuple[Request, ...]:
        """Everyone who waits at a door that we may open, as the server has it now, longest wait first."""
        found: list[Request] = []
        for room in (nook,) if nook else self._doors():
            knocks = await self._session.gateway.members(room.room_id, Membership.KNOCK)
            found.extend(self._waiting(room, knocks))
        return self._listed(found)

    def known_requests(self) -> tuple[Request, ...]:
        """The same from the store, without the network."""
        asked = ((room, room.who(Membership.KNOCK)) for room in self._doors())
        return self._listed([r for room, knocks in asked if knocks for r in self._waiting(room, knocks)])

    def remember_listed(self, requests: tuple[Request, ...]) -> None:
        """A decision that names no request means the one last listed to this profile."""
        with self._session.store.transaction():
            for request in requests:
                self._session.store.remember(LISTED, request.case, {"knock": request.knock})

    def _listed(self, found: list[Request]) -> tuple[Request, ...]:
        return tuple(sorted(found, key=lambda r: (r.since, r.user)))

    def _doors(self) -> tuple[Room, ...]:
        rooms = self._session.rooms
        return tuple(r for r in (*rooms.nooks(), *rooms.spaces()) if r.power.may_decide(r.me))

    def _waiting(self, nook: Room, knocks: tuple[Member, ...]) -> tuple[Request, ...]:
        return waiting(nook, knocks, self._acts(nook), self._session.clock())

    def _acts(self, nook: Room) -> tuple[Act, ...]:
        helpers = self._facilitators_room(nook)
        events = self._session.store.marked(helpers.room_id, [ACT]) if helpers else ()
        return tuple(act for event in events if (act := read_act(event)))

    def _facilitators_room(self, nook: Room) -> Room | None:
        """The facilitators' room of a nook, of the space that lists it, or of the space above: both name each other."""
        rooms = self._session.rooms
        spaces = rooms.listing(nook.room_id)
        above = [holder for space in spaces for holder in rooms.listing(space.room_id)]
        for holder in (nook, *spaces, *above):
            room = rooms.get(holder.facilitation) if holder.facilitation else None
            agreed = room and {holder.room_id, nook.room_id} & room.facilitates
            if room and agreed and room.membership == Membership.JOIN and room.encrypted:
                return room
        return None

    def _locate(self, case: str) -> tuple[Room, UserId]:
        """Which door and whom a case word means, also after the case has closed.

        Raises:
            NotFound: nobody that we know of has this word.
            NotAllowed: it is at a door that we may not open.

        """
        rooms = self._session.rooms
        doors = (*rooms.nooks(), *rooms.spaces())
        known = [(r, m) for r in doors for m in r.members.values() if knock_case(r.room_id, m.user) == case]
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
        return dict(request.answers or (self._answers_in(room, request.user) if room else {}))

    def _answers_in(self, room: Room, user: UserId) -> dict[str, str]:
        events: tuple[Event, ...] = self._session.store.timeline(room.room_id, HISTORY)
        given = [a for e in events if e.sender == user and (a := read_answers(e))]
        return dict(given[-1]) if given else {}

    def _who(self, request: Request) -> str:
        return shown_name(request.user, request.display_name)

    def _me(self, nook: Room) -> str:
        me = self._session.gateway.user_id
        return shown_name(me, nook.name_of(me))
