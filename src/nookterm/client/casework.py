"""What every act on a request begins and ends with: a fresh look at the door, and a word to the others."""

from __future__ import annotations

from dataclasses import dataclass

from nookterm.client.errors import Changed, NotAllowed, Problem
from nookterm.client.queue import LISTED, Queue
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request, Verdict, check, request_act


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act on a case came to."""

    case: str
    by: UserId
    outcome: str
    request: Request


class Casework(Queue):
    """The steps that acts on requests share."""

    async def find(self, case: str) -> Request:
        """A waiting request by its short word, fresh from the server. Raises as `_locate`, or Changed if it is over."""
        nook, user = self._locate(case)
        knocks = await self._session.gateway.members(nook.room_id, Membership.KNOCK)
        found = next((r for r in self._waiting(nook, knocks) if r.user == user), None)
        if found is None:
            raise await self._over(nook, user)
        return found

    async def checked(self, decision: str, case: str, read: EventId | None, *, anyway: bool) -> tuple[Request, Room]:
        """The request and its nook, if the decision may still be made. Raises Changed or NotAllowed."""
        nook, user = self._locate(case)
        listed = self._session.store.recall(LISTED, case)
        seen = read or (EventId(str(listed["knock"])) if listed else None)
        knocks = await self._session.gateway.members(nook.room_id, Membership.KNOCK)
        request = next((r for r in self._waiting(nook, knocks) if r.user == user), None)
        if request is None:
            raise await self._over(nook, user)
        fresh = next(m for m in knocks if m.user == user)
        verdict = check(decision, nook, request, fresh, seen, anyway=anyway)
        if verdict != Verdict.GO:
            raise self._stopped(verdict, request, nook)
        return request, nook

    async def _over(self, nook: Room, user: UserId) -> Problem:
        """What became of a request that no longer waits, and by whom."""
        await self._session.refresh_state(nook.room_id)
        now = self._session.rooms[nook.room_id].members.get(user)
        who = shown_name(user, now.display_name if now else None)
        by = f" ({shown_name(now.sender, nook.name_of(now.sender))})" if now and now.sender != user else ""
        words = {"join": "is already in", "invite": "was already let in", "ban": "was banned"}
        what = words.get(str(now.membership) if now else "", "no longer asks to join")
        return Changed(f"{who} {what}{by}.", "Nothing was done. Look at the desk again.", code="changed")

    def _stopped(self, verdict: Verdict, request: Request, nook: Room) -> Problem:
        who = self._who(request)
        match verdict:
            case Verdict.ANOTHER:
                text = f"{who} asked again since you looked."
                return Changed(text, "Nothing was done. Read the new request first.", code="changed")
            case Verdict.HELD:
                return self._held(request)
            case Verdict.FULL:
                text = f"{title(nook)} is full: {request.size} of {request.cap}."
                return Changed(text, "Nothing was done. `--anyway` lets them in all the same.", code="full")
            case Verdict.POWERLESS:
                return NotAllowed(
                    f"You may not decide in {title(nook)}.", "Ask one of its facilitators.", code="not_allowed"
                )
            case _:
                return Changed(f"{who} no longer asks to join.", "Nothing was done.", code="changed")

    def _held(self, request: Request) -> Changed:
        nook = self._session.rooms[request.nook]
        other = shown_name(request.holder, nook.name_of(request.holder)) if request.holder else "Somebody"
        return Changed(f"{other} is on it.", "`--anyway` decides all the same, and is recorded.", code="held")

    async def act(self, request: Request, nook: Room, act: str, body: str, **more: object) -> None:
        """Record an act for the other facilitators; nothing where they have no room."""
        helpers = self._facilitators_room(nook)
        if helpers:
            content = request_act(act, request, body, **more)
            self._session.outbox.queue(helpers.room_id, "m.room.message", content)
            await self._session.outbox.flush()
            await self._session.sync_once()

    async def tell_applicant(self, request: Request, words: str) -> None:
        """Say something in the vetting room; nothing where there is none."""
        room = self._session.rooms.get(request.asked_in) if request.asked_in else None
        if room and room.membership == Membership.JOIN and room.encrypted and room.vets == (request.nook, request.user):
            self._session.outbox.queue(room.room_id, "m.room.message", {"msgtype": "m.text", "body": words})
            await self._session.outbox.flush(now=True)
