"""Reading far enough back for the desk: acts to the oldest open request, conversations as far as the desk looks."""

from __future__ import annotations

from datetime import datetime, timedelta

from nookterm.client.desk_window import REACHES, Window, is_beginning
from nookterm.client.queue import Queue
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId
from nookterm.domain.room import Room

_READ = "desk.read_back"
_PAGE = 100
_PAGES = 5
"""Fetched at one go; what is missing then comes with the next."""


class ReadingBack:
    """Fetches what the desk derives from and has not come with a sync."""

    def __init__(self, session: Session) -> None:
        """Fetch as this account."""
        self._session = session
        self._queue = Queue(session)
        self._window = Window(session)

    async def acts(self) -> int:
        """Read facilitators' rooms back until every open request has its latest act there. Returns how many pages.

        However old a request is: what was done about it came after it, or is an earlier answer that still counts.
        """
        pages = 0
        for helpers, since in self._owed().items():
            while pages < _PAGES and self._lacks(helpers, since):
                more = await self._session.older(helpers, _PAGE)
                self._note(helpers, whole=not more)
                pages += 1
        return pages

    async def conversation(self, nook: Room) -> None:
        """Read what a nook talked about lately, some pages of it."""
        await self._session.fill_gaps(nook.room_id, _PAGES)
        for _ in range(_PAGES):
            since = self._window.known_since(nook.room_id)
            long_enough = since is not None and since < self._session.clock() - REACHES
            if long_enough or not await self._session.older(nook.room_id, _PAGE):
                return

    def _owed(self) -> dict[RoomId, datetime]:
        """How far back each facilitators' room has to be known."""
        owed: dict[RoomId, datetime] = {}
        for door in self._queue.doors():
            # Not `who`, which sorts: this is asked after each sync step, of every door.
            asked = [member.since for member in door.members.values() if member.membership is Membership.KNOCK]
            helpers = self._queue.facilitators_room(door) if asked else None
            if helpers:
                cools = timedelta(days=door.charter.cooldown_days if door.charter else 0)
                since = min(asked) - cools
                owed[helpers.room_id] = min(since, owed.get(helpers.room_id, since))
        return owed

    def _lacks(self, helpers: RoomId, since: datetime) -> bool:
        """Whether something from after `since` is still missing."""
        store = self._session.store
        known = store.recall(_READ, helpers) or {}
        if known.get("whole"):
            return False
        to = datetime.fromisoformat(str(known["to"])) if "to" in known else None
        oldest = store.oldest(helpers)
        event = store.event(helpers, oldest) if oldest else None
        if event and is_beginning(event):
            return False
        reached = [moment for moment in (to, event.sent_at if event else None) if moment]
        return not reached or min(reached) > since

    def _note(self, helpers: RoomId, *, whole: bool) -> None:
        """Remember how far it was read: acts stay when the past around them is let go."""
        store = self._session.store
        oldest = store.oldest(helpers)
        event = store.event(helpers, oldest) if oldest else None
        with store.transaction():
            to = {"to": event.sent_at.isoformat()} if event else {}
            store.remember(_READ, helpers, {**to, "whole": whole})
