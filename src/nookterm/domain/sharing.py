"""Highlights: what leaves a nook, who agreed to it, and the proof that it came from there."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from nookterm.domain.audience import Audience as Audience  # noqa: PLC0414 - part of what sharing offers
from nookterm.domain.audience import audience_of as audience_of  # noqa: PLC0414 - the same
from nookterm.domain.audience import audience_words as audience_words  # noqa: PLC0414 - the same
from nookterm.domain.cases import case_word
from nookterm.domain.drafts import flagged as flagged  # noqa: PLC0414 - the same
from nookterm.domain.events import SURE, Edit, Event, Message, Reaction, Redaction, Trust, moment
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.vocabulary import (
    HIGHLIGHT,
    HIGHLIGHT_CONSENT,
    HIGHLIGHT_PUBLISHED,
    HIGHLIGHT_REQUEST,
    VERSION,
)

LASTS = timedelta(days=7)
LONGEST_DRAFT = 1500
YES, ANONYMOUS, NO = "✅", "🎭", "❌"
_HEX = re.compile(r"(?:[0-9a-f]{2})+")


class ShareState(StrEnum):
    """Where a highlight stands."""

    WAITING = "waiting"
    CONSENTED = "consented"
    DECLINED = "declined"
    EXPIRED = "expired"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Share:
    """A highlight from its request on."""

    request: str
    """The short word."""
    event_id: EventId
    """The request in the nook."""
    nook: RoomId
    source: EventId
    author: UserId
    asked_by: UserId
    draft: str
    target: RoomId
    audience: Audience
    asked_at: datetime
    expires: datetime
    state: ShareState
    anonymous: bool = False
    by_reaction: bool = False
    published: EventId | None = None
    key: bytes = b""
    """The key of the published copy's proof, as the note in the nook gives it."""


def share_word(nook: RoomId, request: EventId) -> str:
    """The short word of a highlight's request."""
    return case_word("share", nook, request)


def draft_hash(draft: str) -> str:
    """What a consent is bound to: SHA-256 of the exact text."""
    return hashlib.sha256(draft.encode("utf-8", "surrogatepass")).hexdigest()


def provenance(key: bytes, source: EventId, draft: str) -> str:
    """A mark that members, who hold `key`, can check and nobody else can guess: HMAC-SHA256(key, source 00 draft)."""
    return hmac.new(key, f"{source}\x00{draft}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def request_content(
    source: EventId, author: UserId, draft: str, target: Room, target_name: str, now: datetime
) -> dict[str, Any]:
    """The encrypted message that asks an author to agree; readable and answerable in any client."""
    audience = audience_of(target)
    return {
        "msgtype": "m.text",
        "body": f"May we share this in {target_name}{_asks(audience, draft)}",
        "m.mentions": {"user_ids": [author]},
        "m.relates_to": {"m.in_reply_to": {"event_id": source}},
        HIGHLIGHT_REQUEST: {
            "v": VERSION,
            "source": source,
            "author": author,
            "draft": draft,
            "target": target.room_id,
            "audience": {
                "joined": audience.readers,
                "encrypted": audience.encrypted,
                "join_rule": audience.join_rule,
                "history": audience.history,
            },
            "expires_ts": int((now + LASTS).timestamp() * 1000),
        },
    }


def _asks(audience: Audience, draft: str) -> str:
    """The part of a request's words that says for whom and what, exactly: what a reaction agrees to."""
    return f" ({audience_words(audience)})? {YES} with your name · {ANONYMOUS} without · {NO} no\n\n> " + draft.replace(
        "\n", "\n> "
    )


def consent_content(request: EventId, draft: str, mode: str) -> dict[str, Any]:
    """The author's encrypted answer: mode named, anonymous, declined or withdrawn."""
    words = {
        "named": "Yes, share it with my name.",
        "anonymous": "Yes, share it without my name.",
        "declined": "Please do not share it.",
        "withdrawn": "Please take it back.",
    }
    block = {"v": VERSION, "request": request, "mode": mode, "draft_sha256": draft_hash(draft)}
    return {
        "msgtype": "m.notice",
        "body": words[mode],
        "m.relates_to": {"m.in_reply_to": {"event_id": request}},
        HIGHLIGHT_CONSENT: block,
    }


def highlight_content(share: Share, *, id_: str, key: bytes, nook_name: str, credit: str | None) -> dict[str, Any]:
    """The event that leaves the nook: built from nothing but the agreed text, the nook's name and the credit."""
    quoted = "> " + share.draft.replace("\n", "\n> ")
    body = f"From {nook_name}, shared with permission\n\n{quoted}" + (f"\n\n{credit}" if credit else "")
    return {
        "msgtype": "m.text",
        "body": body,
        "m.mentions": {},
        HIGHLIGHT: {
            "v": VERSION,
            "id": id_,
            "nook_name": nook_name,
            "text": share.draft,
            "credit": credit or "",
            "commit": provenance(key, share.source, share.draft),
        },
    }


def published_content(share: Share, *, id_: str, key: bytes, target_event: EventId) -> dict[str, Any]:
    """The encrypted note in the nook that ties the copy to its source and holds the key of the proof."""
    return {
        "msgtype": "m.notice",
        "body": "Shared in the highlights.",
        HIGHLIGHT_PUBLISHED: {
            "v": VERSION,
            "request": share.event_id,
            "id": id_,
            "k": key.hex(),
            "source": share.source,
            "target_event": target_event,
        },
    }


def shares(nook: Room, events: Iterable[Event], now: datetime) -> tuple[Share, ...]:
    """Every highlight asked for in a nook, oldest first, with its state after everything that was said about it."""
    listed = [e for e in events if e.room_id == nook.room_id and e.trust != Trust.UNPROVED]
    gone = _gone(listed)
    sources = {e.event_id: e for e in listed}
    found = []
    for event in listed:
        share = _asked(event, nook)
        if share is None or event.event_id in gone:
            continue
        source = sources.get(share.source)
        if source is not None and source.sender != share.author:
            continue
        found.append(_judged(share, listed, gone, now))
    return tuple(found)


def _asked(event: Event, nook: Room) -> Share | None:
    block = _block(event, HIGHLIGHT_REQUEST)
    if not block or not _is_sure(event):
        return None
    fields = {key: block.get(key) for key in ("source", "author", "draft", "target")}
    if not all(isinstance(value, str) and value for value in fields.values()):
        return None
    said = block.get("audience")
    seen: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    readers = seen.get("joined")
    return Share(
        request=share_word(nook.room_id, event.event_id),
        event_id=event.event_id,
        nook=nook.room_id,
        source=EventId(str(fields["source"])),
        author=UserId(str(fields["author"])),
        asked_by=event.sender,
        draft=str(fields["draft"]),
        target=RoomId(str(fields["target"])),
        audience=Audience(
            readers if type(readers) is int else 0,
            seen.get("encrypted") is True,
            str(seen.get("join_rule", "invite")),
            str(seen.get("history", "joined")),
        ),
        asked_at=event.sent_at,
        expires=moment(block.get("expires_ts")),
        state=ShareState.WAITING,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    mode: str
    by_reaction: bool = False

    @property
    def agrees(self) -> bool:
        """Whether it is a yes, with the name or without."""
        return self.mode in {"named", "anonymous"}


def _gone(events: Iterable[Event]) -> set[EventId]:
    """What was taken back. The server judges redactions only where it can read them: encrypted ones are nothing."""
    listed = list(events)
    bare = {e.event_id for e in listed if isinstance(e.payload, Message) and e.payload.kind == "redacted"}
    return bare | {e.payload.target for e in listed if isinstance(e.payload, Redaction) and not e.encrypted}


def _judged(share: Share, events: list[Event], gone: set[EventId], now: datetime) -> Share:
    answer = _standing(share, events, gone)
    published, key = share.published, share.key
    for event in events:
        done = _block(event, HIGHLIGHT_PUBLISHED)
        if done and done.get("request") == share.event_id and _is_sure(event) and event.event_id not in gone:
            target, secret = done.get("target_event"), done.get("k")
            if isinstance(target, str) and target and isinstance(secret, str) and _HEX.fullmatch(secret):
                published, key = EventId(target), bytes.fromhex(secret)
    return replace(
        share,
        state=_state(share, answer, now, is_up=published is not None, is_gone=share.source in gone),
        anonymous=answer.mode == "anonymous",
        by_reaction=answer.by_reaction,
        published=published,
        key=key,
    )


def _standing(share: Share, events: Iterable[Event], gone: set[EventId]) -> _Answer:
    """The author's newest answer. A yes stands for the words that were there: an edit of the request after it ends it.

    A reaction names no words, so it agrees only to a request that was never edited and that says in its body, which is
    what other clients show, exactly the draft and the audience. (Edits count even where they were taken back.)
    """
    answer = _Answer("")
    plain = False
    for event in events:
        payload = event.payload
        if event.event_id == share.event_id and isinstance(payload, Message):
            plain = payload.html is None and _reads_as(payload.body, share)
        elif isinstance(payload, Edit) and payload.target == share.event_id and event.sender == share.asked_by:
            plain = False
            answer = _Answer("") if answer.agrees else answer
        elif event.sender == share.author and event.event_id not in gone:
            given = _answer(event, share)
            if given and (plain or not (given.by_reaction and given.agrees)):
                answer = given
    return answer


def _reads_as(body: str, share: Share) -> bool:
    longest = len(body) + len(share.draft) * 2
    return safe_line(body, longest=longest).endswith(safe_line(_asks(share.audience, share.draft), longest=longest))


def _state(share: Share, answer: _Answer, now: datetime, *, is_up: bool, is_gone: bool) -> ShareState:
    agreed = answer.agrees and not is_gone
    if is_up:
        state = ShareState.PUBLISHED if agreed else ShareState.WITHDRAWN
    elif agreed:
        state = ShareState.CONSENTED if now < share.expires else ShareState.EXPIRED
    elif is_gone or answer.mode == "withdrawn":
        state = ShareState.WITHDRAWN
    elif answer.mode == "declined":
        state = ShareState.DECLINED
    else:
        state = ShareState.WAITING if now < share.expires else ShareState.EXPIRED
    return state


def _answer(event: Event, share: Share) -> _Answer | None:
    payload = event.payload
    if isinstance(payload, Reaction) and payload.target == share.event_id:
        mode = {YES: "named", ANONYMOUS: "anonymous", NO: "declined"}.get(payload.key.rstrip("\ufe0f"))
        return _Answer(mode, by_reaction=True) if mode else None
    block = _block(event, HIGHLIGHT_CONSENT)
    if not block or not event.encrypted or block.get("request") != share.event_id:
        return None
    answer = _Answer(str(block.get("mode")))
    # A no counts from any device: it only ever keeps something in the nook.
    if answer.agrees and not _is_sure(event):
        return None
    bound = block.get("draft_sha256") == draft_hash(share.draft)
    return answer if answer.mode in {"declined", "withdrawn"} or (bound and answer.agrees) else None


@dataclass(frozen=True, slots=True)
class Highlight:
    """A published highlight as the board shows it."""

    id: str
    nook_name: str
    credit: str
    body: str
    event_id: EventId
    room_id: RoomId
    at: datetime
    sender: UserId
    commit: str


def highlights(room: Room, events: Iterable[Event]) -> tuple[Highlight, ...]:
    """The board of a highlights room, newest first; taken-back ones are gone."""
    listed = [e for e in events if e.room_id == room.room_id and e.trust != Trust.UNPROVED]
    gone = _gone(listed)
    found = [h for e in listed if e.event_id not in gone and (h := _highlight(e))]
    return tuple(reversed(found))


def is_copy(share: Share, highlight: Highlight) -> bool:
    """Whether a highlight is what the note in the nook says it is: the published copy of this very draft and source.

    A note alone proves nothing: anyone in the nook can write one that names somebody else's highlight.
    """
    mark = provenance(share.key, share.source, share.draft)
    return (
        bool(share.key)
        and share.published == highlight.event_id
        and hmac.compare_digest(mark.encode(), highlight.commit.encode("utf-8", "surrogatepass"))
    )


def _highlight(event: Event) -> Highlight | None:
    block = _block(event, HIGHLIGHT)
    if not block or not isinstance(block.get("id"), str):
        return None
    keys = ("nook_name", "credit", "text", "commit")
    nook_name, credit, text, commit = (value if isinstance(value := block.get(key), str) else "" for key in keys)
    return Highlight(
        id=str(block["id"]),
        nook_name=nook_name,
        credit=credit,
        body=text,
        event_id=event.event_id,
        room_id=event.room_id,
        at=event.sent_at,
        sender=event.sender,
        commit=commit,
    )


def _is_sure(event: Event) -> bool:
    """Whether somebody said this end-to-end encrypted, by a device that they signed."""
    return event.encrypted and event.trust in SURE


def _block(event: Event, kind: str) -> Mapping[str, Any] | None:
    block = event.payload.blocks.get(kind) if isinstance(event.payload, Message) else None
    return block if isinstance(block, Mapping) and block.get("v") == VERSION else None
