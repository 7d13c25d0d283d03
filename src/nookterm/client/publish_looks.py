"""Whether a highlight may leave its nook as things are now: looked at before it begins, and right before it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.client.begun_copies import Begun
from nookterm.client.errors import Changed, NotAllowed, NotFound
from nookterm.client.session import Session
from nookterm.client.share_asking import ShareAsking, nook_name
from nookterm.client.share_reading import ShareReading
from nookterm.domain.audience import audience_of
from nookterm.domain.consent import How
from nookterm.domain.events import Event, Membership, Message, Other, Trust, Unreadable
from nookterm.domain.room import Room
from nookterm.domain.share_sayings import may_publish
from nookterm.domain.sharing import Copy, Share, ShareState, credit_line, credit_name, highlight_content
from nookterm.domain.vocabulary import HIGHLIGHT

_LOOKS_BACK = 1000
"""Events before a plain yes in which the question has to stand."""
_NEWCOMERS = 10
"""People who come into the highlights room within the days of a request. Many more than were told are other readers."""


class PublishLooks:
    """Looks with this account's eyes, and changes nothing."""

    def __init__(self, session: Session, reading: ShareReading, asking: ShareAsking) -> None:
        """Look at this account's rooms."""
        self._session = session
        self._reading = reading
        self._asking = asking

    def look(self, share: Share) -> Room:
        """Whether it may go out. Returns the board.

        Raises:
            Changed: it is not agreed to (any more), or not for this board as it is now.
            NotAllowed: we may not post there, a limit is reached, words of somebody are in it who is not asked.
            NotFound: a quoted message is not here.

        """
        rooms, me = self._session.rooms, self._session.gateway.user_id
        if share.state != ShareState.CONSENTED:
            message = f"This highlight is {share.state}."
            raise Changed(message, "It can be published once its author has agreed.", code="changed")
        nook, board = rooms[share.nook], rooms.get(share.target)
        inside = board is not None and board.membership == Membership.JOIN
        if board is None or not inside or not may_publish(nook, board, share.authors, me):
            message = "You may not post in the highlights room."
            raise NotAllowed(message, "A facilitator can publish it.", code="not_allowed")
        self._proved(nook, share)
        if share.target != self._reading.target(nook).room_id:
            message = "This highlight was asked for another room than the space's highlights."
            raise Changed(message, "Begin a new one.", code="changed")
        asked, now = share.asks.audience, audience_of(board)
        if asked.widened(now) or now.readers > asked.readers * 2 + _NEWCOMERS:
            message = "More people can read the highlights room now than when the author agreed."
            raise Changed(message, "Ask the author again.", code="changed")
        self._seen_as_asked(share)
        self._heard_since(share)
        authors = set(share.authors)
        self._asking.within_limits(nook, board, share.draft, authors, has_picture=share.asks.picture is not None)
        self._asking.no_third_person(nook, share.draft, authors, before=share.event_id)
        return board

    def held(self, share: Share, begun: Begun) -> None:
        """Raises Changed where somebody else published it or does so now, or our own claim has run out."""
        if share.copy:
            message = f"This highlight is {share.state}."
            raise Changed(message, "Look at the board.", code="changed")
        held = share.held_by(begun.server_now(share, self._session.clock()))
        if held is None:
            message = "Publishing it took too long."
            raise Changed(message, "Publish it once more.", code="changed")
        if held.id != begun.copy.id:
            mine = held.by == self._session.gateway.user_id
            who = "Another device of yours" if mine else self._reading.name(share.nook, held.by)
            message = f"{who} is publishing it right now."
            raise Changed(message, "Look at the board in a few minutes.", code="held")

    def same(self, share: Share, begun: Begun, content: Mapping[str, Any]) -> None:
        """Raises Changed where a queued copy is not what would be made now: a name may have gone from it since."""
        then = content.get(HIGHLIGHT)
        now = self.content(share, begun.copy)[HIGHLIGHT]
        if not isinstance(then, Mapping) or {k: v for k, v in then.items() if k != "picture"} != now:
            message = "Under which name somebody is quoted has changed."
            raise Changed(message, "Publish it once more.", code="changed")

    def content(self, share: Share, copy: Copy, picture: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The event that leaves the nook, as things are now."""
        nook = self._session.rooms[share.nook]
        names = (credit_name(user, nook.name_of(user)) for user in share.named)
        credit = credit_line(names, len(share.authors))
        return highlight_content(share, copy, nook_name=nook_name(nook), credit=credit, picture=picture)

    def _seen_as_asked(self, share: Share) -> None:
        """A plain yes agrees to what was to be seen: an edit that was taken back, or hidden from us, is but a hole."""
        for answer in share.answers:
            if answer.event is None or answer.how == How.FORM:
                continue
            before = self._session.store.timeline(share.nook, _LOOKS_BACK, answer.event)
            ids = [event.event_id for event in before]
            since = before[ids.index(share.event_id) + 1 :] if share.event_id in ids else before
            if any(event.sender == share.asked_by and _is_hole(event) for event in since):
                who = self._reading.name(share.nook, share.asked_by)
                message = f"{who} said or took back something after the question: nobody knows what it was."
                raise Changed(message, "Ask again, or let the author agree in nookterm.", code="changed")

    def _heard_since(self, share: Share) -> None:
        """A yes stands where all that its author said after it can be read here: a no may be in what cannot."""
        newest = self._session.store.timeline(share.nook, _LOOKS_BACK)
        places = {event.event_id: place for place, event in enumerate(newest)}
        for answer in share.answers:
            since = newest[places[answer.event] + 1 :] if answer.event in places else newest
            if any(event.sender == answer.author and isinstance(event.payload, Unreadable) for event in since):
                who = self._reading.name(share.nook, answer.author)
                message = f"{who} wrote something after their yes that cannot be read here: it may be a no."
                raise Changed(message, "Somebody who can read it can publish it.", code="changed")

    def _proved(self, nook: Room, share: Share) -> None:
        """The words must be known here to be the authors'; a request alone is only somebody's word for it."""
        for quoted in share.asks.quotes:
            source = self._session.store.event(nook.room_id, quoted.event)
            if source is None or not isinstance(source.payload, Message):
                message = "A message that it quotes is not here, so that nobody can tell whose it is."
                raise NotFound(message, "Somebody who can read it can publish it.", code="unknown_event")
            if source.sender != quoted.author or source.trust == Trust.UNPROVED or not source.encrypted:
                message = "The message is not proved to be by the person who agreed."
                raise Changed(message, "Begin a new highlight from the message itself.", code="not_author")


def _is_hole(event: Event) -> bool:
    """Whether this may be an edit: redacted, not readable here, or left out of what is looked at."""
    payload = event.payload
    if isinstance(payload, Unreadable) or event.trust == Trust.UNPROVED:
        return True
    return (isinstance(payload, Message) and payload.kind == "redacted") or payload == Other("m.room.message")
