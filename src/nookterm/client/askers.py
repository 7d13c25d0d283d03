"""Who asks us about a request of ours, and what stands in the way of answering: only looked at, nothing is done."""

from __future__ import annotations

from nookterm.client.errors import IdentityChanged, NotTrusted
from nookterm.client.my_requests import MyRequests
from nookterm.client.ports import Outgoing
from nookterm.client.rooms import Rooms
from nookterm.client.session import Session
from nookterm.domain.applying import Hitch, MyRequest, is_open
from nookterm.domain.events import Membership, StateChange
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.knocking import ref_in
from nookterm.domain.names import shown_name
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.vocabulary import ANSWERS
from nookterm.trust.pins import Standing as Identity

_COMPANY = "company"
"""The code of the problem that somebody is in the room whom the answers are not for."""
OWN_INVITES = "own_invites"
"""The kind under which it is remembered that our own account turns invites away."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody asks us in a room about our request."""

    user: UserId
    room_id: RoomId
    name: str | None
    """How they call themselves there."""
    known: bool
    """Whether a space of ours lists them as a facilitator of that nook, or we said that they are one."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What stands in the way, and whose doing it is."""

    hitch: Hitch
    user: UserId | None = None


class Askers:
    """Finds vetting rooms by what they are, never only by what they say of themselves."""

    def __init__(self, session: Session) -> None:
        """Look with this account's eyes."""
        self._session = session

    def of(self, mine: MyRequest) -> tuple[Asker, ...]:
        """Everybody who asks about this request in an encrypted room, those that are known as facilitators first."""
        if not mine.ref:
            return ()
        found = [asker for room in self._session.rooms.values() if (asker := self.in_room(room, mine))]
        return tuple(sorted(found, key=lambda a: (not a.known, a.room_id)))

    def in_room(self, room: Room, mine: MyRequest) -> Asker | None:
        """Who asks in this room, if it is about this very request."""
        me = room.members.get(room.me)
        if me is None or not room.encrypted or room.room_id == mine.nook or room.room_id in mine.earlier:
            return None
        user: UserId | None = None
        if me.membership == Membership.INVITE and ref_in(me.reason) == mine.ref:
            user = me.sender
        elif me.membership == Membership.JOIN and room.vets == (mine.nook, room.me):
            user = self._maker(room)
        if user in (None, room.me):
            return None
        return Asker(user, room.room_id, room.name_of(user), self.knows(mine, user))

    def knows(self, mine: MyRequest, user: UserId) -> bool:
        """Whether somebody is a facilitator of the nook, by a space of ours or by our own word."""
        ours = user in mine.confirmed or user == mine.written_to
        return ours or facilitator_of(self._session.rooms, mine.nook, user)

    def strangers(self, room: Room, mine: MyRequest) -> tuple[UserId, ...]:
        """Who else could read what is said in this room, and is nobody that we know as a facilitator."""
        readers = room.who(Membership.JOIN, Membership.INVITE)
        return tuple(m.user for m in readers if m.user != room.me and not self.knows(mine, m.user))

    def stop(self, mine: MyRequest, askers: tuple[Asker, ...]) -> Stop | None:
        """What stands in the way of this request, as far as this machine knows."""
        unready = self._session.trust.people.ready is False
        row = self.unsent_answers(mine)
        if row is not None:
            return Stop(Hitch.DEVICE) if unready else self._held(mine, row)
        if unready and mine.answered_in is None:
            return Stop(Hitch.DEVICE)
        if is_open(mine) and self._session.store.recall(OWN_INVITES, ""):
            return Stop(Hitch.INVITES)
        if not is_open(mine) or mine.answered_in or not askers:
            return None
        asker = askers[0]
        return self.stop_at(mine, asker) if asker.known else Stop(Hitch.UNKNOWN, asker.user)

    def stop_at(self, mine: MyRequest, asker: Asker) -> Stop | None:
        """Why a facilitator whom we know does not get our answers (yet)."""
        known = self._session.trust.people.known(asker.user)
        if known is not None and (known.blocks or known.standing is Identity.HIDDEN):
            return Stop(Hitch.IDENTITY, asker.user)
        room = self._session.rooms[asker.room_id]
        strangers = self.strangers(room, mine) if room.membership == Membership.JOIN else ()
        if strangers:
            return Stop(Hitch.COMPANY, strangers[0])
        unreadable = known is not None and known.seen and not known.signed
        return Stop(Hitch.UNREADABLE, asker.user) if unreadable else None

    def unsent_answers(self, mine: MyRequest) -> Outgoing | None:
        """The answers, while they wait in the outbox."""
        if mine.answered_in is None:
            return None
        rows = (row for row in self._session.store.outgoing() if row.room_id == mine.answered_in)
        return next((row for row in rows if row.event_id is None and ANSWERS in row.what.content), None)

    def look_at_company(self, row: Outgoing) -> None:
        """The last look at answers before they leave: they may have waited here while somebody came into the room.

        Raises:
            NotTrusted: somebody could read them whom we do not know as a facilitator.

        """
        if ANSWERS not in row.what.content:
            return
        room = self._session.rooms.get(row.room_id)
        kept = MyRequests(self._session.store).all().values()
        mine = next((m for m in kept if m.answered_in == row.room_id), None)
        if room and mine and (strangers := self.strangers(room, mine)):
            message = f"{shown_name(strangers[0], room.name_of(strangers[0]))} could read your answers as well."
            raise NotTrusted(message, "They wait here. My requests says what to do.", code=_COMPANY)

    def _held(self, mine: MyRequest, row: Outgoing) -> Stop | None:
        problem = self._session.outbox.held.problem(row.txn_id)
        room = self._session.rooms.get(row.room_id)
        strangers = self.strangers(room, mine) if room else ()
        if strangers:
            return Stop(Hitch.COMPANY, strangers[0])
        if isinstance(problem, IdentityChanged):
            blocking = self._session.trust.people.who_blocks(row.room_id)
            return Stop(Hitch.IDENTITY, blocking[0].user if blocking else mine.asked_by)
        return Stop(Hitch.UNREADABLE, mine.asked_by) if isinstance(problem, NotTrusted) else None

    def _maker(self, room: Room) -> UserId | None:
        """Who made a room that we are in."""
        for event in self._session.store.state(room.room_id):
            if isinstance(event.payload, StateChange) and event.payload.type == "m.room.create":
                return event.sender
        return None


def facilitator_of(rooms: Rooms, nook: RoomId, user: UserId) -> bool:
    """Whether the spaces that we are in, and that list `nook`, name `user` among those who may ask its applicants.

    Anybody can make a space, list a nook of others there and name themselves: where spaces differ, a human is asked.
    """
    entries = [entry for space in rooms.listing(nook) if (entry := space.entries.get(nook))]
    return bool(entries) and all(user in entry.facilitators for entry in entries)
