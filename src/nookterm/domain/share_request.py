"""The request for a highlight: which words would go where, for whom to read, and by whose leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from nookterm.domain.acts import own_block
from nookterm.domain.attachment import Attachment
from nookterm.domain.audience import Audience, audience_words
from nookterm.domain.consent import NO, UNNAMED, YES, canonical, terms_hash
from nookterm.domain.events import SURE, Event, Json, Message, moment
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.domain.vocabulary import HIGHLIGHT_REQUEST, VERSION

LASTS = timedelta(days=7)
MOST_QUOTED = 20
"""Messages that one highlight quotes."""
_LARGEST_BLOCK = 45_000
"""Bytes of a request's block: it is said once more in the note about the copy, which has to fit into an event, too."""
_ASKS = "May we share this in "
_LONGEST_NAME = 200
_WORDS = frozenset({"text", "notice"})
"""Kinds of messages whose words every client shows, and nothing else."""
_PICTURES = frozenset({"image/png", "image/jpeg"})
"""What every client shows as a picture; what is cleaned is one of them."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message of the nook whose words are in a draft, and whose they are."""

    event: EventId
    author: UserId


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """A cleaned picture beside the words: uploaded for the nook, encrypted; the board gets a copy of its own."""

    sha256: str
    """Of its clear bytes, in hex: what a yes and the proof are bound to."""
    file: Attachment | None
    """Where it lies for the nook's members; None where the request is not here. Never named outside."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """What is asked of the authors."""

    quotes: tuple[Quoted, ...]
    """At least one; the order is the order in the draft."""
    draft: str
    target: RoomId
    audience: Audience
    expires: datetime
    terms: str
    """What a yes is bound to (`terms_hash` of the whole block)."""
    picture: SharedPicture | None = None
    block: Json = field(default_factory=dict, compare=False, repr=False)
    """The block itself: who publishes says it once more, so that the end of a consent is known without the request."""

    @property
    def authors(self) -> tuple[UserId, ...]:
        """Everybody whose yes it needs, in the order of their words."""
        return tuple(dict.fromkeys(quoted.author for quoted in self.quotes))

    @property
    def sources(self) -> tuple[EventId, ...]:
        """The quoted messages."""
        return tuple(quoted.event for quoted in self.quotes)


def request_content(
    quotes: Sequence[Quoted],
    draft: str,
    target: RoomId,
    target_name: str,
    audience: Audience,
    now: datetime,
    *,
    reactions: bool = False,
    picture: SharedPicture | None = None,
) -> dict[str, Any]:
    """The encrypted message that asks the authors to agree; readable and answerable in any client.

    `reactions`: whether the nook's charter lets a reaction agree. With a picture it is a picture with a caption.
    """
    block: dict[str, Any] = {
        "v": VERSION,
        "quotes": [{"event": quoted.event, "author": quoted.author} for quoted in quotes],
        "draft": draft,
        "target": target,
        "audience": {
            "joined": audience.readers,
            "encrypted": audience.encrypted,
            "join_rule": audience.join_rule,
            "history": audience.history,
        },
        "expires_ts": int((now + LASTS).timestamp() * 1000),
    }
    shown: dict[str, Any] = {"msgtype": "m.text"}
    if picture and picture.file:
        block["picture"] = {"sha256": picture.sha256, "w": picture.width, "h": picture.height}
        shown = picture.file.content()
    authors = list(dict.fromkeys(quoted.author for quoted in quotes))
    return {
        **shown,
        "body": f"{_ASKS}{safe_line(target_name, longest=_LONGEST_NAME)}{asks(audience, draft, reactions=reactions)}",
        "m.mentions": {"user_ids": authors},
        "m.relates_to": {"m.in_reply_to": {"event_id": quotes[0].event}},
        HIGHLIGHT_REQUEST: block,
    }


def asks(audience: Audience, draft: str, *, reactions: bool) -> str:
    """The part of a request's words that says for whom, how to answer, and what: that is what a plain yes agrees to."""
    ways = "Answer this message with: yes · yes, without my name · no"
    also = f"\nA reaction counts too: {YES} with your name · {UNNAMED} without · {NO} no" if reactions else ""
    quoted = draft.replace("\n", "\n> ")
    return f" ({audience_words(audience)})?\n{ways}{also}\n\n> {quoted}"


def read_request(event: Event) -> ShareRequest | None:
    """The request in a message; None where it is none, not encrypted, or not from a device that its owner signed."""
    block = own_block(event, HIGHLIGHT_REQUEST)
    if block is None or not event.encrypted or event.trust not in SURE or not isinstance(event.payload, Message):
        return None
    return parse_request(block, event.payload.attachment, event.sent_at)


def parse_request(block: Mapping[str, Any], file: Attachment | None, asked_at: datetime) -> ShareRequest | None:
    """What the block of a request asks; None where that makes no sense. `file`: the picture that came with it."""
    quotes = tuple(_quotes(block.get("quotes")))
    draft, target = block.get("draft"), block.get("target")
    has_words = isinstance(draft, str) and (bool(draft) or "picture" in block)
    if block.get("v") != VERSION or not quotes or not has_words or not isinstance(target, str) or not target:
        return None
    picture = _picture(block.get("picture"), file)
    if ("picture" in block and picture is None) or len(canonical(block)) > _LARGEST_BLOCK:
        return None
    return ShareRequest(
        quotes=quotes,
        draft=str(draft),
        target=RoomId(target),
        audience=_audience(block.get("audience")),
        # No request can ask for a yes that lasts longer than others.
        expires=min(moment(block.get("expires_ts")), asked_at + LASTS),
        terms=terms_hash(block),
        picture=picture,
        block=block,
    )


def reads_as_asked(message: Message, request: ShareRequest) -> bool:
    """Whether other clients show exactly what the request asks: only then can plain words or a reaction agree to it."""
    as_words = message.kind in _WORDS and message.attachment is None
    if message.html is not None or not (_shows_picture(message) if request.picture else as_words):
        return False
    ends = [asks(request.audience, request.draft, reactions=either) for either in (False, True)]
    # Sign by sign: what is not to be seen can turn around what is.
    return any(_asks_first(message.body.removesuffix(end)) for end in ends if message.body.endswith(end))


def offers_reactions(message: Message, request: ShareRequest) -> bool:
    """Whether whoever asked told the authors, in their own encrypted words, that a reaction agrees."""
    return message.body.endswith(asks(request.audience, request.draft, reactions=True))


def _asks_first(words: str) -> bool:
    """Whether these words only begin the question; anything before it could make it another one."""
    name = words.removeprefix(_ASKS)
    return words.startswith(_ASKS) and name == safe_line(name, longest=_LONGEST_NAME)


def _shows_picture(message: Message) -> bool:
    """Whether other clients show the picture itself, and the words as words under it."""
    file = message.attachment
    shown = file is not None and message.kind == "image" and file.mimetype in _PICTURES and not file.stands_in
    return shown and file is not None and message.body != file.name


def _quotes(said: object) -> Iterable[Quoted]:
    """All of them, or none where one makes no sense: a draft never quotes somebody whom nobody asked."""
    listed = said if isinstance(said, list) and len(said) <= MOST_QUOTED else []
    fields = [(quoted.get("event"), quoted.get("author")) for quoted in listed if isinstance(quoted, Mapping)]
    found = [Quoted(EventId(e), UserId(a)) for e, a in fields if isinstance(e, str) and isinstance(a, str) and e and a]
    return found if len(found) == len(listed) else ()


def _audience(said: object) -> Audience:
    seen: Json = said if isinstance(said, Mapping) else {}
    readers = seen.get("joined")
    return Audience(
        readers if type(readers) is int else 0,
        seen.get("encrypted") is True,
        str(seen.get("join_rule", "invite")),
        str(seen.get("history", "joined")),
    )


def _picture(said: object, file: Attachment | None) -> SharedPicture | None:
    fields: Json = said if isinstance(said, Mapping) else {}
    sha256, width, height = fields.get("sha256"), fields.get("w"), fields.get("h")
    if not isinstance(sha256, str) or type(width) is not int or type(height) is not int:
        return None
    # Only where it is encrypted is it the same picture for everybody: its server could show each another one.
    return SharedPicture(sha256, file, width, height) if file is None or file.secret is not None else None
