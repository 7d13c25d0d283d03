"""The wish to be noticed when one is away: set and ended by its owner; a facilitator's hello to whom is missed."""

from __future__ import annotations

from nookterm.client.casework import Casework
from nookterm.client.direct import Direct
from nookterm.client.errors import Changed, NotAllowed, NotFound, NotTrusted, Problem, WrongUsage
from nookterm.client.queue import HISTORY, called
from nookterm.client.session import Session
from nookterm.domain.acts import Act, act_content
from nookterm.domain.care import HELLO, care_case, greeted
from nookterm.domain.events import Event, Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.space import Kind, title
from nookterm.domain.vocabulary import CARE
from nookterm.domain.wishes import CareWish, WishProblem, checked_wish, wish_content

COST = "That you wish it can be read by everybody in the nook and by the servers; what you say here cannot."
"""What the wish itself gives away, said before it is set."""
_OFFERED = "care_offered"


class Care(Casework):
    """Care that each person switches on for themselves. Nothing of it is kept but the wish, and that somebody wrote."""

    def __init__(self, session: Session) -> None:
        """Wish and greet as this account."""
        super().__init__(session)
        self._direct = Direct(session.gateway, session.rooms)

    def wish(self, nook: Room) -> CareWish | None:
        """Our own wish in a nook; None where there is none: that is how it begins."""
        return nook.wishes.get(nook.me)

    def may_wish(self, nook: Room) -> bool:
        """Whether this nook lets its members wish for it."""
        inside = nook.membership == Membership.JOIN and self._session.rooms.kind(nook) == Kind.NOOK
        return inside and nook.power.may_set(nook.me, CARE)

    def why_not(self, nook: Room) -> Problem | None:
        """Why one cannot wish for it here; None where one can."""
        if self._session.rooms.kind(nook) != Kind.NOOK:
            message = f"{title(nook)} is no nook."
            return WrongUsage(message, "Facilitators notice people in nooks only.", code="no_nook")
        if not self.may_wish(nook):
            message = f"{title(nook)} does not let its members say this yet."
            hint = "Nothing was changed. A facilitator can allow it: the desk shows it among what has drifted."
            return NotAllowed(message, hint, code="care_not_allowed")
        return None

    async def set_wish(self, nook: Room, wish: CareWish | None) -> CareWish | None:
        """Wish to be noticed, or not any more (None). Returns the wish as it stands now.

        Raises:
            WrongUsage: no nook, or not 1 to 90 days.
            NotAllowed: the nook does not let its members say so.
        """
        if problem := self.why_not(nook):
            raise problem
        try:
            content = wish_content(checked_wish(wish) if wish else None)
        except WishProblem as problem:
            raise WrongUsage(str(problem), "Nothing was changed.") from None
        await self._session.gateway.set_state(nook.room_id, CARE, nook.me, content)
        self.offered(nook.room_id)
        await self._session.sync_once()
        if (self.wish(self._session.rooms[nook.room_id]) is None) != (wish is None):
            await self._session.refresh_state(nook.room_id)
        return self.wish(self._session.rooms[nook.room_id])

    # --- offered once, quietly ----------------------------------------------------------------------------------------

    def to_offer(self, nook: Room) -> bool:
        """Whether nobody has told us yet that one can wish for this here."""
        told = self._session.store.recall(_OFFERED, nook.room_id)
        return told is None and self.may_wish(nook) and self.wish(nook) is None

    def offered(self, nook: RoomId) -> None:
        """It was offered, whatever we make of it: never again."""
        with self._session.store.transaction():
            self._session.store.remember(_OFFERED, nook, {"told": True})

    # --- for facilitators ---------------------------------------------------------------------------------------------

    async def hello(self, case: str, words: str) -> RoomId:
        """Write to somebody who asked to be noticed, in a direct room, and close the line for everybody.

        Raises:
            NotFound: nobody under this word wishes to be noticed (any more).
            Changed: somebody said hello already, since they last spoke.
            WrongUsage: no words: a hello is a human's.
            NotTrusted: others could not read what this device sends.
        """
        if not words.strip():
            message = "A hello has words of your own."
            raise WrongUsage(message, "Nothing was sent.", code="no_words")
        await self._session.sync_once()
        nook, user = self.whom(case)
        if found := self._greeted(nook, user):
            message = f"{called(nook, found.sender)} has said hello already."
            raise Changed(message, "Nothing was sent. One hello is enough until they speak again.", code="changed")
        if self._session.trust.people.ready is False:
            message = "This device is not trusted yet: others could not read what it sends."
            raise NotTrusted(message, "Nothing was done. `nookterm trust` says what to do.", code="not_trusted")
        room_id, _ = await self._direct.room_with(user)
        await self._session.sync_once()
        await self._session.outbox.send(room_id, "m.room.message", {"msgtype": "m.text", "body": words.strip()})
        await self._tell_others(nook, user)
        return room_id

    def whom(self, case: str) -> tuple[Room, UserId]:
        """In which nook, and who, a case word means. Raises NotFound."""
        for nook in self._session.rooms.nooks():
            for user in nook.wishes if nook.power.may_decide(nook.me) else ():
                if care_case(nook.room_id, user) == case and user != nook.me:
                    return nook, user
        message = f"Nobody under {case} wishes to be noticed."
        raise NotFound(message, "`nookterm desk` lists what waits.", code="unknown_case")

    def is_case(self, case: str) -> bool:
        """Whether a word means somebody's wish."""
        try:
            self.whom(case)
        except NotFound:
            return False
        return True

    def _greeted(self, nook: Room, user: UserId) -> Act | None:
        events: tuple[Event, ...] = self._session.store.timeline(nook.room_id, HISTORY)
        return greeted(nook, user, events, self.acts(nook), self._session.clock())

    async def _tell_others(self, nook: Room, user: UserId) -> None:
        body = f"{self.me(nook)} said hello to {called(nook, user)}."
        content = act_content(HELLO, care_case(nook.room_id, user), nook.room_id, body, user=user)
        self.tell_facilitators(nook, content)
        await self.send_and_see()
