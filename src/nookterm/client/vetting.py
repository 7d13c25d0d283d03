"""Decisions about requests to join: each looks at the door anew before it acts, and is recorded for the others."""

from __future__ import annotations

from nookterm.client.casework import Casework, Outcome
from nookterm.client.claiming import Claims
from nookterm.client.interviewing import Interviews
from nookterm.client.session import Session
from nookterm.domain.ids import EventId
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.vetting import Request


class Vetting(Casework):
    """Decisions about requests to join, as a facilitator."""

    def __init__(self, session: Session) -> None:
        """Decide as this account."""
        super().__init__(session)
        self.claims = Claims(session)
        self.interviews = Interviews(session)

    async def approve(
        self, case: str, *, read: EventId | None = None, anyway: bool = False, share_history: bool = False
    ) -> Outcome:
        """Let somebody in: an invite, after a fresh look at the door.

        `share_history`: hand them the past first, as far as the nook's rule lets it be given
        (`trust.history.past` says how far). Where that does not work nobody is invited.
        """
        request, nook = await self.checked("approve", case, read, anyway=anyway)
        if share_history:
            await self._session.trust.history.share(nook.room_id, request.user)
        reason = f"Welcome [nt1:{request.ref}]" if request.ref else "Welcome"
        await self._session.gateway.invite(nook.room_id, request.user, reason)
        await self.tell_applicant(request, f"You are welcome in {title(nook)}.")
        return await self._decided(request, nook, "approved", anyway=anyway)

    async def decline(
        self, case: str, *, read: EventId | None = None, words: str = "", anyway: bool = False
    ) -> Outcome:
        """Turn somebody away. Words go to their vetting room, end-to-end encrypted; the public record stays empty.

        Raises as `vet` where there are words and nobody could read them; nothing was done then.
        """
        request, nook = await self.checked("decline", case, read, anyway=anyway)
        if words and request.asked_in is None:
            await self.interviews.reachable(request, allow_unsigned=False)
        await self._session.gateway.kick(nook.room_id, request.user)
        if words and request.asked_in is None:
            await self.interviews.open_room(request, nook, words)
        else:
            await self.tell_applicant(request, words or f"The answer of {title(nook)} is no this time.")
        return await self._decided(request, nook, "declined", words=words, anyway=anyway)

    async def _decided(
        self, request: Request, nook: Room, act: str, *, words: str = "", anyway: bool = False
    ) -> Outcome:
        more: dict[str, object] = {"words": words} if words else {}
        if anyway and request.holder not in (None, self._session.gateway.user_id):
            more["anyway"] = True
        await self.act(request, nook, act, f"{self._me(nook)} {act} {self._who(request)} for {title(nook)}.", **more)
        await self._session.sync_once()
        return Outcome(request.case, self._session.gateway.user_id, act, request)
