"""Beginning a highlight: the draft out of some messages, a look at what it tells, and the question to its authors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nookterm.client.desk_window import Kept
from nookterm.client.errors import NotAllowed, NotFound, WrongUsage
from nookterm.client.session import Session
from nookterm.client.share_pictures import SharePictures
from nookterm.client.share_reading import ShareReading
from nookterm.domain.audience import Audience, audience_of
from nookterm.domain.borrowed import Passage, Saying, borrowed, compared, words_now
from nookterm.domain.consent import Mode, consent_content
from nookterm.domain.drafts import Flag, flags
from nookterm.domain.events import Event, Message, Trust
from nookterm.domain.highlight_limits import Left, limits_of, room_left, times_of
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.limits import Limits
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.share_request import MOST_QUOTED, Quoted, SharedPicture, read_request, request_content
from nookterm.domain.sharing import Share, share_word
from nookterm.domain.space import title
from nookterm.domain.vocabulary import ASK

_LOOKS_AT = 5000
"""How many of a nook's newest events are compared with a draft."""
_QUOTES = 120
"""Characters of somebody's words that a refusal shows."""


@dataclass(frozen=True, slots=True)
class DraftStart:
    """Some messages on their way into a form: what would be asked of whom, and for which readers."""

    nook: Room
    quotes: tuple[Quoted, ...]
    text: str
    """The messages' own words as they read now, in the order of the room, without names."""
    flags: tuple[Flag, ...]
    audience: Audience
    target: Room
    limits: Limits
    limits_left: Left
    pictures: tuple[EventId, ...]
    """Which of the messages have a picture; one can be shared beside the words."""
    own: bool
    """All of it is our own: sharing says yes with it."""
    now: datetime
    """When it was begun."""

    @property
    def picture(self) -> bool:
        """Whether there is a picture that can be shared."""
        return bool(self.pictures)

    @property
    def authors(self) -> tuple[UserId, ...]:
        """Everybody whose yes is needed, in the order of their words."""
        return tuple(dict.fromkeys(quoted.author for quoted in self.quotes))


class ShareAsking:
    """Asks the authors of messages whether these may leave."""

    def __init__(self, session: Session, reading: ShareReading, pictures: SharePictures) -> None:
        """Ask as this account."""
        self._session = session
        self._reading = reading
        self._pictures = pictures
        self._said = Kept[tuple[Saying, ...]]()

    def draft(self, nook: Room, events: Sequence[EventId]) -> DraftStart:
        """What sharing these messages begins with.

        Raises:
            NotFound: one of them is not here, or there is no highlights room.
            WrongUsage: one of them cannot be shared, or they are too many.

        """
        sources = self.sources(nook, events)
        target = self._reading.target(nook)
        store = self._session.store
        pieces = [words_now(event, store.related(nook.room_id, event.event_id)) for event in sources]
        text = "\n".join(piece for piece in pieces if piece)
        quotes = tuple(Quoted(event.event_id, event.sender) for event in sources)
        return DraftStart(
            nook=nook,
            quotes=quotes,
            text=text,
            flags=self.look_at(nook, events, text),
            audience=audience_of(target),
            target=target,
            limits=self.limits(target),
            limits_left=self.left(nook, target, {quoted.author for quoted in quotes}),
            pictures=tuple(e.event_id for e in sources if _has_picture(e)),
            own=all(quoted.author == nook.me for quoted in quotes),
            now=self._session.clock(),
        )

    def thread(self, nook: Room, root: EventId) -> tuple[EventId, ...]:
        """A message and its thread, as far as it can be shared, in the order of the room. Raises NotFound."""
        store = self._session.store
        first = store.event(nook.room_id, root)
        if first is None:
            raise _not_here()
        threaded = [e for e in store.related(nook.room_id, root) if _thread_of(e) == root]
        return tuple(e.event_id for e in (first, *threaded) if _why_not(e) is None)

    def look_at(self, nook: Room, events: Sequence[EventId], text: str) -> tuple[Flag, ...]:
        """What in a draft may tell more than its authors mean to."""
        authors = {e.sender for e in self.sources(nook, events)}
        members = nook.members.values()
        names = [m.display_name for m in members if m.display_name and m.user not in authors]
        return flags(text, names, self.passages(nook, text, authors))

    def sources(self, nook: Room, events: Sequence[EventId]) -> tuple[Event, ...]:
        """The messages to share, in the order of the room. Raises as `draft`."""
        wanted = tuple(dict.fromkeys(events))
        if not 1 <= len(wanted) <= MOST_QUOTED:
            message = f"A highlight quotes 1 to {MOST_QUOTED} messages; these are {len(wanted)}."
            raise WrongUsage(message, "Choose fewer." if wanted else "Choose one.", code="too_many")
        store = self._session.store
        found = [event for event_id in wanted if (event := store.event(nook.room_id, event_id))]
        if len(found) < len(wanted):
            raise _not_here()
        for event in found:
            if why := _why_not(event):
                raise WrongUsage(why, "Choose another one.", code="cannot_be_shared")
        order = store.concerning(nook.room_id, (), wanted)
        places = {event.event_id: place for place, event in enumerate(order)}
        return tuple(sorted(found, key=lambda event: places[event.event_id]))

    async def share(
        self, nook: Room, events: Sequence[EventId], draft: str, *, anonymous: bool, picture: EventId | None
    ) -> Share:
        """Ask the authors to agree to exactly this; who shares only their own words agrees with it.

        Raises as `draft`; NotAllowed where a limit is reached or words of somebody else are in the draft.
        """
        sources, target = self.sources(nook, events), self._reading.target(nook)
        authors, text = {event.sender for event in sources}, draft.strip()
        await self._reading.boards.read_back()
        self.within_limits(nook, target, text, authors, has_picture=picture is not None)
        self.no_third_person(nook, text, authors)
        audience, now = audience_of(target), self._session.clock()
        reactions = nook.charter is not None and nook.charter.consent_by_reaction
        shown: SharedPicture | None = None
        if picture:
            source = next((event for event in sources if event.event_id == picture), None)
            shown = await self._pictures.for_nook(source, self.limits(target))
        quotes = [Quoted(event.event_id, event.sender) for event in sources]
        content = request_content(
            quotes, text, target.room_id, title(target), audience, now, reactions=reactions, picture=shown
        )
        asked = await self._say(nook, content)
        await self._session.sync_once()
        if authors == {nook.me}:
            terms = self._terms(nook, asked)
            await self._say(nook, consent_content(asked, terms, Mode.ANONYMOUS if anonymous else Mode.NAMED))
            await self._session.sync_once()
        return self._reading.find(share_word(nook.room_id, asked))

    def passages(
        self, nook: Room, text: str, authors: set[UserId], before: EventId | None = None
    ) -> tuple[Passage, ...]:
        """Words of people who are not asked, in a draft; `before`: only what was said before this event counts."""
        return borrowed(text, self._sayings(nook, before), authors)

    def no_third_person(self, nook: Room, text: str, authors: set[UserId], before: EventId | None = None) -> None:
        """Raises NotAllowed where words of somebody are in the draft who is not asked."""
        for passage in self.passages(nook, text, authors, before):
            whose = self._reading.name(nook.room_id, passage.author) if passage.author else "somebody quoted there"
            words = safe_line(text[passage.start : passage.end], longest=_QUOTES)
            message = f"These are words of {whose}, who is not asked: “{words}”"
            raise NotAllowed(message, "Add their message, or take the words out.", code="third_person")

    def within_limits(self, nook: Room, target: Room, text: str, authors: set[UserId], *, has_picture: bool) -> None:
        """Raises WrongUsage for a text that is empty or too long, NotAllowed where this week's highlights are used."""
        limits = self.limits(target)
        if not (text or has_picture) or len(text) > limits.max_chars:
            message = f"A highlight has 1 to {limits.max_chars} characters; this has {len(text)}."
            raise WrongUsage(message, "Change the draft.", code="too_long")
        left = self.left(nook, target, authors)
        if not left.nook:
            message = f"{title(nook)} has used its highlights of this week: {limits.per_nook_week} in seven days."
            raise NotAllowed(message, "Share it when the oldest of them is a week old.", code="limit")
        if not left.author:
            message = f"Somebody quoted here is on the board already: {limits.per_author_week} in seven days."
            raise NotAllowed(message, "Share it when that is a week old.", code="limit")

    def limits(self, target: Room) -> Limits:
        """What the space of a board allows."""
        spaces = self._reading.boards.spaces(target.room_id)
        return limits_of(spaces[0]) if spaces else Limits()

    def left(self, nook: Room, target: Room, authors: set[UserId]) -> Left:
        """How many more highlights there is room for this week."""
        board, shares, now = self._reading.boards.of(target), self._reading.all(), self._session.clock()
        times = times_of(shares, target.room_id, authors)
        return room_left(self.limits(target), board, nook_name(nook), times, now)

    def _sayings(self, nook: Room, before: EventId | None) -> Sequence[Saying]:
        store = self._session.store

        def read() -> tuple[Saying, ...]:
            return compared(store.timeline(nook.room_id, _LOOKS_AT))

        if before:
            return compared(store.timeline(nook.room_id, _LOOKS_AT, before))
        return self._said.get(nook.room_id, (nook,), read)

    def _terms(self, nook: Room, asked: EventId) -> str:
        event = self._session.store.event(nook.room_id, asked)
        asks = read_request(event) if event else None
        if asks is None:
            message = "The request is not here yet."
            raise NotFound(message, "Say yes to it once it is: it is among what waits for you.", code="unknown_request")
        return asks.terms

    async def _say(self, nook: Room, content: dict[str, Any]) -> EventId:
        return await self._session.outbox.send(nook.room_id, "m.room.message", content)


def nook_name(nook: Room) -> str:
    """How a nook is called on the board: by its name, and never by its people or its id."""
    return nook.name or "a nook"


def _not_here() -> NotFound:
    return NotFound("That message is not here.", "Scroll back to it, or check its id.", code="unknown_event")


def _why_not(event: Event) -> str | None:
    """Why a message cannot be shared."""
    message = event.payload if isinstance(event.payload, Message) else None
    if message is None or message.kind in {"redacted", "poll"} or message.blocks.keys() - {ASK}:
        return "Only a message with words or a picture can be shared."
    if not event.encrypted or event.trust == Trust.UNPROVED:
        return "It is not proved who said that."
    return None


def _has_picture(event: Event) -> bool:
    message = event.payload
    return isinstance(message, Message) and message.attachment is not None and message.kind in {"image", "sticker"}


def _thread_of(event: Event) -> EventId | None:
    return event.payload.thread if isinstance(event.payload, Message) else None
