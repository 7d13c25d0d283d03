"""Following a room that was closed for a new one: where it leads, whether one may go there, and what comes along."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from nookterm.client.changes import DraftMade
from nookterm.client.errors import Changed, NotAllowed, NotFound, Offline, Problem, ServerTrouble
from nookterm.client.ports import Outgoing, Summary
from nookterm.client.rooms import replaced_rooms
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId, server_of
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.upgrade import Standing, names_before, newest, servers, standing
from nookterm.domain.vocabulary import PREFIX

_SETTLED = "upgrade settled"
"""What is kept of a room that went on: for which new one its draft and wishes were carried over."""
_REDACTION = "m.room.redaction"
_ASKED = "I am in the older room that goes on here."


class Way(StrEnum):
    """How one comes into the new room."""

    INSIDE = "inside"
    INVITED = "invited"
    WALK = "walk"
    """Its door is open to everybody."""
    TRY = "try"
    """It lets in who is in one of its spaces, or nothing is known of its door: one can try."""
    ASK = "ask"
    ASKED = "asked"
    CLOSED = "closed"
    """Somebody has to invite us."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a closed room leads. `name` and `words` are what people wrote."""

    old: RoomId
    new: RoomId | None
    standing: Standing
    by: UserId
    words: str
    way: Way = Way.CLOSED
    via: tuple[str, ...] = ()
    name: str | None = None
    members: int | None = None
    join_rule: str | None = None
    encrypted: bool | None = None
    """None: nobody says."""
    unsealed: bool = False
    """The old room was encrypted, and this one is not."""
    agrees: bool | None = None
    """Whether it says that it goes on from the old one; None: not known before one is inside."""
    whom: tuple[UserId, ...] = ()
    """Who decides in the old room and is still there: whom one can ask."""


class Upgrading:
    """Follows closed rooms, as one account."""

    def __init__(self, session: Session) -> None:
        """Follow as this account."""
        self._session = session

    def known(self, room_id: RoomId) -> Onward | None:
        """Where a room leads, as far as that is known here; None where it is not closed."""
        rooms = self._session.rooms
        old = rooms.get(room_id)
        if old is None or old.closing is None:
            return None
        sure = standing(old, rooms)
        end = newest(room_id, rooms) if sure is Standing.AGREED else old.closing.successor
        me = old.me
        found = Onward(
            old=room_id,
            new=end,
            standing=sure,
            by=old.closing.by,
            words=old.closing.words,
            via=servers(old, rooms.spaces(), server_of(me)),
            whom=tuple(user for user in _first(old.closing.by, old.facilitators) if user != me),
        )
        there = rooms.get(end) if end else None
        return found if there is None else _inside(found, old, there)

    async def look(self, room_id: RoomId) -> Onward:
        """The same with what the server says of the new room.

        Raises:
            NotFound: the room is not closed.
            Offline: the server cannot be asked.

        """
        await self._session.refresh_state(room_id)
        found = self.known(room_id)
        if found is None:
            message = f"{title(self._session.rooms[room_id])} is not closed."
            raise NotFound(message, "Nothing has to be followed.", code="not_closed")
        if found.new is None or found.way is Way.INSIDE or found.standing is Standing.CIRCLE:
            return found
        try:
            summary = await self._session.gateway.summary(found.new, found.via)
        except (Offline, ServerTrouble):
            raise
        except (NotAllowed, NotFound):
            return found if found.way is not Way.CLOSED else replace(found, way=Way.TRY)
        return _seen(found, self._session.rooms[room_id], summary)

    async def go(self, onward: Onward) -> RoomId:
        """Go into the room that was shown, and take the draft along.

        Raises:
            NotAllowed: its door is closed to us.
            Changed: the closed room leads elsewhere by now; or, once inside, the new one does not say that it goes on
                from the old one (code `denied`): then nothing is carried over.

        """
        session = self._session
        now = self.known(onward.old)
        if now is None or onward.new is None or now.new != onward.new:
            message = "The room leads elsewhere by now."
            raise Changed(message, "Nothing was done. Look at it anew.", code="changed")
        if now.way is not Way.INSIDE:
            await session.gateway.join(onward.new, onward.via)
            await session.sync_once()
            await session.refresh_state(onward.new)
        if standing(session.rooms[onward.old], session.rooms) is not Standing.AGREED:
            new, old = title(session.rooms[onward.new]), title(session.rooms[onward.old])
            message = f"You are in {new}, and it does not say that it goes on from {old}."
            hint = "Ask somebody whom you trust before you write there. /leave leaves it."
            raise Changed(message, hint, code="denied")
        await self.settle()
        return onward.new

    async def ask(self, onward: Onward) -> None:
        """Ask to be let into the new room; who decides there sees from where we come."""
        if onward.new is not None:
            await self._session.gateway.knock(onward.new, _ASKED, onward.via)
            await self._session.sync_once()

    async def settle(self) -> int:
        """Carry over what belongs to us, for every room that went on: the draft, favourite, level. Once for each."""
        done = 0
        for old, new in replaced_rooms(self._session.rooms).items():
            done += move_draft(self._session, old, new)
            kept = self._session.store.recall(_SETTLED, old)
            if kept is None or kept.get("new") != new:
                try:
                    await self._carry(old, new)
                except Problem:
                    # What cannot be written now is tried again after a later sync; one is inside all the same.
                    continue
                with self._session.store.transaction():
                    self._session.store.remember(_SETTLED, old, {"new": new})
                done += 1
        return done

    async def _carry(self, old: RoomId, new: RoomId) -> None:
        """Servers carry tags and levels over when one comes in; where they did not, we do."""
        tags, levels = self._session.tags, self._session.levels
        before, now = tags.of(old), tags.of(new)
        if before.favourite and not now.favourite:
            await tags.favourite(new, on=True)
        elif before.low and not now.low:
            await tags.low(new, on=True)
        wanted = levels.of(old)
        if wanted != levels.default(old) and levels.of(new) == levels.default(new):
            await levels.put(new, wanted)


async def lead_on(session: Session, old: RoomId, user: UserId, reason: str) -> None:
    """Who is let into a room that went on is let into the new one, too, where we may do that."""
    new = replaced_rooms(session.rooms).get(old)
    if new is not None:
        # Who is there already, or banned, stays as they are.
        with contextlib.suppress(NotAllowed):
            await session.gateway.invite(new, user, reason)


def move_draft(session: Session, old: RoomId, new: RoomId) -> bool:
    """What was being written in a room that went on stands in the new one; in one transaction, so never nowhere."""
    row, there = session.store.room(old), session.store.room(new)
    words = row.draft.strip()
    if not words:
        return False
    before = there.draft.rstrip()
    together = there.draft if words in before else f"{before}\n\n{words}" if before else row.draft
    with session.store.transaction():
        session.store.save_room(replace(there, draft=together))
        session.store.save_room(replace(row, draft=""))
    session.changes.tell(DraftMade(new))
    return True


def is_for_closed(rooms: Mapping[RoomId, Room], row: Outgoing) -> bool:
    """Whether something is to be said in a room that is closed. Taking back, and what nooks agreed on, still leaves."""
    room = rooms.get(row.room_id)
    if room is None or room.closing is None or row.what.type == _REDACTION:
        return False
    return not any(str(key).startswith(f"{PREFIX}.") for key in row.what.content)


def refuse_closed(rooms: Mapping[RoomId, Room], row: Outgoing) -> None:
    """Raise NotAllowed where something is to be said in a room that is closed."""
    if is_for_closed(rooms, row):
        message = f"{title(rooms[row.room_id])} is closed: nothing is said there any more."
        raise NotAllowed(message, "It goes on in a new room. Say it there.", code="closed")


def _first(user: UserId, others: tuple[UserId, ...]) -> tuple[UserId, ...]:
    """Who closed it first, where they are still there."""
    return tuple(sorted(others, key=lambda other: other != user))


def _inside(found: Onward, old: Room, there: Room) -> Onward:
    """With what is known of the new room from an invite, a request or from inside."""
    ways = {Membership.JOIN: Way.INSIDE, Membership.INVITE: Way.INVITED, Membership.KNOCK: Way.ASKED}
    way = ways.get(there.membership, Way.CLOSED)
    if way is Way.CLOSED:
        return found
    inside = way is Way.INSIDE
    sealed = there.encrypted if inside or there.encrypted else None
    return replace(
        found,
        way=way,
        name=title(there),
        members=len(there.who(Membership.JOIN)) if inside else None,
        join_rule=there.join_rule if inside else None,
        encrypted=sealed,
        unsealed=old.encrypted and sealed is False,
        agrees=names_before(there, old.room_id),
    )


def _seen(found: Onward, old: Room, summary: Summary) -> Onward:
    """With what the server says of the new room."""
    doors = {"public": Way.WALK, "restricted": Way.TRY, "knock_restricted": Way.TRY, "knock": Way.ASK}
    way = found.way if found.way is not Way.CLOSED else doors.get(summary.join_rule, Way.CLOSED)
    return replace(
        found,
        way=way,
        name=summary.name or found.name,
        members=summary.members,
        join_rule=summary.join_rule,
        encrypted=summary.encrypted,
        unsealed=old.encrypted and not summary.encrypted,
    )
