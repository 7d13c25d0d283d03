"""Writing to a facilitator where nobody can ask at the door, and receiving such letters as a facilitator."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from nookterm.client.directory import Directory
from nookterm.client.errors import IdentityChanged, NotAllowed, NotFound, NotTrusted, WrongUsage
from nookterm.client.my_requests import MyRequests
from nookterm.client.new_request import checked_answers, new_request, user_id
from nookterm.client.ports import RoomSpec, Summary
from nookterm.client.queue import Queue
from nookterm.client.session import Session
from nookterm.client.stepping_in import SteppingIn
from nookterm.domain.applying import MyRequest, is_open
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.knocking import answers_content, reason_with_ref
from nookterm.domain.letters import letter_topic, nook_of_invite
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.domain.vocabulary import VERSION, VETTING

_MOST_LETTERS = 20
"""Letters that are taken in by themselves while as many are open; more wait as invites."""
_MOST_OF_ONE = 3
"""Letters of one person that are taken in by themselves, those from before included."""


class Letters:
    """Requests that go to one person, end-to-end encrypted, instead of to a door."""

    def __init__(self, session: Session) -> None:
        """Write and receive as this account."""
        self._session = session
        self._kept = MyRequests(session.store)
        self._stepping_in = SteppingIn(session)

    async def write(
        self,
        room: str,
        facilitator: str,
        *,
        answers: Mapping[str, str] | None = None,
        reason: str = "",
        via: Sequence[str] = (),
    ) -> MyRequest:
        """Ask a facilitator to be let in: a room of our own with them, and the answers in it at once.

        Raises:
            WrongUsage: answers that do not fit, no Matrix id, or a request there is open already.
            IdentityChanged: the facilitator's identity is another one than before; nothing was sent.
            NotTrusted: nobody could read it: this device, or none of theirs, is signed; nothing was sent.

        """
        session, to = self._session, user_id(facilitator)
        summary = await self._look(room, via)
        mine, here = self._kept.of(summary.room_id), session.rooms.get(summary.room_id)
        if (here and here.membership != Membership.LEAVE) or (mine and is_open(mine) and mine.written_to):
            message = f"You are in {safe_line(summary.name or room)}, or have asked there already."
            raise WrongUsage(message, "Nothing was sent. `nookterm requests` lists yours.", code="already_asked")
        charter = Directory(session).charter(summary)
        given = checked_answers(answers or {}, charter)
        await self._check(to)
        request = new_request(summary, charter, given, session)
        spec = RoomSpec(
            f"{request.name} · a request",
            letter_topic(request.nook),
            encrypted=True,
            history="invited",
            state=((VETTING, "", {"v": VERSION, "nook": request.nook, "user": session.gateway.user_id}),),
        )
        room_id = await session.gateway.create_room(spec)
        words = reason or f"I would like to join {request.name}."
        await session.gateway.invite(room_id, to, reason_with_ref(words, request.ref))
        await session.sync_once()
        content = answers_content(request.ref, given, request.questions)
        content["body"] = "\n\n".join(filter(None, (words, content["body"])))
        with session.store.transaction():
            session.outbox.queue(room_id, "m.room.message", content)
            sent = self._kept.written(request, to, room_id, session.clock())
        await session.outbox.flush()
        return sent

    async def take_in(self, queue: Queue) -> int:
        """Come into the rooms of letters about nooks where we decide, from people of the space. Returns how many.

        Others wait as invites: a stranger's letter is opened by hand.
        """
        rooms = self._session.rooms
        doors = {door.room_id: door for door in queue.doors()}
        taken = sum(len(queue.letters(door)) for door in doors.values())
        done = 0
        for room in [r for r in rooms.values() if r.membership == Membership.INVITE]:
            nook, writer = nook_of_invite(room), room.members[room.me].sender
            if nook not in doors or taken + done >= _MOST_LETTERS or self._stepping_in.is_put_off(room.room_id):
                continue
            if self._session.ignoring.is_quiet(room):
                continue
            if not self._is_neighbour(nook, writer) or self._written_by(writer, doors) >= _MOST_OF_ONE:
                continue
            # What an invite says of its room is the inviter's server's word.
            if not await self._stepping_in.enter(room.room_id, partial(_is_letter_of, nook, writer)):
                break
            done += 1
        return done

    def _written_by(self, user: UserId, doors: Collection[RoomId]) -> int:
        """How many rooms of letters of theirs we are in."""
        vetting = self._session.rooms.vetting
        return sum(room.creator == user for door in doors for room in vetting(door))

    def _is_neighbour(self, nook: RoomId, user: UserId) -> bool:
        """Whether somebody is in a space that lists the nook."""
        spaces = self._session.rooms.listing(nook)
        return any(user in space.members and space.members[user].membership == Membership.JOIN for space in spaces)

    async def _look(self, room: str, via: Sequence[str]) -> Summary:
        """The room from outside; where it cannot be seen, what is known of it."""
        try:
            return await self._session.gateway.summary(room, via)
        except (NotAllowed, NotFound):
            if not room.startswith("!"):
                raise
            known = self._session.rooms.get(RoomId(room))
            return Summary(
                RoomId(room), title(known) if known else None, None, 0, "invite", is_space=False, encrypted=True
            )

    async def _check(self, to: UserId) -> None:
        """Whether the facilitator would read it, and they alone. Raises IdentityChanged or NotTrusted."""
        people = self._session.trust.people
        if people.ready is False:
            message = "This device is not trusted yet: they could not read what it sends."
            raise NotTrusted(message, "Nothing was sent. `nookterm trust` says what to do.", code="not_trusted")
        await self._session.gateway.key_server.query({to})
        known, who = people.known(to), shown_name(to, None)
        if known is not None and known.blocks:
            message = f"The identity of {who} is another one than before."
            hint = "Nothing was sent. Compare keys with them, or go on unverified, then write."
            raise IdentityChanged(message, hint, code="identity_changed")
        if known is not None and not known.signed:
            message = f"{who} could not read it: no device of theirs is signed by them."
            raise NotTrusted(message, "Nothing was sent. Write to another facilitator.", code="unsigned_facilitator")


def _is_letter_of(nook: RoomId, writer: UserId, room: Room) -> bool:
    return room.encrypted and room.vets == (nook, writer) and room.creator == writer
