"""Who is on a case: claimed, given back, so that two facilitators do not answer the same person."""

from __future__ import annotations

from datetime import timedelta

from nookterm.client.casework import Casework, Outcome
from nookterm.domain.acts import CLAIM_LASTS


class Claims(Casework):
    """Says who is on what."""

    async def claim(self, case: str) -> Outcome:
        """Tell the others that we are on it; raises Changed where somebody else is."""
        request = await self.find(case)
        me = self._session.gateway.user_id
        nook = self._session.rooms[request.nook]
        if request.holder not in (None, me):
            raise self._held(request)
        if request.holder is None:
            ttl = int(CLAIM_LASTS / timedelta(milliseconds=1))
            await self.act(request, nook, "claim", f"{self._me(nook)} looks after {self._who(request)}.", ttl_ms=ttl)
            fresh = await self.find(case)
            if fresh.holder not in (None, me):
                raise self._held(fresh)
        return Outcome(case, me, "claimed", request)

    async def release(self, case: str) -> Outcome:
        """Tell the others that we are not on it any more."""
        request = await self.find(case)
        nook = self._session.rooms[request.nook]
        await self.act(request, nook, "release", f"{self._me(nook)} hands {self._who(request)} back.")
        return Outcome(case, self._session.gateway.user_id, "released", request)
