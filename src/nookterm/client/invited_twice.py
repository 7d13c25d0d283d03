"""Two facilitators on two servers let the same person in at once: one invite too many can keep them out.

Where each server took another one of the two invites for the person's own, theirs refuses the join (Synapse does, with
"duplicate auth_events", after about one in ten such races), and refuses it for as long as nothing changes. A third
invite is newer than both.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from nookterm.client.casework import Casework
from nookterm.client.errors import NotAllowed
from nookterm.client.queue import Acts
from nookterm.domain.acts import Act
from nookterm.domain.events import Json, Membership
from nookterm.domain.ids import RoomId, UserId

WELCOMED = "approved"
"""What is kept of an approval for a while, to look whether it was the only one."""
_COMES_IN = timedelta(seconds=5)
"""By then an open client has joined."""
_LATER = timedelta(seconds=8)
"""After the other one: two more invites at once would be the same trouble again."""
_GIVES_UP = timedelta(hours=1)


class InvitedTwice(Casework):
    """A duty after approvals of ours."""

    def due_in(self) -> float | None:
        """Seconds until an approval of ours is to be looked at; None where none is."""
        now = self._session.clock()
        waits = [(self._due(note) - now).total_seconds() for note in self._session.store.recall_all(WELCOMED).values()]
        return max(min(waits), 0.0) if waits else None

    async def run(self) -> int:
        """Invite again whoever was let in twice and is not in. Returns how many."""
        done, store, now = 0, self._session.store, self._session.clock()
        for case, note in tuple(store.recall_all(WELCOMED).items()):
            if now < self._due(note):
                continue
            if now - _at(note) < _GIVES_UP:
                done += await self._again(case, note)
            with store.transaction():
                store.remember(WELCOMED, case, None)
        return done

    async def _again(self, case: str, note: Json) -> int:
        nook, user = self._session.rooms.get(RoomId(str(note["nook"]))), UserId(str(note["user"]))
        if nook is None or nook.membership != Membership.JOIN or not self._others(case, note):
            return 0
        member = await self._session.gateway.member(nook.room_id, user)
        if member is None or member.membership != Membership.INVITE:
            return 0
        ref = str(note.get("ref") or "")
        # Servers take the very same invite for the one that they have.
        reason = f"Welcome, once more [nt1:{ref}]" if ref else "Welcome, once more"
        # The person's own server refuses this as it refuses the join; the other facilitator's does not.
        with contextlib.suppress(NotAllowed):
            await self._session.gateway.invite(nook.room_id, user, reason)
            return 1
        return 0

    def _others(self, case: str, note: Json) -> list[Act]:
        """Approvals of this very request by others."""
        nook, me = self._session.rooms.get(RoomId(str(note["nook"]))), self._session.gateway.user_id
        acts = Acts(self).of(nook) if nook else ()
        same = (act for act in acts if (act.case, act.act, act.knock) == (case, "approved", note.get("knock")))
        return [act for act in same if act.sender != me]

    def _due(self, note: Json) -> datetime:
        me = self._session.gateway.user_id
        first = all(me < act.sender for act in self._others(str(note["case"]), note))
        return _at(note) + _COMES_IN + (timedelta() if first else _LATER)


def _at(note: Json) -> datetime:
    return datetime.fromisoformat(str(note["at"]))
