"""Carrying a highlight from a nook to its space: asked, agreed, published, taken back. The door to all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nookterm.client.consenting import Consenting
from nookterm.client.origin import Origin, origin_of
from nookterm.client.ports import Outgoing
from nookterm.client.publishing import Publishing
from nookterm.client.session import Session
from nookterm.client.share_asking import DraftStart, ShareAsking
from nookterm.client.share_pictures import SharePictures
from nookterm.client.share_preview import previewed
from nookterm.client.share_reading import ShareReading
from nookterm.client.taking_down import TakingDown
from nookterm.domain.board import Highlight
from nookterm.domain.consent import Mode
from nookterm.domain.drafts import Flag
from nookterm.domain.ids import EventId
from nookterm.domain.room import Room
from nookterm.domain.sharing import Share


class Sharing:
    """Highlights, as author and as facilitator."""

    def __init__(self, session: Session) -> None:
        """Share as this account."""
        pictures = SharePictures(session)
        self.reading = ShareReading(session)
        self._asking = ShareAsking(session, self.reading, pictures)
        self._consenting = Consenting(session, self.reading)
        self._publishing = Publishing(session, self.reading, self._asking, pictures)
        self._taking_down = TakingDown(session, self.reading, self._consenting)

    def all(self) -> tuple[Share, ...]:
        """Every highlight asked for in our nooks, newest first."""
        return self.reading.all()

    def board(self) -> tuple[Highlight, ...]:
        """What our spaces' highlights rooms show, newest first."""
        return self.reading.boards.all()

    def find(self, request: str) -> Share:
        """A highlight by its short word. Raises NotFound."""
        return self.reading.find(request)

    def target(self, nook: Room) -> Room:
        """The highlights room that a nook shares into. Raises NotFound."""
        return self.reading.target(nook)

    def draft(self, nook: Room, events: Sequence[EventId]) -> DraftStart:
        """What sharing these messages begins with. Raises NotFound or WrongUsage."""
        return self._asking.draft(nook, events)

    def thread(self, nook: Room, root: EventId) -> tuple[EventId, ...]:
        """A message and its thread, as far as these can be shared. Raises NotFound."""
        return self._asking.thread(nook, root)

    def look_at(self, nook: Room, events: Sequence[EventId], text: str) -> tuple[Flag, ...]:
        """What in a draft may tell more than its authors mean to, with what is somebody's who is not asked."""
        return self._asking.look_at(nook, events, text)

    def exact(self, what: Share | DraftStart, text: str | None = None, *, anonymous: bool = False) -> dict[str, Any]:
        """The exact JSON that will leave. What does not exist yet says so in angle brackets.

        `text`: the draft as it was changed; `anonymous`: nobody is named. Without an answer everybody is.
        """
        return previewed(self._publishing.looks, what, text, anonymous=anonymous)

    async def share(
        self,
        nook: Room,
        events: Sequence[EventId],
        draft: str,
        *,
        anonymous: bool = False,
        picture: EventId | None = None,
    ) -> Share:
        """Ask the authors of these messages to agree to exactly this; sharing only one's own words agrees with it.

        `picture`: which of the messages' pictures goes with the words. Raises NotFound, WrongUsage, NotAllowed.
        """
        return await self._asking.share(nook, events, draft, anonymous=anonymous, picture=picture)

    async def consent(self, request: str, mode: Mode) -> Share:
        """Answer as one of the authors. Raises NotFound, NotAllowed, Changed."""
        return await self._consenting.consent(request, mode)

    async def publish(self, request: str) -> Share:
        """Put an agreed highlight on the board; looked at anew first, and again is no harm. Raises as `Publishing`."""
        return await self._publishing.publish(request)

    async def withdraw(self, request: str) -> Share:
        """Take a highlight back: an author ends the consent; copies go down where we may redact them."""
        return await self._taking_down.withdraw(request)

    async def take_down_ended(self) -> int:
        """Bring begun copies to their end, and redact those whose consent has ended. Returns how much was done."""
        try:
            done = await self._publishing.go_on()
        finally:
            # Whatever keeps a copy of ours from its end: what has to come down does.
            down = await self._taking_down.run()
        return done + down

    async def last_look(self, row: Outgoing) -> None:
        """The last look at a copy before it leaves. Raises the Problem where it must not, or not now."""
        await self._publishing.last_look(row)

    def origin(self, event: EventId) -> Origin:
        """Where a highlight on the board comes from, proved. Raises NotFound or Changed."""
        return origin_of(self.reading, event)
