"""Words to begin with: a greeting out of a nook's charter, a private word about a better place. A human sends them.

Nothing here is ever sent by itself, and nothing speaks in another voice than that of the person who sends it.
"""

from __future__ import annotations

from nookterm.client.direct import Direct
from nookterm.client.drafting import add_draft
from nookterm.client.errors import NotFound, WrongUsage
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.links import message_link, room_link
from nookterm.domain.names import shown_names
from nookterm.domain.room import Room
from nookterm.domain.space import Kind, title
from nookterm.domain.welcome import greeting, redirection


class Welcoming:
    """Drafts for a facilitator or a member."""

    def __init__(self, session: Session) -> None:
        """Write as this account."""
        self._session = session
        self._direct = Direct(session.gateway, session.rooms)

    def greeting(self, nook: Room, user: UserId) -> str:
        """The charter's greeting with the newcomer's name in it, as it names and notifies them when it is sent."""
        names = shown_names(nook.who(Membership.JOIN, Membership.INVITE))
        return greeting(nook.charter.welcome if nook.charter else "", names.get(user, user))

    def better(self, nook: Room) -> tuple[Room, ...]:
        """The other nooks that one could lead somebody to: those that we are in, by name."""
        others = (room for room in self._session.rooms.nooks() if room.room_id != nook.room_id)
        return tuple(sorted(others, key=title))

    async def redirect(self, nook: Room, event_id: EventId, better: Room) -> RoomId:
        """A private word first: a direct room with the author, and a draft there that names the other nook.

        Nothing is deleted, nothing is said in public. Raises NotFound or WrongUsage.
        """
        event = self._session.store.event(nook.room_id, event_id)
        if event is None:
            message = "That message is not here."
            raise NotFound(message, "Scroll back to it, or check its id.", code="unknown_event")
        if event.sender == nook.me:
            message = "This message is yours."
            raise WrongUsage(message, "Say it in the other nook.", code="own_message")
        if self._session.rooms.kind(better) != Kind.NOOK:
            message = f"{title(better)} is no nook."
            raise WrongUsage(message, "Choose one of your nooks.", code="no_nook")
        room_id, _ = await self._direct.room_with(event.sender)
        await self._session.sync_once()
        link, message = room_link(better.room_id, nook.me), message_link(nook.room_id, event_id, nook.me)
        add_draft(self._session, room_id, redirection(title(better), link, message))
        return room_id
