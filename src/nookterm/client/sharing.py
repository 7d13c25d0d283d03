"""Carrying a highlight from a nook to its space: asked, agreed, published, taken back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from nookterm.client.errors import Changed, NotAllowed, NotFound, WrongUsage
from nookterm.client.outbox import REDACTION
from nookterm.client.session import Session
from nookterm.domain.events import Event, Membership, Message, Redaction, Trust
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.sharing import (
    LONGEST_DRAFT,
    Highlight,
    Share,
    ShareState,
    audience_of,
    consent_content,
    highlight_content,
    highlights,
    is_copy,
    published_content,
    request_content,
    share_word,
    shares,
)
from nookterm.domain.space import title
from nookterm.domain.vocabulary import HIGHLIGHT, HIGHLIGHT_CONSENT, HIGHLIGHT_PUBLISHED, HIGHLIGHT_REQUEST

_PUBLISHING = "publishing"


class Sharing:
    """Highlights, as author and as facilitator."""

    def __init__(self, session: Session) -> None:
        """Share as this account."""
        self._session = session

    def all(self) -> tuple[Share, ...]:
        """Every highlight asked for in our nooks, newest first."""
        now, asked = self._session.clock(), self._session.store.rooms_marked(HIGHLIGHT_REQUEST)
        nooks = [nook for nook in self._session.rooms.nooks() if nook.room_id in asked] if asked else []
        found = [s for nook in nooks for s in shares(nook, self._about_shares(nook.room_id), now)]
        return tuple(sorted(found, key=lambda s: s.asked_at, reverse=True))

    def board(self) -> tuple[Highlight, ...]:
        """What our spaces' highlights rooms show, newest first."""
        rooms = [self._session.rooms.get(s.highlights) for s in self._session.rooms.spaces() if s.highlights]
        store = self._session.store
        found = [h for room in rooms if room for h in highlights(room, store.marked(room.room_id, [HIGHLIGHT]))]
        return tuple(sorted(found, key=lambda h: h.at, reverse=True))

    def target(self, nook: Room) -> Room:
        """The highlights room that a nook shares into. Raises NotFound."""
        rooms = self._session.rooms
        spaces = rooms.spaces()
        listing = [s for s in spaces if any(c.room_id == nook.room_id for c in s.children)]
        above = [p for s in listing for p in spaces if any(c.room_id == s.room_id for c in p.children)]
        for space in (*listing, *above):
            room = rooms.get(space.highlights) if space.highlights else None
            if room and room.membership == Membership.JOIN:
                return room
        message = f"{title(nook)} has no highlights room to share into."
        raise NotFound(
            message, "Join the space's highlights room first, or ask a facilitator for one.", code="no_highlights"
        )

    def source(self, nook: Room, event_id: EventId) -> Event:
        """The message to share. Raises NotFound or WrongUsage."""
        event = self._session.store.event(nook.room_id, event_id)
        if event is None:
            message = "That message is not here."
            raise NotFound(message, "Scroll back to it, or check its id.", code="unknown_event")
        if not isinstance(event.payload, Message) or event.payload.kind == "redacted":
            message = "Only a message with words can be shared."
            raise WrongUsage(message, "Choose another one.")
        return event

    async def share(self, nook: Room, event_id: EventId, draft: str, *, anonymous: bool = False) -> Share:
        """Ask the author to agree to exactly this text; sharing one's own message agrees with it."""
        event = self.source(nook, event_id)
        text = draft.strip()
        if not text or len(text) > LONGEST_DRAFT:
            message = f"A highlight has 1 to {LONGEST_DRAFT} characters; this has {len(text)}."
            raise WrongUsage(message, "Change the draft.")
        target = self.target(nook)
        content = request_content(event_id, event.sender, text, target, title(target), self._session.clock())
        asked = await self._say(nook.room_id, content)
        if event.sender == self._session.gateway.user_id:
            await self._say(nook.room_id, consent_content(asked, text, "anonymous" if anonymous else "named"))
        await self._session.sync_once()
        return self.find(share_word(nook.room_id, asked))

    def find(self, request: str) -> Share:
        """A highlight by its short word. Raises NotFound."""
        found = next((s for s in self.all() if s.request == request), None)
        if found is None:
            message = f"No highlight is called {request}."
            raise NotFound(message, "`nookterm highlights` and the desk list them.", code="unknown_request")
        return found

    async def consent(self, request: str, *, yes: bool, anonymous: bool = False) -> Share:
        """Agree to a highlight, or not, as its author."""
        share = self.find(request)
        if share.author != self._session.gateway.user_id:
            message = "Only the author can agree to share these words."
            raise NotAllowed(message, "Ask them.", code="not_author")
        if yes and share.state not in {ShareState.WAITING, ShareState.DECLINED, ShareState.CONSENTED}:
            message = f"This highlight is {share.state}."
            raise Changed(message, "Begin a new one.", code="changed")
        mode = ("anonymous" if anonymous else "named") if yes else "declined"
        await self._say(share.nook, consent_content(share.event_id, share.draft, mode))
        await self._session.sync_once()
        return self.find(request)

    async def publish(self, request: str) -> Share:
        """Put an agreed highlight on the board. Looks at consent and audience anew first; once more is no harm."""
        await self._session.sync_once()
        nook_id = self.find(request).nook
        while await self._session.fill_gaps(nook_id):
            pass
        share = self.find(request)
        target = self._session.rooms.get(share.target)
        if share.state == ShareState.PUBLISHED and self._session.store.recall(_PUBLISHING, share.request):
            return share
        if share.state != ShareState.CONSENTED:
            message = f"This highlight is {share.state}."
            raise Changed(message, "It can be published once its author has agreed.", code="changed")
        self._proved(share)
        if target is None or target.membership != Membership.JOIN or not target.power.may_send(target.me):
            message = "You may not post in the highlights room."
            raise NotAllowed(message, "A facilitator can publish it.", code="not_allowed")
        if share.target != self.target(self._session.rooms[share.nook]).room_id:
            message = "This highlight was asked for another room than the space's highlights."
            raise Changed(message, "Begin a new one.", code="changed")
        if share.audience.widened(audience_of(target)):
            message = "More people can read the highlights room now than when the author agreed."
            raise Changed(message, "Ask the author again.", code="changed")
        await self._put_up(share, target)
        await self._session.sync_once()
        return self.find(request)

    def _proved(self, share: Share) -> None:
        """The words must be known here to be the author's; a request alone is only somebody's word for it."""
        source = self.source(self._session.rooms[share.nook], share.source)
        if source.sender != share.author or source.trust == Trust.UNPROVED:
            message = "The message is not proved to be by the person who agreed."
            raise Changed(message, "Begin a new highlight from the message itself.", code="not_author")

    async def _put_up(self, share: Share, target: Room) -> None:
        """Post the copy, then the note that ties it to its source. A second run after a crash posts neither twice."""
        store, nook = self._session.store, self._session.rooms[share.nook]
        begun = store.recall(_PUBLISHING, share.request)
        id_, key = (str(begun["id"]), str(begun["k"])) if begun else (str(uuid4()), secrets.token_hex(32))
        if begun is None:
            with store.transaction():
                store.remember(_PUBLISHING, share.request, {"id": id_, "k": key})
        posted = next((h.event_id for h in self.board() if h.id == id_), None)
        waiting = next((row.txn_id for row in store.outgoing() if _highlight_id(row.what.content) == id_), None)
        if posted is None and waiting:
            posted = await self._session.outbox.resend(waiting)
        if posted is None:
            credit = "" if share.anonymous else shown_name(share.author, nook.name_of(share.author))
            content = highlight_content(
                share, id_=id_, key=bytes.fromhex(key), nook_name=nook.name or "a nook", credit=credit
            )
            posted = await self._say(target.room_id, content)
        note = published_content(share, id_=id_, key=bytes.fromhex(key), target_event=posted)
        await self._say(share.nook, note)

    async def withdraw(self, request: str) -> Share:
        """Take a highlight back: the author ends the consent; the copy goes down where we may redact it."""
        share = self.find(request)
        me = self._session.gateway.user_id
        if share.author == me:
            await self._say(share.nook, consent_content(share.event_id, share.draft, "withdrawn"))
        elif share.published is None or not self._may_take_down(share):
            message = "Only its author or a facilitator of the highlights room can take this back."
            raise NotAllowed(message, "Ask one of them.", code="not_allowed")
        if share.published and self._may_take_down(share):
            await self._take_down(share)
        await self._session.sync_once()
        return self.find(request)

    async def take_down_ended(self) -> int:
        """Redact copies whose consent has ended. Returns how many."""
        ended = [s for s in self.all() if s.state == ShareState.WITHDRAWN and self._may_take_down(s)]
        for share in ended:
            await self._take_down(share)
        return len(ended)

    def _may_take_down(self, share: Share) -> bool:
        """Whether the copy of this very highlight is on the board and ours to redact."""
        target = self._session.rooms.get(share.target)
        copy = next((h for h in self.board() if is_copy(share, h)), None)
        me = self._session.gateway.user_id
        return bool(
            target and copy and target.membership == Membership.JOIN and target.power.may_redact(me, copy.sender)
        )

    async def _take_down(self, share: Share) -> None:
        waiting = [row.what.content.get("redacts") for row in self._session.store.outgoing()]
        if share.published and share.published not in waiting:
            content = {"redacts": share.published, "reason": "Taken back."}
            self._session.outbox.queue(share.target, REDACTION, content)
            await self._session.outbox.flush()

    async def _say(self, room_id: RoomId, content: dict[str, object]) -> EventId:
        return await self._session.outbox.send(room_id, "m.room.message", content)

    def _about_shares(self, room_id: RoomId) -> tuple[Event, ...]:
        """All that counts for a nook's highlights, however long ago it was said: what is shared, and all about it."""
        store = self._session.store
        said = store.marked(room_id, [HIGHLIGHT_REQUEST, HIGHLIGHT_CONSENT, HIGHLIGHT_PUBLISHED])
        sources = {source for event in said if (source := _source(event))} - {event.event_id for event in said}
        shared = [event for source in sources if (event := store.event(room_id, source))]
        about = [e for s in sources for e in store.related(room_id, s) if isinstance(e.payload, Redaction)]
        return (*shared, *about, *said)


def _source(event: Event) -> EventId | None:
    """Which message a request would share."""
    block = event.payload.blocks.get(HIGHLIGHT_REQUEST) if isinstance(event.payload, Message) else None
    source = block.get("source") if isinstance(block, Mapping) else None
    return EventId(source) if isinstance(source, str) else None


def _highlight_id(content: Mapping[str, Any]) -> str | None:
    """Which highlight a message of the outbox carries."""
    block = content.get(HIGHLIGHT)
    return str(block.get("id")) if isinstance(block, Mapping) else None
